//! Values made from schemas.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

/// Texts of which one fits each pattern that there is.
const TEXTS: [&str; 4] = ["sample_12", "d_abc123", "/healthz", "acme/api"];

/// A value that fits `schema`: with every optional field, or with none. Of fields that exclude each
/// other the first.
pub(crate) fn filled(schema: &Value, full: bool) -> Value {
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
        Some("boolean") => json!(true),
        Some("array") if full || schema["minItems"] == 1 => {
            json!([filled(&schema["items"], full)])
        }
        Some("array") => json!([]),
        _ => {
            let required = schema["required"].as_array();
            let choices = excluding(schema);
            let wanted = |name: &str| match choices.iter().position(|choice| choice == name) {
                Some(0) => full || schema["x-at-most-one-of"].is_null(),
                Some(_) => false,
                None => full || required.is_some_and(|list| list.contains(&json!(name))),
            };
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields = fields.filter(|(name, _)| wanted(name));
            let fields = fields.map(|(name, field)| (name.clone(), filled(field, full)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
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
