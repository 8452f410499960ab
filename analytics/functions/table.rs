//! Every function and every operator: its name, how it may be spelled, what it computes, an example.
//!
//! These are the functions that are implemented, which are those that Unkey's server allows and that
//! its documentation uses; any other is refused.
//!
//! To add a function of one row, write how its types resolve and what it computes beside its kin, and
//! add a line here. An aggregate is added in `functions/aggregate.rs` and `emit/aggregate.rs` as well.
//! Then add a statement to `.ci/analytics/statements.sql`; `.ci/analytics/run write` asks ClickHouse
//! for the golden.

use super::function::{Argument, Function};
use super::row::{
    arithmetic, array, branch, compare, convert, like, logic, membership, text, time,
};
use crate::error::{QueryError, Result};

/// A function for arguments of known types; `now` is in Unix milliseconds.
pub(crate) type Resolve = fn(name: &str, arguments: &[Argument], now: i64) -> Result<Function>;

/// What sort of function it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Of one row.
    Row(Resolve, Nulls),
    /// Of many rows.
    Aggregate,
    /// One that the binder knows.
    Special,
}

/// What a function makes of NULLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// One in any argument makes the result NULL.
    Spread,
    /// The function sees them.
    Seen,
}

/// How a function may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// As its name is; other case is mended.
    Exact,
    /// In any case: its column is then called as it was written.
    AnyCase,
    /// As an operator or another piece of syntax only.
    Syntax,
}

/// A function, or what stands behind an operator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// In ClickHouse's spelling.
    pub(crate) name: &'static str,
    spelling: Spelling,
    pub(crate) kind: Kind,
    /// Its arguments, as they may be in a SELECT over `key_verifications_v1`.
    pub(crate) example: &'static str,
}

const fn row(resolve: Resolve) -> Kind {
    Kind::Row(resolve, Nulls::Spread)
}

const fn with_nulls(resolve: Resolve) -> Kind {
    Kind::Row(resolve, Nulls::Seen)
}

const fn exact(name: &'static str, kind: Kind, example: &'static str) -> Entry {
    Entry {
        name,
        spelling: Spelling::Exact,
        kind,
        example,
    }
}

const fn any_case(name: &'static str, kind: Kind, example: &'static str) -> Entry {
    let spelling = Spelling::AnyCase;
    let entry = exact(name, kind, example);
    Entry { spelling, ..entry }
}

const fn syntax(name: &'static str, kind: Kind) -> Entry {
    let spelling = Spelling::Syntax;
    let entry = exact(name, kind, "");
    Entry { spelling, ..entry }
}

use Kind::{Aggregate, Special};

