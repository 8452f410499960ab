//! Plans: made, applied, interrupted, taken back.

mod applied;
mod imported;
mod kills;
mod planned;
mod worker;

pub(crate) use self::worker::Worker;
