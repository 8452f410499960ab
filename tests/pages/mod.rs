//! Web pages: who gets them, what they say, and that they keep what they must.

mod access;
mod connect;
mod once;
mod workspace;

use reqwest::{Client, Method, RequestBuilder};

use crate::support::Reply;

/// A client that follows no link of its own, as little as a preview does.
fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// A request as a browser sends it that a person led there.
fn ask(method: Method, address: &str) -> RequestBuilder {
    client().request(method, address)
}

async fn get(address: &str) -> Reply {
    Reply::to(ask(Method::GET, address)).await
}

async fn post(address: &str) -> Reply {
    Reply::to(ask(Method::POST, address)).await
}

/// Fails where a page lets others in.
fn assert_guarded(reply: &Reply) {
    let header = |name: &str| reply.headers[name].to_str().unwrap();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let policy = header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'sha256-",
        "style-src 'sha256-",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}
