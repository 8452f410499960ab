//! A query as one statement of SQLite: each SELECT becomes a SELECT inside a SELECT, one for each
//! stage, whose columns are called c0, c1 and so on.

mod bound;
mod fill;
mod select;
mod source;
mod stages;
mod union;
mod unmerged;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(crate) use fill::{Fill, Layout, fill};

use crate::ast::{Body, Query};
use crate::bind::Subqueries;
use crate::deep::deep;
use crate::emit::{Functions, View};
use crate::error::{QueryError, Result};
use crate::question::Question;
use crate::types::Type;
use crate::value::Value;

/// The common table expressions that may be read, the innermost last.
pub(crate) type Known = Vec<(String, Rc<Query>)>;

/// How much SQL a question may become: as much as SQLite reads.
const MOST_SQL: usize = 500_000;

/// A query in SQLite's SQL, with the names and types of its columns c0, c1, …
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) sql: String,
    pub(crate) columns: Vec<(String, Type)>,
    /// The parts of a UNION ALL, which more can join.
    pub(crate) parts: Vec<String>,
    /// What is done with its rows before they are cut to LIMIT.
    pub(crate) filling: Option<Filling>,
}

/// What is left to do once the rows are there.
#[derive(Clone, Debug)]
pub(crate) struct Filling {
    pub(crate) fill: Rc<Fill>,
    pub(crate) layout: Rc<Layout>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

/// Answers queries: the outermost, and those inside expressions.
pub(crate) trait Reader {
    fn answer(&self, query: &Query, known: &Known) -> Result<(Vec<Type>, Vec<Vec<Value>>)>;
}

/// Makes SQL out of one question.
pub(crate) struct Planner<'a> {
    pub(crate) question: &'a Question,
    pub(crate) view: &'a View,
    pub(crate) functions: &'a Functions<'a>,
    pub(crate) reader: &'a dyn Reader,
    /// The common table expressions that were met, by the address of the query, which outlives this.
    common: RefCell<BTreeMap<usize, Relation>>,
    /// The SQL of each of them.
    with: RefCell<Vec<String>>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        question: &'a Question,
        view: &'a View,
        functions: &'a Functions<'a>,
        reader: &'a dyn Reader,
    ) -> Self {
        Self {
            question,
            view,
            functions,
            reader,
            common: RefCell::default(),
            with: RefCell::default(),
        }
    }

    /// A whole statement for `query`.
    pub(crate) fn statement(&self, query: &Query, known: &Known) -> Result<Relation> {
        let relation = self.query(query, known)?;
        let mut with = vec![crate::emit::verification_view(self.view)];
        with.extend(self.with.borrow().iter().cloned());
        let sql = format!("WITH {} {}", with.join(", "), relation.sql);
        if sql.len() > MOST_SQL {
            return Err(QueryError::query("Analytics query is too complex")
                .hint("Compute in a subquery what several columns build upon."));
        }
        Ok(Relation { sql, ..relation })
    }

    fn query(&self, query: &Query, known: &Known) -> Result<Relation> {
        let mut known = known.clone();
        known.extend(query.with.iter().cloned());
        match &query.body {
            Body::Select(select) => self.select(select, &known),
            Body::Set {
                operator,
                left,
                right,
            } => {
                let left = deep(|| self.query(left, &known))?;
                let right = deep(|| self.query(right, &known))?;
                self.combine(*operator, &left, &right)
            }
        }
    }

    /// A common table expression; it sees those before it.
    fn common(&self, place: usize, known: &Known) -> Result<Relation> {
        let (_, query) = known
            .get(place)
            .ok_or_else(|| QueryError::bug("a common table expression is missing"))?;
        let address = Rc::as_ptr(query).addr();
        if let Some(relation) = self.common.borrow().get(&address) {
            return Ok(relation.clone());
        }
        let before = known.iter().take(place).cloned().collect();
        let relation = deep(|| self.query(query, &before))?.without_filling()?;
        let name = format!("common{}", self.with.borrow().len());
        self.with
            .borrow_mut()
            .push(format!("{name} AS ({})", relation.sql));
        let relation = Relation {
            sql: format!("SELECT * FROM {name}"),
            parts: Vec::new(),
            ..relation
        };
        self.common.borrow_mut().insert(address, relation.clone());
        Ok(relation)
    }
}

impl Relation {
    /// The relation as a part of another: only the rows of a whole answer can be filled.
    fn without_filling(self) -> Result<Self> {
        match self.filling {
            None => Ok(self),
            Some(_) => Err(QueryError::unsupported("WITH FILL inside another query")
                .hint("Put it into the outermost SELECT.")),
        }
    }
}

/// Answers the subqueries of one SELECT's expressions.
struct Inner<'a> {
    planner: &'a Planner<'a>,
    known: &'a Known,
}

impl Subqueries for Inner<'_> {
    fn answer(&self, query: &Rc<Query>) -> Result<(Vec<Type>, Vec<Vec<Value>>)> {
        deep(|| self.planner.reader.answer(query, self.known))
    }
}