static FUNCTIONS: &[Entry] = &[
    any_case("count", Aggregate, "()"),
    any_case("sum", Aggregate, "(spent_credits)"),
    any_case("avg", Aggregate, "(latency)"),
    any_case("min", Aggregate, "(time)"),
    any_case("max", Aggregate, "(time)"),
    exact("any", Aggregate, "(region)"),
    exact("groupArray", Aggregate, "(10)(key_id)"),
    exact("groupUniqArray", Aggregate, "(outcome)"),
    exact("uniq", Aggregate, "(key_id)"),
    exact("uniqExact", Aggregate, "(external_id)"),
    exact("quantile", Aggregate, "(0.99)(latency)"),
    exact("sumIf", Aggregate, "(spent_credits, latency > 9)"),
    exact("countIf", Aggregate, "(outcome = 'VALID')"),
    any_case("now", row(time::clock), "()"),
    any_case("now64", row(time::clock), "()"),
    any_case("today", row(time::clock), "()"),
    exact("toDate", row(convert::resolve), "('2026-01-31')"),
    exact("toDateTime", row(convert::resolve), "(time / 1000)"),
    exact("toDateTime64", row(convert::resolve), "(time / 1000, 3)"),
    exact("toString", row(convert::resolve), "(tags)"),
    exact("toInt32", row(convert::resolve), "(latency)"),
    exact("toInt64", row(convert::resolve), "(latency)"),
    exact("toFloat64", row(convert::resolve), "(spent_credits)"),
    exact("toStartOfMinute", row(time::resolve), "(now())"),
    exact("toStartOfHour", row(time::resolve), "(now())"),
    exact("toStartOfDay", row(time::resolve), "(now())"),
    exact("toStartOfWeek", row(time::resolve), "(now(), 1)"),
    exact("toStartOfMonth", row(time::resolve), "(now())"),
    exact("toStartOfQuarter", row(time::resolve), "(now())"),
    exact("toStartOfYear", row(time::resolve), "(now())"),
    any_case("date_trunc", row(time::resolve), "('day', now())"),
    exact("formatDateTime", row(time::resolve), "(now(), '%Y-%m')"),
    exact("fromUnixTimestamp64Milli", row(time::resolve), "(time)"),
    exact("toUnixTimestamp64Milli", row(time::resolve), "(now64())"),
    exact("toIntervalNanosecond", row(time::interval), "(1)"),
    exact("toIntervalMicrosecond", row(time::interval), "(1)"),
    exact("toIntervalMillisecond", row(time::interval), "(1)"),
    exact("toIntervalSecond", row(time::interval), "(1)"),
    exact("toIntervalMinute", row(time::interval), "(1)"),
    exact("toIntervalHour", row(time::interval), "(1)"),
    exact("toIntervalDay", row(time::interval), "(1)"),
    exact("toIntervalWeek", row(time::interval), "(1)"),
    exact("toIntervalMonth", row(time::interval), "(1)"),
    exact("toIntervalQuarter", row(time::interval), "(1)"),
    exact("toIntervalYear", row(time::interval), "(1)"),
    any_case("lower", row(text::resolve), "(outcome)"),
    any_case("upper", row(text::resolve), "(region)"),
    any_case("substring", row(text::resolve), "(key_id, 1, 4)"),
    any_case("concat", row(text::resolve), "(region, '/', outcome)"),
    any_case("length", row(text::resolve), "(tags)"),
    exact("trim", row(text::resolve), "(region)"),
    exact("startsWith", row(text::resolve), "(key_id, 'key_')"),
    exact("endsWith", row(text::resolve), "(outcome, 'ED')"),
    exact("JSONExtractString", row(text::json_text), "('{}', 'a')"),
    any_case("round", row(arithmetic::rounding), "(latency / 3, 2)"),
    any_case("floor", row(arithmetic::rounding), "(latency / 3)"),
    any_case("ceil", row(arithmetic::rounding), "(latency / 3)"),
    any_case("abs", row(arithmetic::resolve), "(-1.5)"),
    any_case("if", with_nulls(branch::resolve), "(latency > 9, 1, 0)"),
    any_case("coalesce", with_nulls(branch::resolve), "(NULL, region)"),
    exact("arrayJoin", Special, "(tags)"),
    exact("arrayFilter", Special, "(x -> x != 'a', tags)"),
    exact("has", with_nulls(array::resolve), "(tags, 'a')"),
    exact("hasAny", with_nulls(array::resolve), "(tags, ['a', 'b'])"),
    exact("hasAll", with_nulls(array::resolve), "(tags, ['a', 'b'])"),
    syntax("plus", row(arithmetic::resolve)),
    syntax("minus", row(arithmetic::resolve)),
    syntax("multiply", row(arithmetic::resolve)),
    syntax("divide", row(arithmetic::resolve)),
    syntax("modulo", row(arithmetic::resolve)),
    syntax("negate", row(arithmetic::resolve)),
    syntax("equals", row(compare::resolve)),
    syntax("notEquals", row(compare::resolve)),
    syntax("less", row(compare::resolve)),
    syntax("lessOrEquals", row(compare::resolve)),
    syntax("greater", row(compare::resolve)),
    syntax("greaterOrEquals", row(compare::resolve)),
    syntax("like", row(like::resolve)),
    syntax("notLike", row(like::resolve)),
    syntax("ilike", row(like::resolve)),
    syntax("notILike", row(like::resolve)),
    syntax("and", with_nulls(logic::resolve)),
    syntax("or", with_nulls(logic::resolve)),
    syntax("not", with_nulls(logic::resolve)),
    syntax("isNull", with_nulls(logic::null_test)),
    syntax("isNotNull", with_nulls(logic::null_test)),
    syntax("multiIf", with_nulls(branch::resolve)),
    syntax("arrayElement", with_nulls(array::resolve)),
    syntax("array", with_nulls(array::resolve)),
    syntax("tuple", with_nulls(array::resolve)),
    syntax("in", with_nulls(membership::resolve)),
    syntax("notIn", with_nulls(membership::resolve)),
    syntax("CAST", with_nulls(convert::cast)),
];

/// Every function that may be written.
pub(super) fn functions() -> impl Iterator<Item = &'static Entry> {
    let written = |entry: &&Entry| entry.spelling != Spelling::Syntax;
    FUNCTIONS.iter().filter(written)
}

/// The function of one row that has this name, also behind an operator. Case counts.
pub(crate) fn row_function(name: &str) -> Result<(Resolve, Nulls)> {
    match FUNCTIONS.iter().find(|entry| entry.name == name) {
        Some(Entry {
            kind: Kind::Row(resolve, nulls),
            ..
        }) => Ok((*resolve, *nulls)),
        _ => Err(QueryError::unsupported(&format!("The function {name}"))),
    }
}

/// The function that may be written as `name`, in any case.
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    functions().find(|entry| entry.name.eq_ignore_ascii_case(name))
}

/// What a function that was written as `name` is called in the name of a column.
pub(crate) fn spelled(name: &str) -> Option<&str> {
    let entry = find(name)?;
    Some(match entry.spelling {
        Spelling::AnyCase => name,
        _ => entry.name,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_stands_once_and_every_example_can_be_read() {
        let names: BTreeSet<_> = FUNCTIONS.iter().map(|e| e.name.to_lowercase()).collect();
        assert_eq!(names.len(), FUNCTIONS.len());
        for entry in functions() {
            let sql = format!("SELECT {}{} FROM t", entry.name, entry.example);
            assert!(
                crate::sql::parse(&sql, crate::Dataset::Verifications).is_ok(),
                "{sql}"
            );
        }
    }
}
