//! Dates and times, always in UTC.

use super::compare::rescale;
use super::convert::only_utc;
use super::format_time;
use super::function::{Argument, Function, illegal};
use crate::calendar::{DAY, start_of_months, weekday};
use crate::column::{Column, Value};
use crate::error::{QueryError, Result};
use crate::types::{Type, Unit};

/// `toIntervalDay(7)`.
pub(super) fn interval(unit: Unit, arguments: &[Argument]) -> Result<Function> {
    match arguments {
        [count] if count.kind.is_number() => {
            Ok(Function::total(Type::Interval(unit), |arguments, _| {
                Column::Ints(
                    arguments
                        .first()
                        .map(|a| a.ints().into_owned())
                        .unwrap_or_default(),
                )
            }))
        }
        _ => Err(illegal(unit.function(), arguments, "It takes a number.")),
    }
}

/// `now()`, `now64()`, `today()`. `now` is in Unix milliseconds.
pub(super) fn clock(name: &str, arguments: &[Argument], now: i64) -> Result<Function> {
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
    Ok(Function::total(kind, move |_, rows| Column::Same {
        value: Box::new(Column::Ints(vec![value])),
        rows,
    }))
}

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
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
            Ok(same_ticks(Type::DateTime64(3)))
        }
        ("toUnixTimestamp64Milli", [value]) => match &value.kind {
            Type::DateTime64(_) => {
                let scale = rescale(&value.kind, &Type::DateTime64(3));
                Ok(ticks(Type::I64, scale))
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

fn same_ticks(kind: Type) -> Function {
    ticks(kind, |value| value)
}

fn ticks(kind: Type, compute: impl Fn(i64) -> i64 + 'static) -> Function {
    Function::total(kind, move |arguments, _| {
        let values = arguments
            .first()
            .map(|a| a.ints().into_owned())
            .unwrap_or_default();
        Column::Ints(values.into_iter().map(&compute).collect())
    })
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
            "A Date has no time of day: ask key_verifications_per_hour_v1.",
        ));
    }
    let days = rescale(kind, &Type::Date);
    let seconds = rescale(kind, &Type::DateTime);
    let place = arguments.len().min(usize::from(name == "date_trunc"));
    let apply = move |kind: Type, compute: Box<dyn Fn(i64) -> i64>| {
        Function::total(kind, move |arguments, _| {
            let values = arguments
                .get(place)
                .map(|a| a.ints().into_owned())
                .unwrap_or_default();
            Column::Ints(values.into_iter().map(&compute).collect())
        })
    };
    Ok(match unit {
        Unit::Second | Unit::Minute | Unit::Hour => {
            let length = unit.nanoseconds().unwrap_or(1) / 1_000_000_000;
            apply(
                Type::DateTime,
                Box::new(move |time| seconds(time).div_euclid(length) * length),
            )
        }
        Unit::Day => apply(Type::DateTime, Box::new(move |time| days(time) * DAY)),
        Unit::Week => apply(
            Type::Date,
            Box::new(move |time| {
                let day = days(time);
                let since = if mode % 2 == 1 {
                    weekday(day)
                } else {
                    (weekday(day) + 1) % 7
                };
                day - since
            }),
        ),
        Unit::Month | Unit::Quarter | Unit::Year => {
            let months = unit.months().unwrap_or(1);
            apply(
                Type::Date,
                Box::new(move |time| start_of_months(days(time), months)),
            )
        }
        _ => return Err(illegal(name, arguments, "")),
    })
}
