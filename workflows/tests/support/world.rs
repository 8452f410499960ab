//! An engine whose clock stands still, as workflows see it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use unkey_local::{
    Engine, Location, ManualClock, NewRootKeySettings, Options, Request, SystemRandom,
};
use unkey_workflows::{Api, Boxed, CallError, Clock, Known, Namespace, Operations};

/// 2026-03-10 12:00:00 UTC, Unix ms.
pub(crate) const NOON: i64 = 1_773_144_000_000;

/// A day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// An engine of one's own whose clock stands at noon until it is moved.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    root_key: String,
    /// Tools that the caller does not have.
    pub(crate) without: Vec<&'static str>,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::at(NOON));
        let engine = Engine::open(Options {
            place: Location::Memory,
            clock: Arc::clone(&clock) as Arc<dyn unkey_local::Clock>,
            random: Box::new(SystemRandom),
        })
        .unwrap();
        let root_key = engine.root_key().reveal().to_owned();
        Self {
            engine,
            clock,
            root_key,
            without: Vec::new(),
        }
    }

    /// The same engine, as the holder of a root key that may do just that sees it.
    pub(crate) fn with_permissions(&self, permissions: &[&str]) -> Self {
        let settings = NewRootKeySettings {
            name: "limited".to_owned(),
            permissions: permissions.iter().map(|&text| text.to_owned()).collect(),
            expires: None,
        };
        let (_, key) = self.engine.create_root_key(settings).unwrap();
        Self {
            engine: self.engine.clone(),
            clock: Arc::clone(&self.clock),
            root_key: key.reveal().to_owned(),
            without: Vec::new(),
        }
    }

    /// What the engine answers: the status and the envelope.
    pub(crate) fn ask(&self, endpoint: &str, body: &Value) -> (u16, Value) {
        let answer = self.engine.ask(Request {
            endpoint: endpoint.to_owned(),
            authorization: Some(format!("Bearer {}", self.root_key)),
            content_type: Some("application/json".to_owned()),
            body: body.to_string().into_bytes(),
            caller_ip: Some("192.0.2.1".to_owned()),
            is_recorded: true,
            abandoned: Arc::default(),
        });
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    /// The `data` of a request that must succeed.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "tests write it in place")]
    pub(crate) fn ok(&self, endpoint: &str, body: Value) -> Value {
        let (status, mut envelope) = self.ask(endpoint, &body);
        assert_eq!(status, 200, "{endpoint}: {envelope}");
        envelope["data"].take()
    }

    /// Makes an API; returns its id.
    pub(crate) fn api(&self, name: &str) -> String {
        let data = self.ok("apis.createApi", json!({"name": name}));
        data["apiId"].as_str().unwrap().to_owned()
    }

    /// Makes a key with those settings; returns its id and the key itself.
    pub(crate) fn key(&self, api_id: &str, mut settings: Value) -> (String, String) {
        settings["apiId"] = json!(api_id);
        let data = self.ok("keys.createKey", settings);
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        (text("keyId"), text("key"))
    }

    /// Verifies a key; returns the code.
    pub(crate) fn verify(&self, key: &str, mut body: Value) -> String {
        body["key"] = json!(key);
        let data = self.ok("keys.verifyKey", body);
        data["code"].as_str().unwrap().to_owned()
    }
}

impl Operations for World {
    fn offers(&self, tool: &str) -> bool {
        !self.without.contains(&tool)
    }

    fn call<'a>(
        &'a self,
        tool: &'static str,
        arguments: Map<String, Value>,
    ) -> Boxed<'a, Result<Value, CallError>> {
        let entry = unkey_tools::find(tool).unwrap();
        assert!(entry.effect.is_read_only(), "{tool} is no look");
        let (status, envelope) = self.ask(entry.endpoint, &Value::Object(arguments));
        Box::pin(async move {
            if status == 200 {
                return Ok(envelope);
            }
            let detail = envelope["error"]["detail"].as_str().unwrap_or_default();
            Err(CallError::of(Some(status), detail))
        })
    }

    fn known(&self) -> Boxed<'_, Result<Known, CallError>> {
        let apis = self.engine.known_apis().unwrap().into_iter();
        let namespaces = self.engine.known_namespaces().unwrap().into_iter();
        let known = Known {
            apis: apis
                .map(|api| Api {
                    id: api.id,
                    name: Some(api.name),
                    key_space: Some(api.key_space_id),
                })
                .collect(),
            complete: true,
            namespaces: namespaces
                .map(|namespace| Namespace {
                    id: Some(namespace.id),
                    name: namespace.name,
                })
                .collect(),
        };
        Box::pin(async move { Ok(known) })
    }
}

impl Clock for World {
    fn now(&self) -> i64 {
        unkey_local::Clock::now(&*self.clock)
    }

    fn sleep(&self, duration: Duration) -> Boxed<'_, ()> {
        self.clock
            .advance(i64::try_from(duration.as_millis()).unwrap());
        Box::pin(async {})
    }
}
