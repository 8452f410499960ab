//! What a user of the crate sees.

mod answers;
#[cfg(test)]
mod golden;
mod isolation;
mod limits;
#[cfg(test)]
mod ratelimits;
#[cfg(test)]
mod refusals;
mod storage;
#[cfg(test)]
mod workspace;
