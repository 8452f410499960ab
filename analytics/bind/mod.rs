//! From names to columns: every expression gets a type and a place to read from.

mod binder;
mod call;
mod expr;
mod rewrite;
mod scope;

pub(crate) use binder::Binder;
pub(crate) use expr::{AggregateCall, BoundExpr, Node, OrderKey, WindowCall};
pub(crate) use scope::{Scope, ScopeColumn};
