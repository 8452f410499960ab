//! What can go wrong with a call, as far as the caller is concerned.

use std::time::Duration;

use unkey_tools::ApiError;

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// Unkey refused it, in its own words.
    Refused {
        /// Those words.
        error: Box<ApiError>,
        /// How long Unkey asks to wait.
        retry_after: Option<Duration>,
        /// How often it was tried.
        attempts: u32,
    },
    /// The embedded engine failed, and is known to have changed nothing.
    Undone {
        /// What it says.
        error: Box<ApiError>,
    },
    /// Unkey carried the call out, and its answer cannot be read.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What the answer was, in a few words.
        what: String,
    },
    /// Unkey's router knows no such path: the server is of another age, or the address is not its own.
    UnknownPath,
    /// Something answered that does not speak as Unkey does.
    Garbled {
        /// The HTTP status.
        status: u16,
        /// What it was, in a few words.
        what: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
        /// How often it was tried.
        attempts: u32,
    },
    /// No connection came about: nothing was sent.
    Unreachable {
        /// The address that was tried.
        url: String,
        /// What the system said.
        reason: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The connection broke before the answer was whole.
    Broken {
        /// What the system said.
        reason: String,
        /// Whether the answer had begun to come.
        begun: bool,
        /// How often it was tried.
        attempts: u32,
    },
    /// The answer did not come in time, though a connection did.
    TimedOut {
        /// How long was waited, in all.
        limit: Duration,
        /// Whether the answer had begun to come.
        begun: bool,
    },
    /// The answer is longer than is read.
    TooLong {
        /// The HTTP status.
        status: u16,
        /// The most bytes that are read.
        limit: usize,
    },
    /// The request could not be made.
    Unsendable {
        /// Why.
        reason: String,
    },
}

impl Failure {
    /// Whether the call may have had its effect all the same.
    pub const fn outcome_unknown(&self) -> bool {
        match self {
            Self::Refused { error, .. } => error.error.status >= 500,
            Self::Garbled { status, .. } | Self::TooLong { status, .. } => {
                *status < 400 || *status >= 500
            }
            Self::Broken { .. } | Self::TimedOut { .. } => true,
            Self::Undone { .. }
            | Self::Unreadable { .. }
            | Self::UnknownPath
            | Self::Unreachable { .. }
            | Self::Unsendable { .. } => false,
        }
    }

    /// Calls `change` for each text in it that may come from outside.
    pub fn each_text(&mut self, change: &mut impl FnMut(&mut String)) {
        match self {
            Self::Refused { error, .. } | Self::Undone { error } => {
                let ApiError { error, meta } = &mut **error;
                let texts = [&mut error.detail, &mut error.title, &mut error.r#type];
                texts.into_iter().for_each(&mut *change);
                change(&mut meta.request_id);
                for field in error.errors.iter_mut().flatten() {
                    change(&mut field.location);
                    change(&mut field.message);
                    field.fix.iter_mut().for_each(&mut *change);
                }
            }
            Self::Unreadable { what, .. } | Self::Garbled { what, .. } => change(what),
            Self::Unreachable { reason, .. }
            | Self::Broken { reason, .. }
            | Self::Unsendable { reason } => change(reason),
            Self::UnknownPath | Self::TimedOut { .. } | Self::TooLong { .. } => {}
        }
    }

    /// How long the answer asks to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } | Self::Garbled { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The HTTP status of the answer, where there was one.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { error, .. } | Self::Undone { error } => Some(error.error.status),
            Self::Unreadable { status, .. }
            | Self::Garbled { status, .. }
            | Self::TooLong { status, .. } => Some(*status),
            Self::UnknownPath => Some(404),
            _ => None,
        }
    }
}
