//! Web pages for people, on this server's own address: how clients connect (`connect`), what the embedded
//! engine holds (`workspace`), and secrets that are shown once ([`OneTime`]).
//!
//! They work without a script and load nothing from elsewhere. `frame` puts every page into the same
//! dress, with the headers that keep other sites away from it; `access` says who gets a page at all.
//! What others wrote is escaped by maud, and what nobody would see in it is shown by `seen`.

mod access;
mod connect;
mod frame;
mod once;
mod workspace;

pub(crate) use self::connect::Site;
pub use self::once::OneTime;
pub(crate) use self::once::Slot;
pub(crate) use self::workspace::Workspace;

/// The pages that there are where the embedded engine is, and their names.
const LINKS: [(&str, &str); 2] = [("/", "Connect"), ("/workspace", "Workspace")];
use crate::observe::shown;

/// What others wrote, with the characters that nobody would see as escapes.
fn seen(text: &str) -> String {
    shown::visible(text).unwrap_or_else(|| text.to_owned())
}
