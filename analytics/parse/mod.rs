//! From text to [`crate::ast`].

mod expr;
mod instead;
mod predicate;
mod query;
mod select;
mod source;
mod statement;
mod tokens;
mod window;

pub(crate) use statement::parse;
