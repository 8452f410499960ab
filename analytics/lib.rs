//! Verification events, and questions about them in ClickHouse's SQL.
//!
//! - [`Event`] is one verification; a [`Recorder`] keeps events in the tables of [`SCHEMA`].
//! - [`parse`] reads SQL, and [`Parsed::run`] answers it.
//!
//! A question goes through these modules, from top to bottom; each knows those below it and none
//! above:
//!
//! | module | what it does |
//! | --- | --- |
//! | `run` | the whole way: limits, the authorizer, reading and encoding the rows |
//! | `check`, `range`, `key_spaces` | refuse what is not offered, and say what to write instead |
//! | `plan` | one SELECT of SQLite for each stage of a SELECT; `WITH FILL` |
//! | `emit` | expressions and tables in SQLite's SQL; registers what SQLite does not have |
//! | `aggregates` | the aggregates that SQLite does not have |
//! | `bind` | names to columns; every expression gets a ClickHouse type |
//! | `functions` | the registry of functions, and what they compute for one row |
//! | `parse` | text to `ast`: every operator becomes a call of ClickHouse's function for it |
//! | `tables`, `types`, `value`, `calendar`, `encode`, `names` | what all of them speak of |
//! | `store` | the tables that hold events |

#![forbid(unsafe_code)]

mod aggregates;
mod ast;
mod bind;
mod calendar;
mod check;
mod deep;
mod emit;
mod encode;
mod error;
mod event;
mod functions;
mod key_spaces;
mod names;
mod nearest;
mod parse;
mod plan;
mod question;
mod range;
mod run;
mod store;
mod tables;
mod types;
mod value;
mod visitor;

pub use crate::error::{Code, QueryError};
pub use crate::event::Event;
pub use crate::question::Question;
pub use crate::run::{Parsed, Rows, parse};
pub use crate::store::{Recorder, SCHEMA, forget, upgrade};
