//! Coerces arguments: models send numbers, objects and lists as text. What a schema leaves no doubt
//! about becomes what it asks for.

use serde_json::{Number, Value};

use crate::exact::{inexact, inexact_words};
use crate::validator::SchemaValidator;
use crate::validator::kind::Kind;

/// The longest text in bytes that is read as a number or a boolean.
const LONGEST_SCALAR: usize = 64;

/// A power of two above every integer of 64 bits.
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

/// Coerces `value` to what `validator` asks for, in place.
///
/// Objects, lists, numbers and booleans that were sent as text become what the validator asks for,
/// `3.0` becomes `3` where an integer is asked for, and `null` for an optional field that does not
/// take it is dropped: some models send it for "unset". What is in doubt is left for the check.
///
/// `drops_nulls` is false where an operation overwrites: there `null` may be meant to empty a list
/// or an object, and dropping it would report a success that changed nothing.
///
/// A text with a number that would become another is left, and told to `lost`.
pub(crate) fn coerce(
    validator: &SchemaValidator,
    value: &mut Value,
    drops_nulls: bool,
    lost: &mut Vec<String>,
) {
    if let (Some(kind), Value::String(text)) = (validator.kind, &*value)
        && let Some(meant) = parse(kind, text)
    {
        if let Some(number) = inexact(text) {
            lost.push(inexact_words(number));
        } else {
            *value = meant;
        }
    }
    if validator.kind == Some(Kind::Integer)
        && let Some(whole) = whole(value)
    {
        *value = Value::Number(whole);
    }
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| {
                !value.is_null()
                    || validator.requires(name)
                    || validator.field(name).is_none_or(|field| {
                        let emptiable = matches!(field.kind, Some(Kind::Array | Kind::Object));
                        field.nullable || (emptiable && !drops_nulls)
                    })
            });
            for (name, value) in fields {
                if let Some(validator) = validator.field(name) {
                    coerce(validator, value, drops_nulls, lost);
                }
            }
        }
        Value::Array(items) => {
            if let Some(validator) = &validator.items {
                for item in items {
                    coerce(validator, item, drops_nulls, lost);
                }
            }
        }
        _ => {}
    }
}

/// The value of that kind that `text` spells, if it does.
fn parse(kind: Kind, text: &str) -> Option<Value> {
    let text = text.trim();
    // A look at the first letter or the length spares reading what cannot be meant.
    let likely = match kind {
        Kind::Object => text.starts_with('{'),
        Kind::Array => text.starts_with('['),
        Kind::Boolean | Kind::Number | Kind::Integer => text.len() <= LONGEST_SCALAR,
        Kind::String => false,
    };
    if !likely {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let meant = match kind {
        Kind::Object => value.is_object(),
        Kind::Array => value.is_array(),
        Kind::Boolean => value.is_boolean(),
        Kind::Number | Kind::Integer => value.is_number(),
        Kind::String => false,
    };
    meant.then_some(value)
}

/// The integer of 64 bits that a float spells, as `3.0` and `1e18` do.
fn whole(value: &Value) -> Option<Number> {
    let Value::Number(number) = value else {
        return None;
    };
    let float = number.as_f64().filter(|_| number.is_f64())?;
    if float.fract() != 0.0 || float.abs() > BEYOND_64_BITS {
        return None;
    }
    let digits = format!("{float:.0}");
    digits.parse::<i64>().ok().map(Number::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn coerced(schema: &Value, mut value: Value) -> Value {
        coerce(
            &SchemaValidator::of(schema),
            &mut value,
            true,
            &mut Vec::new(),
        );
        value
    }

    #[test]
    fn text_becomes_what_the_schema_asks_for() {
        for (kind, text, meant) in [
            ("integer", " 7 ", json!(7)),
            ("integer", "7.0", json!(7)),
            ("integer", "1e3", json!(1000)),
            ("integer", "-0", json!(0)),
            ("number", "7.5", json!(7.5)),
            ("boolean", "true", json!(true)),
            ("array", "[1]", json!([1])),
            ("object", "{\"a\":1}", json!({"a": 1})),
        ] {
            assert_eq!(coerced(&json!({"type": kind}), json!(text)), meant);
        }
    }

    #[test]
    fn what_is_in_doubt_is_left_for_the_check() {
        for (kind, value) in [
            ("integer", json!("seven")),
            ("integer", json!("[7]")),
            ("integer", json!(7.5)),
            ("integer", json!(1e300)),
            ("boolean", json!("yes")),
            ("boolean", json!(1)),
            ("array", json!("a, b")),
            ("object", json!("[1]")),
            ("string", json!(7)),
            ("string", json!("7")),
        ] {
            assert_eq!(coerced(&json!({"type": kind}), value.clone()), value);
        }
    }

    #[test]
    fn a_whole_float_is_an_integer_where_one_is_asked_for() {
        let integer = coerced(&json!({"type": "integer"}), json!(3.0));
        assert_eq!(integer.to_string(), "3");
        for (text, whole) in [
            ("1e18", "1000000000000000000"),
            ("-1E18", "-1000000000000000000"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("9007199254740994.0", "9007199254740994"),
            ("-9223372036854775808.0", "-9223372036854775808"),
            ("9223372036854775807", "9223372036854775807"),
        ] {
            let sent: Value = serde_json::from_str(text).unwrap();
            let integer = coerced(&json!({"type": "integer"}), sent);
            assert_eq!(integer.to_string(), whole, "{text}");
        }
        let number = coerced(&json!({"type": "number"}), json!(3.0));
        assert_eq!(number.to_string(), "3.0");
    }

    #[test]
    fn null_is_dropped_only_where_a_known_optional_field_does_not_take_it() {
        let schema = json!({
            "type": "object",
            "properties": {
                "must": {"type": "string"},
                "may": {"type": "string"},
                "clears": {"type": "string", (crate::schema::NULLABLE): true},
            },
            "required": ["must"],
        });
        let sent = json!({"must": null, "may": null, "clears": null, "unknown": null});
        let meant = json!({"must": null, "clears": null, "unknown": null});
        assert_eq!(coerced(&schema, sent), meant);
    }

    #[test]
    fn what_no_schema_describes_is_untouched() {
        let sent = json!({"n": null, "text": "7", "float": 3.0});
        assert_eq!(coerced(&json!({"type": "object"}), sent.clone()), sent);
    }
}
