//! Hands a connection's requests to the application, and keeps track of them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::response::Response;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::{Request, service};

use super::activity::Activity;
use crate::http::app::App;

/// The application as one connection sees it.
pub(super) struct Service {
    app: App,
    peer: SocketAddr,
    activity: Arc<Activity>,
}

impl Service {
    pub(super) fn new(app: App, peer: SocketAddr, activity: Arc<Activity>) -> Self {
        Self {
            app,
            peer,
            activity,
        }
    }
}

impl service::Service<Request<Incoming>> for Service {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let activity = self.activity.clone();
        let waited = activity.request_began(!request.body().is_end_stream());
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(self.peer));
        extensions.insert(activity.clone());
        let answer = self.app.clone().answer(request.map(Body::new));
        Box::pin(async move {
            if waited {
                // Who sends many requests at once has a turn for each, as others have.
                tokio::task::yield_now().await;
            }
            let response = answer.await;
            Ok(response.map(|body| Answer { body, activity }))
        })
    }
}

/// An answer's body. When it goes, the connection awaits the next request.
pub(super) struct Answer {
    body: Body,
    activity: Arc<Activity>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.activity.answered();
    }
}
