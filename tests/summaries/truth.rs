//! What a summary says of a key's state is what a verification says at that moment.

use std::sync::Arc;

use proptest::prelude::*;
use regex_lite::Regex;
use serde_json::{Value, json};
use unkey_local::{Clock, Engine, Location, ManualClock, Options, Request, SystemRandom};
use unkey_tools::find;

use super::{NOON, summary};

const HOUR: i64 = 3_600_000;

/// An engine whose clock is moved by hand.
struct World {
    engine: Engine,
    clock: Arc<ManualClock>,
    api: String,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(NOON));
        let engine = Engine::open(Options {
            place: Location::Memory,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Box::new(SystemRandom),
        });
        let mut world = Self {
            engine: engine.unwrap(),
            clock,
            api: String::new(),
        };
        let (made, _) = world.call("apis_create_api", &json!({"name": "payments"}));
        made["data"]["apiId"]
            .as_str()
            .unwrap()
            .clone_into(&mut world.api);
        world
    }

    /// The answer to a call that succeeds, and what is said of it.
    fn call(&self, tool: &str, body: &Value) -> (Value, String) {
        let entry = find(tool).unwrap();
        let answer = self.engine.ask(Request {
            endpoint: entry.endpoint.to_owned(),
            authorization: Some(format!("Bearer {}", self.engine.root_key().reveal())),
            content_type: Some("application/json".to_owned()),
            body: body.to_string().into_bytes(),
            caller_ip: None,
            is_recorded: true,
            abandoned: Arc::default(),
        });
        let envelope: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.status, 200, "{tool}: {envelope}");
        let said = summary(entry, body, &envelope, self.clock.now()).unwrap();
        (envelope, said)
    }
}

/// The settings of a key that decide whether it may be used.
fn settings() -> impl Strategy<Value = Value> {
    let refill = prop_oneof![
        Just(None),
        (1..4_i64).prop_map(|amount| Some(json!({"interval": "daily", "amount": amount}))),
        (1..4_i64, 1..=31_i64).prop_map(|(amount, day)| {
            Some(json!({"interval": "monthly", "amount": amount, "refillDay": day}))
        }),
    ];
    let credits = prop::option::of((0..3_i64, refill));
    // 0, which Unkey takes, is never shown: such a key looks as if it did not expire.
    let expires = prop::option::of((-3..50_i64).prop_map(|hours| NOON + hours * HOUR));
    (any::<bool>(), expires, credits).prop_map(|(enabled, expires, credits)| {
        let mut key = json!({"enabled": enabled});
        if let Some(expires) = expires {
            key["expires"] = json!(expires);
        }
        if let Some((remaining, refill)) = credits {
            key["credits"] = json!({"remaining": remaining});
            if let Some(refill) = refill {
                key["credits"]["refill"] = refill;
            }
        }
        key
    })
}

/// What may happen to a key: a use, a change of a switch, or nothing.
fn event() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        2 => Just(None),
        1 => any::<bool>().prop_map(|enabled| Some(json!({"enabled": enabled}))),
        1 => Just(Some(json!({"expires": null}))),
        1 => Just(Some(json!({"credits": null}))),
        1 => (0..2_i64).prop_map(|left| Some(json!({"credits": {"remaining": left}}))),
    ]
}

/// What stands behind `before` in a summary, up to the end of the pattern.
fn find_in(said: &str, pattern: &str) -> Option<String> {
    let found = Regex::new(pattern).unwrap().captures(said)?;
    Some(found[1].to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.div_ceil(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_said_of_a_key_is_what_a_verification_says(
        settings in settings(),
        days in prop::collection::vec((0..60_i64, event()), 1..5),
    ) {
        let world = World::new();
        let mut body = settings;
        body["apiId"] = json!(world.api);
        let (made, said) = world.call("keys_create_key", &body);
        let (id, key) = (&made["data"]["keyId"], &made["data"]["key"]);
        let first = find_in(&said, "it is ([A-Z_]+) now").unwrap();
        let look = |tool: &str, body: Value| {
            let (_, said) = world.call(tool, &body);
            find_in(&said, "is ([A-Z_]+) now").unwrap()
        };
        prop_assert_eq!(&first, &look("keys_get_key", json!({"keyId": id})));
        for (hours, event) in days {
            world.clock.advance(hours * HOUR);
            if let Some(mut change) = event {
                change["keyId"] = id.clone();
                world.call("keys_update_key", &change);
            }
            let (found, told) = world.call("keys_get_key", &json!({"keyId": id}));
            let state = find_in(&told, "is ([A-Z_]+) now").unwrap();
            let seen = look("keys_whoami", json!({"key": key}));
            prop_assert_eq!(&state, &seen);
            let (_, listed) = world.call("apis_list_keys", &json!({"apiId": world.api}));
            prop_assert!(listed.contains(&format!("Now 1 {state}.")), "{}", listed);
            let (verified, said) = world.call("keys_verify_key", &json!({"key": key}));
            prop_assert_eq!(&verified["data"]["code"], &state, "{}", told);
            prop_assert!(said.contains(&state), "{}", said);
            refill_comes_when_it_is_said(&world, &found["data"], &verified["data"], &told)?;
        }
    }
}

/// A refill that is said to come at a time has not come a moment before, and has come then.
fn refill_comes_when_it_is_said(
    world: &World,
    found: &Value,
    verified: &Value,
    told: &str,
) -> Result<(), TestCaseError> {
    let Some(at) = find_in(told, "set to [0-9]+ at ([0-9T:.Z-]+) ") else {
        return Ok(());
    };
    let at: jiff::Timestamp = at.parse().unwrap();
    let amount = find_in(told, "set to ([0-9]+) at").unwrap();
    let left = |now: i64| {
        world.clock.set(now);
        let (key, _) = world.call("keys_get_key", &json!({"keyId": found["keyId"]}));
        key["data"]["credits"]["remaining"].clone()
    };
    let at = at.as_millisecond();
    prop_assert_eq!(left(at - 1), verified["credits"].clone());
    prop_assert_eq!(left(at), json!(amount.parse::<i64>().unwrap()));
    Ok(())
}
