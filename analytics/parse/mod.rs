//! From text to [`crate::tree`].

mod instead;
mod predicate;
mod query;
mod select;
mod source;
mod statement;
mod term;
mod window;

pub(crate) use statement::parse;
