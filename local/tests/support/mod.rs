//! What the stories are told with.

mod world;

pub(crate) use serde_json::{Value, json};
pub(crate) use world::*;
