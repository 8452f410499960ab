//! Runs queries, subqueries and common table expressions.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rusqlite::Connection;

use super::block::Relation;
use super::guard::Guard;
use super::query::Question;
use super::union::combine;
use crate::bind::Subqueries;
use crate::calendar::DAY;
use crate::column::Value;
use crate::deep::deep;
use crate::error::Result;
use crate::tree::{Body, Query};
use crate::types::Type;

/// What one question is answered with.
pub(crate) struct Engine<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) question: &'a Question,
    pub(crate) guard: &'a Guard,
    /// Answers of common table expressions, by the address of the query, which outlives this.
    pub(super) answered: RefCell<BTreeMap<usize, Rc<Relation>>>,
}

/// The common table expressions that may be read, the innermost last.
pub(crate) type Known = Vec<(String, Rc<Query>)>;

impl<'a> Engine<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        question: &'a Question,
        guard: &'a Guard,
    ) -> Self {
        Self {
            connection,
            question,
            guard,
            answered: RefCell::default(),
        }
    }

    /// The first moment that may be seen, in Unix milliseconds.
    ///
    /// The retention counts from the start of a day.
    pub(crate) fn oldest(&self) -> i64 {
        let days = self.question.retention_days;
        if days <= 0 {
            return i64::MIN;
        }
        let today = self.question.now.div_euclid(DAY * 1000);
        today.saturating_sub(days).saturating_mul(DAY * 1000)
    }

    /// Answers a query. `recent` tells whether its outermost SELECT is bounded by the retention to
    /// the millisecond, as one without a lower bound on `time` is.
    pub(crate) fn query(&self, query: &Query, known: &Known, recent: bool) -> Result<Relation> {
        let mut known = known.clone();
        known.extend(query.with.iter().cloned());
        match &query.body {
            Body::Select(select) => self.select(select, &known, recent),
            Body::Set {
                operator,
                left,
                right,
            } => {
                let left = deep(|| self.query(left, &known, recent))?;
                let right = deep(|| self.query(right, &known, recent))?;
                combine(*operator, &left, &right)
            }
        }
    }

    /// The answer of a common table expression; it sees those before it.
    pub(super) fn common(&self, place: usize, known: &Known) -> Result<Rc<Relation>> {
        let Some((_, query)) = known.get(place) else {
            return Ok(Rc::new(Relation {
                columns: Vec::new(),
                block: super::block::Block::default(),
            }));
        };
        let address = Rc::as_ptr(query).addr();
        if let Some(answer) = self.answered.borrow().get(&address) {
            return Ok(Rc::clone(answer));
        }
        let before = known.iter().take(place).cloned().collect();
        let answer = Rc::new(deep(|| self.query(query, &before, false))?);
        self.answered
            .borrow_mut()
            .insert(address, Rc::clone(&answer));
        Ok(answer)
    }
}

/// Answers the subqueries of one SELECT's expressions.
pub(super) struct Inner<'a> {
    pub(super) engine: &'a Engine<'a>,
    pub(super) known: &'a Known,
}

impl Subqueries for Inner<'_> {
    fn answer(&self, query: &Rc<Query>) -> Result<(Vec<Type>, Vec<Vec<Value>>)> {
        let answer = deep(|| self.engine.query(query, self.known, false))?;
        let rows = (0..answer.block.rows)
            .map(|row| {
                answer
                    .block
                    .columns
                    .iter()
                    .map(|column| column.value(row))
                    .collect()
            })
            .collect();
        Ok((
            answer.columns.into_iter().map(|(_, kind)| kind).collect(),
            rows,
        ))
    }
}
