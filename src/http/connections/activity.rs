//! What one connection is doing: whether the server works for its client, or waits for it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

/// What is known of one connection. Its socket, its requests and the pool share it.
#[derive(Debug)]
pub(in crate::http) struct Activity {
    state: Mutex<State>,
    closing: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    /// Whether the last request has had its answer, taken by the client or not.
    answered: bool,
    /// Whether the client may still be sending a body that nobody has read to its end.
    unread_body: bool,
}

/// A client that the server waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Whether a request is on its way, or the first may be: nothing of it was answered yet.
    pub(super) sending: bool,
    pub(super) since: Instant,
}

/// How far the connection is with its present request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Phase {
    /// Opened; nothing has come yet.
    Opened,
    /// A part of a request's head has come.
    Head,
    /// The head has come, and the body is awaited.
    Body,
    /// The server works on an answer.
    Working,
    /// The client does not take its answer.
    Answer,
    /// The last answer is given; the next request may come.
    Idle,
}

impl Activity {
    /// A connection that was opened just now.
    pub(super) fn opened() -> Self {
        Self {
            state: Mutex::new(State {
                phase: Phase::Opened,
                since: Instant::now(),
                answered: true,
                unread_body: false,
            }),
            closing: Notify::new(),
        }
    }

    /// Bytes have come.
    pub(super) fn received(&self) {
        self.change(|state| {
            match state.phase {
                Phase::Opened | Phase::Idle => state.enter(Phase::Head),
                // A body that goes on coming; whoever reads it knows since when it does.
                Phase::Body => state.since = Instant::now(),
                Phase::Head | Phase::Working | Phase::Answer => {}
            }
        });
    }

    /// A request's head is complete. Whether it was there before the last one was answered.
    pub(super) fn request_began(&self, has_body: bool) -> bool {
        self.change(|state| {
            // Since then nothing was received.
            let waited = state.phase == Phase::Idle;
            state.enter(Phase::Working);
            state.answered = false;
            state.unread_body = has_body;
            waited
        })
    }

    /// The body is awaited from now on.
    pub(in crate::http) fn awaits_body(&self) {
        self.change(|state| state.enter(Phase::Body));
    }

    /// The body is awaited no longer; whether it has come to its end.
    pub(in crate::http) fn has_body(&self, whole: bool) {
        self.change(|state| {
            state.enter(Phase::Working);
            state.unread_body &= !whole;
        });
    }

    /// There is nothing more to write for the last request.
    pub(super) fn answered(&self) {
        self.change(|state| {
            state.answered = true;
            if state.phase != Phase::Answer {
                state.enter(Phase::Idle);
            }
        });
    }

    /// The client does not take what is written.
    pub(super) fn blocked(&self) {
        self.change(|state| state.enter(Phase::Answer));
    }

    /// The client has taken what was written.
    pub(super) fn unblocked(&self) {
        self.change(|state| {
            state.enter(if state.answered {
                Phase::Idle
            } else {
                Phase::Working
            });
        });
    }

    /// What the connection does, and since when.
    pub(super) fn phase(&self) -> (Phase, Instant) {
        self.change(|state| (state.phase, state.since))
    }

    /// Whether the client may still be sending a body that nobody reads.
    pub(super) fn has_unread_body(&self) -> bool {
        self.change(|state| state.unread_body)
    }

    /// Since when the server has been waiting for the client, if it is, and for what.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        self.change(|state| {
            (state.phase != Phase::Working).then_some(Waiting {
                sending: matches!(state.phase, Phase::Opened | Phase::Head | Phase::Body),
                since: state.since,
            })
        })
    }

    /// Has the connection closed as it stands.
    pub(super) fn close(&self) {
        self.closing.notify_one();
    }

    /// Waits until the connection is to be closed as it stands.
    pub(super) async fn closing(&self) {
        self.closing.notified().await;
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_was_there_already_is_told_from_one_that_came() {
        let activity = Activity::opened();
        for (comes, waited) in [(true, false), (false, true), (true, false)] {
            if comes {
                activity.received();
            }
            assert_eq!(activity.request_began(false), waited);
            activity.answered();
        }
    }
}
