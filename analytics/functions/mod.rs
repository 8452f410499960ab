//! The functions: what they are called, which types they take and give, and what they compute.

mod aggregate;
mod arithmetic;
mod array;
mod branch;
mod compare;
mod convert;
mod format_time;
mod function;
mod like;
mod logic;
mod membership;
mod refusal;
mod table;
mod text;
mod time;

pub(crate) use aggregate::{aggregate_type, reduction};
pub(crate) use compare::constant_as;
pub(crate) use convert::conversion;
pub(crate) use function::{Argument, Function};
pub(crate) use membership::members;
pub(crate) use refusal::refusal;
pub(crate) use table::{Kind, Nulls, find, row_function, spelled};
