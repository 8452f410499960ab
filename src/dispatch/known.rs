//! What is known of a workspace without asking Unkey, which has no operation that lists its APIs.

use serde_json::{Map, Value};
use tokio::task::spawn_blocking;
use tracing::warn;
use unkey_local::KnownApi;
use unkey_workflows::{Api, Known, Namespace, Operations as _};

use super::Dispatcher;
use super::workflow::Parts;
use crate::backend::{Backend, Local};
use crate::root_key::Caller;

impl Dispatcher {
    /// What is known of the caller's workspace.
    pub(super) async fn known(&self, parts: &Parts<'_>) -> Known {
        match &self.backend {
            Backend::Local(local) => of_engine(local, parts).await,
            Backend::Remote(_) => Known {
                apis: self
                    .remembered
                    .as_ref()
                    .map_or_else(Vec::new, |known| known.apis()),
                ..Known::default()
            },
        }
    }
}

/// What the engine holds, as far as the caller may read it.
async fn of_engine(local: &Local, parts: &Parts<'_>) -> Known {
    let engine = match local.engine() {
        Ok(engine) => engine,
        Err(error) => {
            warn!(%error, "the engine does not say which APIs it has");
            return Known::default();
        }
    };
    let read = spawn_blocking(move || Ok((engine.known_apis()?, engine.known_namespaces()?)));
    let (apis, namespaces) = match read.await {
        Ok(Ok(known)) => known,
        Ok::<_, _>(Err::<_, unkey_local::OperatorError>(error)) => {
            warn!(%error, "the engine does not say which APIs it has");
            return Known::default();
        }
        Err(_) => return Known::default(),
    };
    let is_owner = matches!(parts.caller, Ok(Caller::Owner));
    let namespaces = namespaces.into_iter().map(|namespace| Namespace {
        id: Some(namespace.id),
        name: namespace.name,
    });
    let mut known = Known {
        complete: true,
        namespaces: namespaces.collect(),
        ..Known::default()
    };
    for api in apis {
        if is_owner || may_read(&api, parts).await {
            known.apis.push(Api {
                id: api.id,
                name: Some(api.name),
                key_space: Some(api.key_space_id),
            });
        }
    }
    known
}

/// Whether the caller's root key may know of `api`: to others it is not there.
async fn may_read(api: &KnownApi, parts: &Parts<'_>) -> bool {
    let arguments = Map::from_iter([("apiId".to_owned(), Value::from(api.id.clone()))]);
    parts.call("apis_get_api", arguments).await.is_ok()
}
