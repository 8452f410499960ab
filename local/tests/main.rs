//! Stories told to an engine from outside: requests in, answers out.

mod apis;
mod authentication;
mod durability;
mod form;
mod keys;
mod ratelimit;
// Helpers may unwrap as tests may.
#[cfg(test)]
mod support;
mod verify;
