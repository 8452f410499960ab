//! Every function and every operator: its name, how it may be spelled, what it computes, an example.
//!
//! To add a function of one row, write how its types resolve and what it computes beside its kin,
//! and add a line here. An aggregate is added in [`crate::aggregates`] as well.

use super::function::{Argument, Function};
use super::{arithmetic, array, branch, compare, convert, like, logic, membership, text, time};
use crate::error::Result;

/// A function for arguments of known types; `now` is in Unix milliseconds.
pub(crate) type Resolve = fn(name: &str, arguments: &[Argument], now: i64) -> Result<Function>;

/// What sort of function it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Of one row.
    Row(Row),
    /// Of many rows.
    Aggregate,
    /// One that the binder knows.
    Special,
}

/// A function of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) resolve: Resolve,
    /// Otherwise NULL in any argument gives NULL.
    pub(crate) sees_nulls: bool,
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
    /// As a column of a SELECT over `key_verifications_v1`.
    pub(crate) example: &'static str,
}

const fn row(resolve: Resolve) -> Kind {
    let sees_nulls = false;
    Kind::Row(Row {
        resolve,
        sees_nulls,
    })
}

const fn with_nulls(resolve: Resolve) -> Kind {
    let sees_nulls = true;
    Kind::Row(Row {
        resolve,
        sees_nulls,
    })
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
    Entry {
        spelling: Spelling::AnyCase,
        ..exact(name, kind, example)
    }
}

const fn syntax(name: &'static str, kind: Kind) -> Entry {
    Entry {
        spelling: Spelling::Syntax,
        ..exact(name, kind, "")
    }
}

use Kind::{Aggregate, Special};

