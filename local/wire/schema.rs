//! Parts of schemas that several operations share, with the bounds of Unkey's server.

use serde_json::{Value, json};

/// 2100-01-01, Unix ms: the latest time that the server takes.
pub(crate) const LATEST: i64 = 4_102_444_800_000;

/// The largest integer of the server's schemas: 2^63, as a double.
const LARGEST: f64 = 9_223_372_036_854_776_000.0;

/// What the slug of a permission looks like.
const SLUG: &str = r"^[a-zA-Z0-9_:\-\.\*]+$";

/// An id, of at least so many characters.
pub(crate) fn id(least: u64) -> Value {
    json!({"type": "string", "minLength": least, "maxLength": 255, "pattern": "^[a-zA-Z0-9_]+$"})
}

/// Text of so many characters.
pub(crate) fn text(least: u64, most: u64) -> Value {
    json!({"type": "string", "minLength": least, "maxLength": most})
}

/// Text of so many characters that matches a regular expression.
pub(crate) fn pattern(least: u64, most: u64, pattern: &str) -> Value {
    json!({"type": "string", "minLength": least, "maxLength": most, "pattern": pattern})
}

/// An external id.
pub(crate) fn external_id() -> Value {
    pattern(1, 255, "^[a-zA-Z0-9_.-]+$")
}

/// An integer between two bounds.
pub(crate) fn integer(least: i64, most: i64) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": most})
}

/// An integer from a bound up.
pub(crate) fn at_least(least: i64) -> Value {
    json!({"type": "integer", "minimum": least})
}

/// `true` or `false`.
pub(crate) fn boolean() -> Value {
    json!({"type": "boolean"})
}

/// A list of at most so many items.
pub(crate) fn list(most: u64, items: &Value) -> Value {
    json!({"type": "array", "maxItems": most, "items": items})
}

/// Free data.
pub(crate) fn meta() -> Value {
    json!({"type": "object", "maxProperties": 100})
}

/// The slug of a permission.
pub(crate) fn permission() -> Value {
    pattern(1, 128, SLUG)
}

/// The name of a role.
pub(crate) fn role() -> Value {
    text(1, 128)
}

/// The list, with an item at the least.
pub(crate) fn at_least_one(mut list: Value) -> Value {
    if let Value::Object(fields) = &mut list {
        fields.insert("minItems".to_owned(), 1.into());
    }
    list
}

/// The schema, or `null`.
pub(crate) fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    schema
}

/// An object that takes no other fields.
pub(crate) fn object(required: &[&str], properties: &Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

/// An object that takes any other fields as well.
pub(crate) fn open_object(required: &[&str], properties: &Value) -> Value {
    let mut schema = object(required, properties);
    if let Value::Object(fields) = &mut schema {
        fields.insert("additionalProperties".to_owned(), true.into());
    }
    schema
}

/// A key, and a list of what it is given or loses.
pub(crate) fn of_key(field: &str, list: &Value) -> Value {
    object(&["keyId", field], &json!({"keyId": id(3), field: list}))
}

/// Limits to attach to a key or an identity.
pub(crate) fn ratelimits() -> Value {
    list(
        50,
        &open_object(
            &["name", "limit", "duration", "autoApply"],
            &json!({
                "name": text(3, 128),
                "limit": at_least(1),
                "duration": at_least(1_000),
                "autoApply": boolean(),
            }),
        ),
    )
}

/// The credits of a new key.
pub(crate) fn credits() -> Value {
    object(
        &["remaining"],
        &json!({"remaining": nullable(balance()), "refill": refill()}),
    )
}

/// A number of credits.
pub(crate) fn balance() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": LARGEST})
}

/// When and to what credits come back.
pub(crate) fn refill() -> Value {
    object(
        &["interval", "amount"],
        &json!({
            "interval": {"type": "string", "enum": ["daily", "monthly"]},
            "amount": {"type": "integer", "minimum": 1, "maximum": LARGEST},
            "refillDay": integer(1, 31),
        }),
    )
}
