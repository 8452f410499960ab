//! Unkey over HTTP: one POST for every operation. The only file that names reqwest.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use ::http::{StatusCode, header};
use bytes::Bytes;
use reqwest::{Client, Response, redirect};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use unkey_tools::{CATALOGUE, Entry};
use url::Url;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::upstream::Upstream;
use super::{answer, body, retry};
use crate::observe::shown;
use crate::root_key::RootKey;

/// The longest answer that is read. Unkey's pages hold a hundred items; this is far above.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// How long a connection may take to come about, at most.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The same as a part of the time that a call may take. An attempt that has less left is not made,
/// so a call that runs out of time had its connection, and may have had its effect.
const CONNECT_SHARE: u32 = 4;

/// Unkey's API. Holds one pool of connections for all callers; a root key belongs to a call.
#[derive(Debug)]
pub struct Remote {
    api_url: Url,
    timeout: Duration,
    /// Where each operation is, by its endpoint; an address is not parsed anew for each call.
    urls: BTreeMap<&'static str, Url>,
    client: OnceLock<Result<Client, String>>,
}

/// What an API answered when it was asked whether it lives.
#[derive(Clone, Copy, Debug)]
pub struct Greeting {
    /// The status.
    pub status: StatusCode,
    /// What time it was there.
    pub date: Option<SystemTime>,
    /// How long it took.
    pub took: Duration,
}

impl Remote {
    /// The API at `api_url` (ending in a slash), where a call may take `timeout`, its retries
    /// included.
    pub fn new(api_url: Url, timeout: Duration) -> Self {
        let url = |entry: &Entry| {
            let url = api_url.join(&format!("v2/{}", entry.endpoint)).ok()?;
            Some((entry.endpoint, url))
        };
        Self {
            urls: CATALOGUE.iter().filter_map(url).collect(),
            api_url,
            timeout,
            client: OnceLock::new(),
        }
    }

    /// Where the API is.
    pub const fn api_url(&self) -> &Url {
        &self.api_url
    }

    /// Posts `body` to `entry`'s endpoint, again where that is allowed, and returns the envelope.
    ///
    /// # Errors
    /// The last attempt's [`Failure`].
    pub async fn call(
        &self,
        entry: &Entry,
        body: &Value,
        root_key: &RootKey,
        upstream: &Upstream,
    ) -> Result<Value, Failure> {
        let deadline = Instant::now() + self.timeout;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let attempt = self.attempt(entry, body, root_key, upstream, attempts, deadline);
            let failure = match attempt.await {
                Ok(envelope) => return Ok(envelope),
                Err(failure) => failure,
            };
            let Some(pause) = retry::pause(entry.effect, &failure, attempts, fastrand::f64())
            else {
                return Err(failure);
            };
            // A pause that leaves no time for another attempt is no use: what Unkey said is told.
            let left = deadline.saturating_duration_since(Instant::now());
            if pause.saturating_add(self.connect_timeout()) >= left {
                return Err(failure);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks whether the API is up. The caller says how long it may take.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn is_alive(&self) -> Result<(), String> {
        let status = self.greet().await?.status;
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("it answered {status}"))
        }
    }

    /// Asks the API whether it lives. The caller says how long it may take.
    ///
    /// # Errors
    /// Why there was no answer.
    pub async fn greet(&self) -> Result<Greeting, String> {
        let url = self
            .api_url
            .join("v2/liveness")
            .map_err(|error| error.to_string())?;
        let client = self.client().map_err(Clone::clone)?;
        let start = Instant::now();
        let answer = client.get(url).send().await.map_err(|error| why(&error))?;
        let date = answer.headers().get(header::DATE);
        let date = date.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        Ok(Greeting {
            status: answer.status(),
            date,
            took: start.elapsed(),
        })
    }

    fn client(&self) -> Result<&Client, &String> {
        let client = self
            .client
            .get_or_init(|| build(&self.api_url, self.connect_timeout()));
        client.as_ref()
    }

    fn connect_timeout(&self) -> Duration {
        CONNECT_TIMEOUT.min(self.timeout / CONNECT_SHARE)
    }

