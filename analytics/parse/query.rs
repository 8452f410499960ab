//! `WITH`, `UNION`, and what follows a SELECT: ORDER BY and LIMIT.

use std::rc::Rc;

use sqlparser::ast;

use super::expr::{name_of, read_expr};
use super::select::{ordering, select};
use crate::ast::{Body, LimitBy, Query, Select, SetOperator};
use crate::deep::deep;
use crate::error::{QueryError, Result};

pub(super) fn query(query: &ast::Query) -> Result<Query> {
    let mut with = Vec::new();
    if let Some(clause) = &query.with {
        if clause.recursive {
            return Err(QueryError::unsupported("WITH RECURSIVE"));
        }
        for cte in &clause.cte_tables {
            with.push((name_of(&cte.alias.name), Rc::new(self::query(&cte.query)?)));
        }
    }
    if !query.pipe_operators.is_empty() || query.fetch.is_some() || !query.locks.is_empty() {
        return Err(QueryError::unsupported("This way to cut a result").hint("Use LIMIT."));
    }
    let mut body = body(&query.body)?;
    if let Some(select) = last_select(&mut body, query) {
        tail(select, query)?;
    }
    Ok(Query { with, body })
}

fn body(expression: &ast::SetExpr) -> Result<Body> {
    match expression {
        ast::SetExpr::Select(parsed) => Ok(Body::Select(Box::new(select(parsed)?))),
        ast::SetExpr::Query(inner) => {
            let inner = query(inner)?;
            Ok(if inner.with.is_empty() {
                inner.body
            } else {
                Body::Select(Box::new(everything_of(inner)))
            })
        }
        ast::SetExpr::SetOperation {
            left,
            op,
            set_quantifier,
            right,
        } => Ok(Body::Set {
            operator: set_operator(*op, *set_quantifier)?,
            left: Box::new(bare(deep(|| body(left))?)),
            right: Box::new(bare(deep(|| body(right))?)),
        }),
        _ => Err(QueryError::query("Invalid SQL syntax: expected a SELECT.")),
    }
}

fn bare(body: Body) -> Query {
    Query {
        with: Vec::new(),
        body,
    }
}

/// `SELECT * FROM (query)`.
fn everything_of(query: Query) -> Select {
    Select {
        items: vec![crate::ast::Item::Star {
            qualifier: None,
            except: Vec::new(),
        }],
        from: Some(crate::ast::Source::Query {
            query: Rc::new(query),
            alias: None,
        }),
        ..Select::default()
    }
}

fn set_operator(operator: ast::SetOperator, quantifier: ast::SetQuantifier) -> Result<SetOperator> {
    match (operator, quantifier) {
        (ast::SetOperator::Union, ast::SetQuantifier::All) => Ok(SetOperator::UnionAll),
        (ast::SetOperator::Union, ast::SetQuantifier::Distinct) => Ok(SetOperator::UnionDistinct),
        (ast::SetOperator::Union, _) => {
            Err(QueryError::query("Expected ALL or DISTINCT after UNION.")
                .hint("Write UNION ALL to keep repeated rows or UNION DISTINCT to drop them."))
        }
        (ast::SetOperator::Intersect, ast::SetQuantifier::Distinct) => {
            Ok(SetOperator::IntersectDistinct)
        }
        (ast::SetOperator::Intersect, _) => Ok(SetOperator::IntersectAll),
        (_, ast::SetQuantifier::Distinct) => Ok(SetOperator::ExceptDistinct),
        (ast::SetOperator::Except | ast::SetOperator::Minus, _) => Ok(SetOperator::ExceptAll),
    }
}

/// The SELECT to which ORDER BY and LIMIT belong: the last one of a union, as in ClickHouse.
fn last_select<'a>(body: &'a mut Body, query: &ast::Query) -> Option<&'a mut Select> {
    if query.order_by.is_none() && query.limit_clause.is_none() {
        return None;
    }
    // What stands in parentheses already has its own order: it becomes a subquery.
    if let ast::SetExpr::Query(_) = query.body.as_ref() {
        let inner = std::mem::replace(body, Body::Select(Box::default()));
        *body = Body::Select(Box::new(everything_of(bare(inner))));
    }
    let mut body = body;
    loop {
        match body {
            Body::Select(select) => return Some(select),
            Body::Set { right, .. } => body = &mut right.body,
        }
    }
}

fn tail(select: &mut Select, query: &ast::Query) -> Result<()> {
    if let Some(order_by) = &query.order_by {
        if order_by.interpolate.is_some() {
            return Err(QueryError::unsupported("INTERPOLATE"));
        }
        select.order_by = ordering(&order_by.kind)?;
    }
    match &query.limit_clause {
        None => {}
        Some(ast::LimitClause::OffsetCommaLimit { offset, limit }) => {
            select.limit = Some(read_expr(limit)?);
            select.offset = Some(read_expr(offset)?);
        }
        Some(ast::LimitClause::LimitOffset {
            limit,
            offset,
            limit_by,
        }) => {
            let limit = limit.as_ref().map(read_expr).transpose()?;
            let offset = offset
                .as_ref()
                .map(|offset| read_expr(&offset.value))
                .transpose()?;
            match limit {
                Some(limit) if !limit_by.is_empty() => {
                    select.limit_by = Some(LimitBy {
                        limit,
                        offset,
                        by: limit_by.iter().map(read_expr).collect::<Result<_>>()?,
                    });
                }
                limit => {
                    select.limit = limit;
                    select.offset = offset;
                }
            }
        }
    }
    Ok(())
}
