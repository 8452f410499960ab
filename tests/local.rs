//! `--local`: the same tools on the embedded engine, over every transport, and Unkey's own API.

use serde_json::{Value, json};
use unkey_local::supports;
use unkey_tools::listed;

use crate::support::{
    Binary, Era, Reply, Server, Session, Stdio, Transport, failure, names, refusal, sample, success,
};

/// Every transport in both eras.
fn ways() -> impl Iterator<Item = (Transport, Era)> {
    Transport::BOTH
        .into_iter()
        .flat_map(|transport| Era::BOTH.map(|era| (transport, era)))
}

async fn throw_away(transport: Transport, era: Era) -> Session {
    Session::connect(transport, era, &["--local=:memory:"], None).await
}

/// Calls a tool that must succeed, and returns its data.
async fn done(session: &mut Session, tool: &str, arguments: Value) -> Value {
    let response = session.call(tool, arguments).await;
    success(&response)["data"].clone()
}

/// A new key of `api`, its id and its text.
async fn issue(session: &mut Session, api: &str, mut key: Value) -> (String, String) {
    key["apiId"] = api.into();
    let made = done(session, "keys_create_key", key).await;
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (text("keyId"), text("key"))
}

/// The code of a verification, which says valid exactly where that is the code.
async fn verify(session: &mut Session, mut arguments: Value, key: &str) -> String {
    arguments["key"] = key.into();
    let data = done(session, "keys_verify_key", arguments).await;
    let code = data["code"].as_str().unwrap().to_owned();
    assert_eq!(data["valid"], code == "VALID", "{data}");
    code
}

#[tokio::test]
async fn a_key_is_refused_for_each_reason_in_its_turn() {
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        let api = done(&mut session, "apis_create_api", json!({"name": "abc"})).await;
        let api = api["apiId"].as_str().unwrap();

        let (id, spent) = issue(&mut session, api, json!({"credits": {"remaining": 2}})).await;
        for code in ["VALID", "VALID", "USAGE_EXCEEDED"] {
            assert_eq!(verify(&mut session, json!({}), &spent).await, code);
        }
        let more = json!({"keyId": id, "operation": "increment", "value": 1});
        done(&mut session, "keys_update_credits", more).await;
        assert_eq!(verify(&mut session, json!({}), &spent).await, "VALID");

        let limit =
            json!({"name": "requests", "limit": 2, "duration": 3_600_000, "autoApply": true});
        let (_, limited) = issue(&mut session, api, json!({"ratelimits": [limit]})).await;
        for code in ["VALID", "VALID", "RATE_LIMITED"] {
            assert_eq!(verify(&mut session, json!({}), &limited).await, code);
        }

        let (id, key) = issue(&mut session, api, json!({})).await;
        let query = json!({"permissions": "documents.read"});
        let code = verify(&mut session, query, &key).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
        for (change, code) in [
            (json!({"expires": 1}), "EXPIRED"),
            (json!({"clear": ["expires"]}), "VALID"),
            (json!({"enabled": false}), "DISABLED"),
            (json!({"enabled": true, "expires": null}), "VALID"),
        ] {
            let mut change = change;
            change["keyId"] = id.as_str().into();
            done(&mut session, "keys_update_key", change).await;
            assert_eq!(verify(&mut session, json!({}), &key).await, code, "{era:?}");
        }
        done(&mut session, "keys_delete_key", json!({"keyId": id})).await;
        assert_eq!(verify(&mut session, json!({}), &key).await, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_identifier_is_limited_once_it_has_had_its_share() {
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        let ask =
            json!({"namespace": "login", "identifier": "ada", "limit": 2, "duration": 3_600_000});
        for allowed in [true, true, false] {
            let data = done(&mut session, "ratelimit_limit", ask.clone()).await;
            assert_eq!(data["success"], allowed, "{transport:?} {era:?}: {data}");
        }
    }
}

#[tokio::test]
async fn checks_of_limits_can_be_asked_about() {
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        let check = |who: &str| json!({"namespace": "login", "identifier": who, "limit": 1, "duration": 3_600_000});
        done(&mut session, "ratelimit_limit", check("ada")).await;
        let limits = json!({"limits": [check("ada"), check("ben")]});
        done(&mut session, "ratelimit_multi_limit", limits).await;
        for (query, rows) in [
            (
                "SELECT identifier, countIf(passed) AS passed FROM ratelimits_v1 GROUP BY identifier ORDER BY identifier",
                json!([{"identifier": "ada", "passed": 1}, {"identifier": "ben", "passed": 1}]),
            ),
            (
                "SELECT sum(total) AS total, sum(passed) AS passed FROM ratelimits_per_day_v1",
                json!([{"total": 3, "passed": 2}]),
            ),
        ] {
            let asked = done(
                &mut session,
                "analytics_get_ratelimits",
                json!({"query": query}),
            )
            .await;
            assert_eq!(asked, rows, "{transport:?} {era:?}");
        }
    }
}

