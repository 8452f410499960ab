//! Whether the catalogue is Unkey's API: every operation, and of each the fields and their bounds.
//!
//! Unkey's OpenAPI document is not ours to ship. `tests/facts/` holds what it says in our own form,
//! a line for each field; whoever has a copy compares with the document itself, and brings the
//! facts up to date with UPDATE=1:
//! `UNKEY_OPENAPI=unkey.yaml cargo test -p unkey-mcp --test tests openapi -- --ignored`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use unkey_mcp::api_diff::{Api, Document, Fields, Keywords};
use unkey_tools::{Entry, find, is_of_portal_users};

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
    let document = Document::parse(&std::fs::read(&path).unwrap()).unwrap();
    let mut api = document.api().unwrap();
    api.operations
        .retain(|name, _| name.starts_with("POST /v2/") && !is_of_portal_users(endpoint(name)));
    let theirs = facts(&api);
    if std::env::var_os("UPDATE").is_some() {
        let lines: String = theirs.iter().map(|line| line.clone() + "\n").collect();
        std::fs::write(facts_file(), lines).unwrap();
    }
    assert_same(&theirs, &ours());
}

#[track_caller]
fn assert_same(theirs: &BTreeSet<String>, ours: &BTreeSet<String>) {
    // The server answers null where no hash was taken, which its document does not say.
    let told = |line: &&String| !line.starts_with("keys.migrateKeys -> data.failed");
    let theirs: BTreeSet<_> = theirs.iter().filter(told).collect();
    let ours: BTreeSet<_> = ours.iter().filter(told).collect();
    let missing = theirs
        .difference(&ours)
        .map(|line| format!("Unkey: {line}"));
    let more = ours
        .difference(&theirs)
        .map(|line| format!("ours:  {line}"));
    let drift: Vec<String> = missing.chain(more).collect();
    assert!(drift.is_empty(), "{} differences: {drift:#?}", drift.len());
}

/// What the catalogue says.
fn ours() -> BTreeSet<String> {
    let mut api = Api::of_catalogue().unwrap();
    api.operations
        .retain(|name, _| find(endpoint(name)).is_some_and(Entry::is_listed));
    facts(&api)
}

fn endpoint(name: &str) -> &str {
    name.strip_prefix("POST /v2/").unwrap_or(name)
}

/// A line for each operation and for each field.
fn facts(api: &Api) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (name, operation) in &api.operations {
        let endpoint = endpoint(name);
        let deprecated = if operation.deprecated {
            " deprecated"
        } else {
            ""
        };
        lines.insert(format!("{endpoint}{deprecated}"));
        let sides: [(&str, &Fields); 2] = [("<-", &operation.request), ("->", &operation.response)];
        for (arrow, fields) in sides {
            let fields = fields.iter();
            lines.extend(
                fields.map(|(place, said)| format!("{endpoint} {arrow} {place}:{}", told(said))),
            );
        }
    }
    lines
}

/// What is said of a field, each with a space before it.
fn told(said: &Keywords) -> String {
    let text = |keyword: &str| said.get(keyword).map(bare);
    let mut told = String::new();
    if said.contains_key("required") {
        told.push_str(" required");
    }
    write!(told, " {}", text("type").as_deref().unwrap_or("any")).unwrap();
    if said.contains_key("nullable") {
        told.push_str(" or null");
    }
    for (least, most, what) in BOUNDS {
        let bounds = [text(least), text(most)];
        if bounds != [None, None] {
            let [least, most] = bounds.map(Option::unwrap_or_default);
            write!(told, " {least}..{most}{what}").unwrap();
        }
    }
    if let Some(step) = text("multipleOf") {
        write!(told, " in steps of {step}").unwrap();
    }
    if said.contains_key("additionalProperties") {
        told.push_str(" and other fields");
    }
    if said.contains_key("uniqueItems") {
        told.push_str(" each once");
    }
    for keyword in ["pattern", "enum", "oneOf"] {
        if let Some(value) = text(keyword) {
            write!(told, " {value}").unwrap();
        }
    }
    told
}

fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(bare).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}
