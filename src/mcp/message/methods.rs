//! Which methods there are, for clients of which protocols.
//!
//! The SDK has handlers for every method of the specification, and refuses those of them that there
//! are none of with the method's bare name.

use rmcp::model::ProtocolVersion;

use super::refusal::Mistake;
use crate::observe::shown;

/// What every client may ask for.
const ALWAYS: [&str; 11] = [
    "server/discover",
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "completion/complete",
    "skills/list",
    "skills/get",
];

/// What only clients with a handshake may ask for besides.
const WITH_HANDSHAKE: [&str; 3] = ["initialize", "ping", "logging/setLevel"];

/// Whether a request for `method` is answered. A `modern` client is one without a handshake.
///
/// # Errors
/// What there is instead.
pub(super) fn check(method: &str, modern: bool) -> Result<(), Mistake> {
    if ALWAYS.contains(&method) || !modern && WITH_HANDSHAKE.contains(&method) {
        Ok(())
    } else {
        Err(missing(method, modern))
    }
}

/// What a client is told that asks for a method there is none of.
pub(super) fn missing(method: &str, modern: bool) -> Mistake {
    const OFFERED: &str =
        "this server offers tools (tools/list, tools/call), prompts, resources and skills";
    let shown = shown::name(method);
    let message = if modern && WITH_HANDSHAKE.contains(&method) {
        let since = ProtocolVersion::NO_INITIALIZE;
        format!(
            "there is no method {shown} since {since}: {OFFERED}, and says so with server/discover"
        )
    } else {
        format!("there is no method {shown}: {OFFERED}")
    };
    Mistake::of_method(message, !modern)
}
