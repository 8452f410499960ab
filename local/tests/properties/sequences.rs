//! Any sequence of requests leaves the database sound and the credits as they ought to be.

use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::prelude::*;

use super::act::{Act, OnKey, acts};
use super::config;
use super::model::{ModelKey, Refill, date};
use crate::support::*;

/// An engine and what ought to be in it.
struct Trial {
    folder: tempfile::TempDir,
    world: World,
    api: String,
    keys: Vec<ModelKey>,
    /// The last date whose midnight was dealt with.
    refilled: Date,
}

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = World::on_file(&folder.path().join("unkey.db"), NOON);
        let api = world.api();
        Self {
            folder,
            world,
            api,
            keys: Vec::new(),
            refilled: date(NOON),
        }
    }

    fn now(&self) -> i64 {
        self.world.now()
    }

    /// Any request makes up for the midnights since the last one.
    fn catch_up(&mut self) {
        let today = date(self.now());
        while self.refilled < today {
            self.refilled = self.refilled.checked_add(1.day()).unwrap();
            for key in &mut self.keys {
                key.midnight(self.refilled);
            }
        }
    }

    /// Sends a request, which must not trouble the engine.
    fn send(&mut self, endpoint: &str, body: &Value) -> Reply {
        self.catch_up();
        let reply = self.world.call(endpoint, body.clone());
        assert!(reply.status < 500, "{endpoint} {body}: {}", reply.body);
        reply
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Pass(time) => self.world.clock.advance(*time),
            Act::Reopen => {
                let now = self.now();
                self.world.engine.close();
                self.world = World::on_file(&self.folder.path().join("unkey.db"), now);
            }
            Act::Ask(endpoint, body) => drop(self.send(endpoint, body)),
            Act::Create {
                credits,
                enabled,
                links,
            } => self.create(*credits, *enabled, links),
            Act::Key(which, what) if !self.keys.is_empty() => {
                let which = which % self.keys.len();
                let (endpoint, body) = what.request(&self.keys[which]);
                let reply = self.send(endpoint, &body);
                self.follow(which, what, &reply);
            }
            Act::Key(..) => {}
        }
    }

    fn create(&mut self, credits: Option<(i64, Option<Refill>)>, enabled: bool, links: &Value) {
        let mut body = links.clone();
        body["apiId"] = json!(self.api);
        body["enabled"] = json!(enabled);
        if let Some((remaining, refill)) = credits {
            body["credits"] = json!({"remaining": remaining});
            if let Some(refill) = refill {
                body["credits"]["refill"] = refill.request();
            }
        }
        let reply = self.send("keys.createKey", &body);
        if reply.status == 200 {
            self.keys.push(ModelKey {
                id: text(&reply.body["data"]["keyId"]),
                key: text(&reply.body["data"]["key"]),
                credits: credits.map(|(remaining, _)| remaining),
                refill: credits.and_then(|(_, refill)| refill),
                enabled,
                expires: None,
                deleted: false,
            });
        }
    }

    /// Does to the model what was done to a key.
    fn follow(&mut self, which: usize, what: &OnKey, reply: &Reply) {
        let now = self.now();
        let done = reply.status == 200;
        let data = &reply.body["data"];
        let key = &mut self.keys[which];
        if key.deleted && !matches!(what, OnKey::Verify(_)) {
            assert!(matches!(reply.status, 400 | 404), "{}", reply.body);
            return;
        }
        match what {
            OnKey::Verify(cost) => {
                let code = key.verify(cost.unwrap_or(1), now);
                assert_eq!(data["code"], code, "{key:?}");
                let left = data.get("credits").and_then(Value::as_i64);
                if !key.deleted {
                    assert_eq!(left, key.credits, "{}", reply.body);
                }
            }
            OnKey::Credits(operation, value) => {
                assert_eq!(done, key.change_credits(operation, value));
            }
            // One that names what does not exist is refused, and must then change nothing.
            OnKey::Update {
                change, enabled, ..
            } if done => {
                key.update(change);
                key.enabled = *enabled;
            }
            OnKey::Reroll { grace } => {
                assert!(done, "{}", reply.body);
                let new = ModelKey {
                    id: text(&data["keyId"]),
                    key: text(&data["key"]),
                    ..key.clone()
                };
                let minutes = (now + grace + MINUTE - 1).div_euclid(MINUTE);
                key.expires = Some(if *grace == 0 { now } else { minutes * MINUTE });
                self.keys.push(new);
            }
            OnKey::Delete { .. } => {
                assert!(done, "{}", reply.body);
                key.deleted = true;
            }
            OnKey::Update { .. } | OnKey::Link(..) => {}
        }
    }

    /// Compares every key with what it ought to be, and looks the file over.
    fn conclude(mut self) {
        for which in 0..self.keys.len() {
            let body = json!({"keyId": self.keys[which].id});
            let reply = self.send("keys.getKey", &body);
            let key = &self.keys[which];
            if key.deleted {
                assert_eq!(reply.status, 404, "{}", reply.body);
                continue;
            }
            let shown = &reply.body["data"];
            assert_eq!(shown["credits"], key.shown(), "{key:?}");
            assert_eq!(shown["enabled"], key.enabled, "{key:?}");
            assert_eq!(shown["expires"].as_i64(), key.expires, "{key:?}");
        }
        self.world.engine.close();
        is_consistent(&self.folder.path().join("unkey.db"));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_sequence_of_requests_leaves_everything_in_order(acts in acts()) {
        let mut trial = Trial::new();
        for act in &acts {
            trial.act(act);
        }
        trial.conclude();
    }
}
