//! The integration tests: one binary, one module for each part of the product.

#![cfg(test)]

mod operations;
mod support;
