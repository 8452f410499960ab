//! How many files and connections the process may open.

/// Raises the number of descriptors that may be open as far as that is allowed, and returns it where
/// there is such a number.
///
/// The soft limit is low for the sake of old programs that cannot deal with high numbers.
#[cfg(unix)]
pub(super) fn raise_limit() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Nofile);
    let highest = Rlimit {
        current: before.maximum,
        maximum: before.maximum,
    };
    let limit = match setrlimit(Resource::Nofile, highest) {
        Ok(()) => highest.current,
        Err(error) => {
            tracing::debug!(%error, "cannot raise the number of open files");
            before.current
        }
    };
    limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// There is no such number.
#[cfg(not(unix))]
pub(super) const fn raise_limit() -> Option<usize> {
    None
}
