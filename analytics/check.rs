//! What may be asked: tables and functions from a list, and nothing else.

use std::collections::BTreeSet;

use crate::ast::{Body, Expr, Query, Source};
use crate::deep::deep;
use crate::error::{Code, QueryError, Result};
use crate::functions::{refusal, spelled};
use crate::nearest::nearest;
use crate::tables::{HINT, Table};
use crate::visitor::{Visitor, walk_expr, walk_query};

/// How many nodes a question's tree may have.
const NODES: usize = 2_000;

/// How many columns all SELECTs may have together.
const COLUMNS: usize = 64;

/// Refuses what is too large, and tables and functions that are not offered, tables first.
pub(crate) fn check(query: &Query) -> Result<()> {
    let mut size = Size::default();
    walk_query(query, &mut size);
    if size.nodes > NODES {
        return Err(QueryError::query("Analytics query is too complex")
            .hint(&format!("It may have {NODES} names, values and operators.")));
    }
    if columns(query) > COLUMNS {
        return Err(
            QueryError::query("Analytics query projects too many columns")
                .hint(&format!("All its SELECTs together may have {COLUMNS}.")),
        );
    }
    if !reads_something(query) {
        return Err(QueryError::query("Query must have a FROM clause")
            .hint("Read from one of the tables, for example FROM key_verifications_per_day_v1."));
    }
    tables(query, &BTreeSet::new())?;
    let mut functions = Functions { refusal: None };
    walk_query(query, &mut functions);
    functions.refusal.map_or(Ok(()), Err)
}

fn reads_something(query: &Query) -> bool {
    match &query.body {
        Body::Select(select) => select.from.is_some(),
        Body::Set { left, .. } => deep(|| reads_something(left)),
    }
}

/// Checks the tables of `query`, where the names in `known` are common table expressions.
fn tables(query: &Query, known: &BTreeSet<String>) -> Result<()> {
    let mut known = known.clone();
    for (name, inner) in &query.with {
        tables(inner, &known)?;
        if Table::named(name).is_some() {
            return Err(QueryError::new(
                Code::InvalidAnalyticsTable,
                format!("CTE name '{name}' conflicts with a public table name"),
            ));
        }
        known.insert(name.clone());
    }
    match &query.body {
        Body::Set { left, right, .. } => {
            deep(|| tables(left, &known))?;
            deep(|| tables(right, &known))
        }
        Body::Select(select) => {
            if let Some(from) = &select.from {
                source(from, &known)?;
            }
            let mut inner = Subqueries {
                known: &known,
                refusal: None,
            };
            crate::visitor::walk_select_exprs(select, &mut inner);
            inner.refusal.map_or(Ok(()), Err)
        }
    }
}

fn source(source: &Source, known: &BTreeSet<String>) -> Result<()> {
    match source {
        Source::Table { name, .. } if known.contains(name) => Ok(()),
        Source::Table { name, .. } => match Table::named(name) {
            Some(_) => Ok(()),
            None => Err(table_refusal(name)),
        },
        Source::Query { query, .. } => tables(query, known),
        Source::Join { left, right, .. } => {
            deep(|| self::source(left, known))?;
            deep(|| self::source(right, known))
        }
    }
}

fn table_refusal(name: &str) -> QueryError {
    let refusal = QueryError::new(
        Code::InvalidAnalyticsTable,
        format!("Access to table '{name}' is not allowed"),
    );
    match nearest(name, Table::ALL.map(Table::name)) {
        Some(near) => refusal.hint(&format!("Did you mean {near}?")),
        None => refusal.hint(HINT),
    }
}

/// Looks into the subqueries that stand in expressions.
struct Subqueries<'a> {
    known: &'a BTreeSet<String>,
    refusal: Option<QueryError>,
}

impl Visitor for Subqueries<'_> {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Subquery(query) => {
                if let Err(refusal) = tables(query, self.known) {
                    self.refusal.get_or_insert(refusal);
                }
            }
            other => walk_expr(other, self),
        }
    }
}

#[derive(Default)]
struct Size {
    nodes: usize,
}

impl Visitor for Size {
    fn expr(&mut self, expr: &Expr) {
        self.nodes += 1;
        walk_expr(expr, self);
    }
}

/// How many columns the SELECTs of `query` have, those of its FROM and its unions included.
fn columns(query: &Query) -> usize {
    let with = query.with.iter().map(|(_, inner)| columns(inner));
    with.sum::<usize>()
        + match &query.body {
            Body::Set { left, right, .. } => deep(|| columns(left)) + deep(|| columns(right)),
            Body::Select(select) => {
                select.items.len() + select.from.as_ref().map_or(0, columns_of_source)
            }
        }
}

fn columns_of_source(source: &Source) -> usize {
    match source {
        Source::Table { .. } => 0,
        Source::Query { query, .. } => columns(query),
        Source::Join { left, right, .. } => {
            deep(|| columns_of_source(left)) + deep(|| columns_of_source(right))
        }
    }
}

struct Functions {
    refusal: Option<QueryError>,
}

impl Visitor for Functions {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Call(call) = expr
            && call.written
            && spelled(&call.name).is_none()
        {
            self.refusal.get_or_insert_with(|| refusal(&call.name));
        }
        walk_expr(expr, self);
    }
}
