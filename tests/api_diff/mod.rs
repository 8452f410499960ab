//! `unkey-mcp api-diff`: the catalogue beside OpenAPI documents.

mod broken;
mod deprecated;
mod forms;

use serde_json::{Map, Value, json};
use unkey_tools::{Entry, listed};

use crate::support::{Binary, Ended};

/// What is listed and stands for an endpoint of Unkey's.
fn operations() -> impl Iterator<Item = &'static Entry> {
    listed().filter(|entry| !entry.is_workflow())
}

/// A document of an Unkey that has just what the catalogue has.
fn todays() -> Value {
    let json = |schema: &Value| json!({"content": {"application/json": {"schema": schema}}});
    let mut paths = Map::new();
    paths.insert("/v2/liveness".to_owned(), json!({"get": {"responses": {}}}));
    for entry in operations() {
        let mut request = entry.input().body_schema().clone();
        close(&mut request);
        let operation = json!({
            "requestBody": json(&request),
            "responses": {"200": json(&Value::Object(entry.full_output_schema()))},
            "deprecated": entry.deprecated,
        });
        paths.insert(
            format!("/v2/{}", entry.endpoint),
            json!({"post": operation}),
        );
    }
    json!({"openapi": "3.1.0", "info": {"title": "Unkey", "version": "1"}, "paths": paths})
}

/// Says of what is closed that it is, as Unkey's document does.
fn close(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if schema.contains_key("properties") && !schema.contains_key("x-open") {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for field in fields.into_iter().flat_map(Map::values_mut) {
        close(field);
    }
    if let Some(items) = schema.get_mut("items") {
        close(items);
    }
}

/// The schema of a request in a document of ours.
fn request<'a>(document: &'a mut Value, endpoint: &str) -> &'a mut Value {
    let post = &mut document["paths"][format!("/v2/{endpoint}")]["post"];
    &mut post["requestBody"]["content"]["application/json"]["schema"]
}

/// Where a document of ours has the fields of a request, or of an answer.
fn fields<'a>(document: &'a mut Value, endpoint: &str, of: &str) -> &'a mut Map<String, Value> {
    let operation = &mut document["paths"][format!("/v2/{endpoint}")]["post"];
    let body = match of {
        "request" => &mut operation["requestBody"],
        _ => &mut operation["responses"]["200"],
    };
    let schema = &mut body["content"]["application/json"]["schema"];
    schema["properties"].as_object_mut().unwrap()
}

/// What is printed of a document that comes through stdin.
async fn compared(document: &Value, flags: &[&str]) -> Ended {
    let binary = Binary::new(["api-diff", "-"]).args(flags);
    binary.run(&document.to_string()).await
}

#[tokio::test]
async fn where_nothing_differs_it_says_so_and_ends_with_0() {
    let ended = compared(&todays(), &[]).await;
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "unkey-mcp {version} beside Unkey 1: {} operations in both, and nothing differs.\n",
        operations().count()
    );
    assert_eq!((ended.stdout, ended.stderr), (expected, String::new()));
    assert_eq!(ended.status.code(), Some(0));
    let ended = compared(&todays(), &["--json"]).await;
    let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
    for list in ["new", "gone", "changed", "leftOut"] {
        assert_eq!(printed[list], json!([]), "{list}");
    }
    assert_eq!(ended.status.code(), Some(0));
}

#[tokio::test]
async fn what_is_new_gone_or_changed_is_told_and_ends_with_3() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api_diff/later.yaml");
    let ended = Binary::new(["api-diff", path]).run("").await;
    assert_eq!(ended.status.code(), Some(3), "{ended:?}");
    assert_eq!(ended.stderr, "");
    let gone = operations().count() - 2;
    for part in [
        &format!(
            "beside A later Unkey 2.1.0: 2 operations in both, 1 of them changed; 2 new, {gone} gone."
        ),
        "since no root key may call it: portal.listKeys.",
        "no tool:\n  keys.freezeKey\n  portal.freezeKey (authorised by cookie, not by a root key)\n",
        "has not:\n  analytics.getGatewayRequests (analytics_get_gateway_requests)\n",
        "  apis.createApi (apis_create_api)\n",
        "    request name: maxLength is 512, here 256; optional now\n",
        "    request region: new: string, enum eu|us\n",
        "    response data.region: new: string\n",
    ] {
        assert!(ended.stdout.contains(part), "{part}\n{}", ended.stdout);
    }
    let ended = Binary::new(["api-diff", "--json", path]).run("").await;
    assert_eq!(ended.status.code(), Some(3));
    let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(printed["document"], "A later Unkey 2.1.0");
    assert_eq!(printed["compared"], 2);
    assert_eq!(printed["leftOut"], json!(["portal.listKeys"]));
    assert_eq!(
        printed["new"],
        json!([
            {"operation": "keys.freezeKey", "caller": "rootKey"},
            {"operation": "portal.freezeKey", "caller": {"other": ["cookie"]}},
        ])
    );
    assert_eq!(
        printed["changed"],
        json!([{
            "operation": "apis.createApi",
            "tool": "apis_create_api",
            "fields": [
                {
                    "of": "request", "field": "name", "change": "changed",
                    "catalogue": {"maxLength": 256, "required": true},
                    "document": {"maxLength": 512},
                },
                {
                    "of": "request", "field": "region", "change": "new",
                    "catalogue": {}, "document": {"enum": ["eu", "us"], "type": "string"},
                },
                {
                    "of": "response", "field": "data.region", "change": "new",
                    "catalogue": {}, "document": {"type": "string"},
                },
            ],
        }])
    );
}

