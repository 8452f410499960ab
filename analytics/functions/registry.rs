//! Every function: its name, how it may be spelled, what it computes, and an example.
//!
//! To add a function of one row, write how its types resolve and what it computes beside its
//! kin, and add a line here. An aggregate is added in [`crate::aggregates`] as well.

use super::function::{Argument, Function};
use super::{arithmetic, array, branch, compare, convert, like, logic, membership, text, time};
use crate::error::Result;

/// A function for arguments of known types; `now` is in Unix milliseconds.
pub(crate) type Resolve = fn(name: &str, arguments: &[Argument], now: i64) -> Result<Function>;

/// What sort of function it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Of one row. NULL in any argument gives NULL.
    Row(Resolve),
    /// Of one row, and sees NULLs itself.
    RowWithNulls(Resolve),
    /// Of many rows.
    Aggregate,
    /// `arrayJoin` and `arrayFilter`, which the binder knows.
    Special,
}

/// A function that may be used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// In ClickHouse's spelling.
    pub(crate) name: &'static str,
    /// Whether ClickHouse takes it in any case: its column is then called as it was written.
    any_case: bool,
    pub(crate) kind: Kind,
    /// As a column of a SELECT over `key_verifications_v1`.
    pub(crate) example: &'static str,
}

/// Functions of one sort: whether they may be spelled in any case, and their names with examples.
type Family = (Kind, bool, &'static [(&'static str, &'static str)]);

const ANY_CASE: bool = true;
const EXACT: bool = false;

/// What may be written as a function.
static FUNCTIONS: &[Family] = &[
    (
        Kind::Aggregate,
        ANY_CASE,
        &[
            ("count", "count()"),
            ("sum", "sum(spent_credits)"),
            ("avg", "avg(latency)"),
            ("min", "min(time)"),
            ("max", "max(time)"),
        ],
    ),
    (
        Kind::Aggregate,
        EXACT,
        &[
            ("any", "any(region)"),
            ("groupArray", "groupArray(10)(key_id)"),
            ("groupUniqArray", "groupUniqArray(outcome)"),
            ("uniq", "uniq(key_id)"),
            ("uniqExact", "uniqExact(external_id)"),
            ("quantile", "quantile(0.99)(latency)"),
            ("sumIf", "sumIf(spent_credits, outcome = 'VALID')"),
            ("countIf", "countIf(outcome = 'VALID')"),
        ],
    ),
    (
        Kind::Row(time::clock),
        ANY_CASE,
        &[("now", "now()"), ("now64", "now64()"), ("today", "today()")],
    ),
    (
        Kind::Row(convert::resolve),
        EXACT,
        &[
            ("toDate", "toDate('2026-01-31')"),
            ("toDateTime", "toDateTime(time / 1000)"),
            ("toDateTime64", "toDateTime64(time / 1000, 3)"),
            ("toString", "toString(tags)"),
            ("toInt32", "toInt32(latency)"),
            ("toInt64", "toInt64(latency)"),
            ("toFloat64", "toFloat64(spent_credits)"),
        ],
    ),
    (
        Kind::Row(time::resolve),
        EXACT,
        &[
            ("toStartOfDay", "toStartOfDay(now())"),
            ("toStartOfWeek", "toStartOfWeek(now(), 1)"),
            ("toStartOfMonth", "toStartOfMonth(now())"),
            ("toStartOfQuarter", "toStartOfQuarter(now())"),
            ("toStartOfYear", "toStartOfYear(now())"),
            ("toStartOfHour", "toStartOfHour(now())"),
            ("toStartOfMinute", "toStartOfMinute(now())"),
            ("formatDateTime", "formatDateTime(now(), '%Y-%m')"),
            ("fromUnixTimestamp64Milli", "fromUnixTimestamp64Milli(time)"),
            ("toUnixTimestamp64Milli", "toUnixTimestamp64Milli(now64())"),
        ],
    ),
    (
        Kind::Row(time::resolve),
        ANY_CASE,
        &[("date_trunc", "date_trunc('day', now())")],
    ),
    (
        Kind::Row(time::interval),
        EXACT,
        &[
            ("toIntervalDay", "now() - toIntervalDay(1)"),
            ("toIntervalWeek", "now() - toIntervalWeek(1)"),
            ("toIntervalMonth", "now() - toIntervalMonth(1)"),
            ("toIntervalQuarter", "now() - toIntervalQuarter(1)"),
            ("toIntervalYear", "now() - toIntervalYear(1)"),
            ("toIntervalHour", "now() - toIntervalHour(1)"),
            ("toIntervalMinute", "now() - toIntervalMinute(1)"),
            ("toIntervalSecond", "now() - toIntervalSecond(1)"),
            (
                "toIntervalMillisecond",
                "now64() - toIntervalMillisecond(1)",
            ),
            (
                "toIntervalMicrosecond",
                "now64() - toIntervalMicrosecond(1)",
            ),
            ("toIntervalNanosecond", "now64(9) - toIntervalNanosecond(1)"),
        ],
    ),
    (
        Kind::Row(text::resolve),
        ANY_CASE,
        &[
            ("lower", "lower(outcome)"),
            ("upper", "upper(region)"),
            ("substring", "substring(key_id, 1, 4)"),
            ("concat", "concat(region, '/', outcome)"),
            ("length", "length(tags)"),
        ],
    ),
    (
        Kind::Row(text::resolve),
        EXACT,
        &[
            ("trim", "trim(region)"),
            ("startsWith", "startsWith(key_id, 'key_')"),
            ("endsWith", "endsWith(outcome, 'ED')"),
        ],
    ),
    (
        Kind::Row(arithmetic::rounding),
        ANY_CASE,
        &[
            ("round", "round(latency / 3, 2)"),
            ("floor", "floor(latency / 3)"),
            ("ceil", "ceil(latency / 3)"),
        ],
    ),
    (
        Kind::Row(arithmetic::resolve),
        ANY_CASE,
        &[("abs", "abs(-1.5)")],
    ),
    (
        Kind::RowWithNulls(branch::resolve),
        ANY_CASE,
        &[
            ("if", "if(spent_credits > 0, 'paid', 'free')"),
            ("coalesce", "coalesce(NULL, region)"),
        ],
    ),
    (
        Kind::Special,
        EXACT,
        &[
            ("case", "CASE WHEN outcome = 'VALID' THEN 1 ELSE 0 END"),
            ("arrayJoin", "arrayJoin(tags)"),
            ("arrayFilter", "arrayFilter(x -> x != 'a', tags)"),
        ],
    ),
    (
        Kind::RowWithNulls(array::resolve),
        EXACT,
        &[
            ("has", "has(tags, 'a')"),
            ("hasAny", "hasAny(tags, ['a', 'b'])"),
            ("hasAll", "hasAll(tags, ['a', 'b'])"),
        ],
    ),
    (
        Kind::Row(text::json_text),
        EXACT,
        &[("JSONExtractString", "JSONExtractString('{}', 'a')")],
    ),
];

/// Every function that may be written.
pub(super) fn functions() -> impl Iterator<Item = Entry> {
    FUNCTIONS.iter().flat_map(|(kind, any_case, members)| {
        members.iter().map(|(name, example)| Entry {
            name,
            any_case: *any_case,
            kind: *kind,
            example,
        })
    })
}

/// What stands behind operators and other syntax.
static OPERATORS: &[(&[&str], Kind)] = &[
    (
        &[
            "plus", "minus", "multiply", "divide", "modulo", "intDiv", "negate",
        ],
        Kind::Row(arithmetic::resolve),
    ),
    (
        &[
            "equals",
            "notEquals",
            "less",
            "lessOrEquals",
            "greater",
            "greaterOrEquals",
        ],
        Kind::Row(compare::resolve),
    ),
    (
        &["like", "notLike", "ilike", "notILike"],
        Kind::Row(like::resolve),
    ),
    (&["and", "or", "not"], Kind::RowWithNulls(logic::resolve)),
    (
        &["isNull", "isNotNull"],
        Kind::RowWithNulls(logic::null_test),
    ),
    (
        &["multiIf", "caseWithExpression"],
        Kind::RowWithNulls(branch::resolve),
    ),
    (
        &["arrayElement", "array", "tuple"],
        Kind::RowWithNulls(array::resolve),
    ),
    (&["in", "notIn"], Kind::RowWithNulls(membership::resolve)),
    (&["CAST"], Kind::RowWithNulls(convert::cast)),
];

/// The function behind an operator, or behind a function in ClickHouse's spelling.
pub(crate) fn operator(name: &str) -> Option<Kind> {
    let function = functions().find(|entry| entry.name == name);
    function.map(|entry| entry.kind).or_else(|| {
        OPERATORS
            .iter()
            .find(|(names, _)| names.contains(&name))
            .map(|(_, kind)| *kind)
    })
}

/// How a function that was written as `name` is called from here on, if it may be used. Case does
/// not count; where it does in ClickHouse, the spelling is mended.
pub(crate) fn spelled(name: &str) -> Option<(Entry, String)> {
    let entry = functions().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
    let spelling = if entry.any_case { name } else { entry.name };
    Some((entry, spelling.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    #[test]
    fn every_example_can_be_read_and_every_name_stands_once() {
        let mut names: Vec<_> = functions().map(|entry| entry.name.to_lowercase()).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for entry in functions() {
            let sql = format!("SELECT {} FROM key_verifications_v1", entry.example);
            assert!(parse(&sql).is_ok(), "{sql}");
        }
    }
}
