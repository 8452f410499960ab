//! Verification events, and questions about them in ClickHouse's SQL.
//!
//! - [`Event`] is one verification; a [`Recorder`] keeps events in the tables of [`SCHEMA`].
//! - [`query`] answers a [`Question`]; [`key_spaces_named`] tells which key spaces it names.
//!
//! A question goes through these rooms:
//!
//! | room | what it does |
//! | --- | --- |
//! | `parse` | text to `tree`: every operator becomes a call of ClickHouse's function for it |
//! | `check`, `allowed`, `tables`, `range` | refuses what is not offered, and says what to write instead |
//! | `bind` | names to columns; every expression gets a ClickHouse type |
//! | `run` | filters, groups, joins, orders and cuts, on columns of values |
//! | `functions`, `aggregates` | what the expressions compute, with ClickHouse's semantics |
//! | `store` | the tables in SQLite: `Recorder` writes them, `run` reads them |
//! | `encode` | values to JSON |
//!
//! SQLite keeps the events and hands them over; the answer is computed here. ClickHouse's types,
//! its NaN, arrays, aliases and joins have no counterpart in SQLite's SQL, and its GROUP BY, which
//! sorts, would be an order of magnitude too slow.

mod aggregates;
mod allowed;
mod bind;
mod builder;
mod calendar;
mod check;
mod column;
mod concat;
mod deep;
mod encode;
mod error;
mod event;
mod functions;
mod hash;
mod key_spaces;
mod keys;
mod names;
mod nearest;
mod parse;
mod range;
mod room;
mod run;
mod store;
mod tables;
mod tree;
mod types;
mod value;
mod walk;

pub use crate::error::{Code, QueryError};
pub use crate::event::Event;
pub use crate::key_spaces::key_spaces_named;
pub use crate::run::{Question, Rows, check, query};
pub use crate::store::{Recorder, SCHEMA, forget};
