//! What workflows do, on the engine in this process and on a server that fails.

#![cfg(test)]

mod explain;
mod find;
mod overview;
mod plans;
mod support;
mod usage;
mod walk;
