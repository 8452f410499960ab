//! `--secrets=page`, and `deliver: "page"`: a secret is shown once, and nowhere else.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, assert_guarded, client, get, post};
use crate::support::{
    Answer, Binary, Cloud, Era, KEY, Reply, Session, Transport, failure, sessions, success,
};

/// A key as Unkey makes them.
const SECRET: &str = "sk_live_4fJ8kQ2mZx9LpR7vTb3W";

fn create() -> Value {
    json!({"apiId": "api_12345678"})
}

fn create_to(way: &str) -> Value {
    json!({"apiId": "api_12345678", "deliver": way})
}

async fn maker() -> Cloud {
    Cloud::that_answers(Answer::data(&json!({"keyId": "key_1", "key": SECRET}))).await
}

/// The address in an answer in which there is no secret.
fn address(response: &Value, at: &str) -> String {
    assert!(!response.to_string().contains(SECRET), "{response}");
    let address = success(response)["data"].pointer(at).unwrap();
    let address = address.as_str().unwrap().to_owned();
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    assert!(address.contains("/secrets/"), "{address}");
    address
}

#[tokio::test]
async fn a_new_key_is_on_a_page_and_the_answer_says_where() {
    let cloud = maker().await;
    for mut session in sessions(&[&cloud.flag(), "--secrets=page"], Some(KEY)).await {
        let answer = session.call("keys_create_key", create()).await;
        let page = address(&answer, "/key");
        let data = &success(&answer)["data"];
        assert_eq!(data["keyId"], "key_1");
        assert_eq!(data["start"], "sk_live_4fJ8");
        assert_eq!(data.get("path"), None);
        assert!(data["notice"].as_str().unwrap().contains("once"), "{data}");
        // Previews of links, and whoever looks first, spend nothing.
        for _ in 0..2 {
            let seen = get(&page).await;
            assert_eq!(seen.status, 200);
            assert!(seen.body.contains("<form method=\"post\">"), "{seen:?}");
            assert!(!seen.body.contains(SECRET), "{seen:?}");
            assert_guarded(&seen);
        }
        assert_eq!(Reply::to(ask(Method::HEAD, &page)).await.status, 200);
        let shown = post(&page).await;
        assert!(shown.body.contains(SECRET), "{shown:?}");
        assert!(shown.body.contains("Key of key_1"), "{shown:?}");
        assert_guarded(&shown);
        assert!(is_gone(&page).await);
    }
    assert_eq!(
        cloud.last().json(),
        create(),
        "`deliver` is none of Unkey's"
    );
}

/// Whether nothing is to be had there: on stdio nobody answers any more.
async fn is_gone(page: &str) -> bool {
    for method in [Method::GET, Method::POST] {
        match client().request(method, page).send().await {
            Ok(answer) if answer.status() != 410 => return false,
            Ok(answer) => assert!(!answer.text().await.unwrap().contains(SECRET)),
            Err(error) => assert!(error.is_connect(), "{error}"),
        }
    }
    true
}

#[tokio::test]
async fn of_many_who_press_the_button_at_once_one_sees_the_secret() {
    let cloud = maker().await;
    for mut session in sessions(&[&cloud.flag(), "--secrets=page"], Some(KEY)).await {
        let answer = session.call("keys_create_key", create()).await;
        let page = address(&answer, "/key");
        let asked = (0..8).map(|_| client().post(&page).send());
        let mut seen = 0;
        for answer in futures_util::future::join_all(asked)
            .await
            .into_iter()
            .flatten()
        {
            seen += usize::from(answer.text().await.unwrap().contains(SECRET));
        }
        assert_eq!(seen, 1);
    }
}

#[tokio::test]
async fn where_answers_may_show_secrets_a_caller_can_ask_for_a_page() {
    let cloud = maker().await;
    for mut session in sessions(&[&cloud.flag()], Some(KEY)).await {
        let answer = session.call("keys_create_key", create_to("page")).await;
        let page = address(&answer, "/key");
        assert!(post(&page).await.body.contains(SECRET));
        let answer = session.call("keys_create_key", create()).await;
        assert_eq!(success(&answer)["data"]["key"], SECRET);
    }
}

