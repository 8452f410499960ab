//! Processes that are killed while they write, and what they leave behind.

mod child;
mod expected_log;
mod fields;
mod kill;
