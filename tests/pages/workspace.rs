//! `GET /workspace` with `--local`: what the engine holds, to this machine alone.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, assert_guarded, get};
use crate::support::{Binary, Cloud, Endpoint, Reply, Server, success};

async fn call(endpoint: &Endpoint, tool: &str, arguments: Value) -> Value {
    let answer = endpoint.call(tool, arguments).await;
    success(&answer)["data"].clone()
}

/// A key, made and verified so often.
async fn key(endpoint: &Endpoint, arguments: Value, times: usize) -> Value {
    let made = call(endpoint, "keys_create_key", arguments).await;
    for _ in 0..times {
        call(endpoint, "keys_verify_key", json!({"key": made["key"]})).await;
    }
    made
}

async fn api(endpoint: &Endpoint, name: &str) -> Value {
    call(endpoint, "apis_create_api", json!({"name": name})).await["apiId"].clone()
}

/// The text of an element by its id.
fn number(html: &str, id: &str) -> String {
    let (_, rest) = html.split_once(&format!("id=\"count-{id}\">")).unwrap();
    rest.split('<').next().unwrap().to_owned()
}

async fn serve(flags: &[&str]) -> Server {
    Binary::new(["serve"].iter().chain(flags)).serve().await
}

async fn page(server: &Server, query: &str) -> String {
    let reply = get(&format!("{}/workspace{query}", server.url)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_guarded(&reply);
    reply.body
}

#[tokio::test]
async fn it_shows_what_the_api_says() {
    let server = serve(&["--local=u.db"]).await;
    let mcp = server.mcp();
    let (one, two) = (api(&mcp, "first").await, api(&mcp, "second").await);
    let limits = json!([{"name": "requests", "limit": 600, "duration": 60_000, "autoApply": true}]);
    let owned =
        json!({"apiId": one, "externalId": "ada", "name": "Checkout", "ratelimits": limits});
    key(&mcp, owned, 3).await;
    let spent = json!({"apiId": one, "externalId": "bob", "credits": {"remaining": 1}});
    let spent = key(&mcp, spent, 2).await;
    let off = key(&mcp, json!({"apiId": two, "enabled": false}), 1).await;
    let html = page(&server, "").await;
    for (id, wanted) in [
        ("apis", "2"),
        ("keys", "3"),
        ("verifications", "6"),
        ("valid", "66.6 %"),
    ] {
        assert_eq!(number(&html, id), wanted, "{id}");
    }
    for part in [
        "requests: 600/min",
        "Checkout",
        "no credits left",
        "it is switched off",
        "USAGE_EXCEEDED <strong>1</strong>",
        "VALID <strong>4</strong>",
        "u.db",
        "aria-current=\"page\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for made in [&spent, &off] {
        assert!(html.contains(made["keyId"].as_str().unwrap()), "{made}");
        assert!(
            !html.contains(made["key"].as_str().unwrap()),
            "a key in plain text"
        );
    }
    let chosen = page(
        &server,
        &format!("?api={}&state=DISABLED", two.as_str().unwrap()),
    )
    .await;
    assert_eq!(number(&chosen, "keys"), "1");
    assert_eq!(number(&chosen, "verifications"), "1");
    assert!(!chosen.contains("Checkout"));
    let owner = page(&server, "?owner=ada&period=30d").await;
    assert_eq!(number(&owner, "verifications"), "3");
    assert!(owner.contains("No verification was refused in 30 days."));
}

#[tokio::test]
async fn the_root_keys_place_is_told_and_not_the_key() {
    let server = serve(&["--local=u.db"]).await;
    let html = page(&server, "").await;
    let mut files = std::fs::read_dir(server.home()).unwrap();
    let file = files.find_map(|file| {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).ok()?;
        text.starts_with("unkey_").then_some((path, text))
    });
    let (path, key) = file.unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(html.contains(name), "{html}");
    assert!(!html.contains(key.trim()), "{html}");
}