#[tokio::test]
async fn with_pages_nothing_makes_a_secret_appear() {
    let cloud = maker().await;
    for mut session in sessions(&[&cloud.flag(), "--secrets=page"], Some(KEY)).await {
        for way in ["inline", "file", "PAGE", "", "chat", "env:A"] {
            let answer = session.call("keys_create_key", create_to(way)).await;
            let text = failure(&answer);
            assert!(text.contains("it can be `page`"), "{text}");
        }
        let list = session.request("tools/list", json!({})).await;
        assert!(
            !list.to_string().contains("\"deliver\""),
            "there is no choice"
        );
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn all_secrets_of_an_answer_are_on_one_page() {
    let keys = json!([
        {"keyId": "key_4", "start": "sk", "plaintext": SECRET},
        {"keyId": "key_5", "start": "sk"},
        {"keyId": "key_6", "start": "sk", "plaintext": "sk_other<b>\u{202e}\n"},
    ]);
    let cloud = Cloud::that_answers(Answer::data(&keys)).await;
    for mut session in sessions(&[&cloud.flag(), "--secrets=page"], Some(KEY)).await {
        let list = json!({"apiId": "api_1", "decrypt": true});
        let answer = session.call("apis_list_keys", list).await;
        let page = address(&answer, "/0/plaintext");
        assert_eq!(page, address(&answer, "/2/plaintext"));
        let data = &success(&answer)["data"];
        assert_eq!(data[1].get("plaintext"), None);
        assert_eq!(data[2].get("notice"), None, "it is said once");
        let shown = post(&page).await.body;
        for part in [SECRET, "Key of key_4", "Key of key_6"] {
            assert!(shown.contains(part), "{shown}");
        }
        // As it is, since it is to be copied, and as text.
        assert!(shown.contains("sk_other&lt;b&gt;\u{202e}\n<"), "{shown}");
    }
}

#[tokio::test]
async fn a_call_that_fails_leaves_no_page() {
    let cloud = Cloud::script(|_, before| match before % 3 {
        0 => Answer::problem(400, "Bad Request", SECRET),
        1 => Answer::Reset,
        _ => Answer::data(&json!({"keyId": "key_1", "apiKey": SECRET})),
    })
    .await;
    for mut session in sessions(&[&cloud.flag(), "--secrets=page"], Some(KEY)).await {
        for _ in 0..3 {
            let answer = session.call("keys_create_key", create()).await;
            let text = failure(&answer);
            assert!(!text.contains("4fJ8kQ2mZx9"), "{text}");
            assert!(!text.contains("/secrets/"), "{text}");
        }
    }
}

#[tokio::test]
async fn the_engines_secrets_go_the_same_way() {
    for mut session in sessions(&["--local=:memory:", "--secrets=page"], None).await {
        let api = session
            .call("apis_create_api", json!({"name": "demo"}))
            .await;
        let api = success(&api)["data"]["apiId"].clone();
        let made = session
            .call("keys_create_key", json!({"apiId": api, "prefix": "sk"}))
            .await;
        let page = address(&made, "/key");
        let shown = post(&page).await.body;
        let (_, key) = shown
            .split_once("aria-labelledby=\"secret-0-name\">")
            .unwrap();
        let key = key.split('<').next().unwrap();
        let seen = session.call("keys_verify_key", json!({"key": key})).await;
        assert_eq!(success(&seen)["data"]["code"], "VALID");
    }
}

#[tokio::test]
async fn pages_of_other_origins_and_hosts_neither_see_nor_spend_a_secret() {
    let cloud = maker().await;
    for mut session in sessions(&[&cloud.flag(), "--secrets=page"], Some(KEY)).await {
        let answer = session.call("keys_create_key", create()).await;
        let page = address(&answer, "/key");
        for headers in [
            &[("host", "evil.example")][..],
            &[("origin", "https://evil.example")],
            &[("origin", "http://localhost:1")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
            &[("x-forwarded-for", "203.0.113.9")],
        ] {
            let mut request = ask(Method::POST, &page);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let reply = Reply::to(request).await;
            assert_eq!(reply.status, 403, "{headers:?}");
            assert!(!reply.body.contains(SECRET));
        }
        // The form of the page itself: it sends no name, and the browser says where it is from.
        let own = ask(Method::POST, &page)
            .header("origin", "null")
            .header("sec-fetch-site", "same-origin");
        assert!(Reply::to(own).await.body.contains(SECRET));
    }
}

#[tokio::test]
async fn on_stdio_the_listener_ends_with_the_last_secret() {
    let cloud = maker().await;
    let flags = [&*cloud.flag(), "--secrets=page"];
    let mut session = Session::connect(Transport::Stdio, Era::BOTH[0], &flags, Some(KEY)).await;
    let mut pages = Vec::new();
    for _ in 0..2 {
        let answer = session.call("keys_create_key", create()).await;
        pages.push(address(&answer, "/key"));
    }
    let port = |page: &str| page.split('/').nth(2).unwrap().to_owned();
    assert_eq!(port(&pages[0]), port(&pages[1]), "one listener is enough");
    assert_ne!(pages[0], pages[1]);
    post(&pages[0]).await;
    assert_eq!(get(&pages[0]).await.status, 410);
    assert_eq!(
        get(&format!("http://{}/", port(&pages[1]))).await.status,
        404
    );
    post(&pages[1]).await;
    while client().get(&pages[1]).send().await.is_ok() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let answer = session.call("keys_create_key", create()).await;
    assert!(post(&address(&answer, "/key")).await.body.contains(SECRET));
}

#[tokio::test]
async fn no_page_and_no_secret_of_it_is_in_what_an_operator_reads() {
    let cloud = maker().await;
    let flags = ["--secrets=page", "--log=trace", "--audit=the.audit"];
    let binary = Binary::new(["serve", &cloud.flag()].iter().chain(&flags));
    let server = binary.serve().await;
    let endpoint = server.mcp().with_key();
    let answer = endpoint.call("keys_create_key", create()).await;
    let page = address(&answer, "/key");
    assert!(post(&page).await.body.contains(SECRET));
    assert_eq!(post(&page).await.status, 410);
    let name = page.rsplit('/').next().unwrap();
    let audit = std::fs::read_to_string(server.home().join("the.audit")).unwrap();
    assert!(audit.contains("keys_create_key"), "{audit}");
    #[cfg(unix)]
    {
        let ended = server.stop().await;
        let told = format!("{} {} {audit}", ended.stdout, ended.stderr);
        assert!(!told.contains(name), "{told}");
        assert!(!told.contains(SECRET), "{told}");
    }
}
