//! What holds for the product as a whole. One binary, one module for each part of it.

// Tells clippy that helpers beside the tests are test code too.
#![cfg(test)]

mod arguments;
mod catalogue;
mod docs;
mod eras;
mod errors;
mod http;
mod listing;
mod local;
mod narrowing;
mod openapi;
mod operations;
mod retries;
mod root_key;
mod stdio;
mod support;
mod waiting;
