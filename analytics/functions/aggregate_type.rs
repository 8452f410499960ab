//! What the aggregates take and give.

use crate::error::{QueryError, Result};
use crate::types::{Type, Value};

/// The type of what `name` gives for arguments of these types.
pub(crate) fn aggregate_type(name: &str, arguments: &[Type], parameters: &[Value]) -> Result<Type> {
    let wrong = |hint: &str| {
        let kinds: Vec<_> = arguments.iter().map(Type::to_string).collect();
        QueryError::query(format!(
            "Illegal type {} of argument for aggregate function {name}.",
            kinds.join(", ")
        ))
        .hint(hint)
    };
    if !parameters.is_empty() && !matches!(name, "quantile" | "groupArray" | "groupUniqArray") {
        return Err(wrong("It takes no parameter."));
    }
    match (name, arguments) {
        ("count", _) | ("uniq" | "uniqExact", [_, ..]) => return Ok(Type::U64),
        _ => {}
    }
    let [argument] = arguments else {
        return Err(wrong("It takes one argument."));
    };
    let plain = argument.plain();
    let kind = match name {
        "sum" => match plain {
            kind if kind.is_number() => Type::sum_of(kind),
            _ => return Err(wrong("Sum a number.")),
        },
        "avg" => match plain {
            kind if kind.is_number() => Type::Float,
            kind if kind.is_time() => kind.clone(),
            _ => return Err(wrong("Average a number.")),
        },
        "quantile" => match parameters {
            [Value::Float(level)] if !(0.0..=1.0).contains(level) => return Err(level_beyond()),
            [Value::Int(level)] if !(0..=1).contains(level) => return Err(level_beyond()),
            [] | [Value::Float(_) | Value::Int(_)] if plain.is_number() => Type::Float,
            [] | [Value::Float(_) | Value::Int(_)] if plain.is_time() => plain.clone(),
            _ => return Err(wrong("Write quantile(0.95)(latency).")),
        },
        "groupArray" | "groupUniqArray" => return Ok(Type::array(plain.clone())),
        _ => plain.clone(),
    };
    Ok(if argument.is_nullable() {
        kind.nullable()
    } else {
        kind
    })
}

fn level_beyond() -> QueryError {
    QueryError::query("Quantile level is out of range [0..1].")
        .hint("The 95th percentile is quantile(0.95)(latency).")
}
