//! A server that answers what a test says, and a clock that notes how long was waited.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Map, Value, json};
use unkey_workflows::{Boxed, CallError, Clock, Known, Operations};

type Script = dyn Fn(usize, &str, &Map<String, Value>) -> Result<Value, CallError> + Send + Sync;

/// Answers each call by a script, which is told how many came before.
pub(crate) struct Scripted {
    script: Box<Script>,
    pub(crate) calls: Mutex<Vec<(String, Value)>>,
    pub(crate) waited: Mutex<Vec<Duration>>,
    pub(crate) known: Known,
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(usize, &str, &Map<String, Value>) -> Result<Value, CallError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            script: Box::new(script),
            calls: Mutex::default(),
            waited: Mutex::default(),
            known: Known::default(),
        }
    }

    /// A page of keys with these ids.
    pub(crate) fn page(ids: &[&str], next: Option<&str>) -> Value {
        let key = |id: &&str| json!({"keyId": id, "start": "sk", "enabled": true, "createdAt": 1});
        let keys: Vec<Value> = ids.iter().map(key).collect();
        json!({"data": keys, "pagination": {"hasMore": next.is_some(), "cursor": next}})
    }
}

impl Operations for Scripted {
    fn offers(&self, _tool: &str) -> bool {
        true
    }

    fn call<'a>(
        &'a self,
        tool: &'static str,
        arguments: Map<String, Value>,
    ) -> Boxed<'a, Result<Value, CallError>> {
        let mut calls = self.calls.lock().unwrap();
        let answer = (self.script)(calls.len(), tool, &arguments);
        calls.push((tool.to_owned(), Value::Object(arguments)));
        Box::pin(async move { answer })
    }

    fn known(&self) -> Boxed<'_, Result<Known, CallError>> {
        let known = self.known.clone();
        Box::pin(async move { Ok(known) })
    }
}

impl Clock for Scripted {
    fn now(&self) -> i64 {
        super::NOON
    }

    fn sleep(&self, duration: Duration) -> Boxed<'_, ()> {
        self.waited.lock().unwrap().push(duration);
        Box::pin(async {})
    }
}
