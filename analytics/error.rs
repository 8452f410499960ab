//! Why a question has no answer.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What kind of fault it is: the last part of Unkey's error type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The SQL does not parse, or does not fit the tables. HTTP 400.
    InvalidAnalyticsQuery,
    /// A table that is not offered. HTTP 400.
    InvalidAnalyticsTable,
    /// A function that is not offered. HTTP 400.
    InvalidAnalyticsFunction,
    /// Not a SELECT. HTTP 400.
    InvalidAnalyticsQueryType,
    /// It reaches further back than data are kept. HTTP 400.
    QueryRangeExceedsRetention,
    /// It took too long. HTTP 422.
    QueryExecutionTimeout,
    /// It needed too much memory. HTTP 422.
    QueryMemoryLimitExceeded,
    /// It gave too many rows. HTTP 422.
    QueryRowsLimitExceeded,
}

impl Code {
    /// The code as Unkey spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidAnalyticsQuery => "invalid_analytics_query",
            Self::InvalidAnalyticsTable => "invalid_analytics_table",
            Self::InvalidAnalyticsFunction => "invalid_analytics_function",
            Self::InvalidAnalyticsQueryType => "invalid_analytics_query_type",
            Self::QueryRangeExceedsRetention => "query_range_exceeds_retention",
            Self::QueryExecutionTimeout => "query_execution_timeout",
            Self::QueryMemoryLimitExceeded => "query_memory_limit_exceeded",
            Self::QueryRowsLimitExceeded => "query_rows_limit_exceeded",
        }
    }
}

/// Why a question has no answer, in words for whoever asked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// What kind of fault it is.
    pub code: Code,
    /// What is wrong and, where that is known, what to write instead.
    pub detail: String,
    /// What the log should know and the caller should not: a fault of the database itself.
    pub internal: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, QueryError>;

impl QueryError {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            internal: None,
        }
    }

    /// A question that cannot be answered as it stands.
    pub(crate) fn query(detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidAnalyticsQuery, detail)
    }

    /// A text that cannot be read.
    pub(crate) fn syntax(what: impl fmt::Display) -> Self {
        Self::query(format!("Invalid SQL syntax: {what}"))
    }

    /// A question that asks for too much work before a row is read.
    pub(crate) fn too_complex() -> Self {
        Self::query("Analytics query is too complex")
    }

    /// The same, with a sentence on what to write instead.
    #[must_use]
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        if !hint.is_empty() {
            if !self.detail.ends_with(['.', '!', '?', ':']) {
                self.detail.push('.');
            }
            self.detail.push(' ');
            self.detail.push_str(hint);
        }
        self
    }

    /// Something that ClickHouse can do and this engine cannot.
    pub(crate) fn unsupported(what: &str) -> Self {
        Self::query(format!(
            "{what} is not available in the embedded analytics engine."
        ))
    }

    /// A fault of our own: the caller learns that there is one, the log which.
    pub(crate) fn bug(what: impl fmt::Display) -> Self {
        Self {
            internal: Some(format!("bug in the analytics: {what}")),
            ..Self::query(
                "The analytics engine failed. This is a fault of its own; please report it.",
            )
        }
    }

    pub(crate) fn timeout() -> Self {
        Self::new(
            Code::QueryExecutionTimeout,
            "Query execution time limit exceeded. Try simplifying your query or reducing the time range.",
        )
        .hint("Filter `time` to fewer days, or ask a per-hour or per-day table.")
    }

    pub(crate) fn memory() -> Self {
        Self::new(
            Code::QueryMemoryLimitExceeded,
            "Query memory limit exceeded. Try simplifying your query or reducing the result set size.",
        )
        .hint("Select fewer columns, aggregate, or add a LIMIT.")
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            Code::QueryMemoryLimitExceeded,
            "Query result exceeds the maximum response size.",
        )
        .hint("Select fewer columns, aggregate, or add a LIMIT.")
    }

    pub(crate) fn rows() -> Self {
        Self::new(
            Code::QueryRowsLimitExceeded,
            "Query attempted to read too many rows. Try adding more filters or reducing the time range.",
        )
        .hint("A LIMIT keeps the result small.")
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for QueryError {}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => return Self::timeout(),
            Some(rusqlite::ErrorCode::TooBig | rusqlite::ErrorCode::OutOfMemory) => {
                return Self::memory();
            }
            _ => {}
        }
        if error.to_string().contains("integer overflow") {
            return Self::query("A sum is larger than 64 bits hold.")
                .hint("Sum toFloat64(x), or fewer rows.");
        }
        Self {
            internal: Some(error.to_string()),
            ..Self::query("The events could not be read.")
        }
    }
}

/// Why a function refused a value. SQLite hands on a text only; this keeps the whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusal(Arc<Mutex<Option<QueryError>>>);

impl Refusal {
    pub(crate) fn keep(&self, error: QueryError) -> rusqlite::Error {
        let message = error.to_string();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(error);
        rusqlite::Error::UserFunctionError(message.into())
    }

    pub(crate) fn take(&self) -> Option<QueryError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
