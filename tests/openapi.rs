//! Whether the catalogue is Unkey's API: every operation, and of each the fields and their bounds.
//!
//! Unkey's OpenAPI document is not ours to ship. `tests/facts/` holds what it says in our own form,
//! a line for each field; whoever has a copy compares with the document itself, and brings the
//! facts up to date with UPDATE=1:
//! `UNKEY_OPENAPI=unkey.yaml cargo test -p unkey-mcp --test tests openapi -- --ignored`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use unkey_tools::{Entry, is_of_portal_users, listed};

/// Above what a double holds exactly, a bound is none.
const UNBOUNDED: f64 = 9_007_199_254_740_991.0;

/// The bounds of a field, as they are told: `3..255 characters`.
const BOUNDS: [(&str, &str, &str); 4] = [
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
    ("minProperties", "maxProperties", " fields"),
    ("minimum", "maximum", ""),
];

fn facts_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/facts/unkey-2026-08-21.txt")
}

#[test]
fn the_catalogue_has_the_operations_and_fields_of_unkey() {
    let facts = std::fs::read_to_string(facts_file()).unwrap();
    let facts: BTreeSet<String> = facts.lines().map(str::to_owned).collect();
    assert_same(&facts, &ours());
}

#[test]
#[ignore = "needs UNKEY_OPENAPI, the path of Unkey's OpenAPI document"]
#[expect(
    clippy::disallowed_methods,
    reason = "the document's place cannot be known when the test is built"
)]
fn the_catalogue_is_that_of_unkeys_document() {
    let path = std::env::var("UNKEY_OPENAPI").expect("UNKEY_OPENAPI names the document");
    let text = std::fs::read_to_string(&path).unwrap();
    let theirs = Document(serde_saphyr::from_str(&text).unwrap()).facts();
    if std::env::var_os("UPDATE").is_some() {
        let lines: String = theirs.iter().map(|line| line.clone() + "\n").collect();
        std::fs::write(facts_file(), lines).unwrap();
    }
    assert_same(&theirs, &ours());
}

#[track_caller]
fn assert_same(theirs: &BTreeSet<String>, ours: &BTreeSet<String>) {
    let missing = theirs.difference(ours).map(|line| format!("Unkey: {line}"));
    let more = ours.difference(theirs).map(|line| format!("ours:  {line}"));
    let drift: Vec<String> = missing.chain(more).collect();
    assert!(drift.is_empty(), "{} differences: {drift:#?}", drift.len());
}

/// What the catalogue says.
fn ours() -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for entry in listed() {
        let document = Document(Value::Null);
        let input = entry.input();
        let request = if input.array_body {
            &input.full_schema["properties"]["limits"]
        } else {
            &input.full_schema
        };
        document.add(entry.endpoint, request, &response(entry), &mut lines);
    }
    lines
}

fn response(entry: &Entry) -> Value {
    Value::Object(entry.output_schema())
}

/// An OpenAPI document, or nothing where no schema refers to one.
struct Document(Value);

impl Document {
    /// What the document says of the operations that a root key may call.
    fn facts(&self) -> BTreeSet<String> {
        let mut lines = BTreeSet::new();
        for (path, methods) in self.0["paths"].as_object().unwrap() {
            let endpoint = path.trim_start_matches("/v2/");
            let operation = &methods["post"];
            if operation.is_null() || is_of_portal_users(endpoint) {
                continue;
            }
            let json = |content: &Value| content["application/json"]["schema"].clone();
            let request = json(&self.resolved(&operation["requestBody"])["content"]);
            let success = ["200", "201", "202"]
                .iter()
                .find_map(|status| operation["responses"].get(status));
            let response = json(&self.resolved(success.unwrap())["content"]);
            self.add(endpoint, &request, &response, &mut lines);
        }
        lines
    }

    fn add(&self, endpoint: &str, request: &Value, response: &Value, lines: &mut BTreeSet<String>) {
        lines.insert(endpoint.to_owned());
        self.fields(&format!("{endpoint} <- "), "", request, true, lines);
        self.fields(&format!("{endpoint} -> "), "", response, false, lines);
    }

