//! Dates and times, always in UTC.

use super::format_time;
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, at, illegal};
use crate::types::{DAY, Type, Unit, Value, float_to_int, start_of_months, weekday};

/// `toIntervalDay(7)`.
pub(crate) fn interval(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    match (Unit::of_function(name), arguments) {
        (Some(unit), [count]) if count.kind.is_number() => {
            Ok(Function::of_one(Type::Interval(unit), |count| {
                Ok(Value::Int(match count {
                    Value::Float(count) => float_to_int(*count),
                    count => count.int()?,
                }))
            }))
        }
        _ => Err(illegal(name, arguments, "It takes a number.")),
    }
}

/// `now()`, `now64()`, `today()`. `now` is in Unix milliseconds.
pub(crate) fn clock(name: &str, arguments: &[Argument], now: i64) -> Result<Function> {
    let digits = match arguments.first().map(|digits| &digits.constant) {
        None => 3,
        Some(Some(Value::Int(digits @ 0..=9))) if name == "now64" => {
            u8::try_from(*digits).unwrap_or(3)
        }
        Some(_) => {
            return Err(illegal(
                name,
                arguments,
                "Times are in UTC; it takes no argument.",
            ));
        }
    };
    let (kind, value) = match name {
        "today" => (Type::Date, now.div_euclid(DAY * 1000)),
        "now" => (Type::DateTime, now.div_euclid(1000)),
        _ => {
            let kind = Type::DateTime64(digits);
            let value = rescale(&Type::DateTime64(3), &kind)(now);
            (kind, value)
        }
    };
    Ok(Function::constant(kind, Value::Int(value)))
}

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    only_utc(
        name,
        arguments
            .get(usize::from(name == "date_trunc")..)
            .unwrap_or_default(),
    )?;
    match (name, arguments) {
        ("formatDateTime", [time, format]) if time.kind.is_time() => {
            format_time::resolve(&time.kind, format)
        }
        ("fromUnixTimestamp64Milli", [value]) if value.kind.is_int() => {
            Ok(Function::of_int(Type::DateTime64(3), |time| time))
        }
        ("toUnixTimestamp64Milli", [value]) => match &value.kind {
            Type::DateTime64(_) => {
                let scale = rescale(&value.kind, &Type::DateTime64(3));
                Ok(Function::of_int(Type::I64, scale))
            }
            _ => Err(illegal(
                name,
                arguments,
                "It takes a DateTime64: write toUnixTimestamp64Milli(now64()), or toInt64(x) * 1000 for a DateTime x.",
            )),
        },
        ("date_trunc", [unit, time]) => {
            let unit = match &unit.constant {
                Some(Value::Text(unit)) => Unit::named(unit),
                _ => None,
            };
            match unit {
                Some(unit) => start_of(unit, 1, &time.kind, name, arguments),
                None => Err(QueryError::query("date_trunc needs a unit it knows.")
                    .hint("Write date_trunc('day', x): second, minute, hour, day, week, month, quarter or year.")),
            }
        }
        (_, [time, rest @ ..]) => {
            let unit = name.strip_prefix("toStartOf").and_then(Unit::named);
            let mode = match rest.first().map(|mode| &mode.constant) {
                Some(Some(Value::Int(mode))) if unit == Some(Unit::Week) => *mode,
                _ => 0,
            };
            match unit {
                Some(unit) => start_of(unit, mode, &time.kind, name, arguments),
                None => Err(illegal(name, arguments, "")),
            }
        }
        _ => Err(illegal(name, arguments, "It takes a date or a time.")),
    }
}

/// The start of the unit in which a time lies. `mode` 1 begins the week on Monday, 0 on Sunday.
fn start_of(
    unit: Unit,
    mode: i64,
    kind: &Type,
    name: &str,
    arguments: &[Argument],
) -> Result<Function> {
    if !kind.is_time() {
        let hint = "On the raw table write toStartOfHour(fromUnixTimestamp64Milli(time)): its `time` is in Unix milliseconds.";
        return Err(illegal(name, arguments, hint));
    }
    let clock = matches!(unit, Unit::Second | Unit::Minute | Unit::Hour);
    if clock && *kind == Type::Date {
        return Err(illegal(
            name,
            arguments,
            "A Date has no time of day: ask the table of hours.",
        ));
    }
    let days = rescale(kind, &Type::Date);
    let seconds = rescale(kind, &Type::DateTime);
    let (result, compute): (_, Box<dyn Fn(i64) -> i64 + Send + Sync>) =
        match (unit, unit.nanoseconds(), unit.months()) {
            (Unit::Day, ..) => (Type::DateTime, Box::new(move |time| days(time) * DAY)),
            (Unit::Week, ..) => {
                let first = if mode % 2 == 1 { 0 } else { 6 };
                let since = move |day: i64| (weekday(day) - first).rem_euclid(7);
                (
                    Type::Date,
                    Box::new(move |time| days(time) - since(days(time))),
                )
            }
            (_, Some(length @ 1_000_000_000..), _) => {
                let length = length / 1_000_000_000;
                let start = move |time| seconds(time).div_euclid(length) * length;
                (Type::DateTime, Box::new(start))
            }
            (_, _, Some(months)) => (
                Type::Date,
                Box::new(move |time| start_of_months(days(time), months)),
            ),
            _ => return Err(illegal(name, arguments, "It is coarser than that.")),
        };
    let place = usize::from(name == "date_trunc");
    Ok(Function::new(result, move |arguments| {
        Ok(Value::Int(compute(at(arguments, place)?.int()?)))
    }))
}

/// Brings a time from one type's ticks to another's.
pub(super) fn rescale(
    from: &Type,
    to: &Type,
) -> impl Fn(i64) -> i64 + Copy + Send + Sync + 'static {
    let (a, b) = (from.ticks_per_second(), to.ticks_per_second());
    // A Date has one tick in 86 400 seconds.
    let (multiply, divide) = match (from, to) {
        (Type::Date, Type::Date) => (1, 1),
        (Type::Date, _) => (DAY.saturating_mul(b), 1),
        (_, Type::Date) => (1, DAY.saturating_mul(a)),
        _ if a <= b => (b / a, 1),
        _ => (1, a / b),
    };
    move |time| time.wrapping_mul(multiply).div_euclid(divide)
}

/// Times are in UTC; another zone would be ignored, and so it is refused.
pub(super) fn only_utc(name: &str, arguments: &[Argument]) -> Result<()> {
    let zone = arguments
        .iter()
        .skip(1)
        .find_map(|argument| match &argument.constant {
            Some(Value::Text(zone)) if argument.kind == Type::String => Some(zone.clone()),
            _ => None,
        });
    match zone {
        Some(zone) if !zone.eq_ignore_ascii_case("UTC") && name != "formatDateTime" => {
            Err(QueryError::unsupported(&format!("The time zone {zone}"))
                .hint("Times are in UTC; leave the zone out."))
        }
        _ => Ok(()),
    }
}
