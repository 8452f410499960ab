//! How far back a question reaches, as far as its text shows.
//!
//! This gives a helpful refusal; it guards nothing. What is older than the retention is never read,
//! whatever the text says: see `emit::table`.

use crate::ast::{Call, Expr, Query};
use crate::calendar;
use crate::deep::deep;
use crate::error::{Code, QueryError, Result};
use crate::types::Unit;
use crate::visitor::{Visitor, walk_expr, walk_filters};

const DAY: i64 = 86_400_000;

/// Refuses a question that asks for data older than `retention_days`. Times are Unix milliseconds.
pub(crate) fn check(query: &Query, now: i64, retention_days: i64) -> Result<()> {
    let mut bounds = Bounds { now, oldest: None };
    walk_filters(query, &mut bounds);
    let kept = now - retention_days.saturating_mul(DAY);
    match bounds.oldest {
        Some(oldest) if retention_days > 0 && oldest < kept => Err(QueryError::new(
            Code::QueryRangeExceedsRetention,
            format!(
                "Cannot query data older than {retention_days} days. Your query attempts to access \
                 data from {}, but only data from {} onwards is available.",
                calendar::day_text(oldest.div_euclid(DAY)),
                calendar::day_text(kept.div_euclid(DAY)),
            ),
        )
        .hint(&format!(
            "Write time >= now() - INTERVAL {retention_days} DAY."
        ))),
        _ => Ok(()),
    }
}

struct Bounds {
    now: i64,
    oldest: Option<i64>,
}

impl Visitor for Bounds {
    fn expr(&mut self, expr: &Expr) {
        for (comparison, time, bound) in [
            ("greaterOrEquals", 0, 1),
            ("greater", 0, 1),
            ("equals", 0, 1),
            ("lessOrEquals", 1, 0),
            ("less", 1, 0),
            ("equals", 1, 0),
        ] {
            let Some(sides) = expr.as_operator(comparison) else {
                continue;
            };
            let (Some(time), Some(bound)) = (sides.get(time), sides.get(bound)) else {
                continue;
            };
            if is_time(time)
                && let Some(bound) = self.evaluate(bound)
            {
                self.oldest = Some(self.oldest.map_or(bound, |oldest| oldest.min(bound)));
            }
        }
        walk_expr(expr, self);
    }
}

impl Bounds {
    /// The moment that `expr` names, in Unix milliseconds. Rounding is left out, and what cannot be
    /// told is taken for now: only a text that clearly asks too much is refused.
    fn evaluate(&self, expr: &Expr) -> Option<i64> {
        match expr {
            Expr::Number(digits) => digits.parse().ok(),
            Expr::Text(text) => calendar::parse_moment(text).and_then(|moment| moment.ticks(3)),
            Expr::Call(call) => deep(|| self.evaluate_call(call)),
            _ => Some(self.now),
        }
    }

    fn evaluate_call(&self, call: &Call) -> Option<i64> {
        let name = call.name.to_lowercase();
        let first = call.arguments.first();
        match name.as_str() {
            "plus" | "minus" => {
                let [start, step] = call.arguments.as_slice() else {
                    return None;
                };
                let step = milliseconds(step)?;
                let step = if name == "plus" {
                    step
                } else {
                    step.checked_neg()?
                };
                self.evaluate(start)?.checked_add(step)
            }
            "date_trunc" => self.evaluate(call.arguments.get(1)?),
            "fromunixtimestamp64milli"
            | "tounixtimestamp64milli"
            | "todate"
            | "todatetime"
            | "todatetime64"
            | "formatdatetime" => self.evaluate(first?),
            _ if name.starts_with("tostartof") => self.evaluate(first?),
            _ => Some(self.now),
        }
    }
}

fn is_time(expr: &Expr) -> bool {
    match expr {
        Expr::Name(parts) => parts
            .last()
            .is_some_and(|name| name.eq_ignore_ascii_case("time")),
        _ => false,
    }
}

/// The length of `INTERVAL n UNIT`; a month counts as 30 days and a year as 365.
fn milliseconds(expr: &Expr) -> Option<i64> {
    let Expr::Call(call) = expr else { return None };
    let [Expr::Number(count)] = call.arguments.as_slice() else {
        return None;
    };
    if call.written {
        return None;
    }
    let length = match Unit::of_function(&call.name)? {
        Unit::Month => 30 * DAY,
        Unit::Year => 365 * DAY,
        Unit::Quarter => return None,
        unit => unit.nanoseconds()? / 1_000_000,
    };
    count.parse::<i64>().ok()?.checked_mul(length)
}
