//! What carries operations out, as workflows see it.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::desk::Desk;

/// A future that can be kept, whatever makes it.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries operations out for one caller.
pub trait Operations: Send + Sync {
    /// Whether the caller may call the tool of that name.
    fn offers(&self, tool: &str) -> bool;

    /// Calls an operation, and returns Unkey's envelope. Dropping the future gives the call up.
    ///
    /// # Errors
    /// A [`CallError`] where it did not succeed, or is not offered.
    fn call<'a>(
        &'a self,
        tool: &'static str,
        arguments: Map<String, Value>,
    ) -> Boxed<'a, Result<Value, CallError>>;

    /// What is known of the workspace without asking Unkey.
    ///
    /// # Errors
    /// A [`CallError`] where that cannot be read.
    fn known(&self) -> Boxed<'_, Result<Known, CallError>>;

    /// What plans need beside operations; `None` where there is no place for plans.
    fn desk(&self) -> Option<Desk> {
        None
    }

    /// A migration that imports keys hashed as Unkey hashes them, where one is to be had without being
    /// named: the embedded engine makes its own.
    ///
    /// # Errors
    /// A [`CallError`] where there should be one.
    fn migration(&self) -> Boxed<'_, Result<Option<String>, CallError>> {
        Box::pin(async { Ok(None) })
    }
}

/// Tells the time, and waits.
pub trait Clock: Send + Sync {
    /// Now, in Unix milliseconds.
    fn now(&self) -> i64;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> Boxed<'_, ()>;
}

/// What is known of the workspace.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its APIs, each once.
    pub apis: Vec<Api>,
    /// Whether these are all the APIs there are.
    pub complete: bool,
    /// Its rate-limit namespaces, as far as they are known.
    pub namespaces: Vec<Namespace>,
}

/// A rate-limit namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Its id, where it is known.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
}

/// An API, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Api {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its key space, which is what analytics knows of it.
    pub key_space: Option<String>,
}

impl Api {
    /// An API of which only the id is known.
    pub fn of_id(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// What people call it: the name, or the id where none is known.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// Why an operation has no result.
#[derive(Clone)]
pub struct CallError {
    /// The HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// The address of the page that documents this kind of error; may be empty.
    pub kind: String,
    /// What happened, in a sentence. It may quote what others wrote.
    pub detail: String,
    /// The operation, where the server is older than it.
    pub older_than: Option<&'static str>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the call may have had its effect all the same.
    pub outcome_unknown: bool,
    /// Whether nothing was sent, and trying again later may help.
    pub is_unreached: bool,
    /// What whoever carries the operations out knows beside this; workflows hand it back.
    pub cause: Option<Arc<dyn Any + Send + Sync>>,
}

impl CallError {
    /// An error about which nothing more is known.
    pub fn of(status: Option<u16>, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind: String::new(),
            detail: detail.into(),
            older_than: None,
            retry_after: None,
            outcome_unknown: false,
            is_unreached: false,
            cause: None,
        }
    }

    /// The tool is not one of the caller's.
    pub fn not_offered(tool: &str) -> Self {
        Self::of(
            None,
            format!("`{tool}` is not among the tools that this server, or this client, offers"),
        )
    }

    /// Whether trying again after a while may help.
    pub const fn is_passing(&self) -> bool {
        matches!(self.status, Some(429 | 500..=599))
    }

    /// Whether the root key may not do it. Unkey says of much that may not be seen that it is not
    /// there.
    pub const fn is_forbidden(&self) -> bool {
        matches!(self.status, Some(403 | 404))
    }

    /// Why, in a few words of ours.
    pub fn reason(&self) -> String {
        if let Some(operation) = self.older_than {
            return format!("this Unkey is older than {operation}");
        }
        let words = match self.status {
            Some(401) => "the root key is not valid",
            Some(403) => "the root key may not read it",
            Some(404) => "not there, or the root key may not read it",
            Some(429) => "too many requests",
            Some(500..=599) => "the server failed",
            Some(_) => "refused",
            None => "no answer, or not offered here",
        };
        words.to_owned()
    }
}

impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallError")
            .field("status", &self.status)
            .field("detail", &self.detail)
            .finish_non_exhaustive()
    }
}
