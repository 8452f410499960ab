//! Values as JSON, and as the text that `toString` gives.

use serde_json::Value as Json;

use crate::calendar::{DAY, clock_text, day_text};
use crate::types::Type;
use crate::value::Value;

/// A value of type `kind` as Unkey's API sends it.
pub(crate) fn json(value: &Value, kind: &Type) -> Json {
    match (value, kind) {
        (value, Type::Nullable(inner)) => json(value, inner),
        (Value::Int(value), Type::Bool) => Json::Bool(*value != 0),
        (Value::Int(value), kind) if *kind == Type::U64 => Json::from(value.cast_unsigned()),
        (Value::Int(_), kind) if kind.is_time() => Json::String(rfc3339(value, kind)),
        (Value::Int(value), _) => Json::from(*value),
        // What JSON has no number for, NaN and the infinities, is null.
        (Value::Float(value), _) => number(*value),
        (Value::Text(text), _) => Json::String(text.to_string()),
        (Value::List(items), Type::Array(item)) => {
            Json::Array(items.iter().map(|value| json(value, item)).collect())
        }
        (Value::List(items), Type::Tuple(kinds)) => Json::Array(
            items
                .iter()
                .zip(kinds)
                .map(|(value, kind)| json(value, kind))
                .collect(),
        ),
        (Value::Null | Value::List(_), _) => Json::Null,
    }
}

/// A whole number is written without a fraction, as Unkey's server writes it.
fn number(value: f64) -> Json {
    let whole = crate::value::float_to_int(value);
    let exact = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0;
    if exact {
        Json::from(whole)
    } else {
        Json::from(value)
    }
}

fn rfc3339(value: &Value, kind: &Type) -> String {
    let Value::Int(ticks) = value else {
        return String::new();
    };
    match kind {
        Type::Date => format!("{}T00:00:00Z", day_text(*ticks)),
        Type::DateTime64(digits) => {
            let scale = 10_i64.pow(u32::from(*digits));
            let seconds = ticks.div_euclid(scale);
            let fraction = match ticks.rem_euclid(scale) {
                0 => String::new(),
                rest => {
                    let digits = format!("{rest:0width$}", width = usize::from(*digits));
                    format!(".{}", digits.trim_end_matches('0'))
                }
            };
            format!(
                "{}T{}{fraction}Z",
                day_text(seconds.div_euclid(DAY)),
                clock_text(seconds)
            )
        }
        _ => format!(
            "{}T{}Z",
            day_text(ticks.div_euclid(DAY)),
            clock_text(*ticks)
        ),
    }
}

/// A value as `toString` gives it.
pub(crate) fn text_of_value(value: &Value, kind: &Type) -> String {
    match (value, kind) {
        (value, Type::Nullable(inner)) => text_of_value(value, inner),
        (Value::Null, _) => "NULL".to_owned(),
        (Value::Int(value), Type::Bool) => (*value != 0).to_string(),
        (Value::Int(value), kind) if *kind == Type::U64 => value.cast_unsigned().to_string(),
        (Value::Int(day), Type::Date) => day_text(*day),
        (Value::Int(time), Type::DateTime) => {
            format!("{} {}", day_text(time.div_euclid(DAY)), clock_text(*time))
        }
        (Value::Int(ticks), Type::DateTime64(digits)) => {
            let scale = 10_i64.pow(u32::from(*digits));
            let seconds = ticks.div_euclid(scale);
            let fraction = match digits {
                0 => String::new(),
                digits => format!(
                    ".{:0width$}",
                    ticks.rem_euclid(scale),
                    width = usize::from(*digits)
                ),
            };
            format!(
                "{} {}{fraction}",
                day_text(seconds.div_euclid(DAY)),
                clock_text(seconds)
            )
        }
        (Value::Int(value), _) => value.to_string(),
        (Value::Float(value), _) => float_text(*value),
        (Value::Text(text), _) => text.to_string(),
        (Value::List(items), Type::Array(item)) => {
            let items: Vec<_> = items.iter().map(|value| nested_text(value, item)).collect();
            format!("[{}]", items.join(","))
        }
        (Value::List(items), Type::Tuple(kinds)) => {
            let items: Vec<_> = items
                .iter()
                .zip(kinds)
                .map(|(value, kind)| nested_text(value, kind))
                .collect();
            format!("({})", items.join(","))
        }
        (Value::List(_), _) => String::new(),
    }
}

fn nested_text(value: &Value, kind: &Type) -> String {
    let text = text_of_value(value, kind);
    match kind.plain() {
        kind if *kind == Type::String || kind.is_time() => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        _ => text,
    }
}

/// The shortest text that reads back as the same number; powers of ten where it grows long.
pub(crate) fn float_text(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 {
            "inf".to_owned()
        } else {
            "-inf".to_owned()
        }
    } else if size != 0.0 && !(1e-6..1e21).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}
