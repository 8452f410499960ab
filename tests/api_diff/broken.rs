//! Documents that cannot be compared with.

use serde_json::json;

use crate::support::{Binary, Ended};

#[track_caller]
fn assert_refused(ended: &Ended, said: &str) {
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
}

#[tokio::test]
async fn a_document_that_is_none_says_why_and_ends_with_2() {
    let schema = |schema: serde_json::Value| {
        let body = json!({"content": {"application/json": {"schema": schema}}});
        json!({
            "openapi": "3.0.3",
            "paths": {"/v2/keys.whoami": {"post": {"requestBody": body}}},
            "components": {"schemas": {
                "Self": {"$ref": "#/components/schemas/Self"},
                "Ring": {"allOf": [{"$ref": "#/components/schemas/Ring"}]},
            }},
        })
        .to_string()
    };
    let reference = |to: &str| schema(json!({"$ref": to}));
    for (text, said) in [
        (String::new(), "is no OpenAPI 3: it has no `openapi: 3…`"),
        ("a: [".to_owned(), "neither YAML nor JSON"),
        (
            "{\"openapi\": \"3.1.0\", ".to_owned(),
            "neither YAML nor JSON: EOF",
        ),
        ("\0\0".to_owned(), "neither YAML nor JSON"),
        ("hello".to_owned(), "is no OpenAPI 3"),
        ("[]".to_owned(), "is no OpenAPI 3"),
        ("swagger: '2.0'".to_owned(), "it is Swagger 2; convert it"),
        (
            "openapi: 4.0.0\npaths: {/: {}}".to_owned(),
            "its version is another",
        ),
        ("openapi: 3.1.0".to_owned(), "it has no `paths`"),
        ("openapi: 3.1.0\npaths: {}".to_owned(), "it has no `paths`"),
        (
            reference("#/components/schemas/None"),
            "#/components/schemas/None`, which it does not hold",
        ),
        (reference("other.yaml#/Key"), "bundled into one first"),
        (
            reference("#/components/schemas/Self"),
            "refers to nothing but itself",
        ),
        (
            reference("#/components/schemas/Ring"),
            "refers to nothing but itself",
        ),
    ] {
        let ended = Binary::new(["api-diff", "-"]).run(&text).await;
        assert_refused(&ended, said);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let binary = Binary::new(["api-diff", "no-such-file.yaml"]);
    assert_refused(
        &binary.run("").await,
        "cannot read no-such-file.yaml: No such file",
    );
    let binary = Binary::new(["api-diff", env!("CARGO_MANIFEST_DIR")]);
    assert_refused(&binary.run("").await, "cannot read");
}

#[tokio::test]
async fn an_address_is_not_fetched() {
    let binary = Binary::new(["api-diff", "https://unkey.example.com/openapi.yaml"]);
    assert_refused(
        &binary.run("").await,
        "curl -fsS ADDRESS | unkey-mcp api-diff -",
    );
}

#[tokio::test]
async fn what_describes_more_than_memory_holds_is_refused_in_time() {
    // Each schema refers to the next one ten times.
    let level = |next: usize| {
        let field = json!({"$ref": format!("#/components/schemas/S{next}")});
        let fields = (0..10).map(|name| (format!("f{name}"), field.clone()));
        json!({"type": "object", "properties": fields.collect::<serde_json::Map<_, _>>()})
    };
    let schemas = (0..20).map(|number| (format!("S{number}"), level(number + 1)));
    let mut schemas: serde_json::Map<_, _> = schemas.collect();
    schemas.insert("S20".to_owned(), json!({"type": "string"}));
    let body = json!({"content": {"application/json": {"schema": level(0)}}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/v2/keys.whoami": {"post": {"requestBody": body}}},
        "components": {"schemas": schemas},
    });
    let ended = Binary::new(["api-diff", "-"])
        .run(&document.to_string())
        .await;
    assert_refused(&ended, "too large");
}
