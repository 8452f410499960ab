//! Who gets a page: a browser that a person sends there, and no page of another origin.

use std::net::SocketAddr;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::extract::{ConnectInfo, Request};

use crate::http::{TrustedProxies, names_loopback};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether a request comes from a person, from a page of this very server, or from no browser.
///
/// Other sites may lead a person here, who sees the address; they get nothing to read or to frame.
pub(super) fn is_asked_by_person(method: &Method, headers: &HeaderMap) -> bool {
    let is = |name: &HeaderName, word: &str| {
        let value = headers.get(name).map(HeaderValue::as_bytes);
        value.is_some_and(|value| value == word.as_bytes())
    };
    let follows_link =
        || method != Method::POST && is(&FETCH_MODE, "navigate") && is(&FETCH_DEST, "document");
    let is_own_site = !headers.contains_key(&FETCH_SITE)
        || is(&FETCH_SITE, "same-origin")
        || is(&FETCH_SITE, "none");
    (is_own_site || follows_link()) && comes_from_own_origin(headers)
}

/// Whether the origin that a request names is the one that it is sent to. `null` passed the guard
/// before, which takes it from this origin's own pages alone.
fn comes_from_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).map(HeaderValue::as_bytes) else {
        return true;
    };
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let authority = origin
        .strip_prefix(b"http://")
        .or_else(|| origin.strip_prefix(b"https://"));
    origin == b"null" || (authority.is_some() && authority == host)
}

/// Whether a request was sent on this machine, to a name of this machine.
pub(super) fn is_on_this_machine(request: &Request, proxies: &TrustedProxies) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| {
        proxies.origin(*peer, request.headers()).is_local && is_addressed_here(request)
    })
}

fn is_addressed_here(request: &Request) -> bool {
    let uri: &Uri = request.uri();
    names_loopback(uri, request.headers())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost:1"));
        for (name, value) in pairs {
            let name = HeaderName::from_static(name);
            headers.insert(name, HeaderValue::from_static(value));
        }
        is_asked_by_person(method, &headers)
    }

    #[test]
    fn a_person_and_a_program_get_a_page() {
        assert!(asked(&Method::GET, &[]));
        assert!(asked(&Method::GET, &[("sec-fetch-site", "none")]));
        let own = [
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost:1"),
        ];
        assert!(asked(&Method::POST, &own));
        let unnamed = [("sec-fetch-site", "same-origin"), ("origin", "null")];
        assert!(asked(&Method::POST, &unnamed));
    }

    #[test]
    fn other_sites_lead_here_and_get_nothing() {
        let link = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert!(asked(&Method::GET, &link));
        assert!(!asked(&Method::POST, &link));
        for site in ["cross-site", "same-site", "same-origin, none"] {
            assert!(!asked(&Method::GET, &[("sec-fetch-site", site)]), "{site}");
        }
        let frame = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ];
        assert!(!asked(&Method::GET, &frame));
        assert!(!asked(&Method::GET, &[("origin", "http://localhost:2")]));
        assert!(!asked(&Method::POST, &[("origin", "http://127.0.0.1:1")]));
    }
}
