//! What deploys apps.

mod app;
mod deployment;
mod domain;
mod environment;
mod gateway;
mod github;
mod project;

/// Whether deleting a thing is refused.
const fn protection(protected: bool) -> &'static str {
    if protected {
        "deleting it is refused"
    } else {
        "it can be deleted"
    }
}
