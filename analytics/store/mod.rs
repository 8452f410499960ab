//! Events at rest: what `record` writes and questions read.

mod codec;
mod label;
mod pack;
mod page;
mod read_events;
mod read_sums;
mod record;
mod scan;
mod schema;
mod series;

pub use record::record;
pub(crate) use scan::{Scan, Window};
pub use schema::SCHEMA;
pub(crate) use series::{Series, kind_of};
