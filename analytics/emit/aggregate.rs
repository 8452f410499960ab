//! Aggregates as SQL. What SQLite does not have is computed from an array of all values.

use super::Functions;
use super::native::literal;
use crate::bind::{AggregateCall, BoundExpr, Node};
use crate::error::{QueryError, Result};
use crate::functions::{reduction, row_function};
use crate::types::{Type, Value};

/// NaN, as [`Value`] writes it.
const NAN: &str = "x'6E616E'";

impl Functions<'_> {
    /// An aggregate over a group, or over the window that `over` describes.
    pub(crate) fn aggregate_sql(&self, call: &AggregateCall, over: Option<&str>) -> Result<String> {
        let unique = matches!(call.name, "uniq" | "uniqExact" | "groupUniqArray") || call.distinct;
        if unique && over.is_some() {
            return Err(QueryError::unsupported("Distinct values over a window")
                .hint("Aggregate in a subquery first."));
        }
        let distinct = if unique { "DISTINCT " } else { "" };
        let condition = match &call.condition {
            Some(condition) => self.condition(condition)?,
            None => String::new(),
        };
        // An aggregate of SQLite's, over the rows for which a second condition holds as well.
        let of_rows = |function: &str, argument: &str, second: &str| {
            let both = [condition.as_str(), second].into_iter();
            let both: Vec<_> = both.filter(|part| !part.is_empty()).collect();
            let mut sql = format!("{function}({argument})");
            if !both.is_empty() {
                sql = format!("{sql} FILTER (WHERE {})", both.join(" AND "));
            }
            match over {
                Some(over) => format!("{sql} OVER ({over})"),
                None => sql,
            }
        };
        let argument = match call.arguments.as_slice() {
            [] => return Ok(of_rows("count", "*", "")),
            [only] => only.clone(),
            several => tuple(several)?,
        };
        let value = self.sql(&argument)?;
        let native = |function: &str| of_rows(function, &format!("{distinct}{value}"), "");
        let kind = argument.kind.plain();
        let is_list = matches!(kind, Type::Array(_) | Type::Tuple(_));
        // In ClickHouse the result is NaN if one of the values is. Here a NaN is a blob, which
        // SQLite's aggregates would leave out.
        let with_nan = |function: &str| {
            let nan = of_rows("min", &value, &format!("typeof({value}) = 'blob'"));
            match (kind, &argument.expr) {
                // A column of events never holds NaN, so it needs no check.
                (Type::Float, expr) if !matches!(expr, Node::Column(_)) => {
                    format!("coalesce({nan}, {})", native(function))
                }
                _ => native(function),
            }
        };
        let (sql, default) = match call.name {
            "count" | "uniq" | "uniqExact" => return Ok(native("count")),
            "sum" if *kind == Type::Float => (with_nan("sum"), "0.0".to_owned()),
            "sum" => (native("sum"), "0".to_owned()),
            "avg" if !kind.is_time() => (with_nan("avg"), NAN.to_owned()),
            "min" | "max" if *kind == Type::Float => {
                let numbers = format!("typeof({value}) <> 'blob'");
                (of_rows(call.name, &value, &numbers), "0.0".to_owned())
            }
            "min" | "max" if !is_list => (native(call.name), default_of(kind)?),
            "any" => (native("min"), default_of(kind)?),
            _ => {
                let item = match kind {
                    _ if is_list => format!("json({value})"),
                    Type::Float => format!(
                        "CASE WHEN typeof({value}) = 'blob' OR abs({value}) = 9e999 \
                         THEN CAST({value} AS TEXT) ELSE {value} END"
                    ),
                    _ => value.clone(),
                };
                let known = format!("{value} IS NOT NULL");
                let items = of_rows("json_group_array", &format!("{distinct}{item}"), &known);
                return self.reduced(call, kind, &items);
            }
        };
        // Over no rows SQLite has NULL; so has ClickHouse where the values may be NULL.
        if call.kind.is_nullable() {
            Ok(sql)
        } else {
            Ok(format!("coalesce({sql}, {default})"))
        }
    }

    /// What an aggregate makes of an array of all values.
    fn reduced(&self, call: &AggregateCall, kind: &Type, items: &str) -> Result<String> {
        let compute = reduction(call.name, &call.parameters, kind, &call.kind)?;
        let key = format!("{} {:?} {kind} {}", call.name, call.parameters, call.kind);
        let kinds = vec![Type::array(kind.clone())];
        let name = self.register(key, kinds, move |array| match array {
            [Value::List(items)] => compute(items).map(|value| value.to_sql()),
            other => Err(QueryError::bug(format!("{other:?} is no array"))),
        })?;
        Ok(format!("{name}({items})"))
    }
}

fn default_of(kind: &Type) -> Result<String> {
    let default = Value::default_of(kind);
    match (&default, literal(&default)) {
        (_, Some(literal)) => Ok(literal),
        (Value::Float(_), None) => Ok("0.0".to_owned()),
        (Value::List(_), None) => Ok("'[]'".to_owned()),
        (other, None) => Err(QueryError::bug(format!("{other:?} has no literal"))),
    }
}

/// Several values as one, to tell them apart.
fn tuple(parts: &[BoundExpr]) -> Result<BoundExpr> {
    let (resolve, _) = row_function("tuple")?;
    let known: Vec<_> = parts.iter().map(BoundExpr::as_argument).collect();
    let function = resolve("tuple", &known, 0)?;
    Ok(BoundExpr {
        kind: function.kind.clone(),
        expr: Node::Call {
            name: "tuple".to_owned(),
            function,
            arguments: parts.to_vec(),
        },
    })
}
