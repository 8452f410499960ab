//! What a user of the crate sees.

mod answers;
mod isolation;
mod limits;
mod refusals;
mod storage;
#[cfg(test)]
mod workspace;
