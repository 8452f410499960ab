//! `keys_explain` on the engine: the cause is that of a verification, and nothing is left behind.

use serde_json::{Value, json};

use crate::support::{DAY, NOON, World, data, mistakes, ran};

const TOOL: &str = "keys_explain";

/// What stands in a key's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    Disabled,
    Expired,
    Forbidden,
    Permissions,
    Limited,
    LimitedByOwner,
    Spent,
}

impl Obstacle {
    const ALL: [Self; 7] = [
        Self::Disabled,
        Self::Expired,
        Self::Forbidden,
        Self::Permissions,
        Self::Limited,
        Self::LimitedByOwner,
        Self::Spent,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
            Self::Forbidden => "FORBIDDEN",
            Self::Permissions => "INSUFFICIENT_PERMISSIONS",
            Self::Limited | Self::LimitedByOwner => "RATE_LIMITED",
            Self::Spent => "USAGE_EXCEEDED",
        }
    }
}

/// A workspace, and a key in the way of which all of that stands.
struct Case {
    world: World,
    api: String,
    key_id: String,
    key: String,
    query: Value,
}

impl Case {
    fn new(obstacles: &[Obstacle]) -> Self {
        let world = World::new();
        let api = world.api("payments");
        let has = |obstacle| obstacles.contains(&obstacle);
        let limit =
            json!([{"name": "requests", "limit": 2, "duration": 3_600_000, "autoApply": true}]);
        let shared =
            json!([{"name": "shared", "limit": 2, "duration": 3_600_000, "autoApply": true}]);
        let shared = if has(Obstacle::LimitedByOwner) {
            shared
        } else {
            json!([])
        };
        world.ok(
            "identities.createIdentity",
            json!({"externalId": "acme", "ratelimits": shared}),
        );
        let mut settings = json!({"externalId": "acme", "credits": {"remaining": 2}});
        if has(Obstacle::Limited) {
            settings["ratelimits"] = limit;
        }
        let (key_id, key) = world.key(&api, settings);
        // What is limited is used up before anything else stands in the way.
        for _ in 0..2 {
            assert_eq!(world.verify(&key, json!({})), "VALID");
        }
        let more = if has(Obstacle::Spent) { 0 } else { 100 };
        world.ok(
            "keys.updateCredits",
            json!({"keyId": key_id, "operation": "set", "value": more}),
        );
        if has(Obstacle::Expired) {
            let expires = json!({"keyId": key_id, "expires": NOON + 1000});
            world.ok("keys.updateKey", expires);
        }
        if has(Obstacle::Disabled) {
            world.ok("keys.updateKey", json!({"keyId": key_id, "enabled": false}));
        }
        if has(Obstacle::Forbidden) {
            let known = world.engine.api_settings(&api).unwrap();
            let settings = unkey_local::ApiSettings {
                allowed_addresses: vec!["203.0.113.1".to_owned()],
                ..known
            };
            world.engine.configure_api(&api, settings).unwrap();
        }
        world.clock.advance(10_000);
        let query = if has(Obstacle::Permissions) {
            json!("docs.read")
        } else {
            Value::Null
        };
        Self {
            world,
            api,
            key_id,
            key,
            query,
        }
    }

    /// The same arguments for a verification and for the tool.
    fn asked(&self) -> Value {
        match &self.query {
            Value::Null => json!({}),
            query => json!({"permissions": query}),
        }
    }

    /// All that a look could have changed.
    fn state(&self) -> Value {
        self.world.engine.flush().unwrap();
        let key = self.world.ok("keys.getKey", json!({"keyId": self.key_id}));
        let query = "SELECT outcome, count() AS n FROM key_verifications_v1 GROUP BY outcome ORDER BY outcome";
        let rows = self
            .world
            .ok("analytics.getVerifications", json!({"query": query}));
        json!([key, rows])
    }
}

#[tokio::test]
async fn every_refusal_and_every_two_of_them_have_the_cause_of_a_verification() {
    for one in Obstacle::ALL {
        for other in Obstacle::ALL {
            let obstacles = [one, other];
            let case = Case::new(&obstacles);
            // What is only known from what was recorded: somebody was refused before they ask why.
            let verdict = case.world.verify(&case.key, case.asked());
            let before = case.state();
            let mut asked = case.asked();
            asked["key"] = json!(case.key);
            let report = ran(&case.world, TOOL, asked).await;
            let told = data(&report);
            assert_eq!(told["code"], verdict, "{obstacles:?}: {told}");
            let mut expected: Vec<&str> = obstacles.map(Obstacle::code).to_vec();
            // An address is refused before anything is recorded of what comes after, and is not
            // seen where something comes before.
            if verdict != "FORBIDDEN" {
                expected.retain(|code| *code != "FORBIDDEN");
            }
            for code in expected {
                let causes = told["causes"].as_array().unwrap();
                let named = causes.iter().any(|cause| cause["code"] == code);
                assert!(named, "{obstacles:?}: {code} is missing in {told}");
            }
            assert_eq!(case.state(), before, "{obstacles:?}");
        }
    }
}

