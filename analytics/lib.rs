//! Events, of verifications and of checks of rate limits, and questions about them in ClickHouse's
//! SQL.
//!
//! - [`Event`] is one of them; a [`Recorder`] keeps events in the tables of [`SCHEMA`].
//! - [`answer`] answers a [`QueryContext`] in SQL.
//!
//! A question goes through these modules, from top to bottom; each knows those below it and none
//! above:
//!
//! | module | what it does |
//! | --- | --- |
//! | `run` | the whole way: limits, the authorizer, reading and encoding the rows |
//! | `plan` | one SELECT of SQLite for each stage of a SELECT; `WITH FILL` |
//! | `emit` | expressions and tables in SQLite's SQL; registers what SQLite does not have |
//! | `bind` | names to columns; every expression gets a ClickHouse type |
//! | `sql` | text to the parser's tree, and expressions to calls of ClickHouse's functions |
//! | `functions` | the table of functions, and what they compute for one row |
//! | `store` | the tables that hold events |
//! | `types`, `query_context`, `error`, `nearest`, `grow_stack` | what all of them speak of |

#![forbid(unsafe_code)]

mod bind;
mod emit;
mod error;
mod functions;
mod grow_stack;
mod nearest;
mod plan;
mod query_context;
mod run;
mod sql;
mod store;
mod types;

pub use crate::error::{Code, QueryError};
pub use crate::query_context::QueryContext;
pub use crate::run::{Rows, answer};
pub use crate::store::{Event, RatelimitCheck, Recorder, SCHEMA, Verification, forget, upgrade};
pub use crate::types::Dataset;
