//! Processes that are killed while they write, and what they leave behind.

mod face;
mod kill;
mod ledger;
mod victim;
