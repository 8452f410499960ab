//! The engine: how the operations behave without the cloud.

mod limiter;
mod mint;
mod permission_query;
mod random;
mod refill;
mod wildcard;
mod window;

pub use random::{NoRandomness, Random, SeededRandom, SystemRandom};
