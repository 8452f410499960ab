//! `--secrets=file`, and `deliver: "file"`: the plain text is in a file and nowhere else.

use serde_json::json;

use super::{SECRET, create, create_to, files, hidden, maker, remote, secrets_in, sessions};
use crate::support::{Answer, Cloud, failure, success};

#[tokio::test]
async fn a_new_key_is_in_a_file_and_the_answer_says_where() {
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag, "--secrets=file"], key).await {
        let answer = session.call("keys_create_key", create()).await;
        let data = hidden(&answer, SECRET);
        let path = secrets_in(&folder).join("key_1");
        assert_eq!(
            *data,
            json!({"keyId": "key_1", "key": "secret:key_1", "path": path, "start": "sk_live_4fJ8"})
        );
        assert_eq!(
            success(&answer).get("untrusted"),
            Some(&json!(["data.start"]))
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), SECRET);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode();
            assert_eq!(mode(&path) & 0o777, 0o600);
            assert_eq!(mode(&secrets_in(&folder)) & 0o777, 0o700);
        }
    }
    assert_eq!(cloud.last().json(), create());
}

#[tokio::test]
async fn where_answers_may_show_secrets_a_caller_can_ask_for_a_file() {
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag], key).await {
        let answer = session.call("keys_create_key", create()).await;
        assert_eq!(success(&answer)["data"]["key"], SECRET);
        assert!(files(&secrets_in(&folder)).is_empty());
        let answer = session.call("keys_create_key", create_to("file")).await;
        assert_eq!(hidden(&answer, SECRET)["key"], "secret:key_1");
        let wrapped = json!({"body": create_to("file")});
        let answer = session.call("keys.createKey", wrapped).await;
        assert_eq!(hidden(&answer, SECRET)["key"], "secret:key_1");
        assert_eq!(files(&secrets_in(&folder)), ["key_1"], "it is the same");
    }
}

#[tokio::test]
async fn with_files_nothing_makes_a_secret_appear() {
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for (mut session, _folder) in sessions(&[&flag, "--secrets=file"], key).await {
        for way in ["inline", "INLINE", "", "page", "chat"] {
            let answer = session.call("keys_create_key", create_to(way)).await;
            let text = failure(&answer);
            assert!(text.contains("it can be `file`, `env:NAME`"), "{text}");
        }
    }
    assert_eq!(
        cloud.requests(),
        0,
        "a mistake is found before anything is sent"
    );
}

#[tokio::test]
async fn every_kind_of_secret_gets_a_file() {
    let cloud = Cloud::script(|seen, _| {
        let data = match seen.line.split(['/', ' ']).nth(3).unwrap() {
            "keys.rerollKey" => json!({"keyId": "key_2", "key": SECRET}),
            "keys.getKey" => json!({"keyId": "key_3", "start": "sk", "plaintext": SECRET}),
            "apis.listKeys" => json!([
                {"keyId": "key_4", "start": "sk", "plaintext": SECRET},
                {"keyId": "key_5", "start": "sk"},
            ]),
            "portal.createSession" => {
                json!({"id": "ps_1", "url": format!("https://x.example/?code={SECRET}")})
            }
            "github.installApp" => {
                json!({"url": format!("https://github.example/new?state={SECRET}"), "expiresAt": 1})
            }
            "portal.exchangeCode" => json!({"accessToken": SECRET, "expiresAt": 1}),
            "portal.exchangeSession" => json!({"token": SECRET, "expiresAt": 1}),
            "environments.listEnvironmentVariables" => json!([
                {"key": "A", "kind": "recoverable", "value": SECRET, "createdAt": 1},
                {"key": "B", "kind": "recoverable", "value": "no", "createdAt": 1},
            ]),
            other => panic!("{other}"),
        };
        Answer::data(&data)
    })
    .await;
    let (flag, key) = remote(&cloud);
    let flags = [&*flag, "--secrets=file", "--toolsets=all"];
    for (mut session, folder) in sessions(&flags, key).await {
        let place = json!({"project": "abc", "app": "abc", "environment": "abc"});
        let link = json!({"portal": "local", "externalId": "a", "scopes": ["keys:read"]});
        for (tool, arguments, at, name) in [
            (
                "keys_reroll_key",
                json!({"keyId": "key_1", "expiration": 0}),
                "/key",
                Some("key_2"),
            ),
            (
                "keys_get_key",
                json!({"keyId": "key_3", "decrypt": true}),
                "/plaintext",
                Some("key_3"),
            ),
            (
                "apis_list_keys",
                json!({"apiId": "api_1", "decrypt": true}),
                "/0/plaintext",
                Some("key_4"),
            ),
            ("portal_create_session", link, "/url", None),
            ("github_install_app", json!({}), "/url", None),
            (
                "portal_exchange_code",
                json!({"code": "pst_1"}),
                "/accessToken",
                None,
            ),
            (
                "portal_exchange_session",
                json!({"sessionId": "pst_1"}),
                "/token",
                None,
            ),
            (
                "environments_list_environment_variables",
                place,
                "/0/value",
                None,
            ),
        ] {
            let answer = session.call(tool, arguments).await;
            let data = hidden(&answer, SECRET);
            let reference = data.pointer(at).unwrap().as_str().unwrap();
            let found = reference.strip_prefix("secret:").unwrap();
            assert!(name.is_none_or(|name| name == found), "{tool}: {reference}");
            let text = std::fs::read_to_string(secrets_in(&folder).join(found)).unwrap();
            assert!(text.ends_with(SECRET), "{tool}: {text}");
        }
        assert_eq!(files(&secrets_in(&folder)).len(), 9);
    }
}

