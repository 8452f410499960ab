//! An Unkey that answers truly, over a network that does not always: the engine in this process behind
//! a fake Unkey's socket.

use std::sync::Mutex;

use serde_json::{Value, json};
use unkey_local::{Engine, Location, Options, Request, SystemClock, SystemRandom};

use super::sessions;
use crate::support::{Answer, Cloud, Seen, Session};

/// See the module.
pub(super) struct Unkey {
    pub(super) cloud: Cloud,
    pub(super) root_key: String,
    engine: Engine,
}

impl Unkey {
    /// One with which of a hundred calls `faults` go wrong.
    pub(super) async fn start(faults: u8) -> Self {
        let engine = Engine::open(Options {
            place: Location::Memory,
            clock: std::sync::Arc::new(SystemClock::new()),
            random: Box::new(SystemRandom),
        })
        .unwrap();
        let behind = engine.clone();
        let random = Mutex::new(fastrand::Rng::with_seed(7));
        let cloud = Cloud::script(move |seen, _| {
            let (dice, way) = {
                let mut random = random.lock().unwrap();
                (random.u8(..100), random.u8(..5))
            };
            if dice >= faults {
                return answer(&behind, seen);
            }
            match way {
                0 => Answer::Reset,
                1 => Answer::problem(429, "Too Many Requests", "slow down")
                    .with_header("Retry-After", "0"),
                2 => Answer::problem(500, "Internal Server Error", "nothing was done"),
                3 => {
                    let _ = answer(&behind, seen);
                    Answer::Reset
                }
                _ => {
                    let _ = answer(&behind, seen);
                    Answer::problem(500, "Internal Server Error", "it was done")
                }
            }
        })
        .await;
        let root_key = engine.root_key().reveal().to_owned();
        Self {
            cloud,
            root_key,
            engine,
        }
    }

    /// Every transport in both eras, each connected to a server before it.
    pub(super) async fn sessions(&self) -> Vec<Session> {
        sessions(&[&*self.cloud.flag()], Some(&self.root_key)).await
    }

    /// The `data` of a request that must succeed, which takes no network.
    #[track_caller]
    pub(super) fn ok(&self, endpoint: &str, body: &Value) -> Value {
        let mut envelope = self.page(endpoint, body);
        envelope["data"].take()
    }

    /// The envelope of a request that must succeed.
    #[track_caller]
    pub(super) fn page(&self, endpoint: &str, body: &Value) -> Value {
        let authorization = format!("Bearer {}", self.root_key);
        let (status, body) = ask(&self.engine, endpoint, authorization, body.to_string());
        let envelope: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(status, 200, "{endpoint}: {envelope}");
        envelope
    }

    /// Makes an API; returns its id.
    pub(super) fn api(&self, name: &str) -> String {
        let made = self.ok("apis.createApi", &json!({"name": name}));
        made["apiId"].as_str().unwrap().to_owned()
    }

    /// Makes a key with those settings; returns its id.
    pub(super) fn key(&self, api_id: &str, mut settings: Value) -> String {
        settings["apiId"] = json!(api_id);
        let made = self.ok("keys.createKey", &settings);
        made["keyId"].as_str().unwrap().to_owned()
    }

    /// All keys of an API.
    pub(super) fn keys(&self, api_id: &str) -> Vec<Value> {
        let mut keys = Vec::new();
        let mut body = json!({"apiId": api_id});
        loop {
            let page = self.page("apis.listKeys", &body);
            keys.extend(page["data"].as_array().unwrap().clone());
            match page["pagination"]["cursor"].as_str() {
                Some(cursor) => body["cursor"] = json!(cursor),
                None => return keys,
            }
        }
    }
}

fn answer(engine: &Engine, seen: &Seen) -> Answer {
    let path = seen.line.split_whitespace().nth(1).unwrap();
    let endpoint = path.strip_prefix("/v2/").unwrap();
    let authorization = seen.header("authorization")[0].to_owned();
    let (status, body) = ask(engine, endpoint, authorization, seen.body.clone());
    Answer::raw(status, "application/json", body)
}

fn ask(engine: &Engine, endpoint: &str, authorization: String, body: String) -> (u16, Vec<u8>) {
    let answer = engine.ask(Request {
        endpoint: endpoint.to_owned(),
        authorization: Some(authorization),
        content_type: Some("application/json".to_owned()),
        body: body.into_bytes(),
        caller_ip: Some("192.0.2.1".to_owned()),
        is_recorded: true,
        abandoned: std::sync::Arc::default(),
    });
    (answer.status, answer.body)
}
