//! The functions that work on many rows.

mod collect;
mod extreme;
mod quantile;
mod state;
mod sum;
mod types;

pub(crate) use state::{State, state};
pub(crate) use types::{NAMES, type_of};
