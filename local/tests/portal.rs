//! Stories of portal sessions.

use unkey_local::Request;

use crate::support::*;

const SPENT: &str = "Session is invalid, expired, or has already been used.";
const NO_SESSION: &str = "unkey/authentication/portal_session_not_found";

fn body(portal: &str) -> Value {
    json!({"portal": portal, "externalId": "user_1", "scopes": ["keys:read"]})
}

/// A link's code.
fn code(world: &World) -> String {
    code_of(&world.ok("portal.createSession", body("local")))
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
    // Any root key may make one.
    let data = world
        .with_permissions(&[])
        .ok("portal.createSession", body("local"));
    assert!(text(&data["id"]).starts_with("ps_"));
    let code = code_of(&data);
    assert!(code.starts_with("pst_"));
    assert_eq!(code.len(), "pst_".len() + 24);
    let reply = exchange(&world, &code);
    let session = &reply.body["data"];
    assert_eq!(session["expiresAt"], json!(NOON + DAY));
    assert!(text(&session["accessToken"]).starts_with("ps_"));
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
    world.call("portal.createSession", body("other")).is(
        404,
        "unkey/data/portal_config_not_found",
        "Portal configuration not found.",
    );
    for portal in ["lo", "lo cal"] {
        let reply = world.call("portal.createSession", body(portal));
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
        assert_eq!(world.call("portal.createSession", body).status, 400);
    }
}
