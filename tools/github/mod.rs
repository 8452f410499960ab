//! The `github` service: repositories to deploy from.

mod install_app;

pub use install_app::*;