    async fn attempt(
        &self,
        entry: &Entry,
        body: &Value,
        root_key: &RootKey,
        upstream: &Upstream,
        attempts: u32,
        deadline: Instant,
    ) -> Result<Value, Failure> {
        let client = self.client().map_err(|reason| Failure::Unsendable {
            reason: reason.clone(),
        })?;
        let url = self
            .urls
            .get(entry.endpoint)
            .ok_or_else(|| Failure::Unsendable {
                reason: format!("{} has no place under {}", entry.endpoint, self.api_url),
            })?;
        let mut request = client
            .post(url.clone())
            .bearer_auth(root_key.reveal())
            .header(header::CONTENT_TYPE, "application/json")
            // It may hold a key, which is wiped once it is sent.
            .body(Bytes::from_owner(Zeroizing::new(body::json(body))));
        if let Some(user_agent) = upstream.user_agent() {
            request = request.header(header::USER_AGENT, user_agent);
        }
        if let Some(trace) = upstream.trace() {
            request = request.header("traceparent", trace);
        }
        upstream.attempt();
        let late = |begun| {
            move |_| Failure::TimedOut {
                limit: self.timeout,
                begun,
            }
        };
        let sent = timeout_at(deadline, request.send())
            .await
            .map_err(late(false))?;
        let mut response = sent.map_err(|error| self.no_answer(&error, attempts))?;
        let answer = timeout_at(deadline, read(&mut response, attempts))
            .await
            .map_err(late(true))??;
        answer::parse(
            response.status(),
            response.headers(),
            &answer,
            attempts,
            now(),
        )
    }

    fn no_answer(&self, error: &reqwest::Error, attempts: u32) -> Failure {
        let reason = innermost(error);
        if error.is_connect() {
            let url = self.api_url.to_string();
            Failure::Unreachable {
                url,
                reason,
                attempts,
            }
        } else if error.is_builder() {
            Failure::Unsendable { reason }
        } else {
            Failure::Broken {
                reason,
                begun: false,
                attempts,
            }
        }
    }
}

/// Asks whatever is at `url` for it, without a key, and returns the status. The caller says how long it
/// may take.
///
/// # Errors
/// Why there was no answer.
pub async fn look(url: &Url) -> Result<StatusCode, String> {
    let client = build(url, CONNECT_TIMEOUT)?;
    let answer = client.get(url.clone()).send().await;
    answer
        .map(|answer| answer.status())
        .map_err(|error| why(&error))
}

/// What went wrong, for a person.
fn why(error: &reqwest::Error) -> String {
    shown::redact(&innermost(error)).into_owned()
}

fn build(api_url: &Url, connect_timeout: Duration) -> Result<Client, String> {
    // An error says that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder()
        .user_agent(concat!("unkey-mcp/", env!("CARGO_PKG_VERSION")))
        .tcp_nodelay(true)
        .connect_timeout(connect_timeout)
        // A redirected POST would carry the root key to an address nobody chose.
        .redirect(redirect::Policy::none());
    if api_url.scheme() == "http" {
        // Reading the system's certificates takes longer than a call, and none is needed.
        client = client.tls_certs_only([]);
    }
    client.build().map_err(|error| innermost(&error))
}

/// Reads an answer, up to [`MAX_ANSWER_BYTES`]. It may hold a key, which is wiped once it is read.
async fn read(response: &mut Response, attempts: u32) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let too_long = Failure::TooLong {
        status: response.status().as_u16(),
        limit: MAX_ANSWER_BYTES,
    };
    let announced = response.content_length();
    if announced.is_some_and(|length| length > MAX_ANSWER_BYTES as u64) {
        return Err(too_long);
    }
    // Room for all of it: a text that grows leaves copies of itself behind.
    let room = announced.and_then(|length| usize::try_from(length).ok());
    let mut answer = Zeroizing::new(Vec::with_capacity(room.unwrap_or_default()));
    let broken = |error: reqwest::Error| Failure::Broken {
        reason: innermost(&error),
        begun: true,
        attempts,
    };
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if answer.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(too_long);
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// The time by the system's clock.
fn now() -> SystemTime {
    let since = jiff::Timestamp::now().duration_since(jiff::Timestamp::UNIX_EPOCH);
    SystemTime::UNIX_EPOCH + since.try_into().unwrap_or_default()
}

/// What went wrong at the bottom: the outer layers of an error only repeat the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
