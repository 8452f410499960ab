//! What comes of a workflow.

use serde::Serialize;
use serde_json::{Map, Value};
use unkey_tools::Pagination;
use unkey_tools::workflows::Answer;

use crate::apply::journal::JournalError;
use crate::operations::CallError;
use crate::plan::folder::PlanError;

/// What a workflow found or did.
#[derive(Clone, Debug)]
pub struct Report {
    /// The answer: `data`, and where there is more, `pagination`.
    pub answer: Map<String, Value>,
    /// The same in a few short sentences, without a word that others wrote.
    pub summary: Vec<String>,
}

/// Why a workflow came to nothing.
#[derive(Debug)]
pub enum WorkflowError {
    /// Mistakes in what was asked for, each with what to do.
    Mistakes(Vec<String>),
    /// An operation failed without which nothing can be said.
    Failed {
        /// The operation's tool.
        tool: &'static str,
        /// What happened.
        error: Box<CallError>,
    },
    /// A fault of this program.
    Bug(String),
}

impl Report {
    /// A report of `data`, of which this is a page or all.
    ///
    /// # Errors
    /// [`WorkflowError::Bug`] where that is no JSON.
    pub fn new(
        data: impl Serialize,
        pagination: Option<Pagination>,
        summary: Vec<String>,
    ) -> Result<Self, WorkflowError> {
        let answer = Answer {
            summary: None,
            data,
            pagination,
        };
        match serde_json::to_value(answer) {
            Ok(Value::Object(answer)) => Ok(Self { answer, summary }),
            Ok(_) => Err(WorkflowError::Bug("an answer is no object".to_owned())),
            Err(error) => Err(WorkflowError::Bug(error.to_string())),
        }
    }
}

impl WorkflowError {
    /// One mistake.
    pub fn mistake(what: impl Into<String>) -> Self {
        Self::Mistakes(vec![what.into()])
    }

    /// An operation failed.
    pub fn failed(tool: &'static str, error: CallError) -> Self {
        Self::Failed {
            tool,
            error: Box::new(error),
        }
    }
}

impl From<PlanError> for WorkflowError {
    fn from(error: PlanError) -> Self {
        Self::mistake(error.to_string())
    }
}

impl From<JournalError> for WorkflowError {
    fn from(error: JournalError) -> Self {
        Self::mistake(error.to_string())
    }
}