static FUNCTIONS: &[Entry] = &[
    any_case("count", Aggregate, "count()"),
    any_case("sum", Aggregate, "sum(spent_credits)"),
    any_case("avg", Aggregate, "avg(latency)"),
    any_case("min", Aggregate, "min(time)"),
    any_case("max", Aggregate, "max(time)"),
    exact("any", Aggregate, "any(region)"),
    exact("groupArray", Aggregate, "groupArray(10)(key_id)"),
    exact("groupUniqArray", Aggregate, "groupUniqArray(outcome)"),
    exact("uniq", Aggregate, "uniq(key_id)"),
    exact("uniqExact", Aggregate, "uniqExact(external_id)"),
    exact("quantile", Aggregate, "quantile(0.99)(latency)"),
    exact(
        "sumIf",
        Aggregate,
        "sumIf(spent_credits, outcome = 'VALID')",
    ),
    exact("countIf", Aggregate, "countIf(outcome = 'VALID')"),
    any_case("now", row(time::clock), "now()"),
    any_case("now64", row(time::clock), "now64()"),
    any_case("today", row(time::clock), "today()"),
    exact("toDate", row(convert::resolve), "toDate('2026-01-31')"),
    exact(
        "toDateTime",
        row(convert::resolve),
        "toDateTime(time / 1000)",
    ),
    exact(
        "toDateTime64",
        row(convert::resolve),
        "toDateTime64(time / 1000, 3)",
    ),
    exact("toString", row(convert::resolve), "toString(tags)"),
    exact("toInt32", row(convert::resolve), "toInt32(latency)"),
    exact("toInt64", row(convert::resolve), "toInt64(latency)"),
    exact(
        "toFloat64",
        row(convert::resolve),
        "toFloat64(spent_credits)",
    ),
    exact(
        "toStartOfMinute",
        row(time::resolve),
        "toStartOfMinute(now())",
    ),
    exact("toStartOfHour", row(time::resolve), "toStartOfHour(now())"),
    exact("toStartOfDay", row(time::resolve), "toStartOfDay(now())"),
    exact(
        "toStartOfWeek",
        row(time::resolve),
        "toStartOfWeek(now(), 1)",
    ),
    exact(
        "toStartOfMonth",
        row(time::resolve),
        "toStartOfMonth(now())",
    ),
    exact(
        "toStartOfQuarter",
        row(time::resolve),
        "toStartOfQuarter(now())",
    ),
    exact("toStartOfYear", row(time::resolve), "toStartOfYear(now())"),
    any_case("date_trunc", row(time::resolve), "date_trunc('day', now())"),
    exact(
        "formatDateTime",
        row(time::resolve),
        "formatDateTime(now(), '%Y-%m')",
    ),
    exact(
        "fromUnixTimestamp64Milli",
        row(time::resolve),
        "fromUnixTimestamp64Milli(time)",
    ),
    exact(
        "toUnixTimestamp64Milli",
        row(time::resolve),
        "toUnixTimestamp64Milli(now64())",
    ),
    exact(
        "toIntervalNanosecond",
        row(time::interval),
        "now64(9) - toIntervalNanosecond(1)",
    ),
    exact(
        "toIntervalMicrosecond",
        row(time::interval),
        "now64() - toIntervalMicrosecond(1)",
    ),
    exact(
        "toIntervalMillisecond",
        row(time::interval),
        "now64() - toIntervalMillisecond(1)",
    ),
    exact(
        "toIntervalSecond",
        row(time::interval),
        "now() - toIntervalSecond(1)",
    ),
    exact(
        "toIntervalMinute",
        row(time::interval),
        "now() - toIntervalMinute(1)",
    ),
    exact(
        "toIntervalHour",
        row(time::interval),
        "now() - toIntervalHour(1)",
    ),
    exact(
        "toIntervalDay",
        row(time::interval),
        "now() - toIntervalDay(1)",
    ),
    exact(
        "toIntervalWeek",
        row(time::interval),
        "now() - toIntervalWeek(1)",
    ),
    exact(
        "toIntervalMonth",
        row(time::interval),
        "now() - toIntervalMonth(1)",
    ),
    exact(
        "toIntervalQuarter",
        row(time::interval),
        "now() - toIntervalQuarter(1)",
    ),
    exact(
        "toIntervalYear",
        row(time::interval),
        "now() - toIntervalYear(1)",
    ),
    any_case("lower", row(text::resolve), "lower(outcome)"),
    any_case("upper", row(text::resolve), "upper(region)"),
    any_case("substring", row(text::resolve), "substring(key_id, 1, 4)"),
    any_case("concat", row(text::resolve), "concat(region, '/', outcome)"),
    any_case("length", row(text::resolve), "length(tags)"),
    exact("trim", row(text::resolve), "trim(region)"),
    exact(
        "startsWith",
        row(text::resolve),
        "startsWith(key_id, 'key_')",
    ),
    exact("endsWith", row(text::resolve), "endsWith(outcome, 'ED')"),
    exact(
        "JSONExtractString",
        row(text::json_text),
        "JSONExtractString('{}', 'a')",
    ),
    any_case("round", row(arithmetic::rounding), "round(latency / 3, 2)"),
    any_case("floor", row(arithmetic::rounding), "floor(latency / 3)"),
    any_case("ceil", row(arithmetic::rounding), "ceil(latency / 3)"),
    any_case("abs", row(arithmetic::resolve), "abs(-1.5)"),
    any_case(
        "if",
        with_nulls(branch::resolve),
        "if(spent_credits > 0, 'paid', 'free')",
    ),
    any_case(
        "coalesce",
        with_nulls(branch::resolve),
        "coalesce(NULL, region)",
    ),
    exact(
        "case",
        Special,
        "CASE WHEN outcome = 'VALID' THEN 1 ELSE 0 END",
    ),
    exact("arrayJoin", Special, "arrayJoin(tags)"),
    exact("arrayFilter", Special, "arrayFilter(x -> x != 'a', tags)"),
    exact("has", with_nulls(array::resolve), "has(tags, 'a')"),
    exact(
        "hasAny",
        with_nulls(array::resolve),
        "hasAny(tags, ['a', 'b'])",
    ),
    exact(
        "hasAll",
        with_nulls(array::resolve),
        "hasAll(tags, ['a', 'b'])",
    ),
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
    syntax("caseWithExpression", with_nulls(branch::resolve)),
    syntax("arrayElement", with_nulls(array::resolve)),
    syntax("array", with_nulls(array::resolve)),
    syntax("tuple", with_nulls(array::resolve)),
    syntax("in", with_nulls(membership::resolve)),
    syntax("notIn", with_nulls(membership::resolve)),
    syntax("CAST", with_nulls(convert::cast)),
];

/// Every function that may be written.
pub(super) fn functions() -> impl Iterator<Item = &'static Entry> {
    let entries = FUNCTIONS.iter();
    entries.filter(|entry| entry.spelling != Spelling::Syntax)
}

/// The function of one row that has this name, also behind an operator. Case counts.
pub(crate) fn row_function(name: &str) -> Option<Row> {
    let entry = FUNCTIONS.iter().find(|entry| entry.name == name)?;
    match entry.kind {
        Kind::Row(row) => Some(row),
        _ => None,
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
    fn every_name_stands_once() {
        let names: BTreeSet<_> = FUNCTIONS.iter().map(|e| e.name.to_lowercase()).collect();
        assert_eq!(names.len(), FUNCTIONS.len());
    }
}