#[tokio::test]
async fn every_bound_of_a_request_counts() {
    for (endpoint, field, keyword, value, said) in [
        (
            "keys.createKey",
            "name",
            "type",
            json!("integer"),
            "type is integer, here string",
        ),
        (
            "keys.createKey",
            "name",
            "nullable",
            json!(true),
            "takes null now",
        ),
        (
            "keys.createKey",
            "name",
            "pattern",
            json!("^a$"),
            "pattern is ^a$, here none",
        ),
        (
            "keys.createKey",
            "byteLength",
            "minimum",
            json!(8),
            "minimum is 8, here 16",
        ),
        (
            "keys.createKey",
            "byteLength",
            "maximum",
            json!(null),
            "maximum is none, here 255",
        ),
        (
            "keys.setRoles",
            "roles",
            "minItems",
            json!(1),
            "minItems is 1, here none",
        ),
        (
            "keys.updateCredits",
            "operation",
            "enum",
            json!(["set", "halve"]),
            "takes halve too, and decrement, increment no longer",
        ),
        (
            "environments.updateSettings",
            "vCpus",
            "multipleOf",
            json!(0.5),
            "multipleOf is 0.5, here 0.25",
        ),
    ] {
        let mut document = todays();
        fields(&mut document, endpoint, "request")[field][keyword] = value;
        let ended = compared(&document, &[]).await;
        let said = format!("\n    request {field}: {said}\n");
        assert!(ended.stdout.ends_with(&said), "{said}\n{}", ended.stdout);
        assert_eq!(ended.status.code(), Some(3));
    }
}

#[tokio::test]
async fn what_is_inside_a_field_that_one_side_has_goes_with_it() {
    let mut document = todays();
    fields(&mut document, "keys.createKey", "request").shift_remove("credits");
    let ended = compared(&document, &[]).await;
    let said = "\n  keys.createKey (keys_create_key)\n    request credits: gone\n";
    assert!(ended.stdout.ends_with(said), "{}", ended.stdout);
}

#[tokio::test]
async fn of_an_answer_fields_and_types_count() {
    let mut document = todays();
    let data = &mut fields(&mut document, "apis.createApi", "response")["data"];
    data["properties"]["apiId"] = json!({"type": "string", "minLength": 8, "example": "api_1"});
    assert_eq!(compared(&document, &[]).await.status.code(), Some(0));
    let data = &mut fields(&mut document, "apis.createApi", "response")["data"];
    data["properties"]["apiId"] = json!({"type": "integer"});
    let ended = compared(&document, &[]).await;
    let said = "    response data.apiId: type is integer, here string\n";
    assert!(ended.stdout.ends_with(said), "{}", ended.stdout);
    // What may be null has no type in the catalogue.
    let mut document = todays();
    let data = &mut fields(&mut document, "keys.migrateKeys", "response")["data"];
    data["properties"]["failed"] = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(compared(&document, &[]).await.status.code(), Some(0));
}

