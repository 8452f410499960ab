//! What people ask an assistant for, each with the calls that a model needs once it has read the list,
//! and with what a person would check at the end.

mod changes;
mod questions;

use serde_json::{Map, Value, json};

use crate::support::{Era, Session, Transport, success};

/// A workspace that a few customers use, and a client that counts its calls.
struct Workspace {
    session: Session,
    calls: usize,
    /// Ids of the APIs, by their names.
    apis: Map<String, Value>,
    /// Each key as it was made, by its name.
    keys: Map<String, Value>,
}

impl Workspace {
    async fn seeded() -> Self {
        let mut workspace = Self {
            session: Session::connect(Transport::Stdio, Era::Modern, &["--local=:memory:"], None)
                .await,
            calls: 0,
            apis: Map::new(),
            keys: Map::new(),
        };
        workspace.fill().await;
        workspace.calls = 0;
        workspace
    }

    async fn fill(&mut self) {
        for name in ["payments-prod", "search-prod", "legacy"] {
            let made = self.call("apis_create_api", json!({"name": name})).await;
            self.apis.insert(name.to_owned(), made["apiId"].clone());
        }
        for owner in ["acme", "globex", "initech", "umbrella", "hooli"] {
            let limits =
                json!([{"name": "requests", "limit": 20, "duration": 60_000, "autoApply": true}]);
            let limits = if owner == "hooli" { limits } else { json!([]) };
            let identity = json!({"externalId": owner, "ratelimits": limits});
            self.call("identities_create_identity", identity).await;
            for (number, api) in ["payments-prod", "search-prod", "payments-prod"]
                .iter()
                .enumerate()
            {
                let name = format!("{owner}{number}");
                let key = json!({
                    "apiId": self.apis[*api], "externalId": owner, "name": name, "prefix": "sk_live",
                    "credits": {"remaining": 1_000}, "meta": {"contact": format!("dev@{owner}.example")},
                });
                let made = self.call("keys_create_key", key).await;
                self.keys.insert(name, made);
            }
        }
        for (name, uses) in [("acme0", 4), ("acme1", 3), ("globex0", 2), ("hooli0", 22)] {
            for _ in 0..uses {
                let request = json!({"key": self.keys[name]["key"], "tags": ["region=eu"]});
                self.call("keys_verify_key", request).await;
            }
        }
        let off = json!({"keyId": self.keys["globex2"]["keyId"], "enabled": false});
        self.call("keys_update_key", off).await;
        let past = json!({"keyId": self.keys["initech0"]["keyId"], "expiresAt": "2026-01-01"});
        self.call("keys_update_key", past).await;
        let limit = json!({
            "namespace": "email.send", "identifier": "acme", "limit": 10, "duration": 60_000, "cost": 3,
        });
        self.call("ratelimit_limit", limit).await;
    }

    /// Calls a tool that must succeed, counts the call, and returns the data.
    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.envelope(tool, arguments).await["data"].take()
    }

    /// The same with what is said of the data.
    async fn envelope(&mut self, tool: &str, arguments: Value) -> Value {
        self.calls += 1;
        success(&self.session.call(tool, arguments).await).clone()
    }

    /// Plans a change and applies it: two calls.
    async fn change(&mut self, plan: Value) -> Value {
        let planned = self.call("keys_plan", plan).await;
        let applied = self
            .call("keys_apply", json!({"planId": planned["planId"]}))
            .await;
        assert_eq!(applied["finished"], true, "{applied}");
        applied
    }

    /// Looks without counting.
    async fn look(&mut self, tool: &str, arguments: Value) -> Value {
        success(&self.session.call(tool, arguments).await)["data"].clone()
    }

    async fn key(&mut self, name: &str) -> Value {
        let id = self.keys[name]["keyId"].clone();
        self.look("keys_get_key", json!({"keyId": id})).await
    }

    async fn code(&mut self, request: Value) -> Value {
        self.look("keys_verify_key", request).await["code"].take()
    }
}
