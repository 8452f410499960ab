//! The `portal` service: sessions for the people who own keys.

mod create_session;
mod exchange_code;
mod exchange_session;
mod scopes;
