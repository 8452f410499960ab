//! The engine: how the operations behave without the cloud.

mod limiter;
mod refill;
mod wildcard;
mod window;
