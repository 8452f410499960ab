//! The engine: how the operations behave without the cloud.

mod limiter;
mod window;
