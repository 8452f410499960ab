//! What the aggregates take and give; and how those that SQLite does not have come about.

use crate::error::{QueryError, Result};
use crate::types::{Type, Value, compare, float_to_int, int_of, int_to_float};

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
    if let ("count", _) | ("uniq" | "uniqExact", [_, ..]) = (name, arguments) {
        return Ok(Type::U64);
    }
    let [argument] = arguments else {
        return Err(wrong("It takes one argument."));
    };
    let plain = argument.plain();
    let kind = match (name, parameters) {
        ("sum", _) if plain.is_number() => Type::sum_of(plain),
        ("sum", _) => return Err(wrong("Sum a number.")),
        ("avg", _) if plain.is_number() => Type::Float,
        ("avg", _) if !plain.is_time() => return Err(wrong("Average a number.")),
        ("quantile", [level])
            if !level_of(level).is_some_and(|level| (0.0..=1.0).contains(&level)) =>
        {
            return Err(QueryError::query("Quantile level is out of range [0..1].")
                .hint("The 95th percentile is quantile(0.95)(latency)."));
        }
        ("quantile", [] | [_]) if plain.is_number() => Type::Float,
        ("quantile", parameters) if parameters.len() > 1 || !plain.is_time() => {
            return Err(wrong("Write quantile(0.95)(latency)."));
        }
        ("groupArray" | "groupUniqArray", _) => return Ok(Type::array(plain.clone())),
        _ => plain.clone(),
    };
    Ok(if argument.is_nullable() {
        kind.nullable()
    } else {
        kind
    })
}

fn level_of(level: &Value) -> Option<f64> {
    level.float(&Type::I64).ok()
}

type Reduction = Box<dyn Fn(&[Value]) -> Result<Value> + Send>;

/// What an aggregate makes of all its values of type `kind`, among which is no NULL.
pub(crate) fn reduction(
    name: &str,
    parameters: &[Value],
    kind: &Type,
    result: &Type,
) -> Result<Reduction> {
    let default = Value::default_of(result);
    let of_some = |reduce: Reduction| -> Reduction {
        Box::new(move |items| match items {
            [] => Ok(default.clone()),
            items => reduce(items),
        })
    };
    Ok(match name {
        "min" => of_some(Box::new(|items| {
            let least = items.iter().min_by(|a, b| compare(a, b));
            Ok(least.cloned().unwrap_or(Value::Null))
        })),
        "max" => of_some(Box::new(|items| {
            let most = items.iter().max_by(|a, b| compare(a, b));
            Ok(most.cloned().unwrap_or(Value::Null))
        })),
        "avg" => of_some(Box::new(average)),
        "groupArray" | "groupUniqArray" => {
            let most = match parameters.first() {
                Some(most) => usize::try_from(most.int()?).unwrap_or(usize::MAX),
                None => usize::MAX,
            };
            Box::new(move |items| Ok(Value::list(items.iter().take(most).cloned())))
        }
        "quantile" => {
            let level = parameters.first().and_then(level_of).unwrap_or(0.5);
            let (kind, is_time) = (kind.clone(), kind.is_time());
            let nullable = result.is_nullable();
            Box::new(move |items| match quantile(items, level, &kind)? {
                _ if nullable && items.is_empty() => Ok(Value::Null),
                value if is_time => Ok(Value::Int(float_to_int(value))),
                value => Ok(Value::Float(value)),
            })
        }
        name => return Err(QueryError::bug(format!("{name} has no reduction"))),
    })
}

/// The average of times: the nearest whole number, of two the even one.
fn average(items: &[Value]) -> Result<Value> {
    let mut sum = 0_i128;
    for item in items {
        sum += i128::from(item.int()?);
    }
    let count = i128::from(int_of(items.len()));
    let (floor, rest) = (sum.div_euclid(count), sum.rem_euclid(count));
    let up = rest * 2 > count || (rest * 2 == count && floor % 2 != 0);
    i64::try_from(floor + i128::from(up))
        .map(Value::Int)
        .map_err(QueryError::bug)
}

/// Exact, and interpolated between neighbours; NaN of no values.
fn quantile(items: &[Value], level: f64, kind: &Type) -> Result<f64> {
    let values: Result<Vec<_>> = items.iter().map(|item| item.float(kind)).collect();
    let mut values = values?;
    values.retain(|value| !value.is_nan());
    let Some(last) = values.len().checked_sub(1) else {
        return Ok(f64::NAN);
    };
    let place = level * int_to_float(int_of(last), &Type::I64);
    let below = usize::try_from(float_to_int(place)).unwrap_or(0).min(last);
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    let share = place - place.floor();
    Ok(low * (1.0 - share) + high * share)
}