#[tokio::test]
async fn an_operation_of_portal_users_that_a_root_key_may_call_is_new() {
    let mut document = todays();
    document["components"]["securitySchemes"]["key"] = json!({"type": "http", "scheme": "bearer"});
    document["paths"]["/v2/portal.listKeys"] = json!({"post": {"security": [{"key": []}]}});
    let ended = compared(&document, &[]).await;
    assert!(
        ended.stdout.ends_with("no tool:\n  portal.listKeys\n"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn an_operation_that_only_older_servers_have_is_compared_and_not_missed() {
    let mut document = todays();
    document["paths"]["/v2/portal.exchangeSession"] = json!({"post": {}});
    let ended = compared(&document, &[]).await;
    let said = "  portal.exchangeSession (portal_exchange_session)\n";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
    assert!(ended.stdout.contains("0 new, 0 gone"), "{}", ended.stdout);
}

#[tokio::test]
async fn what_a_document_says_does_nothing_to_the_terminal() {
    let mut document = todays();
    document["info"]["title"] = json!("\u{1b}[2JUnkey");
    document["paths"]["/v2/a\u{1b}[2Jb"] = json!({"get": {}});
    fields(&mut document, "keys.whoami", "request")
        .insert("\u{7}x".to_owned(), json!({"type": "\u{1b}c"}));
    let ended = compared(&document, &[]).await;
    let has_control = ended
        .stdout
        .contains(|letter: char| letter.is_control() && letter != '\n');
    assert!(!has_control, "{:?}", ended.stdout);
    assert!(ended.stdout.contains("GET /v2/a"), "{}", ended.stdout);
}

/// What is said last of that document.
#[track_caller]
fn assert_ends(ended: &Ended, said: &str) {
    assert!(ended.stdout.ends_with(said), "{said}\n{}", ended.stdout);
    assert_eq!(ended.status.code(), Some(3));
}

#[tokio::test]
async fn who_may_call_an_operation_counts() {
    for (security, said, caller) in [
        (
            json!([{"portalSession": []}]),
            "authorised by portalSession, not by a root key",
            json!({"other": ["portalSession"]}),
        ),
        (json!([]), "needs no root key", json!("anyone")),
    ] {
        let mut document = todays();
        document["components"]["securitySchemes"] = json!({
            "key": {"type": "http", "scheme": "bearer"},
            "portalSession": {"type": "apiKey", "in": "cookie", "name": "portal"},
        });
        document["paths"]["/v2/keys.getKey"]["post"]["security"] = json!([{"key": []}]);
        assert_eq!(compared(&document, &[]).await.status.code(), Some(0));
        document["paths"]["/v2/keys.getKey"]["post"]["security"] = security;
        let said = format!("\n  keys.getKey (keys_get_key)\n    caller: {said}\n");
        assert_ends(&compared(&document, &[]).await, &said);
        let ended = compared(&document, &["--json"]).await;
        let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(printed["changed"][0]["caller"], caller);
        assert_eq!(printed["changed"][0]["fields"], json!([]));
    }
    // What needs no root key today may come to need one.
    let mut document = todays();
    let exchange = &mut document["paths"]["/v2/portal.exchangeCode"]["post"];
    exchange["security"] = json!([]);
    assert_eq!(compared(&document, &[]).await.status.code(), Some(0));
}

#[tokio::test]
async fn whether_an_object_takes_other_fields_counts_wherever_it_is() {
    for open in [json!(true), json!({}), Value::Null] {
        let mut document = todays();
        let body = request(&mut document, "apis.createApi");
        match open {
            Value::Null => drop(body.as_object_mut().unwrap().remove("additionalProperties")),
            open => body["additionalProperties"] = open,
        }
        let said = "    request (body): takes other fields too now\n";
        assert_ends(&compared(&document, &[]).await, said);
    }
    let mut document = todays();
    let body = request(&mut document, "keys.createKey");
    body["properties"]["credits"]["additionalProperties"] = json!(true);
    let said = "    request credits: takes other fields too now\n";
    assert_ends(&compared(&document, &[]).await, said);
    let mut document = todays();
    request(&mut document, "keys.rerollKey")["additionalProperties"] = json!(false);
    let said = "    request (body): takes no other fields any more\n";
    assert_ends(&compared(&document, &[]).await, said);
}

#[tokio::test]
async fn which_fields_exclude_each_other_counts() {
    let endpoint = "deployments.createDeployment";
    let mut document = todays();
    let body = request(&mut document, endpoint).as_object_mut().unwrap();
    body.remove("oneOf").unwrap();
    let said = "    request (body): oneOf is none, here deployment|git|image\n";
    assert_ends(&compared(&document, &[]).await, said);
    let mut document = todays();
    request(&mut document, endpoint)["oneOf"][0] = json!({"required": ["image", "git"]});
    let said = "    request (body): oneOf is deployment|git|git+image, here deployment|git|image\n";
    assert_ends(&compared(&document, &[]).await, said);
    let mut document = todays();
    let forms = json!([{"required": ["name"]}, {"required": ["externalId"]}]);
    request(&mut document, "keys.createKey")["anyOf"] = forms;
    let said = "    request (body): anyOf is externalId|name, here none\n";
    assert_ends(&compared(&document, &[]).await, said);
}

#[tokio::test]
async fn the_choices_of_an_answer_count() {
    for (endpoint, field, value, said) in [
        (
            "keys.verifyKey",
            "code",
            "SUSPENDED",
            "data.code: gives SUSPENDED too",
        ),
        (
            "domains.getDomain",
            "status",
            "expired",
            "data.status: gives expired too",
        ),
    ] {
        let mut document = todays();
        let data = &mut fields(&mut document, endpoint, "response")["data"];
        let choices = data["properties"][field]["enum"].as_array_mut().unwrap();
        choices.push(json!(value));
        assert_ends(
            &compared(&document, &[]).await,
            &format!("    response {said}\n"),
        );
    }
}
