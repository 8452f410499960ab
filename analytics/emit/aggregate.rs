//! Aggregates as SQL.

use super::Functions;
use super::native::literal;
use crate::bind::{AggregateCall, BoundExpr, Node};
use crate::error::{QueryError, Result};
use crate::functions::row_function;
use crate::types::{Type, Value};

impl Functions<'_> {
    /// An aggregate over a group, or over the window that `over` describes.
    pub(crate) fn aggregate_sql(&self, call: &AggregateCall, over: Option<&str>) -> Result<String> {
        let mut tail = String::new();
        if let Some(condition) = &call.condition {
            tail = format!(" FILTER (WHERE {})", self.condition(condition)?);
        }
        if let Some(over) = over {
            tail = format!("{tail} OVER ({over})");
        }
        let unique = matches!(call.name, "uniq" | "uniqExact" | "groupUniqArray") || call.distinct;
        if unique && over.is_some() {
            return Err(QueryError::unsupported("Distinct values over a window")
                .hint("Aggregate in a subquery first."));
        }
        let distinct = if unique { "DISTINCT " } else { "" };
        let argument = match call.arguments.as_slice() {
            [] => return Ok(format!("count(*){tail}")),
            [only] => only.clone(),
            several => tuple(several)?,
        };
        let value = self.sql(&argument)?;
        let kind = argument.kind.plain();
        let native = matches!(kind, Type::String)
            || ((kind.is_int() || kind.is_time()) && *kind != Type::U64);
        let counted = matches!(call.name, "count" | "uniq" | "uniqExact");
        let (sql, default) = match call.name {
            _ if counted => (format!("count({distinct}{value}){tail}"), None),
            "sum" if kind.is_int() && !self.wrapping_sums => {
                (format!("sum({distinct}{value}){tail}"), Some(Value::Int(0)))
            }
            "min" | "max" if native => (
                format!("{}({value}){tail}", call.name),
                Some(Value::default_of(kind)),
            ),
            _ => {
                let name = self.aggregate(call, over.is_some())?;
                (format!("{name}({distinct}{value}){tail}"), None)
            }
        };
        // Over no rows SQLite has NULL; so has ClickHouse where the values may be NULL.
        match default.filter(|_| !call.kind.is_nullable()) {
            None => Ok(sql),
            Some(default) => match literal(&default) {
                Some(default) => Ok(format!("coalesce({sql}, {default})")),
                None => Err(QueryError::bug(format!("{default:?} has no literal"))),
            },
        }
    }
}

/// Several values as one, to tell them apart.
fn tuple(parts: &[BoundExpr]) -> Result<BoundExpr> {
    let row = row_function("tuple").ok_or_else(|| QueryError::bug("there are no tuples"))?;
    let known: Vec<_> = parts.iter().map(BoundExpr::as_argument).collect();
    let function = (row.resolve)("tuple", &known, 0)?;
    Ok(BoundExpr {
        kind: function.kind.clone(),
        expr: Node::Call {
            name: "tuple".to_owned(),
            function,
            arguments: parts.to_vec(),
        },
    })
}
