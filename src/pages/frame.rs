//! The dress that all pages have, and the headers that go with it.

use std::sync::LazyLock;

use ::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const STYLE: &str = include_str!("style.css");

/// It copies texts and renews the live line. Every page says the same without it.
const SCRIPT: &str = include_str!("script.js");

/// A key on a dark ground.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E\
    %3Crect width='32' height='32' rx='8' fill='%23101418'/%3E\
    %3Ccircle cx='11' cy='16' r='5' fill='none' stroke='%233ddbb0' stroke-width='3'/%3E\
    %3Cpath d='M16 16h10v4M22 16v3' fill='none' stroke='%233ddbb0' stroke-width='3'/%3E%3C/svg%3E";

/// Nothing but what stands in the page itself, by its hash, and questions to this server.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
});

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// Headers that do not differ between pages.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// A page.
pub(super) struct Page {
    pub(super) status: StatusCode,
    /// What it is, in a few words.
    pub(super) title: &'static str,
    /// What stands in it.
    pub(super) main: Markup,
    /// Where else to go: an address on this server, and what is there.
    pub(super) links: Vec<(&'static str, &'static str)>,
}

impl Page {
    /// A page that answers what was asked for.
    pub(super) const fn new(title: &'static str, main: Markup) -> Self {
        Self {
            status: StatusCode::OK,
            title,
            main,
            links: Vec::new(),
        }
    }

    /// The page as an answer. Its text is wiped from memory once it was sent: it may hold a secret.
    pub(super) fn into_response(self) -> Response {
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (self.title) " · unkey-mcp" }
                    link rel="icon" href=(ICON);
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#main" { "Skip to content" }
                    header.top {
                        div.inner {
                            span.brand {
                                (logo())
                                "unkey-mcp"
                            }
                            @if !self.links.is_empty() {
                                nav aria-label="Pages" {
                                    @for (address, name) in &self.links {
                                        a href=(address) aria-current=[(*name == self.title).then_some("page")] {
                                            (name)
                                        }
                                    }
                                }
                            }
                            span.version { "v" (env!("CARGO_PKG_VERSION")) }
                        }
                    }
                    main #main { (self.main) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        let text = Zeroizing::new(markup.into_string().into_bytes());
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        let body = Body::from(Bytes::from_owner(text));
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        protect(&mut response);
        response
    }
}

/// A line of text for the pages' script, or for whoever gets no page.
pub(super) fn line(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    protect(&mut response);
    response
}

/// Nothing, for a page of another origin or a machine elsewhere.
pub(super) fn refused() -> Response {
    let text = "Forbidden: this page is for a browser on this server's own address\n";
    line(StatusCode::FORBIDDEN, text.to_owned())
}

fn protect(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn logo() -> Markup {
    html! {
        svg viewBox="0 0 32 32" aria-hidden="true" {
            circle cx="11" cy="16" r="6" {}
            path d="M17 16h12v5M23 16v4" {}
        }
    }
}
