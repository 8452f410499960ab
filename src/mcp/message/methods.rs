//! Which methods there are, for clients of which protocols.
//!
//! The SDK has handlers for every method of the specification, and refuses those of them that a
//! server does not declare with the method's bare name.

use rmcp::model::ProtocolVersion;

use super::refusal::Mistake;
use crate::observe::shown;

/// What every client may ask for.
const ALWAYS: [&str; 3] = ["server/discover", "tools/list", "tools/call"];

/// What only clients with a handshake may ask for besides.
const WITH_HANDSHAKE: [&str; 3] = ["initialize", "ping", "logging/setLevel"];

/// What this server has none of. Clients of the older protocols ask for it all the same, and some
/// drop a server that refuses, so they get empty lists; those of 2026-07-28 go by what
/// `server/discover` says.
const PROBED: [&str; 6] = [
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "completion/complete",
];

/// Whether a request for `method` is answered. A `modern` client is one without a handshake.
///
/// # Errors
/// What there is instead.
pub(super) fn check(method: &str, modern: bool) -> Result<(), Mistake> {
    let older = || WITH_HANDSHAKE.contains(&method) || PROBED.contains(&method);
    if ALWAYS.contains(&method) || !modern && older() {
        Ok(())
    } else {
        Err(missing(method, modern))
    }
}

/// What a client is told that asks for a method there is none of.
pub(super) fn missing(method: &str, modern: bool) -> Mistake {
    const OFFERED: &str = "this server offers tools alone, with tools/list and tools/call";
    let shown = shown::name(method);
    let message = if modern && WITH_HANDSHAKE.contains(&method) {
        let since = ProtocolVersion::NO_INITIALIZE;
        format!(
            "there is no method {shown} since {since}: {OFFERED}, and says so with server/discover"
        )
    } else if PROBED.contains(&method) {
        format!("{shown} is not offered: {OFFERED}")
    } else {
        format!("there is no method {shown}: {OFFERED}")
    };
    Mistake::of_method(message, !modern)
}
