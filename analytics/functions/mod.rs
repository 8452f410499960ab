//! The functions that work on one row at a time.

mod arithmetic;
mod array;
mod branch;
mod compare;
mod convert;
mod format_time;
mod function;
mod logic;
mod membership;
mod resolve;
mod rounding;
mod text;
mod time;

pub(crate) use branch::has_turns;
pub(crate) use convert::convert;
pub(crate) use function::{Argument, Function, evaluate};
pub(crate) use resolve::resolve;
