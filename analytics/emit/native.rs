//! Expressions that mean in SQLite what they mean in ClickHouse.

use super::{Functions, column};
use crate::bind::{BoundExpr, Node};
use crate::error::Result;
use crate::functions::{Argument, Function};
use crate::grow_stack::grow_stack;
use crate::types::{Type, Value};

/// How many members a list may have to be written out.
const WRITTEN_OUT: usize = 200;

impl Functions<'_> {
    /// `expr` as an expression over the columns of a stage.
    pub(crate) fn sql(&self, expr: &BoundExpr) -> Result<String> {
        match grow_stack(|| self.native(expr))? {
            Some(sql) => Ok(sql),
            None => self.call(expr),
        }
    }

    /// `expr` as a condition.
    pub(crate) fn condition(&self, expr: &BoundExpr) -> Result<String> {
        if *expr.kind.plain() != Type::Float {
            return self.sql(expr);
        }
        // NaN counts as true, and SQLite does not know it.
        self.call(&BoundExpr {
            kind: Type::U8,
            expr: Node::Call {
                name: "isTrue".to_owned(),
                function: Function::of_one(Type::U8, |value| Ok(Value::truth(value.is_true())))
                    .handles_nulls(),
                arguments: vec![expr.clone()],
            },
        })
    }

    fn native(&self, expr: &BoundExpr) -> Result<Option<String>> {
        match &expr.expr {
            Node::Column(index) => Ok(Some(column(*index))),
            Node::Constant(value) => Ok(literal(value)),
            Node::Call {
                name, arguments, ..
            } => self.native_call(name, arguments, &expr.kind),
            _ => Ok(None),
        }
    }

    fn native_call(
        &self,
        name: &str,
        arguments: &[BoundExpr],
        kind: &Type,
    ) -> Result<Option<String>> {
        let sign = match name {
            "equals" => " = ",
            "notEquals" => " <> ",
            "less" => " < ",
            "lessOrEquals" => " <= ",
            "greater" => " > ",
            "greaterOrEquals" => " >= ",
            "and" => " AND ",
            "or" => " OR ",
            _ => "",
        };
        Ok(match (name, arguments) {
            // SQLite may evaluate both sides in any order. That is right only where neither can fail:
            // ClickHouse does not evaluate the second where the first decides.
            ("and" | "or", parts) if parts.iter().all(is_plain_condition) => {
                Some(format!("({})", self.each(parts)?.join(sign)))
            }
            ("and" | "or", _) => None,
            ("not", [part]) if is_plain_condition(part) => {
                Some(format!("(NOT {})", self.sql(part)?))
            }
            (_, [a, b]) if !sign.is_empty() && alike(&a.kind, &b.kind) => {
                Some(format!("({}{sign}{})", self.sql(a)?, self.sql(b)?))
            }
            ("in" | "notIn", [needle, list]) => self.membership(name, needle, list)?,
            ("isNull", [value]) => Some(format!("({} IS NULL)", self.sql(value)?)),
            ("isNotNull", [value]) => Some(format!("({} IS NOT NULL)", self.sql(value)?)),
            ("if" | "multiIf", _) => self.case(arguments, kind)?,
            // What already is what it is converted to.
            (
                "toDate" | "toDateTime" | "toString" | "toInt64" | "toFloat64" | "CAST",
                [value, ..],
            ) if value.kind == *kind => Some(self.sql(value)?),
            ("toDateTime", [value]) if value.kind == Type::Date => {
                Some(format!("({} * 86400)", self.sql(value)?))
            }
            ("fromUnixTimestamp64Milli", [value]) => Some(self.sql(value)?),
            ("toInt64", [value])
                if is_small_int(&value.kind)
                    && !matches!(value.kind.plain(), Type::DateTime64(_)) =>
            {
                Some(self.sql(value)?)
            }
            _ => None,
        })
    }

    fn each(&self, list: &[BoundExpr]) -> Result<Vec<String>> {
        list.iter().map(|part| self.sql(part)).collect()
    }

    fn case(&self, arguments: &[BoundExpr], kind: &Type) -> Result<Option<String>> {
        let Some((otherwise, pairs)) = arguments.split_last() else {
            return Ok(None);
        };
        let same = |branch: &BoundExpr| {
            branch.kind == Type::Nothing
                || branch.kind.plain() == kind.plain()
                || (is_small_int(&branch.kind) && kind.plain().is_int())
        };
        let mut sql = "CASE".to_owned();
        for pair in pairs.chunks(2) {
            let [condition, branch] = pair else {
                return Ok(None);
            };
            if *condition.kind.plain() == Type::Float || !same(branch) {
                return Ok(None);
            }
            let (condition, branch) = (self.sql(condition)?, self.sql(branch)?);
            sql = format!("{sql} WHEN {condition} THEN {branch}");
        }
        if !same(otherwise) {
            return Ok(None);
        }
        Ok(Some(format!("{sql} ELSE {} END", self.sql(otherwise)?)))
    }

    fn membership(
        &self,
        name: &str,
        needle: &BoundExpr,
        list: &BoundExpr,
    ) -> Result<Option<String>> {
        let fits = needle.kind == Type::String || is_small_int(&needle.kind);
        let (true, Node::Constant(constant)) = (fits, &list.expr) else {
            return Ok(None);
        };
        let list = Argument {
            kind: list.kind.clone(),
            constant: Some(constant.clone()),
        };
        let members = crate::functions::members(&needle.as_argument(), &list)?;
        let literals: Option<Vec<_>> = members.iter().map(literal).collect();
        Ok(match literals {
            Some(literals) if literals.len() <= WRITTEN_OUT => {
                let sign = if name == "in" { "IN" } else { "NOT IN" };
                let needle = self.sql(needle)?;
                Some(format!("({needle} {sign} ({}))", literals.join(", ")))
            }
            _ => None,
        })
    }
}

/// Whether AND may look at it in any order, and SQLite knows whether it is true.
fn is_plain_condition(expr: &BoundExpr) -> bool {
    let fallible = |expr: &Node| matches!(expr, Node::Call { function, .. } if function.fallible);
    *expr.kind.plain() != Type::Float && !expr.contains(&mut { fallible })
}

/// Whether SQLite compares values of these types as ClickHouse does.
fn alike(a: &Type, b: &Type) -> bool {
    match (a.plain(), b.plain()) {
        (Type::String, Type::String) => true,
        (a, b) if is_small_int(a) && is_small_int(b) => {
            !a.is_time() && !b.is_time()
                || a == b
                || matches!(
                    (a, b),
                    (Type::DateTime, Type::Int { .. }) | (Type::Int { .. }, Type::DateTime)
                )
        }
        _ => false,
    }
}

/// Whether it is an integer in SQLite, in the same order. That of a `UInt64` is another.
fn is_small_int(kind: &Type) -> bool {
    let kind = kind.plain();
    (kind.is_int() && *kind != Type::U64) || kind.is_time()
}

pub(super) fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("NULL".to_owned()),
        Value::Int(value) => Some(value.to_string()),
        Value::Text(text) if !text.contains('\0') => Some(quoted(text)),
        _ => None,
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