#[tokio::test]
async fn a_role_is_given_other_permissions() {
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        let role = json!({"name": "Chief of staff", "permissions": ["docs.read"]});
        let role = done(&mut session, "permissions_create_role", role).await["roleId"].clone();
        let set = json!({"roleId": role, "permissions": ["docs.write"]});
        let set = done(&mut session, "permissions_set_role_permissions", set).await;
        assert_eq!(set[0]["slug"], "docs.write", "{transport:?} {era:?}");
        let search = json!({"search": "chief"});
        let roles = done(&mut session, "permissions_list_roles", search).await;
        assert_eq!(roles[0]["permissions"][0]["slug"], "docs.write", "{roles}");
    }
}

#[tokio::test]
async fn a_link_to_the_portal_is_spent_once_and_who_spends_it_again_is_told_to_make_another() {
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        let link = json!({"portal": "local", "externalId": "ada", "scopes": ["keys:read"]});
        let made = done(&mut session, "portal_create_session", link.clone()).await;
        let (_, code) = made["url"].as_str().unwrap().split_once("code=").unwrap();
        let code = json!({"code": code});
        done(&mut session, "portal_exchange_code", code.clone()).await;
        let again = session.call("portal_exchange_code", code).await;
        let text = failure(&again);
        let next = "Next: make another link with portal_create_session";
        assert!(text.starts_with("401") && text.contains(next), "{text}");
        let mut elsewhere = link;
        elsewhere["portal"] = json!("elsewhere");
        let unknown = session.call("portal_create_session", elsewhere).await;
        let text = failure(&unknown);
        assert!(
            text.contains("the embedded engine has one, `local`"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_list_holds_what_the_engine_can_do_and_nothing_else() {
    let offered: Vec<&str> = listed()
        .filter(|entry| entry.is_workflow() || supports(entry.endpoint))
        .map(|entry| entry.name)
        .collect();
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        assert_eq!(session.names().await, offered, "{transport:?} {era:?}");
        let tool = "deploy_get_deployment";
        let response = session.call(tool, sample(tool)).await;
        assert_eq!(refusal(&response).0, -32602);
    }
}

#[tokio::test]
async fn mistakes_and_refusals_read_as_they_do_in_the_cloud() {
    for (transport, era) in ways() {
        let mut session = throw_away(transport, era).await;
        let response = session
            .call("apis_get_api", json!({"apiId": "api_nowhere"}))
            .await;
        let text = failure(&response);
        for part in [
            "404 Not Found",
            "Request id: req_",
            "Documentation: ",
            "Next: check the id",
            "workspace_overview lists the known ones",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let response = session.call("apis_create_api", json!({"nam": "abc"})).await;
        assert!(failure(&response).contains("did you mean `name`?"));
        let response = session.call("apis_creat_api", json!({})).await;
        assert!(refusal(&response).1.contains("`apis_create_api`"));
    }
}

/// A server on a file, and its root key.
async fn on_a_file() -> (Server, String) {
    let server = Binary::new(["serve", "--local=unkey.db"]).serve().await;
    let mut files = std::fs::read_dir(server.home()).unwrap();
    let file = files.find_map(|file| {
        let path = file.unwrap().path();
        path.to_string_lossy().contains("root-key").then_some(path)
    });
    let key = std::fs::read_to_string(file.unwrap()).unwrap();
    (server, key.trim().to_owned())
}

async fn post(server: &Server, endpoint: &str, root_key: Option<&str>, body: &Value) -> Reply {
    let mut request = server
        .request(reqwest::Method::POST, &format!("/v2/{endpoint}"))
        .header("Content-Type", "application/json")
        .body(body.to_string());
    if let Some(root_key) = root_key {
        request = request.bearer_auth(root_key);
    }
    Reply::to(request).await
}

#[tokio::test]
async fn what_a_tool_made_unkeys_api_on_the_same_server_knows() {
    let (server, root_key) = on_a_file().await;
    let mcp = server.mcp();
    let api = mcp.call("apis_create_api", json!({"name": "abc"})).await;
    let api = success(&api)["data"]["apiId"].clone();
    let made = json!({"apiId": api, "credits": {"remaining": 2}});
    let made = mcp.call("keys_create_key", made).await;
    let key = success(&made)["data"]["key"].clone();

    let verify = json!({"key": key});
    for code in ["VALID", "VALID", "USAGE_EXCEEDED"] {
        let reply = post(&server, "keys.verifyKey", Some(&root_key), &verify).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.json()["data"]["code"], code);
    }
    let spent = mcp.call("keys_verify_key", verify).await;
    assert_eq!(success(&spent)["data"]["code"], "USAGE_EXCEEDED");
}

#[tokio::test]
async fn a_check_that_asks_not_to_be_counted_leaves_nothing_to_ask_about() {
    let (server, root_key) = on_a_file().await;
    let check =
        json!({"namespace": "login", "identifier": "ada", "limit": 1, "duration": 3_600_000});
    for (metrics, count) in [("disabled", 0), ("enabled", 1)] {
        let request = server
            .request(reqwest::Method::POST, "/v2/ratelimit.limit")
            .header("Content-Type", "application/json")
            .header("X-Unkey-Metrics", metrics)
            .bearer_auth(&root_key)
            .body(check.to_string());
        assert_eq!(Reply::to(request).await.status, 200);
        let query = json!({"query": "SELECT count() AS n FROM ratelimits_v1"});
        let reply = post(&server, "analytics.getRatelimits", Some(&root_key), &query).await;
        assert_eq!(reply.json()["data"][0]["n"], count, "{metrics}: {reply:?}");
    }
}

#[tokio::test]
async fn unkeys_api_always_wants_the_root_key() {
    let (server, root_key) = on_a_file().await;
    let body = json!({"name": "abc"});
    let cases = [
        (None, 400),
        (Some("unkey_wrong"), 401),
        (Some(root_key.as_str()), 200),
    ];
    for (key, status) in cases {
        let reply = post(&server, "apis.createApi", key, &body).await;
        assert_eq!(reply.status, status, "{key:?}: {reply:?}");
        assert!(reply.json()["meta"]["requestId"].is_string(), "{reply:?}");
    }
    // MCP on loopback takes its callers for the owner, unless they say who they are.
    let mcp = server.mcp();
    success(&mcp.call("apis_create_api", body.clone()).await);
    let stranger = mcp.clone().header("Authorization", "Bearer unkey_wrong");
    assert!(failure(&stranger.call("apis_create_api", body.clone()).await).starts_with("401"));
    let owner = mcp.header("MCP-UNKEY-BEARER-AUTH", &root_key);
    success(&owner.call("apis_create_api", body).await);
}

#[tokio::test]
async fn the_engines_api_does_not_answer_foreign_pages() {
    let (server, root_key) = on_a_file().await;
    for (name, value) in [("Host", "evil.example"), ("Origin", "https://evil.example")] {
        let request = server
            .request(reqwest::Method::POST, "/v2/apis.createApi")
            .header("Content-Type", "application/json")
            .header(name, value)
            .bearer_auth(&root_key)
            .body("{\"name\": \"abc\"}");
        let reply = Reply::to(request).await;
        assert_eq!(reply.status, 403, "{name}: {reply:?}");
    }
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_kill() {
    let (server, root_key) = on_a_file().await;
    let made = post(
        &server,
        "apis.createApi",
        Some(&root_key),
        &json!({"name": "abc"}),
    )
    .await;
    let api = made.json()["data"]["apiId"].clone();
    let server = server.kill_and_restart(["serve", "--local=unkey.db"]).await;
    let reply = post(
        &server,
        "apis.getApi",
        Some(&root_key),
        &json!({"apiId": api}),
    )
    .await;
    assert_eq!(reply.json()["data"]["name"], "abc", "{reply:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_root_key_is_in_a_file_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, root_key) = on_a_file().await;
    let mut found = 0;
    for file in std::fs::read_dir(server.home()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        let bytes = std::fs::read(file.path()).unwrap();
        if bytes
            .windows(root_key.len())
            .any(|part| part == root_key.as_bytes())
        {
            assert_eq!(mode, 0o600, "{file:?}");
            found += 1;
        }
    }
    assert_eq!(found, 1, "the root key belongs in one file");
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(!format!("{ended:?}").contains(&root_key), "{ended:?}");
}

#[tokio::test]
async fn looking_whether_it_starts_leaves_nothing_behind() {
    let binary = Binary::new(["stdio", "--local=unkey.db"]);
    let home = binary.home().to_owned();
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    let list = session.request("tools/list", json!({})).await;
    assert!(!names(&list).is_empty());
    assert_eq!(std::fs::read_dir(home).unwrap().count(), 0);
}
