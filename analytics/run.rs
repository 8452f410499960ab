//! A question from text to rows: limits, the authorizer, reading and encoding.

use std::sync::atomic::Ordering;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use serde_json::{Map, Value as Json};
use sqlparser::ast::Query;

use crate::emit::{Functions, View};
use crate::error::{QueryError, Result};
use crate::plan::{COMMON, Planner, Row};
use crate::query_context::QueryContext;
use crate::types::{Type, Value, json};

/// The rows of an answer: the columns by their names.
pub type Rows = Vec<Map<String, Json>>;

/// Answers `sql`. The connection should be for questions alone, and not be able to write: its
/// authorizer and its progress handler are set, and taken away again.
///
/// # Errors
/// A [`QueryError`] that says what is wrong with the question, or which limit it met.
pub fn answer(
    connection: &mut Connection,
    sql: &str,
    question: &QueryContext,
) -> std::result::Result<Rows, QueryError> {
    let query = crate::sql::parse(sql, question.dataset)?;
    let ends = Instant::now() + question.time_limit;
    if question.time_limit.is_zero() {
        return Err(QueryError::timeout());
    }
    let abandoned = question.abandoned.clone();
    let is_over = move || Instant::now() >= ends || abandoned.load(Ordering::Relaxed);
    connection.progress_handler(1_000, Some(is_over))?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_BYTES)?;
    connection.authorizer(Some(authorize))?;
    let answer = attempt(connection, &query, question, ends);
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.progress_handler(0, None::<fn() -> bool>)?;
    answer
}

fn attempt(
    connection: &Connection,
    query: &Query,
    question: &QueryContext,
    ends: Instant,
) -> Result<Rows> {
    let functions = Functions::new(connection, ends);
    let view = View::of(question);
    let read = |sql: &str, kinds: &[Type]| {
        let rows = read(connection, sql, kinds, question);
        functions.refusal.take().map_or(rows, Err)
    };
    let (columns, rows) = Planner::new(question, &view, &functions, &read).answer(query)?;
    encode(&columns, &rows, question)
}

/// The second lock: whatever the SQL says, only events are read.
fn authorize(context: AuthContext<'_>) -> Authorization {
    let allowed = match context.action {
        AuthAction::Select => true,
        // Where no column of a common table expression is read, SQLite asks about it by its name.
        AuthAction::Read {
            table_name,
            column_name: "",
        } if table_name.starts_with(COMMON) => true,
        AuthAction::Read { table_name, .. } => TABLES.contains(&table_name),
        AuthAction::Function { function_name } => {
            function_name.starts_with("analytics_") || BUILT_IN.contains(&function_name)
        }
        _ => false,
    };
    if allowed {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}

/// What is read of the database, and the table that SQLite makes of an array.
const TABLES: [&str; 5] = [
    "analytics_event",
    "analytics_labels",
    "analytics_ratelimit",
    "analytics_ratelimit_labels",
    "json_each",
];

/// What is used of SQLite's own functions.
const BUILT_IN: [&str; 13] = [
    "abs",
    "avg",
    "coalesce",
    "count",
    "json",
    "json_each",
    "json_group_array",
    "max",
    "min",
    "row_number",
    "sum",
    "typeof",
    "unixepoch",
];

/// How many bytes the rows of a statement may have, and one value while it is computed.
const MOST_BYTES: i32 = 100_000_000;

fn read(
    connection: &Connection,
    sql: &str,
    kinds: &[Type],
    question: &QueryContext,
) -> Result<Vec<Row>> {
    let statement = connection.prepare(sql);
    let mut statement = statement.map_err(prepare_error)?;
    if statement.parameter_count() > 0 {
        statement.raw_bind_parameter(1, &question.workspace_id)?;
    }
    if statement.parameter_count() > 1 {
        let only_in = question.only_in.clone().unwrap_or_default();
        statement.raw_bind_parameter(2, Json::from(only_in).to_string())?;
    }
    let mut stored = statement.raw_query();
    let (mut rows, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = stored.next()? {
        let mut values = Vec::with_capacity(kinds.len());
        for (index, kind) in kinds.iter().enumerate() {
            let value = Value::from_sql(row.get_ref(index)?, kind)?;
            bytes = bytes.saturating_add(value.bytes());
            values.push(value);
        }
        if bytes > MOST_BYTES.unsigned_abs() as usize {
            return Err(QueryError::memory());
        }
        rows.push(values);
        if question.max_rows > 0 && rows.len() as u64 > question.max_rows {
            return Err(QueryError::rows());
        }
    }
    Ok(rows)
}

/// What SQLite says of a statement: it has limits of its own, and all else is a fault of ours.
fn prepare_error(error: rusqlite::Error) -> QueryError {
    use rusqlite::ErrorCode::{OperationInterrupted, OutOfMemory, TooBig};
    let text = error.to_string();
    let beyond = [
        "too large",
        "too many",
        "at most",
        "too deep",
        "too complex",
        "overflow",
    ];
    if beyond.iter().any(|limit| text.contains(limit)) {
        QueryError::too_complex().hint("Use fewer joins, unions and nested parts.")
    } else if let Some(OperationInterrupted | OutOfMemory | TooBig) = error.sqlite_error_code() {
        error.into()
    } else {
        QueryError::bug(text)
    }
}

fn encode(columns: &[(String, Type)], values: &[Row], question: &QueryContext) -> Result<Rows> {
    let mut rows = Vec::with_capacity(values.len());
    let mut bytes = 0_usize;
    for values in values {
        let mut object = Map::new();
        for ((name, kind), value) in columns.iter().zip(values) {
            bytes = bytes.saturating_add(name.len() + value.bytes() / 2);
            object.insert(name.clone(), json(value, kind));
        }
        if bytes > question.max_bytes {
            return Err(QueryError::too_large());
        }
        rows.push(object);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authorizer_stops_what_the_checks_of_the_text_would_have_let_through() {
        let mut database = Connection::open_in_memory().unwrap();
        database.execute_batch(crate::SCHEMA).unwrap();
        database
            .execute_batch(
                "CREATE TABLE keys (hash TEXT); CREATE VIEW shown AS SELECT * FROM keys;",
            )
            .unwrap();
        database.authorizer(Some(authorize)).unwrap();
        for sql in [
            "SELECT hash FROM keys",
            "SELECT * FROM shown",
            "SELECT name FROM sqlite_schema",
            "SELECT name FROM pragma_table_info('keys')",
            "SELECT (SELECT max(hash) FROM keys) FROM analytics_event",
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
            "SELECT load_extension('x')",
            "SELECT hex(randomblob(9))",
            "INSERT INTO keys VALUES ('x')",
            "DELETE FROM analytics_event",
            "UPDATE analytics_labels SET workspace_id = 'ws_1'",
            "DROP TABLE analytics_event",
            "CREATE TEMP TABLE t (x)",
            "ATTACH ':memory:' AS other",
            "PRAGMA user_version",
            "BEGIN",
        ] {
            let refused = database.prepare(sql).unwrap_err().to_string();
            assert!(
                refused.contains("not authorized") || refused.contains("prohibited"),
                "{sql}: {refused}"
            );
        }
        assert!(
            database
                .prepare("SELECT max(id) FROM analytics_event")
                .is_ok()
        );
    }
}
