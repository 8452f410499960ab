//! The engine: how the operations behave without the cloud.

mod go_json;
mod limiter;
mod mint;
mod numbers;
mod permission_query;
mod private_file;
mod random;
mod refill;
mod vault;
mod wildcard;
mod window;

pub use random::{NoRandomness, Random, SeededRandom, SystemRandom};
