//! Stories of identities: the owners of keys.

use crate::support::*;

const NO_IDENTITY: &str = "unkey/data/identity_not_found";
const INVALID: &str = "unkey/application/invalid_input";
const GONE: &str = "This identity does not exist.";

fn create(world: &World, body: Value) -> String {
    text(&world.ok("identities.createIdentity", body)["identityId"])
}

fn get(world: &World, identity: &str) -> Value {
    world.ok("identities.getIdentity", json!({"identity": identity}))
}

fn limit(name: &str, limit: i64) -> Value {
    json!({"name": name, "limit": limit, "duration": 60_000, "autoApply": true})
}

#[test]
fn an_identity_is_read_by_its_id_and_by_its_external_id() {
    let world = World::new();
    let id = create(
        &world,
        json!({"externalId": "user_1", "meta": {"plan": "pro"}, "ratelimits": [limit("requests", 10)]}),
    );
    assert!(id.starts_with("id_"));
    let shown = get(&world, &id);
    let limit_id = text(&shown["ratelimits"][0]["id"]);
    assert!(limit_id.starts_with("rl_"));
    let mut kept = limit("requests", 10);
    kept["id"] = json!(limit_id);
    assert_eq!(
        shown,
        json!({"id": id, "externalId": "user_1", "meta": {"plan": "pro"}, "ratelimits": [kept]})
    );
    assert_eq!(get(&world, "user_1"), shown);
}

#[test]
fn what_is_empty_is_not_shown() {
    let world = World::new();
    let id = create(
        &world,
        json!({"externalId": "user_1", "meta": {}, "ratelimits": []}),
    );
    assert_eq!(get(&world, &id), json!({"id": id, "externalId": "user_1"}));
}

#[test]
fn unknown_fields_are_ignored_when_an_identity_is_made_and_nowhere_else() {
    let world = World::new();
    create(&world, json!({"externalId": "user_1", "color": "red"}));
    let body = json!({"identity": "user_1", "color": "red"});
    assert_eq!(
        world.call("identities.updateIdentity", body.clone()).status,
        400
    );
    assert_eq!(world.call("identities.getIdentity", body).status, 400);
}

#[test]
fn an_external_id_is_taken_until_its_identity_is_deleted() {
    let world = World::new();
    let first = create(&world, json!({"externalId": "user_1"}));
    let body = json!({"externalId": "user_1"});
    world.call("identities.createIdentity", body.clone()).is(
        409,
        "unkey/data/identity_already_exists",
        "Identity with externalId 'user_1' already exists in this workspace.",
    );
    world.ok("identities.deleteIdentity", json!({"identity": "user_1"}));
    assert_ne!(create(&world, body), first);
}

#[test]
fn an_identity_that_a_key_made_has_no_limits_and_no_data() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"externalId": "user_1"}));
    let shown = get(&world, "user_1");
    assert_eq!(shown.as_object().unwrap().len(), 2);
    assert_eq!(world.verify(&key.key)["identity"], shown);
}

#[test]
fn of_limits_with_one_name_the_last_one_stays() {
    let world = World::new();
    let limits = json!([limit("requests", 10), limit("requests", 20)]);
    create(
        &world,
        json!({"externalId": "user_1", "ratelimits": limits}),
    );
    let shown = get(&world, "user_1");
    assert_eq!(shown["ratelimits"].as_array().unwrap().len(), 1);
    assert_eq!(shown["ratelimits"][0]["limit"], 20);
}

#[test]
fn data_of_more_than_a_mebibyte_is_refused() {
    let world = World::new();
    let meta = json!({"a": "x".repeat(1 << 20)});
    let detail = "Metadata is too large: it must be at most 1.0 MB, but is 1.0 MB.";
    let body = json!({"externalId": "user_1", "meta": meta});
    world
        .call("identities.createIdentity", body)
        .is(400, INVALID, detail);
    create(&world, json!({"externalId": "user_1"}));
    // Before anyone looks whether there is such an identity.
    for identity in ["user_1", "nobody"] {
        let body = json!({"identity": identity, "meta": meta});
        world
            .call("identities.updateIdentity", body)
            .is(400, INVALID, detail);
    }
}

#[test]
fn an_update_leaves_what_it_does_not_name() {
    let world = World::new();
    let limits = json!([limit("requests", 10)]);
    let body = json!({"externalId": "user_1", "meta": {"plan": "pro"}, "ratelimits": limits});
    let id = create(&world, body);
    let before = get(&world, &id);
    let updated = world.ok("identities.updateIdentity", json!({"identity": "user_1"}));
    // The answer shows only data that was sent.
    assert!(updated.get("meta").is_none());
    assert_eq!(updated["ratelimits"], before["ratelimits"]);
    assert_eq!(get(&world, &id), before);
}

