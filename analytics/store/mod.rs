//! Where events are kept: one row for each, and its labels once.

mod event;
mod forget;
mod ids;
mod record;
mod schema;
mod upgrade;

pub use event::{Event, RatelimitCheck, Verification};
pub use forget::forget;
pub use record::Recorder;
pub use schema::SCHEMA;
pub(crate) use schema::{TIME_BITS, first_id};
pub use upgrade::upgrade;
