//! `deliver: "env:NAME"`: a line in the operator's environment file.

use serde_json::json;

use super::{SECRET, create_to, env_in, files, hidden, maker, remote, secrets_in, sessions};
use crate::support::{Answer, Cloud, Era, KEY, Session, Transport, failure, success};

#[tokio::test]
async fn a_new_key_becomes_a_variable() {
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for flags in [&[&*flag][..], &[&*flag, "--secrets=file"]] {
        for (mut session, folder) in sessions(flags, key).await {
            let env = env_in(&folder);
            std::fs::write(&env, "OTHER=1").unwrap();
            let answer = session
                .call("keys_create_key", create_to("env:UNKEY_KEY"))
                .await;
            assert_eq!(
                *hidden(&answer, SECRET),
                json!({"keyId": "key_1", "key": "env:UNKEY_KEY", "path": env, "start": "sk_live_4fJ8"})
            );
            let text = std::fs::read_to_string(&env).unwrap();
            assert_eq!(text, format!("OTHER=1\nUNKEY_KEY={SECRET}\n"));
            assert!(files(&secrets_in(&folder)).is_empty(), "one copy is enough");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                assert_eq!(env.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }
}

#[tokio::test]
async fn a_variable_that_is_there_or_none_at_all_is_a_mistake_before_anything_is_sent() {
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for (mut session, folder) in sessions(&[&flag, "--secrets=file"], key).await {
        let before = "export UNKEY_KEY=old\n";
        std::fs::write(env_in(&folder), before).unwrap();
        for (way, expected) in [
            (
                "env:UNKEY_KEY",
                "has `UNKEY_KEY` already, which is not replaced",
            ),
            ("env:", "letters, digits and `_`"),
            ("env:A B", "letters, digits and `_`"),
            ("env:A\nB=1", "letters, digits and `_`"),
            ("env:LD_PRELOAD", "choose another name"),
        ] {
            let answer = session.call("keys_create_key", create_to(way)).await;
            let text = failure(&answer);
            assert!(text.contains(expected), "{way}: {text}");
        }
        assert_eq!(std::fs::read_to_string(env_in(&folder)).unwrap(), before);
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn many_secrets_are_no_variable() {
    let cloud = maker().await;
    let (flag, key) = remote(&cloud);
    for (mut session, _folder) in sessions(&[&flag, "--secrets=file"], key).await {
        let list = json!({"apiId": "api_1", "decrypt": true, "deliver": "env:A"});
        let answer = session.call("apis_list_keys", list).await;
        assert!(failure(&answer).contains("it can be `file`"), "{answer}");
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_variable_that_appears_meanwhile_costs_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let env = folder.path().join(".env");
    let path = env.clone();
    // The file changes while Unkey works.
    let cloud = Cloud::script(move |_, _| {
        std::fs::write(&path, "A=1\n").unwrap();
        Answer::data(&json!({"keyId": "key_1", "key": SECRET}))
    })
    .await;
    let flags = [
        cloud.flag(),
        format!("--env-file={}", env.display()),
        format!("--secrets-dir={}", folder.path().join("secrets").display()),
    ];
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let (transport, era) = (Transport::Stdio, Era::Modern);
    let mut session = Session::connect(transport, era, &flags, Some(KEY)).await;
    let answer = session.call("keys_create_key", create_to("env:A")).await;
    let data = hidden(&answer, SECRET);
    assert_eq!(data["key"], "secret:key_1");
    assert!(
        data["notice"].as_str().unwrap().contains("has `A` already"),
        "{data}"
    );
    let kept = std::fs::read_to_string(folder.path().join("secrets/key_1")).unwrap();
    assert_eq!(kept, SECRET);
    assert_eq!(std::fs::read_to_string(&env).unwrap(), "A=1\n");
    assert_eq!(
        success(&answer).get("untrusted"),
        Some(&json!(["data.start"]))
    );
}
