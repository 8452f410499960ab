//! Stories of portal sessions.

use unkey_local::{ApiSettings, Request};

use crate::support::*;

const SPENT: &str = "Session is invalid, expired, or has already been used.";
const NO_SESSION: &str = "unkey/authentication/portal_session_not_found";

const CREATE: &str = "portal.createSession";
const NO_PORTAL: &str = "unkey/data/portal_not_found";
const UNKNOWN: &str = "Portal not found.";

fn body(portal: &str) -> Value {
    json!({"portal": portal, "externalId": "user_1", "scopes": ["keys:read"]})
}

/// A link's code.
fn code(world: &World) -> String {
    code_of(&world.ok(CREATE, body("local")))
}

/// The code in the link of a new session.
fn code_of(data: &Value) -> String {
    let url = text(&data["url"]);
    let (_, code) = url.split_once("/?code=").unwrap();
    code.to_owned()
}

/// Exchanges a link as its holder does, who has no root key.
fn exchange(world: &World, code: &str) -> Reply {
    let request = world.request("portal.exchangeCode", &json!({"code": code}));
    world.send(Request {
        authorization: None,
        ..request
    })
}

#[test]
fn a_link_leads_to_a_session() {
    let world = World::new();
    let data = world.ok(CREATE, body("local"));
    assert!(text(&data["id"]).starts_with("ps_"));
    let code = code_of(&data);
    assert!(code.starts_with("pst_"));
    assert_eq!(code.len(), "pst_".len() + 24);
    let reply = exchange(&world, &code);
    let session = &reply.body["data"];
    assert_eq!(session["expiresAt"], json!(NOON + DAY));
    // No other token begins so, and the session's id least of all.
    assert!(text(&session["accessToken"]).starts_with("pat_"));
}

#[test]
fn the_older_name_of_the_exchange_spends_the_same_code() {
    let world = World::new();
    let code = code(&world);
    let token = world.ok("portal.exchangeSession", json!({"sessionId": code}));
    assert!(text(&token["token"]).starts_with("ps_"));
    exchange(&world, &code).is(401, NO_SESSION, SPENT);
}

#[test]
fn a_link_works_once() {
    let world = World::new();
    let id = code(&world);
    assert_eq!(exchange(&world, &id).status, 200);
    exchange(&world, &id).is(401, NO_SESSION, SPENT);
    exchange(&world, "pst_none").is(401, NO_SESSION, SPENT);
}

#[test]
fn a_link_runs_out_after_a_quarter_of_an_hour() {
    let world = World::new();
    let (early, late) = (code(&world), code(&world));
    world.clock.set(NOON + 15 * MINUTE - 1);
    assert_eq!(exchange(&world, &early).status, 200);
    world.clock.set(NOON + 15 * MINUTE);
    exchange(&world, &late).is(401, NO_SESSION, SPENT);
}

#[test]
fn there_is_one_portal() {
    let world = World::new();
    world
        .call(CREATE, body("other"))
        .is(404, NO_PORTAL, UNKNOWN);
    for portal in ["lo", "lo cal"] {
        let reply = world.call(CREATE, body(portal));
        assert_eq!(reply.status, 400, "{portal}");
        assert_ne!(reply.body["error"]["errors"], json!([]), "{portal}");
    }
}

#[test]
fn there_is_a_scope_at_least_and_each_is_one_that_exists() {
    let world = World::new();
    for scopes in [json!([]), json!(["keys:delete"]), json!(["api.*.read_key"])] {
        let mut body = body("local");
        body["scopes"] = scopes;
        assert_eq!(world.call(CREATE, body).status, 400);
    }
}

#[test]
fn who_may_make_no_sessions_is_not_told_that_there_is_a_portal() {
    let world = World::new();
    let stranger = world.with_permissions(&["api.*.read_key", "api.*.read_api"]);
    for portal in ["local", "other"] {
        stranger
            .call(CREATE, body(portal))
            .is(404, NO_PORTAL, UNKNOWN);
    }
}

#[test]
fn nobody_grants_what_they_may_not_do_themselves() {
    let world = World::new();
    let (read, create) = ("api.*.read_key", "api.*.create_key");
    for (scope, wanted) in [
        ("keys:read", &[read, "api.*.read_api"][..]),
        ("keys:create", &[create]),
        ("keys:reroll", &[create]),
        ("analytics:read", &["api.*.read_analytics"]),
    ] {
        let mut body = body("local");
        body["scopes"] = json!([scope]);
        let mut held = vec!["portal.*.create_portal_session"];
        held.extend(wanted.iter().skip(1));
        world.with_permissions(&held).call(CREATE, body.clone()).is(
            403,
            "unkey/authorization/insufficient_permissions",
            &format!(
                "You do not have permission to grant the \"{scope}\" scope to a portal session."
            ),
        );
        held.extend(wanted.iter().take(1));
        world.with_permissions(&held).ok(CREATE, body);
    }
}

#[test]
fn scopes_are_about_the_keys_of_every_api() {
    let world = World::new();
    let (first, second) = (world.api(), world.api());
    let of = |api: &str, action: &str| format!("api.{api}.{action}");
    let all = ["read_key", "read_api"].map(|action| [of(&first, action), of(&second, action)]);
    let all = all.concat();
    let ask = |held: &[String]| {
        let mut held: Vec<&str> = held.iter().map(String::as_str).collect();
        held.push("portal.*.create_portal_session");
        world
            .with_permissions(&held)
            .call(CREATE, body("local"))
            .status
    };
    assert_eq!(ask(&all), 200);
    for missing in &all {
        let held: Vec<String> = all
            .iter()
            .filter(|held| *held != missing)
            .cloned()
            .collect();
        assert_eq!(ask(&held), 403, "without {missing}");
    }
    world.ok("apis.deleteApi", json!({"apiId": second}));
    assert_eq!(
        ask(&all
            .iter()
            .filter(|held| held.contains(&first))
            .cloned()
            .collect::<Vec<_>>()),
        200
    );
}

#[test]
fn keys_that_can_be_decrypted_are_made_by_who_may_encrypt() {
    let world = World::new();
    let api = world.api();
    let change = |settings: &mut ApiSettings| settings.recoverable_keys = true;
    world.engine.change_api(&api, change).unwrap();
    let mut body = body("local");
    body["scopes"] = json!(["keys:reroll"]);
    let mut held = vec!["portal.*.create_portal_session", "api.*.create_key"];
    assert_eq!(
        world
            .with_permissions(&held)
            .call(CREATE, body.clone())
            .status,
        403
    );
    held.push("api.*.encrypt_key");
    world.with_permissions(&held).ok(CREATE, body);
}
