//! What is true or false.

use std::rc::Rc;

use sqlparser::ast::{self, BinaryOperator, InTarget};

use super::expr::{read_expr, read_exprs, special};
use super::query::query;
use crate::ast::Expr;
use crate::error::Result;

pub(super) fn predicate(expression: &ast::Expr) -> Result<Expr> {
    let operator = |name: &str, sides: &[&ast::Expr]| {
        let sides: Result<_> = sides.iter().map(|side| read_expr(side)).collect();
        Ok(Expr::operator(name, sides?))
    };
    match expression {
        ast::Expr::IsNull(value) => operator("isNull", &[value]),
        ast::Expr::IsNotNull(value) => operator("isNotNull", &[value]),
        ast::Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let sides = vec![
                operator("greaterOrEquals", &[expr, low])?,
                operator("lessOrEquals", &[expr, high])?,
            ];
            Ok(or_not(*negated, Expr::operator("and", sides)))
        }
        ast::Expr::In {
            expr,
            target,
            negated,
            global: false,
        } => {
            let set = match target {
                InTarget::List(list) => match list.as_slice() {
                    [only] => read_expr(only)?,
                    many => Expr::Tuple(read_exprs(many)?),
                },
                InTarget::Subquery(subquery) => Expr::Subquery(Rc::new(query(subquery)?)),
                InTarget::Unnest(_) | InTarget::Table { .. } => return special(expression),
            };
            Ok(Expr::operator(
                in_name(*negated),
                vec![read_expr(expr)?, set],
            ))
        }
        ast::Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } if matches!(**right, ast::Expr::Subquery(_)) => operator("in", &[left, right]),
        ast::Expr::AllOp {
            left,
            compare_op: BinaryOperator::NotEq,
            right,
        } if matches!(**right, ast::Expr::Subquery(_)) => operator("notIn", &[left, right]),
        ast::Expr::Exists { subquery, negated } => {
            let exists = Expr::operator("exists", vec![Expr::Subquery(Rc::new(query(subquery)?))]);
            Ok(or_not(*negated, exists))
        }
        ast::Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => operator(if *negated { "notLike" } else { "like" }, &[expr, pattern]),
        ast::Expr::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => operator(
            if *negated { "notILike" } else { "ilike" },
            &[expr, pattern],
        ),
        _ => special(expression),
    }
}

fn or_not(negated: bool, expr: Expr) -> Expr {
    if negated {
        Expr::operator("not", vec![expr])
    } else {
        expr
    }
}

const fn in_name(negated: bool) -> &'static str {
    if negated { "notIn" } else { "in" }
}
