//! What is made of several operations, through the binary: over every transport, in both eras, on
//! both backends.

mod bounds;
mod commands;
mod find;
#[cfg(target_os = "linux")]
mod kills;
mod others;
mod plans;
mod scope;
mod search;
mod unkey;

use serde_json::{Value, json};

use crate::support::{Answer, Cloud, KEY, Session, sessions, success};

/// A page of keys as Unkey answers it.
fn page(keys: &Value, next: Option<&str>) -> Answer {
    Answer::json(
        200,
        &json!({
            "meta": {"requestId": "req_1"},
            "data": keys,
            "pagination": {"hasMore": next.is_some(), "cursor": next},
        }),
    )
}

/// The same sessions on an engine of their own.
async fn on_engines() -> Vec<Session> {
    sessions(&["--local=:memory:"], None).await
}

/// The same sessions on one fake Unkey.
async fn on(cloud: &Cloud) -> Vec<Session> {
    sessions(&[&*cloud.flag()], Some(KEY)).await
}

/// Calls a tool that must succeed, and returns its envelope.
async fn done(session: &mut Session, tool: &str, arguments: Value) -> Value {
    success(&session.call(tool, arguments).await).clone()
}
