//! Bound expressions as SQL for SQLite.
//!
//! What means the same in SQLite is written in its SQL. All else becomes a call of a function that is
//! registered for this question alone and computes the whole expression from the columns that it
//! reads: types, NaN and the laziness of CASE are then those of this crate.

mod aggregate;
mod evaluate;
mod functions;
mod native;
mod order;
mod table;

pub(crate) use functions::Functions;
pub(crate) use order::order_terms;
pub(crate) use table::{Grain, Part, View};

/// What the columns of every stage are called.
pub(crate) fn column(index: usize) -> String {
    format!("c{index}")
}
