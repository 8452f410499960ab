//! Other origins, other hosts and other machines get nothing.

use reqwest::Method;

use super::{ask, assert_guarded, get};
use crate::support::{Binary, Reply};

const PATHS: [&str; 3] = ["/", "/live", "/secrets/unknown"];

#[tokio::test]
async fn a_page_of_another_site_or_name_gets_nothing() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let forbidden = [
        &[("host", "evil.example")][..],
        &[("origin", "https://evil.example")],
        &[("origin", "http://localhost:1")],
        &[("origin", "null")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "cross-site")],
        &[
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "no-cors"),
        ],
        &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ],
    ];
    for path in PATHS {
        for headers in forbidden {
            let mut request = ask(Method::GET, &format!("{}{path}", server.url));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let reply = Reply::to(request).await;
            assert_eq!(reply.status, 403, "{path} {headers:?}: {reply:?}");
            assert!(!reply.body.contains("<html"), "{reply:?}");
        }
    }
}

#[tokio::test]
async fn a_link_on_another_site_leads_a_person_here() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let request = ask(Method::GET, &server.url)
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document");
    let reply = Reply::to(request).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_guarded(&reply);
}

#[tokio::test]
async fn pages_that_show_nothing_are_guarded_as_well() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for path in PATHS {
        let reply = get(&format!("{}{path}", server.url)).await;
        assert_guarded(&reply);
    }
    let request = ask(Method::GET, &server.url).header("sec-fetch-site", "cross-site");
    assert_guarded(&Reply::to(request).await);
}

#[tokio::test]
async fn what_a_proxy_handed_on_is_shown_no_secret() {
    let flags = ["serve", "--local=:memory:", "--allowed-host=unkey.example"];
    let server = Binary::new(flags).serve().await;
    let page = format!("{}/secrets/unknown", server.url);
    let forwarded = ask(Method::GET, &page).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(Reply::to(forwarded).await.status, 404, "there are none");
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let page = format!("{}/secrets/unknown", server.url);
    let forwarded = ask(Method::GET, &page).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(Reply::to(forwarded).await.status, 403);
    assert_eq!(get(&page).await.status, 410);
}
