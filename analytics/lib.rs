//! Verification events, and questions about them in ClickHouse's SQL.
//!
//! - [`Event`] is one verification; [`record`] keeps events in the tables of [`SCHEMA`].

mod event;
mod store;

pub use crate::event::Event;
pub use crate::store::{SCHEMA, record};