#[test]
fn an_update_replaces_data_whole_and_clears_it_with_an_empty_object() {
    let world = World::new();
    create(
        &world,
        json!({"externalId": "user_1", "meta": {"plan": "pro", "seats": 3}}),
    );
    let body = json!({"identity": "user_1", "meta": {"plan": "free"}});
    assert_eq!(
        world.ok("identities.updateIdentity", body)["meta"],
        json!({"plan": "free"})
    );
    assert_eq!(get(&world, "user_1")["meta"], json!({"plan": "free"}));
    world.ok(
        "identities.updateIdentity",
        json!({"identity": "user_1", "meta": {}}),
    );
    assert!(get(&world, "user_1").get("meta").is_none());
}

#[test]
fn an_update_replaces_limits_and_one_whose_name_stays_keeps_its_id() {
    let world = World::new();
    let limits = json!([limit("requests", 10), limit("tokens", 5)]);
    create(
        &world,
        json!({"externalId": "user_1", "ratelimits": limits}),
    );
    let before = get(&world, "user_1")["ratelimits"].clone();
    let wanted = json!([limit("requests", 99), limit("uploads", 1)]);
    let body = json!({"identity": "user_1", "ratelimits": wanted});
    let updated = world.ok("identities.updateIdentity", body)["ratelimits"].clone();
    assert_eq!(updated, get(&world, "user_1")["ratelimits"]);
    let of = |list: &Value, name: &str| {
        let mut list = list.as_array().unwrap().iter();
        list.find(|limit| limit["name"] == name).cloned()
    };
    assert_eq!(
        of(&updated, "requests").unwrap()["id"],
        of(&before, "requests").unwrap()["id"]
    );
    assert_eq!(of(&updated, "requests").unwrap()["limit"], 99);
    assert!(of(&updated, "tokens").is_none());
    assert!(of(&updated, "uploads").is_some());
    let none = world.ok(
        "identities.updateIdentity",
        json!({"identity": "user_1", "ratelimits": []}),
    );
    assert!(none.get("ratelimits").is_none());
}

#[test]
fn an_update_refuses_one_name_twice() {
    let world = World::new();
    let limits = json!([limit("requests", 10), limit("requests", 20)]);
    let body = json!({"identity": "nobody", "ratelimits": limits});
    world.call("identities.updateIdentity", body).is(
        400,
        INVALID,
        "Ratelimit with name 'requests' is already defined in the request",
    );
}

#[test]
fn a_limit_is_shared_by_all_keys_of_its_identity() {
    let world = World::new();
    let api = world.api();
    let limits = json!([limit("requests", 2)]);
    create(
        &world,
        json!({"externalId": "user_1", "ratelimits": limits}),
    );
    let one = world.key(&api, json!({"externalId": "user_1"}));
    let two = world.key(&api, json!({"externalId": "user_1"}));
    assert_eq!(world.code(&one.key, json!({})), "VALID");
    assert_eq!(world.code(&two.key, json!({})), "VALID");
    assert_eq!(world.code(&one.key, json!({})), "RATE_LIMITED");
    // A higher limit goes on from what was counted.
    let limits = json!([limit("requests", 3)]);
    world.ok(
        "identities.updateIdentity",
        json!({"identity": "user_1", "ratelimits": limits}),
    );
    assert_eq!(world.code(&two.key, json!({})), "VALID");
    assert_eq!(world.code(&two.key, json!({})), "RATE_LIMITED");
}

#[test]
fn keys_outlive_their_identity() {
    let world = World::new();
    let api = world.api();
    let limits = json!([limit("requests", 1)]);
    let id = create(
        &world,
        json!({"externalId": "user_1", "ratelimits": limits}),
    );
    let key = world.key(&api, json!({"externalId": "user_1"}));
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    assert_eq!(world.code(&key.key, json!({})), "RATE_LIMITED");
    let reply = world.call("identities.deleteIdentity", json!({"identity": id}));
    assert_eq!(reply.status, 200);
    assert!(reply.body.get("data").is_none());
    let verified = world.verify(&key.key);
    assert_eq!(verified["code"], "VALID");
    assert!(verified.get("identity").is_none());
    assert!(verified.get("ratelimits").is_none());
    let shown = world.ok("keys.getKey", json!({"keyId": key.id}));
    assert!(shown.get("identity").is_none());
    let listed = world.ok("apis.listKeys", json!({"apiId": api}));
    assert_eq!(listed[0]["identity"], json!({"id": id, "externalId": ""}));
    // A new identity of the same name does not get the old one's keys.
    create(&world, json!({"externalId": "user_1"}));
    assert!(world.verify(&key.key).get("identity").is_none());
}

