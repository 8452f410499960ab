//! The integration tests: one binary, one module for each part of the product.

#![cfg(test)]

mod arguments;
mod eras;
mod errors;
mod narrowing;
mod operations;
mod retries;
mod root_key;
mod support;
mod waiting;
