//! A question from text to rows.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Map, Value as Json};

use super::block::Relation;
use super::engine::Engine;
use super::guard::Guard;
use crate::encode::json;
use crate::error::{QueryError, Result};
use crate::parse::parse;
use crate::range;
use crate::room::cell_bytes;
use crate::tree::Query;

/// A question about the events of one workspace.
#[derive(Clone, Debug)]
pub struct Question {
    /// The SQL.
    pub query: String,
    /// Whose events are seen.
    pub workspace_id: String,
    /// The key spaces whose events are seen; None for all.
    pub key_spaces: Option<Vec<String>>,
    /// What `now()` gives, in Unix milliseconds.
    pub now: i64,
    /// How many days back events are seen; 0 for all.
    pub retention_days: i64,
    /// How many rows a SELECT gives at most; 0 for any number.
    pub max_rows: u64,
    /// How long the answer may take.
    pub time_limit: Duration,
}

/// The rows of an answer: the columns by their names.
pub type Rows = Vec<Map<String, Json>>;

/// Whether `question` may be asked: that it parses, and names only what is offered.
///
/// # Errors
/// Those of [`query`] that can be told without reading any event.
pub fn check(question: &Question) -> std::result::Result<(), QueryError> {
    prepare(question).map(|_| ())
}

/// Answers `question`.
///
/// # Errors
/// A [`QueryError`] that says what is wrong with the question, or which limit it met.
pub fn query(
    connection: &Connection,
    question: &Question,
) -> std::result::Result<Rows, QueryError> {
    let (parsed, bounded) = prepare(question)?;
    let guard = Guard::new(question.time_limit);
    guard.on_time()?;
    let answer = Engine::new(connection, question, &guard).query(&parsed, &Vec::new(), !bounded)?;
    rows(&answer, question, &guard)
}

/// The query, and whether it has a lower bound on `time`.
fn prepare(question: &Question) -> Result<(Query, bool)> {
    let parsed = parse(&question.query)?;
    crate::check::check(&parsed)?;
    let bounded = range::check(&parsed, question.now, question.retention_days)?;
    Ok((parsed, bounded))
}

fn rows(answer: &Relation, question: &Question, guard: &Guard) -> Result<Rows> {
    let count = answer.block.rows;
    if question.max_rows > 0 && u64::try_from(count).unwrap_or(u64::MAX) > question.max_rows {
        return Err(QueryError::rows());
    }
    let mut rows = Vec::with_capacity(count);
    let mut bytes = 0;
    for row in 0..count {
        let mut object = Map::new();
        for ((name, kind), column) in answer.columns.iter().zip(&answer.block.columns) {
            let cell = json(&column.value(row), kind);
            bytes += cell_bytes(&cell);
            object.insert(name.clone(), cell);
        }
        rows.push(object);
        guard.room_for(bytes)?;
        if row % 4096 == 0 {
            guard.on_time()?;
        }
    }
    Ok(rows)
}