#[tokio::test]
async fn a_key_that_works_has_no_cause_and_says_what_is_left() {
    let world = World::new();
    let api = world.api("payments");
    let limits = json!([{"name": "requests", "limit": 10, "duration": 60_000, "autoApply": true}]);
    let (key_id, key) = world.key(&api, json!({"ratelimits": limits, "permissions": ["a"]}));
    for _ in 0..3 {
        world.verify(&key, json!({}));
    }
    let arguments = json!({"keyId": key_id, "permissions": "a OR b", "api": "payments"});
    let report = ran(&world, TOOL, arguments).await;
    let told = data(&report);
    assert_eq!(
        (&told["code"], &told["causes"]),
        (&json!("VALID"), &json!([]))
    );
    assert_eq!(told["limits"][0]["left"], 7);
    assert_eq!(told["limits"][0]["resetsAt"], "2026-03-10T12:01:00Z");
    assert_eq!(told["outcomes"][0]["count"], 3);
}

#[tokio::test]
async fn a_key_that_is_not_there_and_one_of_another_api_are_told_apart() {
    let world = World::new();
    let (one, _two) = (world.api("one"), world.api("two"));
    let (_, key) = world.key(&one, json!({}));
    let report = ran(&world, TOOL, json!({"key": "sk_nothing"})).await;
    assert_eq!(data(&report)["code"], "NOT_FOUND");
    let report = ran(&world, TOOL, json!({"key": key, "api": "two"})).await;
    assert_eq!(data(&report)["code"], "NOT_FOUND");
    assert!(report.summary.join(" ").contains("not of this API"));
    let limited = world.with_permissions(&["api.*.verify_key"]);
    let report = ran(&limited, TOOL, json!({"key": key})).await;
    assert!(report.summary.join(" ").contains("may not read it"));
}

#[tokio::test]
async fn what_the_root_key_may_not_read_is_said_and_the_rest_is_told() {
    let case = Case::new(&[Obstacle::Spent, Obstacle::Limited]);
    let limited = case.world.with_permissions(&["api.*.read_key"]);
    let report = ran(&limited, TOOL, json!({"keyId": case.key_id})).await;
    let told = data(&report);
    assert_eq!(told["code"], "USAGE_EXCEEDED");
    assert_eq!(told["limits"][0]["limit"], 2);
    assert_eq!(told["limits"][0].get("left"), None);
    assert_eq!(told["unread"].as_array().unwrap().len(), 2);
    assert!(!case.api.is_empty());
}

#[tokio::test]
async fn credits_say_when_they_come_back() {
    let world = World::new();
    let api = world.api("payments");
    let refill = json!({"interval": "monthly", "amount": 50, "refillDay": 31});
    let credits = json!({"remaining": 1, "refill": refill});
    let (key_id, _) = world.key(&api, json!({"credits": credits}));
    let report = ran(&world, TOOL, json!({"keyId": key_id, "cost": 5})).await;
    let why = data(&report)["causes"][0]["why"].as_str().unwrap();
    assert!(
        why.contains("50 come back at 2026-03-31T00:00:00Z"),
        "{why}"
    );
    let customer = data(&report)["forCustomer"].as_str().unwrap();
    assert!(customer.contains("2026-03-31"), "{customer}");
    world.clock.advance(40 * DAY);
}

#[tokio::test]
async fn an_identifier_has_the_limit_that_goes_for_it() {
    let world = World::new();
    let check = |identifier: &str| {
        let body = json!({"namespace": "email.send", "identifier": identifier, "limit": 10, "duration": 60_000});
        world.ok("ratelimit.limit", body)["success"]
            .as_bool()
            .unwrap()
    };
    for _ in 0..4 {
        assert!(check("acme"));
    }
    let asked =
        json!({"namespace": "email.send", "identifier": "acme", "limit": 10, "duration": 60_000});
    let told = data(&ran(&world, TOOL, asked.clone()).await).clone();
    assert_eq!(told["code"], "VALID");
    assert_eq!(told["limits"][0]["left"], 6);
    assert_eq!(told["limits"][0]["setBy"], "call");

    let pattern =
        json!({"namespace": "email.send", "identifier": "ac*", "limit": 4, "duration": 60_000});
    world.ok("ratelimit.setOverride", pattern);
    assert!(!check("acme"));
    let told = data(&ran(&world, TOOL, asked).await).clone();
    assert_eq!(told["code"], "RATE_LIMITED", "{told}");
    assert_eq!(told["limits"][0]["pattern"], "ac*");
    assert_eq!(told["limits"][0]["setBy"], "override");
    assert_eq!(told["outcomes"][0]["outcome"], "REFUSED");
    let query = "SELECT count() AS n FROM ratelimits_v1";
    let rows = world.ok("analytics.getRatelimits", json!({"query": query}));
    assert_eq!(rows[0]["n"], 5);
}

#[tokio::test]
async fn one_thing_is_explained_at_a_time() {
    let world = World::new();
    for arguments in [
        json!({}),
        json!({"key": "a", "keyId": "key_1"}),
        json!({"namespace": "a"}),
        json!({"key": "a", "namespace": "a", "identifier": "b"}),
    ] {
        let told = mistakes(&world, TOOL, arguments).await;
        assert!(told.contains("give either"), "{told}");
    }
    let arguments = json!({"keyId": "key_1", "permissions": "a AND"});
    let told = mistakes(&world, TOOL, arguments).await;
    assert!(told.contains("`permissions`"), "{told}");
}
