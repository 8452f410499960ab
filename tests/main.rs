//! The integration tests: one binary, one module for each part of the product.

#![cfg(test)]

mod eras;
mod errors;
mod operations;
mod retries;
mod root_key;
mod support;
mod waiting;
