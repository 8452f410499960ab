//! The page that says how clients connect to this server.

mod clients;
mod live;

use std::sync::Arc;

use ::http::{HeaderMap, StatusCode, header};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use super::frame::{self, Page};
use super::once::{self, OneTime};
use super::{LINKS, Workspace, access};
use crate::http::TrustedProxies;
use crate::observe::Observer;

/// What the page is called in the others.
const TITLE: &str = "Connect";

/// The pages of a server.
#[derive(Debug)]
pub(crate) struct Site {
    /// Who knows the clients that have connected.
    pub(crate) observer: Observer,
    /// Whose word on where a request comes from counts.
    pub(crate) proxies: Arc<TrustedProxies>,
    /// Whether callers on this machine need a root key.
    pub(crate) needs_key: bool,
    /// The embedded engine, for whoever is on this machine.
    pub(crate) workspace: Option<Workspace>,
    /// The path of the tools.
    pub(crate) endpoint: &'static str,
}

impl Site {
    /// What answers for the pages, and for secrets that are shown once where there are any.
    pub(crate) fn router(self, secrets: Option<OneTime>) -> Router {
        let workspace = self.workspace.clone();
        let workspace = workspace.map(|workspace| workspace.router(self.proxies.clone()));
        let once = secrets.map(|pages| once::router(pages, self.proxies.clone()));
        Router::new()
            .route("/", get(connect))
            .route("/live", get(live))
            .with_state(Arc::new(self))
            .merge(workspace.unwrap_or_default())
            .merge(once.unwrap_or_default())
    }

    /// The address of the tools, as whoever asks reaches it.
    fn address(&self, headers: &HeaderMap) -> String {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let forwarded = headers.get("x-forwarded-proto");
        // Whoever writes it writes their own page.
        let scheme = match forwarded {
            Some(scheme) if scheme == "https" => "https",
            _ => "http",
        };
        format!("{scheme}://{}{}", host.unwrap_or_default(), self.endpoint)
    }

    /// What the live line says. Who else connects is told on this machine alone.
    fn live(&self, is_here: bool) -> String {
        let last = self.observer.last_client().filter(|_| is_here);
        live::sentence(last, is_here)
    }
}

async fn live(State(site): State<Arc<Site>>, request: Request) -> Response {
    if !access::is_asked_by_person(request.method(), request.headers()) {
        return frame::refused();
    }
    let is_here = access::is_on_this_machine(&request, &site.proxies);
    frame::line(StatusCode::OK, site.live(is_here))
}

async fn connect(State(site): State<Arc<Site>>, request: Request) -> Response {
    if !access::is_asked_by_person(request.method(), request.headers()) {
        return frame::refused();
    }
    let is_here = access::is_on_this_machine(&request, &site.proxies);
    let address = site.address(request.headers());
    let main = html! {
        (intro(&site, &address, is_here))
        section aria-labelledby="clients" {
            h2 #clients { "Your client" }
            (clients::all(&address, site.needs_key || !is_here, is_here))
        }
    };
    let mut page = Page::new(TITLE, main);
    if is_here && site.workspace.is_some() {
        page.links = LINKS.to_vec();
    }
    page.into_response()
}

fn intro(site: &Site, address: &str, is_here: bool) -> Markup {
    html! {
        section.hero {
            h1 { "Connect a client" }
            p.lead {
                "Unkey as tools for an AI assistant: API keys, rate limits, permissions, identities, analytics. \
                 Tell your client about this address, and it has them."
            }
            p #live .live data-state="up" role="status" { (site.live(is_here)) }
            div.copied.wide {
                code #address tabindex="0" aria-label="Address of this server" { (address) }
                button type="button" data-copies="address" hidden { "Copy" }
            }
            @if site.needs_key || !is_here {
                p.hint {
                    "The root key goes along in the header " code { "MCP-UNKEY-BEARER-AUTH" }
                    ". No snippet below holds one: they say where your client takes it from."
                }
            } @else {
                p.hint { "No key is needed: this server keeps everything on this machine, and calls from here are yours." }
            }
        }
    }
}
