//! Which moments a question can want, so that the rest need not be read.

use crate::bind::{Expr, Typed};
use crate::calendar::DAY;
use crate::column::Value;
use crate::tables::{Field, Table};
use crate::types::Type;

/// The first and the last moment that can meet `filters`, in Unix milliseconds.
///
/// The filters are still run: this may let through more than they do, never less.
pub(super) fn bounds(table: Table, filters: &[Typed]) -> (Option<i64>, Option<i64>) {
    let place = table
        .columns()
        .iter()
        .position(|(_, field)| *field == Field::Time);
    let (mut from, mut to): (Option<i64>, Option<i64>) = (None, None);
    for filter in filters {
        let Expr::Call {
            name, arguments, ..
        } = &filter.expr
        else {
            continue;
        };
        let [a, b] = arguments.as_slice() else {
            continue;
        };
        let is_time =
            |typed: &Typed| matches!(typed.expr, Expr::Column(index) if Some(index) == place);
        let (bound, time_first) = if is_time(a) { (b, true) } else { (a, false) };
        if !is_time(a) && !is_time(b) {
            continue;
        }
        let Some(moment) = moment(table, bound) else {
            continue;
        };
        let (lower, upper) = match (name.as_str(), time_first) {
            ("equals", _) => (true, true),
            ("greater" | "greaterOrEquals", true) | ("less" | "lessOrEquals", false) => {
                (true, false)
            }
            ("less" | "lessOrEquals", true) | ("greater" | "greaterOrEquals", false) => {
                (false, true)
            }
            _ => continue,
        };
        if lower {
            from = Some(from.map_or(moment, |from| from.max(moment)));
        }
        if upper {
            // A bound between two milliseconds, or a bucket that begins at it, is still wanted.
            let moment = moment.saturating_add(1);
            to = Some(to.map_or(moment, |to| to.min(moment)));
        }
    }
    (from, to)
}

/// A constant that `time` is compared with, as a moment.
fn moment(table: Table, bound: &Typed) -> Option<i64> {
    let Expr::Constant(Value::Int(value)) = bound.expr else {
        return None;
    };
    match (&bound.kind, table) {
        // The raw table's milliseconds are compared with seconds as they are.
        (Type::Int { .. } | Type::DateTime, Table::Raw) => Some(value),
        (_, Table::Raw) => None,
        (Type::Date, _) => value.checked_mul(DAY * 1000),
        (Type::DateTime, _) => value.checked_mul(1000),
        (Type::DateTime64(digits), _) => {
            let scale = 10_i64.pow(u32::from(*digits));
            i64::try_from(i128::from(value) * 1000 / i128::from(scale)).ok()
        }
        _ => None,
    }
}
