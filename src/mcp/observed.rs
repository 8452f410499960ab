//! What a request of MCP tells an operator: who sent it, how, and in which trace.

use ::http::request::Parts;
use ::http::{HeaderMap, header};
use rmcp::model::ProtocolVersion;
use rmcp::service::{RequestContext, RoleServer};
use serde_json::Value;
use unkey_tools::Entry;

use super::scope::Scope;
use crate::backend::{Failure, Upstream};
use crate::confirm::Unconfirmed;
use crate::dispatch::Refusal;
use crate::http::Arrival;
use crate::observe::{
    Call, CallRecord, ClientName, Fingerprint, Observer, Outcome, RequestId, TraceParent,
};
use crate::root_key::Transport;

/// Where a 2026-07-28 client names itself in a request's `_meta`.
const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";

/// Begins to observe a request.
pub(super) fn begin(
    observer: &Observer,
    context: &RequestContext<RoleServer>,
    method: &'static str,
    scope: &Scope,
) -> Call {
    let parts = context.extensions.get::<Parts>();
    let transport = parts.map_or(Transport::Stdio, |_| Transport::Http);
    let request_id = parts
        .and_then(|parts| parts.extensions.get::<Arrival>())
        .map_or_else(RequestId::new, Arrival::claim);
    let mut record = CallRecord::new(transport, method, request_id);
    if observer.is_watching() {
        record.era = Some(era(context));
        record.client = client(context);
        record.root_key = Fingerprint::of_caller(&scope.caller);
    }
    observer.begin(record)
}

/// What goes to Unkey with a call, beside what the caller asks for.
pub(super) fn upstream(context: &RequestContext<RoleServer>) -> Upstream {
    let headers = context
        .extensions
        .get::<Parts>()
        .map(|parts| &parts.headers);
    let trace = context
        .meta
        .get_traceparent()
        .and_then(TraceParent::parse)
        .or_else(|| text(headers?, "traceparent").and_then(TraceParent::parse));
    Upstream::new(client(context), trace)
}

/// Notes what came of a call.
pub(crate) fn note(call: &mut Call, answer: Result<&Value, &Refusal>, upstream: &Upstream) {
    if let Err(Refusal::Part(_, refusal)) = answer {
        return note(call, Err(refusal), upstream);
    }
    let record = &mut call.record;
    record.attempts = upstream.attempts();
    match answer {
        Err(Refusal::Part(..)) => {}
        Ok(envelope) => {
            record.status = Some(200);
            record.unkey_request_id = envelope
                .pointer("/meta/requestId")
                .and_then(Value::as_str)
                .and_then(RequestId::parse);
            record.outcome = Outcome::Ok;
        }
        Err(Refusal::Mistakes(_)) => record.outcome = Outcome::Mistake,
        Err(Refusal::Busy(_)) => record.outcome = Outcome::Busy,
        Err(Refusal::Policy(_) | Refusal::Spent(_)) => record.outcome = Outcome::Policy,
        Err(Refusal::DryRun(_)) => record.outcome = Outcome::DryRun,
        Err(Refusal::Lost(_)) => {
            record.status = Some(200);
            record.outcome = Outcome::Lost;
        }
        Err(Refusal::Unconfirmed(Unconfirmed::Ask(_) | Unconfirmed::Token { .. })) => {
            record.outcome = Outcome::Asked;
        }
        Err(Refusal::Unconfirmed(_)) => record.outcome = Outcome::Unconfirmed,
        Err(Refusal::Failed(failure, _)) => {
            record.status = failure.status();
            if let Failure::Refused { error, .. } | Failure::Undone { error } = failure {
                record.unkey_request_id = RequestId::parse(&error.meta.request_id);
            }
            record.outcome = outcome(failure);
        }
    }
}

/// Names the tool.
pub(super) fn tool(call: &mut Call, entry: &'static Entry) {
    call.record.tool = Some(entry.name);
}

const fn outcome(failure: &Failure) -> Outcome {
    match failure {
        Failure::Refused { .. } | Failure::Undone { .. } | Failure::UnknownPath => Outcome::Refused,
        // Unkey's own answers are far shorter than what is too long.
        Failure::Unreadable { .. } | Failure::Garbled { .. } | Failure::TooLong { .. } => {
            Outcome::Garbled
        }
        Failure::Unreachable { .. } => Outcome::Unreachable,
        Failure::Broken { .. } => Outcome::Broken,
        Failure::TimedOut { .. } => Outcome::TimedOut,
        Failure::Unsendable { .. } => Outcome::Unsendable,
    }
}

/// The version of MCP that the client speaks: one of those that are known.
fn era(context: &RequestContext<RoleServer>) -> &'static str {
    context.protocol_version().map_or("unknown", |version| {
        ProtocolVersion::KNOWN_VERSIONS
            .iter()
            .find(|known| **known == version)
            .map_or("unknown", ProtocolVersion::as_str)
    })
}

/// What the client calls itself: in the request, in the handshake, or as a program of HTTP. Over
/// HTTP nothing is known of the older protocols' handshake.
pub(super) fn client(context: &RequestContext<RoleServer>) -> Option<ClientName> {
    if let Some(info) = context.meta.0.0.get(CLIENT_INFO) {
        let part = |name| info.get(name).and_then(Value::as_str).unwrap_or_default();
        return ClientName::new(part("name"), part("version"));
    }
    if let Some(parts) = context.extensions.get::<Parts>() {
        let agent = text(&parts.headers, header::USER_AGENT.as_str())?;
        return ClientName::from_user_agent(agent);
    }
    let peer = context.peer.peer_info()?;
    ClientName::new(&peer.client_info.name, &peer.client_info.version)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
