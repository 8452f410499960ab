//! A question from text to rows.

use std::collections::BTreeSet;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use serde_json::{Map, Value as Json};

use crate::ast::Query;
use crate::calendar::DAY;
use crate::emit::{Functions, View};
use crate::encode::json;
use crate::error::{QueryError, Result};
use crate::plan::{Known, Planner, Reader, Relation, fill};
use crate::question::Question;
use crate::types::Type;
use crate::value::Value;

/// The rows of an answer: the columns by their names.
pub type Rows = Vec<Map<String, Json>>;

/// SQL that was read and names only what is offered.
#[derive(Clone, Debug)]
pub struct Parsed(Query);

/// Reads SQL.
///
/// # Errors
/// A [`QueryError`] that says what is wrong with the text.
pub fn parse(sql: &str) -> std::result::Result<Parsed, QueryError> {
    let query = crate::parse::parse(sql)?;
    crate::check::check(&query)?;
    Ok(Parsed(query))
}

impl Parsed {
    /// The key spaces that the outermost WHERE and HAVING name with `key_space_id = '…'` or
    /// `key_space_id IN ('…', …)`, so that the caller can check the right to see them.
    #[must_use]
    pub fn key_spaces(&self) -> BTreeSet<String> {
        crate::key_spaces::named(&self.0)
    }

    /// Refuses a question that reaches further back than is kept.
    ///
    /// # Errors
    /// [`crate::Code::QueryRangeExceedsRetention`].
    pub fn check_range(&self, question: &Question) -> std::result::Result<(), QueryError> {
        crate::range::check(&self.0, question.now, question.retention_days)
    }

    /// Answers a question. The connection should be for questions alone: its authorizer and its
    /// progress handler are set, and taken away again.
    ///
    /// # Errors
    /// A [`QueryError`] that says what is wrong with the question, or which limit it met.
    pub fn run(
        &self,
        connection: &mut Connection,
        question: &Question,
    ) -> std::result::Result<Rows, QueryError> {
        self.check_range(question)?;
        let ends = Instant::now() + question.time_limit;
        if question.time_limit.is_zero() {
            return Err(QueryError::timeout());
        }
        connection.progress_handler(1_000, Some(move || Instant::now() >= ends))?;
        connection.authorizer(Some(authorize))?;
        let answer = self.answer(connection, question, ends, false);
        // SQLite refuses a sum beyond 64 bits, where ClickHouse's goes round.
        let answer = match answer {
            Err(error) if error.is_overflow() => self.answer(connection, question, ends, true),
            answer => answer,
        };
        connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
        connection.progress_handler(0, None::<fn() -> bool>)?;
        answer
    }

    fn answer(
        &self,
        connection: &Connection,
        question: &Question,
        ends: Instant,
        wrapping: bool,
    ) -> Result<Rows> {
        let functions = Functions::new(connection, wrapping, ends);
        let session = Session {
            connection,
            question,
            functions: &functions,
            view: View {
                oldest: oldest(question),
                restricts_key_spaces: question.key_spaces.is_some(),
            },
        };
        let (columns, rows) = session.rows(&self.0, &Vec::new())?;
        encode(&columns, &rows, question)
    }
}

/// The first moment that may be seen, in Unix milliseconds. The retention counts from the start of a
/// day.
fn oldest(question: &Question) -> i64 {
    let day = DAY * 1000;
    if question.retention_days <= 0 {
        return i64::MIN;
    }
    let today = question.now.div_euclid(day);
    today
        .saturating_sub(question.retention_days)
        .saturating_mul(day)
}

/// The second lock: whatever the SQL says, only events are read.
fn authorize(context: AuthContext<'_>) -> Authorization {
    let allowed = match context.action {
        AuthAction::Select => true,
        AuthAction::Read { table_name, .. } => {
            matches!(
                table_name,
                "analytics_event" | "analytics_labels" | "json_each"
            )
        }
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

/// What is used of SQLite's own functions.
const BUILT_IN: [&str; 9] = [
    "coalesce",
    "count",
    "json_each",
    "max",
    "min",
    "row_number",
    "sum",
    "typeof",
    "unixepoch",
];

struct Session<'a> {
    connection: &'a Connection,
    question: &'a Question,
    functions: &'a Functions<'a>,
    view: View,
}

type Columns = Vec<(String, Type)>;

impl Reader for Session<'_> {
    fn answer(&self, query: &Query, known: &Known) -> Result<(Vec<Type>, Vec<Vec<Value>>)> {
        let (columns, rows) = self.rows(query, known)?;
        Ok((columns.into_iter().map(|(_, kind)| kind).collect(), rows))
    }
}

impl Session<'_> {
    fn rows(&self, query: &Query, known: &Known) -> Result<(Columns, Vec<Vec<Value>>)> {
        let planner = Planner::new(self.question, &self.view, self.functions, self);
        let relation = planner.statement(query, known)?;
        let mut rows = self.read(&relation)?;
        if let Some(filling) = &relation.filling {
            rows = fill(rows, &filling.fill, &filling.layout)?;
            rows = rows
                .into_iter()
                .skip(filling.offset)
                .take(filling.limit)
                .collect();
            for row in &mut rows {
                row.truncate(relation.columns.len());
            }
        }
        Ok((relation.columns, rows))
    }

    fn read(&self, relation: &Relation) -> Result<Vec<Vec<Value>>> {
        let result = self.read_rows(relation);
        match self.functions.refusal.take() {
            Some(refusal) => Err(refusal),
            None => result,
        }
    }

    fn read_rows(&self, relation: &Relation) -> Result<Vec<Vec<Value>>> {
        let kinds: Vec<_> = match &relation.filling {
            Some(filling) => filling.layout.kinds.iter().collect(),
            None => relation.columns.iter().map(|(_, kind)| kind).collect(),
        };
        let mut statement = self
            .connection
            .prepare(&relation.sql)
            .map_err(|error| prepare_error(&error))?;
        if statement.parameter_count() > 0 {
            statement.raw_bind_parameter(1, &self.question.workspace_id)?;
        }
        if statement.parameter_count() > 1 {
            let key_spaces = self.question.key_spaces.clone().unwrap_or_default();
            statement.raw_bind_parameter(2, Json::from(key_spaces).to_string())?;
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
            if bytes > MOST_BYTES {
                return Err(QueryError::memory());
            }
            rows.push(values);
            if self.question.max_rows > 0 && rows.len() as u64 > self.question.max_rows {
                return Err(QueryError::rows());
            }
        }
        Ok(rows)
    }
}

/// What SQLite says of a statement: it has limits of its own, and all else is a fault of ours.
fn prepare_error(error: &rusqlite::Error) -> QueryError {
    let text = error.to_string();
    let beyond = ["too large", "too many", "at most", "too deep", "overflow"];
    if beyond.iter().any(|limit| text.contains(limit)) {
        return QueryError::query("Analytics query is too complex")
            .hint("Use fewer joins, unions and nested parts.");
    }
    QueryError::bug(text)
}

/// How many bytes of values a query may give.
const MOST_BYTES: usize = 100_000_000;

fn encode(columns: &Columns, values: &[Vec<Value>], question: &Question) -> Result<Rows> {
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
