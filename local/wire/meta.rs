//! Free data as it is stored.

use serde_json::{Map, Number, Value};

/// The data as JSON: fields sorted, numbers as IEEE doubles, as Unkey's server keeps them.
pub(crate) fn stored(meta: Map<String, Value>) -> String {
    canonical(Value::Object(meta)).to_string()
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
        Value::Number(number) => Value::Number(double(&number)),
        other => other,
    }
}

/// The number as a double holds it, and without a fraction where it has none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "the cast is undone to see whether anything was lost"
)]
fn double(number: &Number) -> Number {
    let Some(value) = number.as_f64() else {
        return number.clone();
    };
    let whole = value as i64;
    if whole as f64 == value && whole != i64::MAX {
        return whole.into();
    }
    Number::from_f64(value).unwrap_or_else(|| number.clone())
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
            store(r#"{"a":9007199254740993,"b":1.0,"c":1e3,"d":0.1,"e":-7,"f":1e300}"#),
            r#"{"a":9007199254740992,"b":1,"c":1000,"d":0.1,"e":-7,"f":1e+300}"#
        );
    }
}
