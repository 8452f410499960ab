//! The drift alarm: our input schemas against Unkey's own OpenAPI document.
//!
//! That document is not ours to ship, so the alarm is off until somebody who has a copy names it:
//! `UNKEY_OPENAPI=unkey.yaml cargo test -p unkey-mcp --test tests openapi -- --ignored`.

use serde_json::{Map, Value, json};
use unkey_tools::{CATALOGUE, Entry};

/// Fields that we offer although the document of June 2026 does not have them; newer ones do.
const NEWER: [(&str, &str); 4] = [
    ("identities_list_identities", "search"),
    ("permissions_create_role", "permissions"),
    ("permissions_list_permissions", "search"),
    ("permissions_list_roles", "search"),
];

/// Operations whose request was replaced after June 2026; we follow June.
const REPLACED: [&str; 2] = ["portal.createSession", "portal.exchangeSession"];

/// The argument that we add for what `null` says.
const CLEAR: &str = "clear";

#[test]
#[ignore = "needs UNKEY_OPENAPI, the path of Unkey's OpenAPI document"]
#[expect(
    clippy::disallowed_methods,
    reason = "the document's place cannot be known when the test is built"
)]
fn our_arguments_are_those_of_unkeys_document() {
    let path = std::env::var("UNKEY_OPENAPI").expect("UNKEY_OPENAPI names the document");
    let text = std::fs::read_to_string(&path).unwrap();
    let document: Value = serde_saphyr::from_str(&text).unwrap();
    let followed = document["paths"]
        .get("/v2/portal.exchangeSession")
        .is_some();
    let mut drift = Drift {
        document: &document,
        followed,
        found: Vec::new(),
    };
    for tool in &CATALOGUE {
        drift.check(tool);
    }
    let known = |path: &str| {
        CATALOGUE
            .iter()
            .any(|tool| path == format!("/v2/{}", tool.endpoint))
    };
    let posts = document["paths"].as_object().unwrap().iter();
    let without_tool: Vec<&str> = posts
        .filter(|(path, methods)| methods.get("post").is_some() && !known(path))
        .map(|(path, _)| path.as_str())
        .collect();
    // A newer document than the one we follow has operations that we cannot have.
    if followed {
        assert_eq!(without_tool, [""; 0], "operations without a tool");
    }
    assert!(drift.found.is_empty(), "{:#?}", drift.found);
}

/// Where ours and theirs differ.
struct Drift<'a> {
    document: &'a Value,
    /// Whether it is the document of June 2026.
    followed: bool,
    found: Vec<String>,
}

impl<'a> Drift<'a> {
    fn check(&mut self, tool: &Entry) {
        if !self.followed && REPLACED.contains(&tool.endpoint) {
            return;
        }
        let operation = &self.document["paths"][format!("/v2/{}", tool.endpoint)]["post"];
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        if body.is_null() {
            return self
                .found
                .push(format!("{}: not in the document", tool.name));
        }
        let input = tool.input();
        let mut ours = Value::Object((*input.schema).clone());
        let ours = if input.array_body {
            ours["properties"]["limits"].take()
        } else {
            ours
        };
        let mut nullable = Vec::new();
        self.compare(tool.name, "", &ours, body, &mut nullable);
        nullable.sort();
        let mut clearable = input.clearable.clone();
        clearable.sort();
        if nullable != clearable {
            self.found
                .push(format!("{}: {clearable:?} for {nullable:?}", tool.name));
        }
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let place = reference.trim_start_matches('#');
                self.resolve(self.document.pointer(place).unwrap())
            }
            None => schema,
        }
    }

    /// Compares a schema of ours with theirs and gathers the optional fields that take `null`.
    fn compare(
        &mut self,
        tool: &str,
        at: &str,
        ours: &Value,
        theirs: &'a Value,
        nullable: &mut Vec<String>,
    ) {
        let theirs = self.resolve(theirs);
        if kind(ours) != kind(theirs) {
            self.found
                .push(format!("{tool}{at}: {} for {}", kind(ours), kind(theirs)));
        }
        if ours.get("enum") != theirs.get("enum") {
            self.found.push(format!("{tool}{at}: another enum"));
        }
        if let (Some(ours), Some(theirs)) = (ours.get("items"), theirs.get("items")) {
            self.compare(tool, &format!("{at}[]"), ours, theirs, &mut Vec::new());
        }
        let (our_fields, their_fields) = (fields(ours), fields(theirs));
        for name in their_fields.keys() {
            let place = format!("{at}.{name}");
            let Some(ours_of) = our_fields.get(name) else {
                self.found.push(format!("{tool}{place}: is missing"));
                continue;
            };
            let (we, they) = (requires(ours, name), requires(theirs, name));
            if we != they {
                self.found
                    .push(format!("{tool}{place}: required {we}, for {they}"));
            }
            let theirs_of = &theirs["properties"][name];
            if !they && takes_null(self.resolve(theirs_of)) {
                nullable.push(place.trim_start_matches('.').to_owned());
            }
            self.compare(tool, &place, ours_of, theirs_of, nullable);
        }
        for name in our_fields
            .keys()
            .filter(|name| !their_fields.contains_key(*name))
        {
            let newer = self.followed && NEWER.contains(&(tool, name));
            let ours_alone = at.is_empty() && name == CLEAR;
            if !(newer || ours_alone) {
                self.found
                    .push(format!("{tool}{at}.{name}: does not exist"));
            }
        }
    }
}

/// The one kind of value besides `null`.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    }
}

fn takes_null(schema: &Value) -> bool {
    let kinds = schema["type"].as_array();
    kinds.is_some_and(|kinds| kinds.contains(&json!("null")))
}

fn fields(schema: &Value) -> Map<String, Value> {
    schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default()
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|required| required.contains(&json!(name)))
}
