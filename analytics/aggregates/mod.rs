//! The aggregates: which types they take and give, and those that SQLite does not have.

mod accumulate;
mod quantile;
mod udf;

pub(crate) use udf::register;
