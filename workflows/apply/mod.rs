//! Carrying a plan out, so that whatever happens each key ends as planned, once.
//!
//! - `run.rs`: the whole plan, again and again until it is done; `wave.rs`: a few pieces at a time,
//!   where before and after each call the journal is on disk.
//! - `next.rs`: what a piece needs next, found by looking at the key; `create.rs` and `import.rs` have
//!   the longer ways.
//! - `conclude.rs`: what an answer, or its absence, means.
//! - `journal.rs`: the journal; `progress.rs`: what it says, in memory.
//! - `undo.rs`: the plan that takes it back.

mod conclude;
mod create;
mod import;
pub(crate) mod journal;
mod next;
pub(crate) mod progress;
pub(crate) mod run;
pub(crate) mod scene;
pub(crate) mod undo;
mod wave;
