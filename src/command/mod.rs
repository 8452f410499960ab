//! Workflows as commands, for a terminal and for cron, and any tool as one call.

mod call;
mod consent;
mod rendering;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use unkey_workflows::Progress;

pub use self::call::{CallSettings, call};
use self::rendering::rendered;
use crate::backend::{Backend, Upstream};
use crate::calls::Calls;
use crate::config::Common;
use crate::dispatch::{DeskSettings, Dispatcher, Listener, Request, Seat};
use crate::error::StartError;
use crate::inventory::Server;
use crate::mcp::{ConnectionScope, Scope};
use crate::observe::{self, ClientName, Observer};
use crate::root_key::{Caller, RootKeySources};
use crate::secrets::{Reach, Secrets};
use crate::settings::Offer;
use crate::{mcp, output};

/// A workflow to run.
#[derive(Debug)]
pub struct Settings {
    /// Where the root key comes from.
    pub surroundings: RootKeySources,
    /// The backend, and what else it shares with the servers.
    pub common: Common,
    /// The tool.
    pub tool: &'static str,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// Prints the answer as JSON, and not for people.
    pub json: bool,
    /// Conditions, each as arguments of the tool: where a key meets one, the command says so with
    /// its exit code.
    pub fail_on: Vec<Map<String, Value>>,
}

/// Runs a workflow and prints its answer. Returns whether a key meets a condition that is to be
/// told.
///
/// # Errors
/// Where it came to nothing, or stdout cannot be written.
pub async fn run(settings: Settings, observer: Observer) -> Result<bool, StartError> {
    let api_url = settings.common.backend.api_url();
    let secrets = Secrets::new(settings.common.secrets, Reach::OwnMachine)?;
    let backend = Backend::new(settings.common.backend);
    let caller = match backend {
        Backend::Local(_) => settings.surroundings.caller_of_engine(),
        Backend::Remote(_) => settings.surroundings.root_key().map(Caller::Key),
    };
    let calls = Calls::new(settings.common.calls);
    let dispatcher = Dispatcher::new(backend.clone(), observer, calls)
        .with_secrets(secrets.clone())
        .with_desk(DeskSettings::of(Seat::Terminal))
        .remembering_for(api_url.as_deref(), &caller);
    let offer = Offer::new(settings.common.settings, Server::Keys, backend.inventory());
    let session = Session {
        dispatcher,
        scope: ConnectionScope::new(offer, caller)?.now(),
    };
    let answer = session
        .call(settings.tool, settings.arguments.clone())
        .await;
    let printed = answer.and_then(|answer| {
        if settings.json {
            return output::print(&format!("{answer}\n"));
        }
        output::print(&rendered(&answer))
    });
    let mut met = false;
    if printed.is_ok() {
        for condition in settings.fail_on {
            let mut arguments = settings.arguments.clone();
            arguments.extend(condition);
            arguments.insert("countOnly".to_owned(), json!(true));
            let answer = session.call(settings.tool, arguments).await?;
            met |= answer.pointer("/data/found") != Some(&json!(0));
        }
    }
    wait_for_pages(&secrets).await;
    backend.close();
    printed.map(|()| met)
}

/// Who calls, and how.
struct Session {
    dispatcher: Dispatcher,
    scope: Arc<Scope>,
}

impl Session {
    async fn call(&self, tool: &str, arguments: Map<String, Value>) -> Result<Value, StartError> {
        let scope = &self.scope;
        let entry = unkey_tools::find(tool).filter(|entry| scope.inventory.contains(entry));
        let entry = entry.ok_or(StartError::NothingLeft)?;
        let listener = |progress| tell(progress);
        let request = Request {
            entry,
            arguments,
            inventory: scope.inventory,
            caller: &scope.caller,
            upstream: &Upstream::new(ClientName::new("terminal", ""), None),
            terms: &scope.terms,
            backend: scope.backend.as_ref(),
            listener: Some(Listener(&listener)),
            permit: None,
            asked: &crate::confirm::Asked::default(),
        };
        let answer = self.dispatcher.call(request).await;
        clear();
        answer.map_err(|refusal| {
            let issuer = self.dispatcher.issuer();
            StartError::NotDone(mcp::refusal_text(entry, &refusal, &scope.caller, issuer))
        })
    }
}

/// Waits until somebody has opened the pages that show secrets: they are gone with the process.
async fn wait_for_pages(secrets: &Secrets) {
    if secrets.has_waiting() {
        observe::tell(
            "The page with the key waits until somebody has opened it, ten minutes at most; Ctrl-C ends it.\n"
                .to_owned(),
        );
        secrets.seen().await;
    }
}

/// Tells a person how far it has come.
fn tell(progress: Progress) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // Whoever does not see it misses nothing.
        let _ = write!(stderr, "\r\u{1b}[K{} {} …", progress.done, progress.of);
    }
}

/// Takes away what was told.
fn clear() {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r\u{1b}[K");
    }
}