#[tokio::test]
async fn a_call_that_fails_leaves_no_file() {
    let cloud = Cloud::script(|_, before| match before % 4 {
        0 => Answer::problem(400, "Bad Request", SECRET),
        1 => Answer::problem(500, "Internal", SECRET),
        2 => Answer::Reset,
        _ => Answer::raw(
            200,
            "application/json",
            format!("{{\"data\":{{\"key\":\"{SECRET}"),
        ),
    })
    .await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag, "--secrets=file"], key).await {
        for way in ["file", "file", "env:A", "env:A"] {
            let answer = session.call("keys_create_key", create_to(way)).await;
            assert!(!failure(&answer).contains("4fJ8kQ2mZx9"), "{answer}");
            assert!(files(&secrets_in(&folder)).is_empty());
            assert!(!super::env_in(&folder).exists());
        }
    }
}

#[tokio::test]
async fn an_answer_without_the_secret_says_what_to_do_and_shows_nothing() {
    for answer in [
        json!({"keyId": "key_1"}),
        json!({"keyId": "key_1", "key": {"plain": SECRET}}),
        json!({"keyId": "key_1", "apiKey": SECRET}),
        json!(SECRET),
        json!([{"key": SECRET}]),
        json!(null),
    ] {
        let cloud = Cloud::that_answers(Answer::data(&answer)).await;
        let (flag, key) = remote(&cloud);
        for (mut session, folder) in sessions(&[&flag, "--secrets=file"], key).await {
            let told = session.call("keys_create_key", create()).await;
            let text = failure(&told);
            assert!(!text.contains(SECRET), "{text}");
            assert!(text.contains("was carried out"), "{text}");
            assert!(text.contains("apis_list_keys"), "{text}");
            assert!(files(&secrets_in(&folder)).is_empty());
        }
    }
}

#[tokio::test]
async fn a_secret_that_is_said_twice_is_shown_in_neither_place() {
    let data = json!({"keyId": "key_1", "key": SECRET, "note": format!("it is {SECRET}!"),
                      SECRET: [{"again": SECRET}], "bare": "4fJ8kQ2mZx9LpR7vTb3W"});
    let cloud = Cloud::that_answers(Answer::json(
        200,
        &json!({"meta": {"requestId": SECRET}, "data": data, "warnings": [SECRET]}),
    ))
    .await;
    let (flag, key) = remote(&cloud);
    for (mut session, _folder) in sessions(&[&flag, "--secrets=file"], key).await {
        let answer = session.call("keys_create_key", create()).await;
        hidden(&answer, "4fJ8kQ2mZx9LpR7vTb3W");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn where_no_file_can_be_made_nothing_is_sent() {
    use std::os::unix::fs::PermissionsExt as _;
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag], key).await {
        let secrets = secrets_in(&folder);
        std::fs::create_dir(&secrets).unwrap();
        std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o777)).unwrap();
        let answer = session.call("keys_create_key", create_to("file")).await;
        let text = failure(&answer);
        assert!(text.contains("Nothing was sent"), "{text}");
        assert!(text.contains("chmod go-w"), "{text}");
        std::fs::remove_dir(&secrets).unwrap();
        std::fs::write(&secrets, "no folder").unwrap();
        let answer = session.call("keys_create_key", create_to("file")).await;
        assert!(failure(&answer).contains("Nothing was sent"), "{answer}");
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn the_engines_secrets_go_the_same_way() {
    for (mut session, folder) in sessions(&["--local=:memory:", "--secrets=file"], None).await {
        let made = session
            .call("apis_create_api", json!({"name": "demo"}))
            .await;
        let api = success(&made)["data"]["apiId"].clone();
        let made = session
            .call("keys_create_key", json!({"apiId": api, "prefix": "sk"}))
            .await;
        let data = success(&made)["data"].clone();
        let id = data["keyId"].as_str().unwrap();
        assert_eq!(data["key"], format!("secret:{id}"));
        let secret = std::fs::read_to_string(secrets_in(&folder).join(id)).unwrap();
        assert!(
            secret.starts_with(data["start"].as_str().unwrap()),
            "{data}"
        );
        let seen = session
            .call("keys_verify_key", json!({"key": data["key"]}))
            .await;
        assert_eq!(hidden(&seen, &secret)["code"], "VALID");
        let reroll = json!({"keyId": id, "expiration": 0});
        let again = session.call("keys_reroll_key", reroll).await;
        let new = success(&again)["data"]["keyId"].as_str().unwrap();
        assert_eq!(files(&secrets_in(&folder)).len(), 2);
        assert!(secrets_in(&folder).join(new).exists());
    }
}
