//! Answers a bound question.

mod block;
mod bound;
mod engine;
mod evaluate;
mod fill;
mod group;
mod guard;
mod in_turn;
mod input;
mod join;
mod lift;
mod limit;
mod plan;
mod pushdown;
mod query;
mod read_table;
mod select;
mod sort;
mod source;
mod stages;
mod union;
mod window;

pub use query::{Question, Rows, check, query};
