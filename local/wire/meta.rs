//! Free data as it is stored.

use serde_json::{Map, Number, Value};

use crate::wire::numbers::to_json;

/// The data as JSON: fields sorted, numbers as IEEE doubles, as Unkey's server keeps them.
pub(crate) fn stored(meta: Map<String, Value>) -> String {
    let json = to_json(&canonical(Value::Object(meta)));
    // Text and numbers always serialise, and as text.
    json.ok()
        .and_then(|json| String::from_utf8(json).ok())
        .unwrap_or_default()
}

fn canonical(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields
                .into_iter()
                .map(|(name, value)| (name, canonical(value)))
                .collect();
            fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        Value::Number(number) => {
            let double = number.as_f64().and_then(Number::from_f64);
            Value::Number(double.unwrap_or(number))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(text: &str) -> String {
        stored(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn fields_are_sorted_at_every_depth() {
        assert_eq!(
            store(r#"{"b":[{"d":1,"c":2}],"a":null}"#),
            r#"{"a":null,"b":[{"c":2,"d":1}]}"#
        );
    }

    #[test]
    fn numbers_are_doubles() {
        assert_eq!(
            store(
                r#"{"a":9007199254740993,"b":1.0,"c":1e3,"d":0.1,"e":-7,"f":1e300,"g":12345678901234567000}"#
            ),
            r#"{"a":9007199254740992,"b":1,"c":1000,"d":0.1,"e":-7,"f":1e+300,"g":12345678901234567000}"#
        );
    }
}
