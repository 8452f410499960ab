//! An engine of one's own, and short ways to talk to it.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use unkey_local::{
    Clock, Engine, Location, ManualClock, NewRootKeySettings, Options, Request, SystemRandom,
};

/// 2026-03-10 12:00:00 UTC, Unix ms.
pub(crate) const NOON: i64 = 1_773_144_000_000;

/// A second, a minute, an hour and a day, ms.
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// An engine of one's own whose clock stands at noon until it is moved.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    root_key: String,
}

/// What the engine answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl World {
    /// An engine that goes away with the test.
    pub(crate) fn new() -> Self {
        Self::open(Location::Memory, NOON)
    }

    /// An engine on a file, at that time.
    pub(crate) fn on_file(file: &Path, now: i64) -> Self {
        Self::open(Location::File(file.to_owned()), now)
    }

    fn open(place: Location, now: i64) -> Self {
        let clock = Arc::new(ManualClock::at(now));
        let engine = Engine::open(Options {
            place,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Box::new(SystemRandom),
        })
        .unwrap();
        let root_key = engine.root_key().reveal().to_owned();
        Self {
            engine,
            clock,
            root_key,
        }
    }

    /// What its clock shows, Unix ms.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The same engine, as the holder of a root key that may do just that sees it.
    pub(crate) fn with_permissions(&self, permissions: &[&str]) -> Self {
        let settings = NewRootKeySettings {
            name: "limited".to_owned(),
            permissions: permissions.iter().map(|&text| text.to_owned()).collect(),
            expires: None,
        };
        let (_, key) = self.engine.create_root_key(settings).unwrap();
        self.with_root_key(key.reveal())
    }

    /// The same engine, as the holder of that root key sees it.
    pub(crate) fn with_root_key(&self, root_key: &str) -> Self {
        Self {
            engine: self.engine.clone(),
            clock: Arc::clone(&self.clock),
            root_key: root_key.to_owned(),
        }
    }

    /// A well-formed request.
    pub(crate) fn request(&self, endpoint: &str, body: &Value) -> Request {
        Request {
            endpoint: endpoint.to_owned(),
            authorization: Some(format!("Bearer {}", self.root_key)),
            content_type: Some("application/json".to_owned()),
            body: body.to_string().into_bytes(),
            caller_ip: Some("192.0.2.1".to_owned()),
            is_recorded: true,
            abandoned: Arc::default(),
        }
    }

    /// Sends a well-formed request.
    pub(crate) fn call(&self, endpoint: &str, body: Value) -> Reply {
        self.send(self.request(endpoint, &body))
    }

    /// Sends any request.
    pub(crate) fn send(&self, request: Request) -> Reply {
        let answer = self.engine.ask(request);
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(
            body["meta"]["requestId"]
                .as_str()
                .unwrap()
                .starts_with("req_")
        );
        Reply {
            status: answer.status,
            body,
        }
    }

    /// Sends a request that must succeed; returns its `data`.
    pub(crate) fn ok(&self, endpoint: &str, body: Value) -> Value {
        let reply = self.call(endpoint, body);
        assert_eq!(reply.status, 200, "{endpoint}: {}", reply.body);
        reply.body["data"].clone()
    }

    /// A new API's id.
    pub(crate) fn api(&self) -> String {
        text(&self.ok("apis.createApi", json!({"name": "payments"}))["apiId"])
    }

    /// A new key of that API, with those fields beside the API's id.
    pub(crate) fn key(&self, api_id: &str, fields: Value) -> NewKey {
        let mut body = fields;
        body["apiId"] = json!(api_id);
        let made = self.ok("keys.createKey", body);
        NewKey {
            id: text(&made["keyId"]),
            key: text(&made["key"]),
        }
    }

    /// `unkey:v1:<workspace>:keyspaces/<key space>/keys/<key>`, as a refusal names it.
    pub(crate) fn path_of(&self, key_id: &str) -> String {
        let body = json!({"keyId": key_id});
        let refusal = self.with_permissions(&[]).call("keys.getKey", body);
        let detail = text(&refusal.body["error"]["detail"]);
        let (_, path) = detail.rsplit_once(" or ").unwrap();
        path.strip_suffix("#read_key").unwrap().to_owned()
    }

    /// Verifies a key with nothing else in the request.
    pub(crate) fn verify(&self, key: &str) -> Value {
        self.ok("keys.verifyKey", json!({"key": key}))
    }

    /// What verifying a key with those fields in the request says in `code`.
    pub(crate) fn code(&self, key: &str, fields: Value) -> String {
        let mut body = fields;
        body["key"] = json!(key);
        text(&self.ok("keys.verifyKey", body)["code"])
    }
}

/// A key that was just made.
pub(crate) struct NewKey {
    pub(crate) id: String,
    pub(crate) key: String,
}

impl Reply {
    /// Checks that it is this error, by the end of its documentation's address.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, kind: &str, detail: &str) {
        let error = &self.body["error"];
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(error["status"], status, "{}", self.body);
        let link = format!("https://unkey.com/docs/errors/{kind}");
        assert_eq!(error["type"], link, "{}", self.body);
        assert_eq!(error["detail"], detail, "{}", self.body);
        let has_errors = matches!(status, 400 | 408 | 413 | 499);
        assert_eq!(error.get("errors").is_some(), has_errors, "{}", self.body);
    }
}

/// A JSON string's text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
