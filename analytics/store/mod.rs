//! Events at rest: what `record` writes.

mod label;
mod record;
mod schema;

pub use record::record;
pub use schema::SCHEMA;
