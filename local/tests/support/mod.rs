//! What the stories are told with.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a body is written where it is sent"
)]

mod consistency;
mod world;

pub(crate) use consistency::*;
pub(crate) use serde_json::{Value, json};
pub(crate) use world::*;
