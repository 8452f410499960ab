//! Functions of one row: how their types resolve, and what they compute.

pub(super) mod arithmetic;
pub(super) mod array;
pub(super) mod branch;
pub(super) mod compare;
pub(super) mod convert;
mod format_time;
pub(super) mod like;
pub(super) mod logic;
pub(super) mod membership;
pub(super) mod text;
pub(super) mod time;
