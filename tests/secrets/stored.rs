//! `secret:NAME` in the place of a key.

use serde_json::json;

use super::{SECRET, hidden, remote, secrets_in, sessions};
use crate::support::{Answer, Binary, Cloud, KEY, failure, success};

#[tokio::test]
async fn the_name_of_a_file_stands_for_the_key_in_it() {
    let cloud = Cloud::start().await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag], key).await {
        let secrets = secrets_in(&folder);
        std::fs::create_dir(&secrets).unwrap();
        std::fs::write(secrets.join("leaked"), format!("{SECRET}\n")).unwrap();
        for tool in ["keys_verify_key", "keys_whoami"] {
            success(&session.call(tool, json!({"key": "secret:leaked"})).await);
            assert_eq!(cloud.last().json(), json!({"key": SECRET}));
        }
        let link = format!("https://portal.example/?code={SECRET}");
        std::fs::write(secrets.join("link"), link).unwrap();
        let code = json!({"code": "secret:link", "deliver": "inline"});
        success(&session.call("portal_exchange_code", code).await);
        assert_eq!(cloud.last().json(), json!({"code": SECRET}));
    }
}

#[tokio::test]
async fn a_key_that_came_from_a_file_is_not_said_back() {
    let cloud = Cloud::script(|seen, before| {
        let said = seen.body.clone();
        match before % 3 {
            0 => Answer::data(&json!({"valid": true, "name": SECRET, SECRET: said})),
            1 => Answer::problem(400, &said, SECRET),
            _ => Answer::problem(503, SECRET, &said),
        }
    })
    .await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag], key).await {
        std::fs::create_dir(secrets_in(&folder)).unwrap();
        std::fs::write(secrets_in(&folder).join("leaked"), SECRET).unwrap();
        for _ in 0..3 {
            let answer = session
                .call("keys_verify_key", json!({"key": "secret:leaked"}))
                .await;
            let answer = answer.to_string();
            assert!(!answer.contains(SECRET), "{answer}");
            assert!(answer.contains("[secret]"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_wrong_name_is_told_what_to_do_and_nothing_is_sent() {
    let cloud = Cloud::start().await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag], key).await {
        let whoami = async |session: &mut crate::support::Session, name: &str| {
            let key = format!("secret:{name}");
            let answer = session.call("keys_whoami", json!({"key": key})).await;
            failure(&answer).to_owned()
        };
        let text = whoami(&mut session, "key_1").await;
        assert!(text.contains("there is none yet"), "{text}");
        let secrets = secrets_in(&folder);
        std::fs::create_dir_all(secrets.join("folder")).unwrap();
        std::fs::write(secrets.join("key_2cGKbMxRyIz"), SECRET).unwrap();
        std::fs::write(secrets.join("empty"), "").unwrap();
        std::fs::write(secrets.join("long"), "x".repeat(600)).unwrap();
        std::fs::write(secrets.join("longer"), "x".repeat(5_000)).unwrap();
        std::fs::write(secrets.join("several"), "a\nb").unwrap();
        std::fs::write(folder.path().join("outside"), SECRET).unwrap();
        for (name, expected) in [
            ("key_2cGKbMxRyIy", "did you mean `secret:key_2cGKbMxRyIz`?"),
            ("zzz", "there are: `secret:empty`"),
            ("", "no name of a secret"),
            ("../outside", "no name of a secret"),
            ("/etc/passwd", "no name of a secret"),
            (".hidden", "no name of a secret"),
            ("a\0b", "no name of a secret"),
            ("folder", "no regular file"),
            ("empty", "holds no secret"),
            ("several", "holds no secret"),
            ("long", "longer than a key"),
            ("longer", "too much"),
        ] {
            let text = whoami(&mut session, name).await;
            assert!(text.contains(expected), "{name}: {text}");
            assert!(text.starts_with("`key`: "), "{name}: {text}");
        }
        #[cfg(unix)]
        {
            let outside = folder.path().join("outside");
            std::os::unix::fs::symlink(outside, secrets.join("link")).unwrap();
            let text = whoami(&mut session, "link").await;
            assert!(text.contains("no regular file"), "{text}");
        }
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn what_an_owner_wrote_is_never_the_name_of_a_file() {
    let cloud = Cloud::start().await;
    let (flag, key) = remote(&cloud);
    for (mut session, _folder) in sessions(&[&flag, "--toolsets=all"], key).await {
        let variables = json!({"project": "abc", "app": "abc", "environment": "abc",
                               "variables": [{"key": "A", "value": "secret:leaked"}]});
        let tool = "environments_set_environment_variables";
        success(&session.call(tool, variables.clone()).await);
        assert_eq!(cloud.last().json(), variables);
    }
}

#[tokio::test]
async fn a_server_that_others_reach_has_no_files_for_them() {
    let cloud = Cloud::start().await;
    let flags = ["serve", &*cloud.flag(), "--allowed-host=mcp.example"];
    let server = Binary::new(flags).serve().await;
    let session = server.mcp().with_key();
    let answer = session
        .call("keys_whoami", json!({"key": "secret:a"}))
        .await;
    assert!(failure(&answer).contains("send the key itself"), "{answer}");
    let list = session.request("tools/list", json!({})).await.to_string();
    assert!(!list.contains("deliver"), "{list}");
    let create = json!({"apiId": "api_12345678", "deliver": "file"});
    let answer = session.call("keys_create_key", create).await;
    assert!(failure(&answer).contains("it can be `inline`"), "{answer}");
    assert_eq!(cloud.requests(), 0);
    assert!(
        !hidden(
            &session.call("keys_whoami", json!({"key": KEY})).await,
            "zzzz"
        )
        .is_null()
    );
}