#[test]
fn an_identity_that_is_gone_is_not_found() {
    let world = World::new();
    let id = create(&world, json!({"externalId": "user_1"}));
    world.call("identities.deleteIdentity", json!({"identity": "user_1"}));
    for identity in [id.as_str(), "user_1", "nobody"] {
        for endpoint in [
            "identities.getIdentity",
            "identities.updateIdentity",
            "identities.deleteIdentity",
        ] {
            let reply = world.call(endpoint, json!({"identity": identity}));
            reply.is(404, NO_IDENTITY, GONE);
        }
    }
}

#[test]
fn identities_are_listed_in_pages_in_the_order_of_their_ids() {
    let world = World::new();
    let mut ids: Vec<String> = (0..3)
        .map(|number| create(&world, json!({"externalId": format!("user_{number}")})))
        .collect();
    ids.sort_unstable();
    let first = world.call("identities.listIdentities", json!({"limit": 2}));
    assert_eq!(first.body["data"][0]["id"], json!(ids[0]));
    assert_eq!(first.body["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        first.body["pagination"],
        json!({"hasMore": true, "cursor": ids[2]})
    );
    let body = json!({"limit": 2, "cursor": ids[2]});
    let second = world.call("identities.listIdentities", body);
    assert_eq!(second.body["data"][0]["id"], json!(ids[2]));
    assert_eq!(second.body["pagination"], json!({"hasMore": false}));
}

#[test]
fn making_changing_and_deleting_want_the_permission_for_all_identities() {
    let world = World::new();
    let id = create(&world, json!({"externalId": "user_1"}));
    for (action, body) in [
        ("create", json!({"externalId": "user_2"})),
        ("update", json!({"identity": "nobody"})),
        ("delete", json!({"identity": "nobody"})),
    ] {
        let endpoint = format!("identities.{action}Identity");
        let one = format!("identity.{id}.{action}_identity");
        let reply = world
            .with_permissions(&[&one])
            .call(&endpoint, body.clone());
        assert_eq!(reply.status, 403);
        let detail = text(&reply.body["error"]["detail"]);
        let wanted = format!(": identity.*.{action}_identity or unkey:v1:ws_");
        assert!(detail.contains(&wanted), "{detail}");
        let friend = world.with_permissions(&[&format!("identity.*.{action}_identity")]);
        assert_ne!(friend.call(&endpoint, body).status, 403);
    }
}

#[test]
fn an_identity_is_looked_up_before_anyone_asks_who_may_read_it() {
    let world = World::new();
    let id = create(&world, json!({"externalId": "user_1"}));
    let stranger = world.with_permissions(&[]);
    let reply = stranger.call("identities.getIdentity", json!({"identity": "nobody"}));
    reply.is(404, NO_IDENTITY, GONE);
    let reply = stranger.call("identities.getIdentity", json!({"identity": "user_1"}));
    assert_eq!(reply.status, 403);
    let detail = text(&reply.body["error"]["detail"]);
    let wanted =
        format!(": identity.*.read_identity or identity.{id}.read_identity or unkey:v1:ws_");
    assert!(detail.contains(&wanted), "{detail}");
    let friend = world.with_permissions(&[&format!("identity.{id}.read_identity")]);
    get(&friend, "user_1");
}

#[test]
fn a_page_is_shown_to_who_may_read_all_of_it() {
    let world = World::new();
    let stranger = world.with_permissions(&[]);
    let empty = stranger.call("identities.listIdentities", json!({}));
    assert_eq!((empty.status, &empty.body["data"]), (200, &json!([])));
    let one = create(&world, json!({"externalId": "user_1"}));
    let friend = world.with_permissions(&[&format!("identity.{one}.read_identity")]);
    assert_eq!(
        friend.call("identities.listIdentities", json!({})).status,
        200
    );
    create(&world, json!({"externalId": "user_2"}));
    assert_eq!(
        friend.call("identities.listIdentities", json!({})).status,
        403
    );
    assert_eq!(
        stranger.call("identities.listIdentities", json!({})).status,
        403
    );
}
