//! From text to a tree: the parser's own for queries, [`Expr`] for expressions.

mod expr;
mod hints;
mod names;
mod range;
mod read;
mod statement;
mod tokens;

pub(crate) use expr::{Call, Expr, frame, plain_name};
pub(crate) use names::display;
pub(crate) use range::check_range;
pub(crate) use statement::parse;
