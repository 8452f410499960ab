//! What is known of a workspace without asking Unkey, which has no operation that lists its APIs.

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::task::spawn_blocking;
use tracing::warn;
use unkey_local::KnownApi;
use unkey_workflows::{Api, Known, Namespace, Operations};

use super::workflow::Parts;
use crate::backend::{Backend, Local};
use crate::root_key::{Caller, Mistake};

/// What is known of the caller's workspace.
pub(super) async fn known(parts: &Parts<'_>, calls: &dyn Operations) -> Known {
    let mut known = match parts.backend() {
        Backend::Local(local) => of_engine(local, parts.caller, calls).await,
        Backend::Remote(_) => Known {
            apis: remembered(parts),
            ..Known::default()
        },
    };
    let names = &parts.terms.names;
    for (name, id) in &names.apis {
        match known.apis.iter_mut().find(|api| api.id == *id) {
            // What the operator calls it is what people here know.
            Some(api) => api.name = Some(name.clone()),
            None => known.apis.push(Api {
                id: id.clone(),
                name: Some(name.clone()),
                key_space: None,
            }),
        }
    }
    for (name, meant) in &names.namespaces {
        let is_it = |space: &Namespace| space.name == *meant || space.id.as_ref() == Some(meant);
        if !known.namespaces.iter().any(is_it) {
            known.namespaces.push(Namespace {
                id: Some(meant.clone()),
                name: name.clone(),
            });
        }
    }
    known
}

/// The APIs that this root key's calls have met.
fn remembered(parts: &Parts<'_>) -> Vec<Api> {
    // Another server than the process's own has other APIs.
    let own = parts.backend.is_none();
    let remembered = parts.dispatcher.remembered.as_ref().filter(|_| own);
    remembered.map_or_else(Vec::new, |remembered| remembered.apis())
}

/// What the engine holds, as far as the caller may read it.
async fn of_engine(
    local: &Arc<Local>,
    caller: &Result<Caller, Mistake>,
    calls: &dyn Operations,
) -> Known {
    let local = Arc::clone(local);
    let read = spawn_blocking(move || {
        let engine = local.engine().map_err(|error| error.to_string())?;
        let known = engine
            .known_apis()
            .and_then(|apis| Ok((apis, engine.known_namespaces()?)));
        known.map_err(|error| error.to_string())
    });
    let (apis, namespaces) = match read.await {
        Ok(Ok(known)) => known,
        Ok(Err(error)) => {
            warn!(error, "the engine does not say which APIs it has");
            return Known::default();
        }
        Err(_) => return Known::default(),
    };
    let is_owner = matches!(caller, Ok(Caller::Owner));
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
        if is_owner || may_read(&api, calls).await {
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
async fn may_read(api: &KnownApi, calls: &dyn Operations) -> bool {
    let arguments = Map::from_iter([("apiId".to_owned(), Value::from(api.id.clone()))]);
    calls.call("apis_get_api", arguments).await.is_ok()
}