#[tokio::test]
async fn keys_come_in_pages() {
    let server = serve(&["--local=:memory:"]).await;
    let mcp = server.mcp();
    let api = api(&mcp, "many").await;
    for number in 0..30 {
        key(
            &mcp,
            json!({"apiId": api, "name": format!("key number {number}.")}),
            0,
        )
        .await;
    }
    let rows = |html: &str| html.matches("key number ").count();
    let first = page(&server, "").await;
    assert_eq!(rows(&first), 25);
    let (before, _) = first.split_once("#keys\">Next page").unwrap();
    let (_, next) = before.rsplit_once("href=\"").unwrap();
    let next = next.replace("&amp;", "&");
    let second = page(&server, next.strip_prefix("/workspace").unwrap()).await;
    assert_eq!(rows(&second), 5);
    assert!(!second.contains("Next page"));
    assert!(second.contains("First page"));
}

#[tokio::test]
async fn what_strangers_wrote_is_text_and_all_of_it_is_seen() {
    let server = serve(&["--local=:memory:"]).await;
    let mcp = server.mcp();
    let evil = "<script>alert(1)</script>\u{202e}\u{200b}";
    let api = api(&mcp, "\"><img src=x>").await;
    let arguments = json!({"apiId": api, "name": evil});
    key(&mcp, arguments, 1).await;
    let html = page(&server, "?owner=%3Cb%3E%E2%80%AE").await;
    assert!(
        !html.contains("<b>") && !html.contains('\u{202e}'),
        "{html}"
    );
    let html = page(&server, "").await;
    assert!(
        !html.contains("<img") && !html.contains("alert(1)</script>"),
        "{html}"
    );
    assert!(
        !html.contains('\u{202e}') && !html.contains('\u{200b}'),
        "{html}"
    );
    assert!(html.contains("\\u{202e}\\u{200b}"), "{html}");
    assert_eq!(html.matches("<script>").count(), 1, "its own");
}

#[tokio::test]
async fn it_changes_nothing_and_spends_nothing() {
    let server = serve(&["--local=:memory:"]).await;
    let mcp = server.mcp();
    let api = api(&mcp, "quiet").await;
    key(&mcp, json!({"apiId": api, "credits": {"remaining": 5}}), 1).await;
    for _ in 0..3 {
        assert_eq!(number(&page(&server, "").await, "verifications"), "1");
    }
    let keys = call(&mcp, "apis_list_keys", json!({"apiId": api})).await;
    assert_eq!(keys[0]["credits"]["remaining"], 4);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = ask(method, &format!("{}/workspace", server.url));
        assert_eq!(Reply::to(request).await.status, 405);
    }
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let server = serve(&["--local=:memory:", "--allowed-host=unkey.example"]).await;
    let address = format!("{}/workspace", server.url);
    for headers in [
        &[("host", "unkey.example")][..],
        &[("host", "evil.example")],
        &[("x-forwarded-for", "203.0.113.9")],
        &[("origin", "http://localhost:1")],
        &[("sec-fetch-site", "same-site")],
    ] {
        let mut request = ask(Method::GET, &address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(Reply::to(request).await.status, 403, "{headers:?}");
    }
    // A name of its own is told how to connect, and of no page that it does not get.
    let named = ask(Method::GET, &server.url).header("host", "unkey.example");
    assert!(!Reply::to(named).await.body.contains("/workspace"));
    let cloud = Cloud::start().await;
    let remote = serve(&[&cloud.flag()]).await;
    assert_eq!(get(&format!("{}/workspace", remote.url)).await.status, 404);
    assert!(!get(&remote.url).await.body.contains("/workspace"));
}

#[tokio::test]
async fn what_the_policy_forbids_is_not_shown() {
    let rules = "[policy]\ndeny-tools = [\"usage_report\"]\n";
    let server = Binary::new(["serve", "--local=:memory:", "--config=c.toml"])
        .file("c.toml", rules)
        .serve()
        .await;
    let html = page(&server, "").await;
    assert_eq!(number(&html, "verifications"), "–");
    assert!(html.contains("This cannot be shown: "), "{html}");
    assert_eq!(number(&html, "apis"), "0");
}

#[tokio::test]
async fn a_query_that_means_nothing_shows_the_page() {
    let server = serve(&["--local=:memory:"]).await;
    for query in [
        "?",
        "?state=X&period=1y",
        "?cursor=garbage",
        "?api=nowhere",
        "?owner=%ff%00",
    ] {
        let html = page(&server, query).await;
        assert!(html.contains("<h1>Workspace</h1>"), "{query}");
    }
}
