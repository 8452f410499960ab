//! What lists leave out of a schema.

use serde_json::{Map, Value, json};

use super::{AT_MOST_ONE_OF, ELSEWHERE, NULLABLE, ONE_OF, OPEN, SOME_OF, TIME, each_schema};
use crate::secrets::SECRET;
use crate::types::{ID, REFERENCE, SLUG};

/// Takes out what a model has no use for, and what every conversation would pay for: our own marks,
/// the words of a list's items, which say again what those of the list say, and bounds that nobody
/// meets by chance. They are checked all the same, and a mistake is told.
pub(super) fn strip_for_lists(schema: &mut Value) {
    each_schema(schema, &mut |schema| {
        if schema.shift_remove(ELSEWHERE).is_some() {
            name_alone(schema);
        }
        for mark in [
            NULLABLE,
            TIME,
            OPEN,
            SECRET,
            ONE_OF,
            AT_MOST_ONE_OF,
            SOME_OF,
            "oneOf",
        ] {
            schema.shift_remove(mark);
        }
        schema.retain(|keyword, bound| !goes_without_saying(keyword, bound));
        // Its words say which one it takes, and some clients read choices of texts alone.
        if schema.get("type") == Some(&json!("boolean")) {
            schema.shift_remove("enum");
        }
        if let Some(Value::Object(items)) = schema.get_mut("items") {
            items.shift_remove("description");
            items.shift_remove("pattern");
        }
    });
}

/// Leaves of a schema what kind of value it takes, and its own words.
fn name_alone(schema: &mut Map<String, Value>) {
    schema
        .retain(|keyword, _| matches!(keyword.as_str(), "type" | "description" | "enum" | "items"));
    if let Some(Value::Object(items)) = schema.get_mut("items") {
        items.retain(|keyword, _| keyword == "type");
    }
}

/// Whether a keyword bounds what nobody exceeds who knows what the field is for.
fn goes_without_saying(keyword: &str, bound: &Value) -> bool {
    match keyword {
        "minLength" => bound.as_u64().is_some_and(|least| least <= 8),
        "maxLength" => bound.as_u64().is_some_and(|most| most >= 128),
        // Words say it: not every client reads it.
        "minProperties" | "maxProperties" | "multipleOf" => true,
        "minimum" => bound.as_u64().is_some_and(|least| least <= 1),
        "minItems" => bound.as_u64().is_some_and(|least| least <= 1),
        "maxItems" => bound.as_u64().is_some_and(|most| most >= 20),
        "maximum" => bound.as_u64().is_some_and(|most| most >= 1_000_000_000_000),
        "pattern" => [ID, REFERENCE, SLUG].iter().any(|known| bound == known),
        _ => false,
    }
}
