//! The caller who behaves: calls one after the other, and a look at the health now and then.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::{Endpoint, Era, Server, success};

/// A caller who behaves.
pub(super) struct Caller<'a> {
    server: &'a Server,
    endpoint: Endpoint,
}

/// How its calls went.
#[derive(Debug, Default)]
pub(super) struct Experience {
    took: Vec<Duration>,
    failures: Vec<String>,
}

impl<'a> Caller<'a> {
    /// One who brings `root_key`, or is the engine's owner.
    pub(super) fn of(server: &'a Server, root_key: Option<&str>) -> Self {
        let mut endpoint = server.mcp();
        if let Some(root_key) = root_key {
            endpoint = endpoint.header("Authorization", &format!("Bearer {root_key}"));
        }
        Self { server, endpoint }
    }

    /// Calls for so long, twenty times a second, half of the calls over a connection of their own.
    pub(super) async fn behave(&self, duration: Duration) -> Experience {
        let until = Instant::now() + duration;
        let mut experience = Experience::default();
        let mut round = 0_usize;
        while Instant::now() < until {
            round += 1;
            let began = Instant::now();
            let outcome = self.call(round).await;
            experience.took.push(began.elapsed());
            if let Err(failure) = outcome {
                experience.failures.push(failure);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        experience
    }

    async fn call(&self, round: usize) -> Result<(), String> {
        if round.is_multiple_of(10) {
            let health = self.server.request(Method::GET, "/healthz").send().await;
            let status = health.map_err(|error| format!("{error:?}"))?.status();
            return status
                .is_success()
                .then_some(())
                .ok_or_else(|| format!("/healthz: {status}"));
        }
        let mut request = self.endpoint.clone().era(Era::BOTH[round % 2]).message(
            "tools/call",
            json!({"name": "apis_create_api", "arguments": {"name": "well-behaved"}}),
        );
        if round.is_multiple_of(2) {
            request = request.header("Connection", "close");
        }
        let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
        let answer = answer.text().await.map_err(|error| format!("{error:?}"))?;
        let answer = serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))?;
        success(&answer);
        Ok(())
    }
}

impl Experience {
    /// Holds that not one call failed.
    pub(super) fn assert_well(&self) {
        assert!(!self.took.is_empty());
        assert!(self.failures.is_empty(), "{:#?}", self.failures);
    }

    /// How many calls there were.
    pub(super) fn calls(&self) -> usize {
        self.took.len()
    }

    /// What 99 of 100 calls took at most.
    pub(super) fn p99(&self) -> Duration {
        let mut took = self.took.clone();
        took.sort_unstable();
        took[(took.len() * 99 / 100).min(took.len() - 1)]
    }
}
