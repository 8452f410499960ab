//! `GET /`: how clients connect, and which did.

use reqwest::Method;
use serde_json::{Value, json};
use unkey_mcp::install::{self, Client, KeyPlace, Reach};

use super::{ask, assert_guarded, get};
use crate::support::{Binary, Cloud, Era, Reply};

/// The text that a browser shows for this HTML.
fn text(html: &str) -> String {
    html.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// What stands in the element with that id.
fn element(html: &str, id: &str) -> String {
    let (_, rest) = html.split_once(&format!(" id=\"{id}\"")).unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    text(rest.split("</").next().unwrap())
}

#[tokio::test]
async fn each_client_is_shown_what_install_would_write_for_this_address() {
    let cloud = Cloud::start().await;
    for (flag, key) in [
        ("--local=:memory:".to_owned(), KeyPlace::Unsaid),
        (cloud.flag(), KeyPlace::Client),
    ] {
        let server = Binary::new(["serve", &flag]).serve().await;
        let page = get(&server.url).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.kind(), "text/html; charset=utf-8");
        assert_guarded(&page);
        let address = format!("{}/mcp/v2", server.url);
        assert_eq!(element(&page.body, "address"), address);
        for client in Client::ALL {
            let shown = element(&page.body, &format!("snippet-{}", client.word()));
            let reach = Reach::Address(address.clone());
            let server = install::Server {
                reach,
                key: key.clone(),
            };
            let wanted = install::snippet(client, "unkey", &server).unwrap();
            assert_eq!(shown, wanted.trim_end(), "{}", client.name());
            if client.syntax() != install::Syntax::Toml {
                let read: Value = serde_json::from_str(&shown).unwrap();
                assert_eq!(read, install::configuration(client, &[("unkey", server)]));
            }
        }
        let linked = page.body.matches("href=\"cursor:").count()
            + page.body.matches("href=\"vscode:").count();
        assert_eq!(linked, 2, "one click for those that know links");
    }
}

#[tokio::test]
async fn the_live_line_names_the_client_that_connected_last() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let live = format!("{}/live", server.url);
    let before = get(&live).await;
    assert_eq!(
        before.body,
        "This server answers. No client has connected yet."
    );
    for (era, name) in [(Era::BOTH[0], "one"), (Era::BOTH[1], "two")] {
        let endpoint = server.mcp().era(era).header("user-agent", "agent/1");
        match era {
            Era::Legacy(_) => {
                let mut params = era.handshake();
                params["clientInfo"] = json!({"name": name, "version": "1.0"});
                endpoint.request("initialize", params).await;
            }
            Era::Modern => {
                let info = json!({"name": name, "version": "1.0"});
                let mut body = era.request(1, "tools/list", json!({}));
                body["params"]["_meta"]["io.modelcontextprotocol/clientInfo"] = info;
                let request = endpoint
                    .post(body.to_string())
                    .header("MCP-Protocol-Version", era.version())
                    .header("Mcp-Method", "tools/list");
                assert_eq!(Reply::to(request).await.status, 200);
            }
        }
        let wanted = format!("This server answers. Last to connect: {name}/1.0, just now.");
        assert_eq!(get(&live).await.body, wanted);
        assert_eq!(element(&get(&server.url).await.body, "live"), wanted);
        // Not to everybody who can reach it.
        let elsewhere = ask(Method::GET, &live).header("x-forwarded-for", "203.0.113.9");
        assert_eq!(Reply::to(elsewhere).await.body, "This server answers.");
    }
}

#[tokio::test]
async fn a_server_under_a_name_of_its_own_says_that_name() {
    let flags = ["serve", "--local=:memory:", "--allowed-host=unkey.example"];
    let server = Binary::new(flags).serve().await;
    let request = ask(Method::GET, &server.url)
        .header("host", "unkey.example")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-forwarded-proto", "https");
    let page = Reply::to(request).await;
    assert_eq!(
        element(&page.body, "address"),
        "https://unkey.example/mcp/v2"
    );
    let cursor = element(&page.body, "snippet-cursor");
    assert!(cursor.contains("MCP-UNKEY-BEARER-AUTH"), "{cursor}");
    let deploy = ["serve", "--api-url=http://127.0.0.1:1", "--toolsets=deploy"];
    let server = Binary::new(deploy).serve().await;
    let page = get(&server.url).await.body;
    let address = element(&page, "address");
    assert!(!address.ends_with("/mcp/ratelimits"), "{address}");
}

#[tokio::test]
async fn the_page_is_whole_for_those_who_see_or_run_nothing() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let page = get(&server.url).await.body;
    for part in [
        "<html lang=\"en\">",
        "<main id=\"main\">",
        "href=\"#main\"",
        "name=\"viewport\"",
        "content=\"light dark\"",
        "role=\"status\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(page.matches("<script>").count(), 1, "its own, and no other");
    assert_eq!(page.matches("src=").count(), 0, "nothing is loaded");
    // A button that works by the script alone is not there without it.
    for button in page.split("<button").skip(1) {
        let tag = button.split('>').next().unwrap();
        assert!(tag.contains(" hidden"), "{tag}");
    }
}

#[tokio::test]
async fn the_page_takes_no_other_method() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for path in ["/", "/live"] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let request = ask(method, &format!("{}{path}", server.url));
            assert_eq!(Reply::to(request).await.status, 405);
        }
        let head = ask(Method::HEAD, &format!("{}{path}", server.url));
        let head = Reply::to(head).await;
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    }
}
