//! What the tests drive the product with: the binary, MCP sessions, and a fake Unkey.

mod binary;
mod calls;
mod cloud;
mod facts;
mod filled;
mod http;
mod outcome;
mod rpc;
mod samples;
mod session;
mod stdio;

use std::future::Future;
use std::time::Duration;

use tokio::time::error::Elapsed;

pub(crate) use self::binary::{Binary, Ended, Server};
pub(crate) use self::calls::{UNKNOWN_OUTCOME, half_asleep, read, sleeper, write};
pub(crate) use self::cloud::{Answer, Cloud, Seen};
pub(crate) use self::facts::{Facts, Field, invalid, no_such_path};
pub(crate) use self::filled::{each_filled, excluding, filled};
pub(crate) use self::http::{Endpoint, Reply, names};
pub(crate) use self::outcome::{failure, refusal, success, without_summary};
pub(crate) use self::rpc::{Era, LEGACY, MODERN};
pub(crate) use self::samples::{sample, samples};
pub(crate) use self::session::{Session, Transport, sessions};
pub(crate) use self::stdio::Stdio;

/// The names of the tools that are listed where nobody chose any.
pub(crate) fn offered() -> Vec<&'static str> {
    unkey_tools::listed()
        .filter(|entry| entry.toolset.is_default())
        .map(|entry| entry.name)
        .collect()
}

/// A root key as good as any: the fake Unkey takes what it gets.
pub(crate) const KEY: &str = "unkey_3ZZZrootkeyzzz";

/// How long a test waits for anything. Far above what anything takes, below what a person bears.
const LIMIT: Duration = Duration::from_secs(20);

/// Waits for `future`, and fails the test where it takes too long.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LIMIT, future).await {
        Ok(output) => output,
        Err(Elapsed { .. }) => panic!("{what}: nothing came of it within {LIMIT:?}"),
    }
}
