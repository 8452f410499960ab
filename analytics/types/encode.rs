//! Values as JSON, and as the text that `toString` gives.

use serde_json::Value as Json;

use super::{DAY, Type, Value, day_text, float_to_int};

/// A value of type `kind` as Unkey's API sends it.
pub(crate) fn json(value: &Value, kind: &Type) -> Json {
    match (value, kind) {
        (value, Type::Nullable(inner)) => json(value, inner),
        (Value::Int(value), Type::Bool) => Json::Bool(*value != 0),
        (Value::Int(value), kind) if *kind == Type::U64 => Json::from(value.cast_unsigned()),
        (Value::Int(ticks), kind) if kind.is_time() => Json::String(rfc3339(*ticks, kind)),
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
    let whole = float_to_int(value);
    let exact = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0;
    if exact {
        Json::from(whole)
    } else {
        Json::from(value)
    }
}

/// `YYYY-MM-DD hh:mm:ss` of a second, with what stands between day and time.
fn second_text(second: i64, between: char) -> String {
    let of_day = second.rem_euclid(DAY);
    format!(
        "{}{between}{:02}:{:02}:{:02}",
        day_text(second.div_euclid(DAY)),
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

/// A `DateTime64` in its seconds, and a point with all its digits behind them.
fn split(ticks: i64, digits: u8) -> (i64, String) {
    let scale = 10_i64.pow(u32::from(digits));
    let rest = ticks.rem_euclid(scale);
    let fraction = match digits {
        0 => String::new(),
        digits => format!(".{rest:0width$}", width = usize::from(digits)),
    };
    (ticks.div_euclid(scale), fraction)
}

/// RFC 3339, with a fraction only where there is one.
fn rfc3339(ticks: i64, kind: &Type) -> String {
    match kind {
        Type::Date => format!("{}T00:00:00Z", day_text(ticks)),
        Type::DateTime64(digits) => {
            let (second, fraction) = split(ticks, *digits);
            let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
            format!("{}{fraction}Z", second_text(second, 'T'))
        }
        _ => format!("{}Z", second_text(ticks, 'T')),
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
        (Value::Int(time), Type::DateTime) => second_text(*time, ' '),
        (Value::Int(ticks), Type::DateTime64(digits)) => {
            let (second, fraction) = split(*ticks, *digits);
            format!("{}{fraction}", second_text(second, ' '))
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
