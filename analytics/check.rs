//! What may be asked: tables and functions from a list, and nothing else.

use std::collections::BTreeSet;

use crate::allowed;
use crate::deep::deep;
use crate::error::{Code, QueryError, Result};
use crate::nearest::nearest;
use crate::tables::{HINT, Table};
use crate::tree::{Body, Query, Source, Term};
use crate::walk::{Visitor, walk_query, walk_term};

/// Refuses tables and functions that are not offered, tables first.
pub(crate) fn check(query: &Query) -> Result<()> {
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
            crate::walk::walk_select_terms(select, &mut inner);
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
    fn term(&mut self, term: &Term) {
        match term {
            Term::Subquery(query) => {
                if let Err(refusal) = tables(query, self.known) {
                    self.refusal.get_or_insert(refusal);
                }
            }
            other => walk_term(other, self),
        }
    }
}

struct Functions {
    refusal: Option<QueryError>,
}

impl Visitor for Functions {
    fn term(&mut self, term: &Term) {
        if let Term::Call(call) = term
            && call.written
            && !allowed::is_allowed(&call.name)
        {
            self.refusal
                .get_or_insert_with(|| allowed::refusal(&call.name));
        }
        walk_term(term, self);
    }
}
