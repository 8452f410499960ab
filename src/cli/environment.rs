//! Environment variables that are no flag's.

/// The variable's value, if it is set and text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that reads the environment"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
