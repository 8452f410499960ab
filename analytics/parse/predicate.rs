//! What is true or false.

use std::rc::Rc;

use sqlparser::ast::{Expr, InTarget};

use super::query::query;
use super::term::{special, term, terms};
use crate::error::Result;
use crate::tree::Term;

pub(super) fn predicate(expression: &Expr) -> Result<Term> {
    let operator = |name: &str, sides: &[&Expr]| {
        let sides: Result<_> = sides.iter().map(|side| term(side)).collect();
        Ok(Term::operator(name, sides?))
    };
    match expression {
        Expr::IsNull(value) => operator("isNull", &[value]),
        Expr::IsNotNull(value) => operator("isNotNull", &[value]),
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let sides = vec![
                operator("greaterOrEquals", &[expr, low])?,
                operator("lessOrEquals", &[expr, high])?,
            ];
            Ok(or_not(*negated, Term::operator("and", sides)))
        }
        Expr::In {
            expr,
            target,
            negated,
            global: false,
        } => {
            let set = match target {
                InTarget::List(list) => match list.as_slice() {
                    [only] => term(only)?,
                    many => Term::Tuple(terms(many)?),
                },
                InTarget::Subquery(subquery) => Term::Subquery(Rc::new(query(subquery)?)),
                InTarget::Unnest(_) | InTarget::Table { .. } => return special(expression),
            };
            Ok(Term::operator(in_name(*negated), vec![term(expr)?, set]))
        }
        Expr::Exists { subquery, negated } => {
            let exists = Term::operator("exists", vec![Term::Subquery(Rc::new(query(subquery)?))]);
            Ok(or_not(*negated, exists))
        }
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => operator(if *negated { "notLike" } else { "like" }, &[expr, pattern]),
        Expr::ILike {
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

fn or_not(negated: bool, term: Term) -> Term {
    if negated {
        Term::operator("not", vec![term])
    } else {
        term
    }
}

const fn in_name(negated: bool) -> &'static str {
    if negated { "notIn" } else { "in" }
}
