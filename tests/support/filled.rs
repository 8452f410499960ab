//! Values made from schemas.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

/// Texts of which one fits each pattern that there is.
const TEXTS: [&str; 4] = ["sample_12", "d_abc123", "/healthz", "acme/api"];

/// A value that fits `schema`: with every optional field, or with none. Of fields that exclude each
/// other the first.
pub(crate) fn filled(schema: &Value, full: bool) -> Value {
    if full {
        return each_filled(schema).swap_remove(0);
    }
    match schema["type"].as_str() {
        Some("array") if schema["minItems"] == 1 => json!([filled(&schema["items"], false)]),
        Some("array") => json!([]),
        Some("object") | None => {
            let names = |keyword: &str| schema[keyword].as_array().into_iter().flatten();
            let required = names("required").filter_map(Value::as_str);
            let one_of = excluding(schema).into_iter();
            let one_of = one_of
                .filter(|_| schema["x-at-most-one-of"].is_null())
                .take(1);
            let some_of = names("x-some-of").filter_map(Value::as_str).take(1);
            let wanted = required.map(str::to_owned).chain(one_of);
            let wanted = wanted.chain(some_of.map(str::to_owned));
            let fields = wanted.map(|name| {
                let field = filled(&schema["properties"][&name], false);
                (name, field)
            });
            Value::Object(in_order(schema, fields.collect()))
        }
        _ => plain(schema),
    }
}

/// Values that fit `schema` with every optional field: as many as it takes for each of fields that
/// exclude each other to be in one.
pub(crate) fn each_filled(schema: &Value) -> Vec<Value> {
    match schema["type"].as_str() {
        Some("array") => each_filled(&schema["items"])
            .into_iter()
            .map(|item| json!([item]))
            .collect(),
        Some("object") | None => {
            let excluding = excluding(schema);
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields: Vec<(&String, Vec<Value>)> = fields
                .map(|(name, field)| (name, each_filled(field)))
                .collect();
            let is_in = |name: &str| {
                excluding
                    .first()
                    .is_none_or(|first| first == name || !excluding.iter().any(|one| one == name))
            };
            let first = fields.iter().filter(|(name, _)| is_in(name));
            let first: Map<String, Value> = first
                .map(|(name, values)| ((*name).clone(), values[0].clone()))
                .collect();
            let mut all = vec![first.clone()];
            for (name, values) in &fields {
                let told = usize::from(is_in(name));
                for value in &values[told..] {
                    let mut other = first.clone();
                    if excluding.contains(name) {
                        other.retain(|name, _| !excluding.contains(name));
                    }
                    other.insert((*name).clone(), value.clone());
                    all.push(in_order(schema, other));
                }
            }
            all.into_iter().map(Value::Object).collect()
        }
        _ => vec![plain(schema)],
    }
}

/// The fields in the order in which the schema has them.
fn in_order(schema: &Value, mut fields: Map<String, Value>) -> Map<String, Value> {
    let names = schema["properties"].as_object().into_iter().flatten();
    names
        .filter_map(|(name, _)| fields.remove_entry(name))
        .collect()
}

/// A value that has no others inside it.
fn plain(schema: &Value) -> Value {
    if let Some(choice) = schema["enum"].get(0) {
        return choice.clone();
    }
    match schema["type"].as_str() {
        Some("string") => {
            let pattern = Regex::new(schema["pattern"].as_str().unwrap_or("")).unwrap();
            let text = TEXTS.into_iter().find(|text| pattern.is_match(text));
            json!(text.expect("a text for every pattern"))
        }
        Some("integer") => json!(schema["minimum"].as_i64().unwrap_or(1)),
        Some("number") => json!(schema["minimum"].as_f64().unwrap_or(0.5)),
        _ => json!(true),
    }
}

/// The fields of an object that exclude each other.
pub(crate) fn excluding(schema: &Value) -> Vec<String> {
    let names = |list: &Value| -> Vec<String> {
        let names = list.as_array().into_iter().flatten();
        names
            .filter_map(|name| name.as_str().or(name["required"][0].as_str()))
            .map(str::to_owned)
            .collect()
    };
    ["oneOf", "x-one-of", "x-at-most-one-of"]
        .iter()
        .flat_map(|keyword| names(&schema[*keyword]))
        .collect()
}
