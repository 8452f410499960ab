//! From the JSON Schema that schemars emits to one that every client reads.
//!
//! Every client has a construct it chokes on, so the schemas use what all of them read: no
//! references, no unions, no lists of types, no formats of numbers, bounds that a double holds.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

/// The largest integer that a double, and so every JSON parser, holds exactly.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The order of the keywords in a schema: what it is, what it means, what it allows, what it holds.
const ORDER: [&str; 14] = [
    "type",
    "description",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "items",
    "properties",
    "required",
    "additionalProperties",
];

/// Rewrites what schemars emits into what every client reads.
#[derive(Clone)]
pub(crate) struct Portable;

impl Transform for Portable {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        drop_null(schema);
        collapse_choices(schema);
        if let Some(Value::String(words)) = schema.get_mut("description") {
            *words = unwrap_lines(words);
        }
        let is_number = matches!(
            schema.get("type").and_then(Value::as_str),
            Some("integer" | "number")
        );
        if is_number {
            schema.remove("format");
        }
        if schema.get("default") == Some(&Value::Null) {
            schema.remove("default");
        }
        for bound in ["minimum", "maximum"] {
            if let Some(bound) = schema.get_mut(bound) {
                clamp(bound);
            }
        }
        if schema.get("type") == Some(&json!("object")) && !schema.contains_key("properties") {
            schema
                .entry("additionalProperties")
                .or_insert_with(|| json!(true));
        }
        order(schema);
    }
}

/// Doc comments break their lines for the editor; a model needs none of it. Blank lines, which
/// part the paragraphs, stay.
fn unwrap_lines(words: &str) -> String {
    let paragraphs: Vec<String> = words
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    paragraphs.join("\n\n")
}

/// Puts the keywords in one order, so that a reader finds them where they were last time.
fn order(schema: &mut Map<String, Value>) {
    let mut unordered = std::mem::take(schema);
    for keyword in ORDER {
        if let Some((keyword, value)) = unordered.remove_entry(keyword) {
            schema.insert(keyword, value);
        }
    }
    schema.extend(unordered);
}

/// `["string", "null"]` and `anyOf: [T, null]`, which `Option` makes, become plain `T`.
fn drop_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
    let Some(Value::Array(branches)) = schema.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| branch.get("type") != Some(&json!("null")));
    if let [Value::Object(only)] = branches.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            // The field's own words win over those of its type.
            schema.entry(key).or_insert(value);
        }
    }
}

/// An enumeration whose variants have words becomes a plain list of its values.
fn collapse_choices(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else {
        return;
    };
    let mut choices = Vec::new();
    for branch in branches {
        match (branch.get("const"), branch.get("enum")) {
            (Some(choice), _) => choices.push(choice.clone()),
            (None, Some(Value::Array(more))) => choices.extend(more.iter().cloned()),
            _ => return,
        }
    }
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), Value::Array(choices));
}

fn clamp(bound: &mut Value) {
    let Some(value) = bound.as_f64() else { return };
    let value = value.clamp(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
    // schemars writes some bounds as 1.0; models copy what they see.
    if let Some(whole) = integer(value) {
        *bound = whole.into();
    }
}

/// The integer that `float` is, where it is one and no digit is lost.
pub(crate) fn integer(float: f64) -> Option<i64> {
    (float.fract() == 0.0 && float.abs() <= MAX_SAFE_INTEGER)
        .then(|| format!("{float:.0}").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use schemars::generate::SchemaSettings;
    use schemars::{JsonSchema, SchemaGenerator};

    use super::*;

    fn portable<T: JsonSchema>() -> Value {
        let mut settings = SchemaSettings::draft2020_12();
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        settings.transforms.push(Box::new(Portable));
        SchemaGenerator::new(settings)
            .into_root_schema_for::<T>()
            .to_value()
    }

    /// How much.
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    enum Amount {
        /// A little.
        Little,
        Much,
    }

    /// Opens with
    /// one sentence.
    ///
    /// Goes on.
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Example {
        /// Its own words.
        amount: Option<Amount>,
        #[schemars(range(max = 9_223_372_036_854_775_807_i64))]
        count: Option<u64>,
        meta: Map<String, Value>,
        list: Vec<Option<String>>,
    }

    #[test]
    fn optional_choices_are_a_plain_enum_with_the_words_of_the_field() {
        assert_eq!(
            portable::<Example>()["properties"]["amount"].to_string(),
            r#"{"type":"string","description":"Its own words.","enum":["Much","Little"]}"#
        );
    }

    #[test]
    fn numbers_have_no_format_and_bounds_that_a_double_holds() {
        assert_eq!(
            portable::<Example>()["properties"]["count"].to_string(),
            r#"{"type":"integer","minimum":0,"maximum":9007199254740991}"#
        );
    }

    #[test]
    fn free_objects_say_that_they_are_open() {
        assert_eq!(
            portable::<Example>()["properties"]["meta"].to_string(),
            r#"{"type":"object","additionalProperties":true}"#
        );
    }

    #[test]
    fn null_is_no_kind_of_its_own() {
        assert_eq!(
            portable::<Example>()["properties"]["list"]["items"].to_string(),
            r#"{"type":"string"}"#
        );
    }

    #[test]
    fn paragraphs_lose_their_line_breaks_and_keep_their_blank_lines() {
        assert_eq!(
            portable::<Example>()["description"],
            "Opens with one sentence.\n\nGoes on."
        );
    }

    #[test]
    fn an_integer_is_one_only_where_no_digit_is_lost() {
        assert_eq!(integer(-0.0), Some(0));
        assert_eq!(integer(MAX_SAFE_INTEGER), Some(9_007_199_254_740_991));
        for float in [0.5, MAX_SAFE_INTEGER + 1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(integer(float), None, "{float}");
        }
    }
}
