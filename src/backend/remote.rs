//! Unkey over HTTP: one POST for every operation. The only file that names reqwest.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use ::http::{HeaderMap, StatusCode, header};
use reqwest::{Client, Response, redirect};
use serde_json::Value;
use tokio::time::Instant;
use unkey_tools::{ApiError, CATALOGUE, Entry};
use url::Url;

use super::failure::Failure;
use super::retry;
use super::upstream::Upstream;
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
            let attempt = self.attempt(entry, body, root_key, upstream, attempts);
            let failure = match tokio::time::timeout_at(deadline, attempt).await {
                Ok(Ok(envelope)) => return Ok(envelope),
                Ok(Err(failure)) => failure,
                Err(_) => Failure::TimedOut {
                    limit: self.timeout,
                },
            };
            let pause = retry::pause(entry.effect, &failure, attempts, fastrand::f64());
            // A pause that leaves no time for another attempt is no use: what Unkey said is told.
            match pause.map(|pause| Instant::now() + pause) {
                Some(then) if then + self.connect_timeout() < deadline => {
                    tokio::time::sleep_until(then).await;
                }
                _ => return Err(failure),
            }
        }
    }

    /// Asks whether the API is up. The caller says how long it may take.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn is_alive(&self) -> Result<(), String> {
        let url = self
            .api_url
            .join("v2/liveness")
            .map_err(|error| error.to_string())?;
        let sent = self.client().map_err(Clone::clone)?.get(url).send().await;
        let status = sent.map_err(|error| innermost(&error))?.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("it answered {status}"))
        }
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
            .json(body);
        if let Some(user_agent) = upstream.user_agent() {
            request = request.header(header::USER_AGENT, user_agent);
        }
        if let Some(trace) = upstream.trace() {
            request = request.header("traceparent", trace);
        }
        upstream.attempt();
        let sent = request.send().await;
        let mut response = sent.map_err(|error| self.no_answer(&error, attempts))?;
        let answer = read(&mut response)
            .await
            .map_err(|reason| Failure::Broken { reason, attempts })?;
        understand(response.status(), response.headers(), &answer, attempts)
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
            Failure::Broken { reason, attempts }
        }
    }
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

/// Reads an answer, up to [`MAX_ANSWER_BYTES`].
async fn read(response: &mut Response) -> Result<Vec<u8>, String> {
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| innermost(&error))? {
        answer.extend_from_slice(&chunk);
        if answer.len() > MAX_ANSWER_BYTES {
            return Err(format!(
                "the answer is longer than {MAX_ANSWER_BYTES} bytes"
            ));
        }
    }
    Ok(answer)
}

/// The envelope in an answer, or the failure that it tells of.
fn understand(
    status: StatusCode,
    headers: &HeaderMap,
    answer: &[u8],
    attempts: u32,
) -> Result<Value, Failure> {
    envelope(status.as_u16(), answer).map_err(|failure| match failure {
        Failure::Refused { error, .. } => Failure::Refused {
            error,
            retry_after: retry_after(headers),
            attempts,
        },
        _ => garbled(status, headers, answer, attempts),
    })
}

/// Reads Unkey's envelope: a result where `status` is a success, else an error.
pub(super) fn envelope(status: u16, answer: &[u8]) -> Result<Value, Failure> {
    let garbled = || Failure::Garbled {
        status,
        what: format!("{} bytes", answer.len()),
        retry_after: None,
        attempts: 1,
    };
    if (200..300).contains(&status) {
        return match serde_json::from_slice(answer) {
            Ok(envelope @ Value::Object(_)) => Ok(envelope),
            _ => Err(garbled()),
        };
    }
    let mut error: ApiError = serde_json::from_slice(answer).map_err(|_| garbled())?;
    // The status line is what a proxy in between may have changed; it is what counts.
    error.error.status = status;
    Err(Failure::Refused {
        error: Box::new(error),
        retry_after: None,
        attempts: 1,
    })
}

fn garbled(status: StatusCode, headers: &HeaderMap, answer: &[u8], attempts: u32) -> Failure {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("no content type");
    let what = if answer.is_empty() {
        "an empty body".to_owned()
    } else {
        format!("{} bytes of {kind}", answer.len())
    };
    Failure::Garbled {
        status: status.as_u16(),
        what,
        retry_after: retry_after(headers),
        attempts,
    }
}

/// How long `Retry-After` asks to wait, where it says so in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// What went wrong at the bottom: the outer layers of an error only repeat the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
