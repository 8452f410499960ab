//! What stands behind FROM.

use std::rc::Rc;

use sqlparser::ast;

use super::expr::{name_of, read_expr};
use super::query::query;
use crate::ast::{ArrayJoin, JoinCondition, JoinKind, Source};
use crate::error::{Code, QueryError, Result};
use crate::names::written;

/// A table with its joins; ARRAY JOIN is taken out of them.
pub(super) fn source(table: &ast::TableWithJoins) -> Result<(Source, Option<ArrayJoin>)> {
    let mut left = factor(&table.relation)?;
    let mut array_join: Option<ArrayJoin> = None;
    for join in &table.joins {
        if let Some(keep_empty) = array_join_kind(&join.join_operator) {
            let next = (array_of(&join.relation)?, array_alias(&join.relation));
            match &mut array_join {
                // `ARRAY JOIN a, b` arrives as two joins.
                Some(before) => before.items.push(next),
                None => {
                    array_join = Some(ArrayJoin {
                        keep_empty,
                        items: vec![next],
                    });
                }
            }
            continue;
        }
        if array_join.is_some() {
            return Err(QueryError::unsupported("A JOIN after ARRAY JOIN")
                .hint("Put the ARRAY JOIN into a subquery."));
        }
        let (kind, condition) = operator(&join.join_operator)?;
        left = Source::Join {
            left: Box::new(left),
            right: Box::new(factor(&join.relation)?),
            kind,
            condition,
        };
    }
    Ok((left, array_join))
}

fn factor(factor: &ast::TableFactor) -> Result<Source> {
    match factor {
        ast::TableFactor::Table {
            name,
            args: None,
            alias,
            sample: None,
            ..
        } => Ok(Source::Table {
            name: plain_name(name),
            alias: alias_of(alias.as_ref())?,
        }),
        ast::TableFactor::Table {
            name,
            args: Some(_),
            ..
        }
        | ast::TableFactor::Function { name, .. } => Err(table_function(name)),
        ast::TableFactor::Derived {
            lateral: false,
            subquery,
            alias,
            sample: None,
        } => Ok(Source::Query {
            query: Rc::new(query(subquery)?),
            alias: alias_of(alias.as_ref())?,
        }),
        ast::TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => Ok(source(table_with_joins)?.0),
        other => Err(QueryError::unsupported(&format!("`FROM {other}`"))),
    }
}

fn table_function(name: &ast::ObjectName) -> QueryError {
    let name = plain_name(name).to_lowercase();
    QueryError::new(
        Code::InvalidAnalyticsFunction,
        format!("Table function '{name}' is not allowed for security reasons"),
    )
    .hint(crate::tables::HINT)
}

fn alias_of(alias: Option<&ast::TableAlias>) -> Result<Option<String>> {
    match alias {
        None => Ok(None),
        Some(alias) if alias.columns.is_empty() => Ok(Some(name_of(&alias.name))),
        Some(_) => Err(
            QueryError::unsupported("Naming columns after a table's alias")
                .hint("Name them in the subquery."),
        ),
    }
}

fn operator(operator: &ast::JoinOperator) -> Result<(JoinKind, JoinCondition)> {
    use ast::JoinOperator as Written;
    let (kind, constraint) = match operator {
        Written::Join(constraint) | Written::Inner(constraint) => (JoinKind::Inner, constraint),
        Written::Left(constraint) | Written::LeftOuter(constraint) => (JoinKind::Left, constraint),
        Written::Right(constraint) | Written::RightOuter(constraint) => {
            (JoinKind::Right, constraint)
        }
        Written::FullOuter(constraint) => (JoinKind::Full, constraint),
        Written::CrossJoin(constraint) => (JoinKind::Cross, constraint),
        Written::Semi(constraint) => (JoinKind::AnyInner, constraint),
        Written::LeftSemi(constraint) => (JoinKind::AnyLeft, constraint),
        Written::RightSemi(constraint) => (JoinKind::AnyRight, constraint),
        _ => {
            return Err(QueryError::unsupported("This kind of JOIN")
                .hint("INNER, LEFT, RIGHT, FULL and CROSS joins are."));
        }
    };
    let condition = match constraint {
        ast::JoinConstraint::None => JoinCondition::None,
        ast::JoinConstraint::On(on) => JoinCondition::On(read_expr(on)?),
        ast::JoinConstraint::Using(columns) => {
            JoinCondition::Using(columns.iter().map(plain_name).collect())
        }
        ast::JoinConstraint::UsingAlias(..) => {
            return Err(QueryError::unsupported("USING with an alias"));
        }
        ast::JoinConstraint::Natural => return Err(QueryError::unsupported("NATURAL JOIN")),
    };
    match (kind, &condition) {
        (JoinKind::Cross, JoinCondition::None) => Ok((kind, condition)),
        (JoinKind::Cross, _) => Err(QueryError::query("CROSS JOIN takes no condition.")),
        (_, JoinCondition::None) => Err(QueryError::query("A JOIN needs a condition.")
            .hint("Write ON a.column = b.column, or USING (column).")),
        _ => Ok((kind, condition)),
    }
}

fn array_join_kind(operator: &ast::JoinOperator) -> Option<bool> {
    match operator {
        ast::JoinOperator::ArrayJoin | ast::JoinOperator::InnerArrayJoin => Some(false),
        ast::JoinOperator::LeftArrayJoin => Some(true),
        _ => None,
    }
}

/// The array of an ARRAY JOIN, which the parser reads as if it were a table.
fn array_of(factor: &ast::TableFactor) -> Result<crate::ast::Expr> {
    match factor {
        ast::TableFactor::Table {
            name, args: None, ..
        } => Ok(crate::ast::Expr::Name(
            plain_name(name).split('.').map(str::to_owned).collect(),
        )),
        _ => Err(QueryError::unsupported("ARRAY JOIN over an expression")
            .hint("Use arrayJoin(…) in the SELECT list.")),
    }
}

fn array_alias(factor: &ast::TableFactor) -> String {
    match factor {
        ast::TableFactor::Table {
            alias: Some(alias), ..
        } => name_of(&alias.name),
        ast::TableFactor::Table { name, .. } => plain_name(name),
        _ => String::new(),
    }
}

/// A dotted name without its quotes.
pub(super) fn plain_name(name: &ast::ObjectName) -> String {
    name.0
        .iter()
        .map(|part| match part {
            ast::ObjectNamePart::Identifier(part) => part.value.clone(),
            ast::ObjectNamePart::Function(part) => written(&part.name.value, &[]),
        })
        .collect::<Vec<_>>()
        .join(".")
}