    /// A line for each field of `schema` and of what is inside it.
    fn fields(
        &self,
        before: &str,
        at: &str,
        schema: &Value,
        is_request: bool,
        lines: &mut BTreeSet<String>,
    ) {
        let schema = self.plain(schema);
        let inside = |name: &str| match at {
            "" => name.to_owned(),
            at => format!("{at}.{name}"),
        };
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            // Every answer has it, and so does every output of ours.
            if !is_request && at.is_empty() && name == "meta" {
                continue;
            }
            let at = inside(name);
            let mut line = format!("{before}{at}");
            if is_request {
                let required = schema["required"].as_array();
                let required = required.is_some_and(|list| list.contains(&json!(name)));
                line.push_str(if required { ": required" } else { ":" });
                line.push_str(&told(&self.plain(field)));
            }
            lines.insert(line);
            self.fields(before, &at, field, is_request, lines);
        }
        let items = self.plain(&schema["items"]);
        if !items.is_null() {
            let at = format!("{at}[]");
            if is_request {
                lines.insert(format!("{before}{at}:{}", told(&items)));
            }
            self.fields(before, &at, &items, is_request, lines);
        }
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let place = reference.trim_start_matches('#');
                self.resolved(self.0.pointer(place).unwrap())
            }
            None => schema,
        }
    }

    /// The schema without references, and without unions whose other branch is `null`.
    fn plain(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        let Value::Object(members) = schema else {
            return schema.clone();
        };
        let mut plain = members.clone();
        let mut branches = Vec::new();
        for union in ["allOf", "anyOf", "oneOf"] {
            let found = plain.shift_remove(union);
            branches.extend(
                found
                    .as_ref()
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        for branch in branches {
            let branch = self.plain(&branch);
            if branch["type"] == "null" {
                plain.insert("x-nullable".to_owned(), json!(true));
                continue;
            }
            for (keyword, value) in branch.as_object().into_iter().flatten() {
                // The branches of a real union ask for one field each: none is required alone.
                if keyword != "required" || !plain.contains_key("properties") {
                    plain.entry(keyword).or_insert_with(|| value.clone());
                }
            }
        }
        if let Some(Value::Array(kinds)) = plain.get("type").cloned() {
            if kinds.contains(&json!("null")) {
                plain.insert("x-nullable".to_owned(), json!(true));
            }
            let kind = kinds.into_iter().find(|kind| kind != "null");
            plain.insert("type".to_owned(), kind.unwrap_or_default());
        }
        Value::Object(plain)
    }
}

/// The kind of a field and its bounds, each with a space before it.
fn told(schema: &Value) -> String {
    let mut told = String::new();
    let kind = schema["type"].as_str().unwrap_or("any");
    write!(told, " {kind}").unwrap();
    if schema.get("x-nullable").is_some() {
        told.push_str(" or null");
    }
    for (least, most, what) in BOUNDS {
        let bound = |keyword: &str| {
            let bound = schema.get(keyword)?.as_f64()?;
            (bound.abs() < UNBOUNDED).then(|| bound.to_string())
        };
        let bounds = (bound(least), bound(most));
        if bounds != (None, None) {
            let [least, most] = [bounds.0, bounds.1].map(Option::unwrap_or_default);
            write!(told, " {least}..{most}{what}").unwrap();
        }
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        write!(told, " {pattern}").unwrap();
    }
    // A boolean that can only be true says nothing that its words do not.
    let choices = schema.get("enum").and_then(Value::as_array);
    let choices: Option<BTreeSet<&str>> =
        choices.and_then(|choices| choices.iter().map(Value::as_str).collect());
    if let Some(choices) = choices {
        let choices: Vec<&str> = choices.into_iter().collect();
        write!(told, " {}", choices.join("|")).unwrap();
    }
    told
}

#[test]
fn a_nullable_union_is_told_as_its_other_branch() {
    let document = Document(json!({"a": {"type": "string", "maxLength": 5}}));
    let schema = json!({"anyOf": [{"$ref": "#/a"}, {"type": "null"}]});
    assert_eq!(
        told(&document.plain(&schema)),
        " string or null ..5 characters"
    );
}
