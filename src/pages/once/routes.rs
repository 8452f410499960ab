//! `GET` looks at a page and leaves it, so that a preview of a link spends nothing; `POST` shows it, once.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::get;

use super::held::Name;
use super::{OneTime, html};
use crate::http::TrustedProxies;
use crate::pages::{access, frame};

/// What comes before the name of a page.
pub(super) const FOLDER: &str = "/secrets/";

#[derive(Clone)]
struct Asked {
    pages: OneTime,
    proxies: Arc<TrustedProxies>,
}

/// What answers for `pages`, to this machine alone.
pub(crate) fn router(pages: OneTime, proxies: Arc<TrustedProxies>) -> Router {
    Router::new()
        .route("/secrets/{name}", get(look).post(show))
        .with_state(Asked { pages, proxies })
}

async fn look(State(asked): State<Asked>, Path(name): Path<String>, request: Request) -> Response {
    if !asked.admits(&request) {
        return frame::refused();
    }
    let waits = Name::key_of(&name).is_some_and(|key| asked.pages.held().waits(&key));
    if waits {
        html::waiting().into_response()
    } else {
        html::gone().into_response()
    }
}

async fn show(State(asked): State<Asked>, Path(name): Path<String>, request: Request) -> Response {
    if !asked.admits(&request) {
        return frame::refused();
    }
    let taken = Name::key_of(&name).and_then(|key| asked.pages.held().take(&key));
    match taken {
        Some(page) => html::shown(&page).into_response(),
        None => html::gone().into_response(),
    }
}

impl Asked {
    fn admits(&self, request: &Request) -> bool {
        access::is_on_this_machine(request, &self.proxies)
            && access::is_asked_by_person(request.method(), request.headers())
    }
}
