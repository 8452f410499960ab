//! The `portal` service: sessions of the hosted customer portal.

mod create_session;
mod exchange_code;
mod exchange_session;

pub use create_session::*;
pub use exchange_code::*;
pub use exchange_session::*;
