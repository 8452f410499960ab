//! The functions: what they are called, which types they take and give, and what they compute.

mod aggregate;
mod function;
mod refusal;
mod row;
mod table;

pub(crate) use aggregate::{aggregate_type, reduction};
pub(crate) use function::{Argument, Function};
pub(crate) use refusal::refusal;
pub(crate) use row::compare::constant_as;
pub(crate) use row::convert::conversion;
pub(crate) use row::membership::members;
pub(crate) use table::{Kind, Nulls, find, row_function, spelled};
