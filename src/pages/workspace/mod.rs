//! The page that shows what the embedded engine holds. It reads; what changes something is a tool's or a
//! command's work.
//!
//! `data` asks the same workflows that assistants call, as the engine's owner; the rest puts their answers
//! into HTML.

mod chart;
mod columns;
mod data;
mod html;
mod keys;
mod query;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;

use self::data::Data;
use self::query::Query;
use super::{LINKS, access, frame};
use crate::dispatch::Dispatcher;
use crate::http::TrustedProxies;
use crate::inventory::Inventory;
use crate::settings::Settings;

/// What the page is made from.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// Who asks the engine.
    pub(crate) dispatcher: Dispatcher,
    /// What the engine carries out.
    pub(crate) inventory: Inventory,
    /// What the operator settled: the policy holds for the page too.
    pub(crate) settings: Settings,
    /// Where the engine keeps its data.
    pub(crate) database: PathBuf,
    /// Where its root key is; in memory it is in no file.
    pub(crate) root_key: Option<PathBuf>,
}

impl Workspace {
    /// What answers for the page, to this machine alone.
    pub(super) fn router(self, proxies: Arc<TrustedProxies>) -> Router {
        Router::new()
            .route("/workspace", get(answer))
            .with_state((Arc::new(self), proxies))
    }
}

async fn answer(
    State((workspace, proxies)): State<(Arc<Workspace>, Arc<TrustedProxies>)>,
    request: Request,
) -> Response {
    if !access::is_on_this_machine(&request, &proxies)
        || !access::is_asked_by_person(request.method(), request.headers())
    {
        return frame::refused();
    }
    let query = Query::parse(request.uri().query().unwrap_or_default());
    // The page's parts are asked for by a task, whose future need not be carried about.
    let data = Box::pin(Data::read(&workspace, &query)).await;
    let mut page = html::page(&workspace, &query, &data);
    page.links = LINKS.to_vec();
    page.into_response()
}
