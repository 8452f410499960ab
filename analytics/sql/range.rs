//! How far back a question reaches, as far as its text shows.
//!
//! This gives a helpful refusal; it guards nothing. What is older than the retention is never read,
//! whatever the text says: see `emit::table`.

use super::expr::{Call, Expr};
use crate::error::{Code, QueryError, Result};
use crate::grow_stack::grow_stack;
use crate::types::{DAY_MS, Unit, day_text, parse_moment};

/// Refuses a WHERE that asks for data older than `retention_days`. Times are Unix milliseconds.
pub(crate) fn check_range(filter: &Expr<'_>, now: i64, retention_days: i64) -> Result<()> {
    let kept = now - retention_days.saturating_mul(DAY_MS);
    match oldest(filter, now) {
        Some(oldest) if retention_days > 0 && oldest < kept => Err(QueryError::new(
            Code::QueryRangeExceedsRetention,
            format!(
                "Cannot query data older than {retention_days} days. Your query attempts to access \
                 data from {}, but only data from {} onwards is available.",
                day_text(oldest.div_euclid(DAY_MS)),
                day_text(kept.div_euclid(DAY_MS)),
            ),
        )
        .hint(&format!(
            "Write time >= now() - INTERVAL {retention_days} DAY."
        ))),
        _ => Ok(()),
    }
}

/// The oldest moment to which `time` is compared as a lower bound.
fn oldest(expr: &Expr<'_>, now: i64) -> Option<i64> {
    let Expr::Call(call) = expr else { return None };
    let bound = match (call.name.as_str(), call.arguments.as_slice()) {
        ("greaterOrEquals" | "greater" | "equals", [time, bound])
        | ("lessOrEquals" | "less" | "equals", [bound, time])
            if is_time(time) =>
        {
            evaluate(bound, now)
        }
        _ => None,
    };
    let inside = call.arguments.iter();
    let inside = inside.filter_map(|part| grow_stack(|| oldest(part, now)));
    inside.chain(bound).min()
}

fn is_time(expr: &Expr<'_>) -> bool {
    let Expr::Name(parts) = expr else {
        return false;
    };
    let name = parts.last();
    name.is_some_and(|name| name.eq_ignore_ascii_case("time"))
}

/// The moment that `expr` names, in Unix milliseconds. Rounding is left out, and what cannot be told
/// is taken for now: only a text that clearly asks too much is refused.
fn evaluate(expr: &Expr<'_>, now: i64) -> Option<i64> {
    match expr {
        Expr::Number(digits) => digits.parse().ok(),
        Expr::Text(text) => parse_moment(text).and_then(|moment| moment.ticks(3)),
        Expr::Call(call) => grow_stack(|| evaluate_call(call, now)),
        _ => Some(now),
    }
}

fn evaluate_call(call: &Call<'_>, now: i64) -> Option<i64> {
    let name = call.name.to_lowercase();
    let argument = |index| evaluate(call.arguments.get(index)?, now);
    let step = || milliseconds(call.arguments.get(1)?);
    match name.as_str() {
        "plus" => argument(0)?.checked_add(step()?),
        "minus" => argument(0)?.checked_sub(step()?),
        "date_trunc" => argument(1),
        "fromunixtimestamp64milli"
        | "tounixtimestamp64milli"
        | "todate"
        | "todatetime"
        | "todatetime64"
        | "formatdatetime" => argument(0),
        _ if name.starts_with("tostartof") => argument(0),
        _ => Some(now),
    }
}

/// The length of `INTERVAL n UNIT`; a month counts as 30 days and a year as 365.
fn milliseconds(expr: &Expr<'_>) -> Option<i64> {
    let Expr::Call(call) = expr else { return None };
    let [Expr::Number(count)] = call.arguments.as_slice() else {
        return None;
    };
    if call.written {
        return None;
    }
    let length = match Unit::of_function(&call.name)? {
        Unit::Month => 30 * DAY_MS,
        Unit::Year => 365 * DAY_MS,
        Unit::Quarter => return None,
        unit => unit.nanoseconds()? / 1_000_000,
    };
    count.parse::<i64>().ok()?.checked_mul(length)
}
