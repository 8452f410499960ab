//! A query as one statement of SQLite: each SELECT becomes a SELECT inside a SELECT, one for each
//! stage, whose columns are called c0, c1 and so on.

mod bound;
mod clauses;
mod fill;
mod input;
mod items;
mod join;
mod rollup;
mod select;
mod stages;
mod union;

use std::cell::{Cell, RefCell};

use sqlparser::ast;

use self::clauses::{Clauses, Tail};
use self::fill::Filling;
use crate::emit::{Functions, View};
use crate::error::{Code, QueryError, Result};
use crate::grow_stack::grow_stack;
use crate::query_context::QueryContext;
use crate::types::{Type, Value};

/// What the names of common table expressions begin with. No table has such a name.
pub(crate) const COMMON: &str = "common";

/// The common table expressions that may be read, the innermost last.
type Known = Vec<(String, Relation)>;

/// The names and the types of columns.
pub(crate) type Columns = Vec<(String, Type)>;

/// A row of an answer.
pub(crate) type Row = Vec<Value>;

/// Reads the rows of a statement whose columns have these types.
pub(crate) type Read<'a> = dyn Fn(&str, &[Type]) -> Result<Vec<Row>> + 'a;

/// How much SQL a question may become: as much as SQLite reads.
const MOST_SQL: usize = 500_000;

/// A query in SQLite's SQL, with the names and types of its columns c0, c1, …
#[derive(Clone, Debug)]
struct Relation {
    sql: String,
    columns: Columns,
    /// The parts of a UNION ALL, which more can join.
    parts: Vec<String>,
    /// What is done with its rows before they are cut to LIMIT.
    filling: Option<Filling>,
}

/// Makes SQL out of one question, and answers it.
pub(crate) struct Planner<'a> {
    question: &'a QueryContext,
    view: &'a View,
    functions: &'a Functions<'a>,
    read: &'a Read<'a>,
    /// The SQL of each common table expression.
    with: RefCell<Vec<String>>,
    /// How many columns the SELECTs have so far.
    columns: Cell<usize>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        question: &'a QueryContext,
        view: &'a View,
        functions: &'a Functions<'a>,
        read: &'a Read<'a>,
    ) -> Self {
        Self {
            question,
            view,
            functions,
            read,
            with: RefCell::default(),
            columns: Cell::new(0),
        }
    }

    /// The columns and the rows that a whole question asks for.
    pub(crate) fn answer(&self, query: &ast::Query) -> Result<(Columns, Vec<Row>)> {
        if !reads_something(&query.body) {
            return Err(QueryError::query("Query must have a FROM clause")
                .hint(self.question.dataset.hint()));
        }
        self.rows(query, &Vec::new())
    }

    fn rows(&self, query: &ast::Query, known: &Known) -> Result<(Columns, Vec<Row>)> {
        let relation = grow_stack(|| self.query(query, known))?;
        let mut sql = format!("WITH {}", self.view.sql());
        for common in self.with.borrow().iter() {
            sql = format!("{sql}, {common}");
        }
        let sql = format!("{sql} {}", relation.sql);
        if sql.len() > MOST_SQL {
            return Err(QueryError::too_complex()
                .hint("Compute in a subquery what several columns build upon."));
        }
        let kinds: Vec<_> = relation
            .columns
            .iter()
            .map(|(_, kind)| kind.clone())
            .collect();
        let rows = match &relation.filling {
            None => (self.read)(&sql, &kinds)?,
            Some(filling) => filling.fill((self.read)(&sql, &filling.kinds)?, kinds.len())?,
        };
        Ok((relation.columns, rows))
    }

    /// Answers a subquery that stands in an expression.
    fn subquery(&self, query: &ast::Query, known: &Known) -> Result<(Vec<Type>, Vec<Row>)> {
        let (columns, rows) = self.rows(query, known)?;
        Ok((columns.into_iter().map(|(_, kind)| kind).collect(), rows))
    }

    fn query(&self, query: &ast::Query, outer: &Known) -> Result<Relation> {
        if !query.pipe_operators.is_empty() || query.fetch.is_some() || !query.locks.is_empty() {
            return Err(QueryError::unsupported("This way to cut a result").hint("Use LIMIT."));
        }
        let mut known = outer.clone();
        if let Some(with) = &query.with {
            if with.recursive {
                return Err(QueryError::unsupported("WITH RECURSIVE"));
            }
            for common in &with.cte_tables {
                let relation = self.common(common, &known)?;
                known.push((common.alias.name.value.clone(), relation));
            }
        }
        self.body(&query.body, &known, Tail::of(query)?)
    }

    /// A common table expression; it sees those before it.
    fn common(&self, common: &ast::Cte, known: &Known) -> Result<Relation> {
        let name = input::alias_of(Some(&common.alias))?.unwrap_or_default();
        if self.question.dataset.table(&name).is_some() {
            return Err(QueryError::new(
                Code::InvalidAnalyticsTable,
                format!("CTE name '{name}' conflicts with a public table name"),
            )
            .hint("Give it a name of its own."));
        }
        let relation = grow_stack(|| self.query(&common.query, known))?.without_filling()?;
        let mut with = self.with.borrow_mut();
        let name = format!("{COMMON}{}", with.len());
        with.push(format!("{name} AS ({})", relation.sql));
        Ok(Relation {
            sql: format!("SELECT * FROM {name}"),
            parts: Vec::new(),
            ..relation
        })
    }

    /// What stands before ORDER BY and LIMIT. Of a union they belong to the last SELECT.
    fn body(&self, body: &ast::SetExpr, known: &Known, tail: Tail<'_>) -> Result<Relation> {
        match body {
            ast::SetExpr::Select(select) => self.select(select, known, tail),
            ast::SetExpr::Query(query) if tail.is_empty() => {
                grow_stack(|| self.query(query, known))
            }
            // What stands in parentheses has its own order: it becomes a subquery.
            ast::SetExpr::Query(query) => {
                let relation = grow_stack(|| self.query(query, known))?;
                let star = [ast::SelectItem::Wildcard(
                    ast::WildcardAdditionalOptions::default(),
                )];
                let source = input::from_relation(relation, None)?;
                self.select_from(source, &Clauses::of_items(&star, tail), known)
            }
            ast::SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let left = grow_stack(|| self.body(left, known, Tail::default()))?;
                let right = grow_stack(|| self.body(right, known, tail))?;
                self.combine((*op, *set_quantifier), left, right)
            }
            _ => Err(QueryError::syntax("expected a SELECT.")),
        }
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

fn reads_something(body: &ast::SetExpr) -> bool {
    match body {
        ast::SetExpr::Select(select) => !select.from.is_empty(),
        ast::SetExpr::Query(query) => grow_stack(|| reads_something(&query.body)),
        ast::SetExpr::SetOperation { left, .. } => grow_stack(|| reads_something(left)),
        _ => true,
    }
}
