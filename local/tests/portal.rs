//! Stories of portal sessions.

use unkey_local::Request;

use crate::support::*;

const SPENT: &str = "Session is invalid, expired, or has already been used.";
const NO_SESSION: &str = "unkey/authentication/portal_session_not_found";

fn body(slug: &str) -> Value {
    json!({"slug": slug, "externalId": "user_1", "permissions": ["api.*.read_key"]})
}

/// A link's token.
fn session(world: &World) -> String {
    text(&world.ok("portal.createSession", body("local"))["sessionId"])
}

/// Exchanges a link as its holder does, who has no root key.
fn exchange(world: &World, session_id: &str) -> Reply {
    let request = world.request("portal.exchangeSession", &json!({"sessionId": session_id}));
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
    let id = text(&data["sessionId"]);
    assert!(id.starts_with("pst_"));
    assert_eq!(id.len(), "pst_".len() + 24);
    assert!(text(&data["url"]).ends_with(&format!("/?session={id}")));
    let reply = exchange(&world, &id);
    let session = &reply.body["data"];
    assert_eq!(session["expiresAt"], json!(NOON + DAY));
    assert!(text(&session["token"]).starts_with("ps_"));
}

#[test]
fn a_link_works_once() {
    let world = World::new();
    let id = session(&world);
    assert_eq!(exchange(&world, &id).status, 200);
    exchange(&world, &id).is(401, NO_SESSION, SPENT);
    exchange(&world, "pst_none").is(401, NO_SESSION, SPENT);
}

#[test]
fn a_link_runs_out_after_a_quarter_of_an_hour() {
    let world = World::new();
    let (early, late) = (session(&world), session(&world));
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
    world.call("portal.createSession", body("lo--cal")).is(
        400,
        "unkey/application/invalid_input",
        "slug must be 3-64 characters, lowercase alphanumeric and hyphens, must not start or end \
         with a hyphen, and must not contain consecutive hyphens",
    );
    for slug in ["Local", "-local", "lo"] {
        let reply = world.call("portal.createSession", body(slug));
        assert_eq!(reply.status, 400, "{slug}");
        assert_ne!(reply.body["error"]["errors"], json!([]), "{slug}");
    }
}

#[test]
fn permissions_have_three_parts_and_there_is_one_at_least() {
    let world = World::new();
    for permissions in [json!([]), json!(["api.read_key"]), json!(["a.b.c.d"])] {
        let mut body = body("local");
        body["permissions"] = permissions;
        assert_eq!(world.call("portal.createSession", body).status, 400);
    }
}
