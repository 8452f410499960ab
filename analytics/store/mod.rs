//! Events at rest: what `record` writes and questions read.

mod codec;
mod forget;
mod label;
mod pack;
mod read_events;
mod read_sums;
mod record;
mod roll_up;
mod scan;
mod schema;
mod series;
mod sorted_run;

pub use forget::forget;
pub use record::Recorder;
pub(crate) use scan::{Scan, Window};
pub use schema::SCHEMA;
pub(crate) use series::{Series, kind_of};
