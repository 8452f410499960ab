//! Where events are kept: one row for each, and its labels once.

mod event;
mod forget;
mod record;
mod schema;
mod upgrade;

pub use event::Event;
pub use forget::forget;
pub use record::Recorder;
pub use schema::SCHEMA;
pub(crate) use schema::{LABELS, TIME_BITS, first_id};
pub use upgrade::upgrade;
