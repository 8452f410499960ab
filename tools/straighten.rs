//! Arguments arrive bent. What a schema leaves no doubt about is straightened here.

use serde_json::{Number, Value};

use crate::rule::{Kind, Rule};
use crate::schema::integer;

/// Straightens `value` by `rule`, in place.
///
/// Objects, lists, numbers and booleans that were sent as text become what the rule asks for,
/// `3.0` becomes `3` where an integer is asked for, and `null` for an optional field that does not
/// take it is dropped: some models send it for "unset". What is in doubt is left for the check.
pub(crate) fn straighten(rule: &Rule, value: &mut Value) {
    if let (Some(kind), Value::String(text)) = (rule.kind, &*value)
        && let Some(meant) = parse(kind, text)
    {
        *value = meant;
    }
    if rule.kind == Some(Kind::Integer)
        && let Some(whole) = whole(value)
    {
        *value = Value::Number(whole);
    }
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| {
                !value.is_null()
                    || rule.requires(name)
                    || rule.field(name).is_none_or(|field| field.nullable)
            });
            for (name, value) in fields {
                if let Some(rule) = rule.field(name) {
                    straighten(rule, value);
                }
            }
        }
        Value::Array(items) => {
            if let Some(rule) = &rule.items {
                for item in items {
                    straighten(rule, item);
                }
            }
        }
        _ => {}
    }
}

/// The value of that kind that `text` spells, if it does.
fn parse(kind: Kind, text: &str) -> Option<Value> {
    if kind == Kind::String {
        return None;
    }
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    let meant = match kind {
        Kind::Object => value.is_object(),
        Kind::Array => value.is_array(),
        Kind::Boolean => value.is_boolean(),
        Kind::Number | Kind::Integer => value.is_number(),
        Kind::String => false,
    };
    meant.then_some(value)
}

/// The integer that a float spells, where no digit is lost.
fn whole(value: &Value) -> Option<Number> {
    let Value::Number(number) = value else {
        return None;
    };
    let float = number.as_f64().filter(|_| number.is_f64())?;
    integer(float).map(Number::from)
}
