//! Whoever sits at the terminal, and the calls that they make: bound by all that binds a client.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::consent::Terminal;
use super::{clear, tell};
use crate::backend::{Backend, Upstream};
use crate::calls::Calls;
use crate::config::Common;
use crate::confirm::{Asked, Unconfirmed};
use crate::dispatch::{DeskSettings, Dispatcher, Listener, Refusal, Request, Seat};
use crate::error::StartError;
use crate::inventory::{Inventory, Server, nearest_tool};
use crate::mcp::{self, ConnectionScope, Scope};
use crate::observe::{
    self, CallRecord, ClientName, Fingerprint, Observer, Outcome, RequestId, UNKNOWN_TOOL, shown,
};
use crate::root_key::{Caller, RootKeySources, Transport};
use crate::secrets::{Reach, Secrets};
use crate::settings::Offer;

/// How the log and Unkey know whoever calls.
const CLIENT: &str = "terminal";

/// What the log calls a call.
const METHOD: &str = "call";

/// Whoever sits at the terminal.
pub(super) struct Session {
    dispatcher: Dispatcher,
    backend: Backend,
    observer: Observer,
    scope: Arc<Scope>,
    secrets: Secrets,
}

impl Session {
    /// Finds the backend, the root key and what is allowed.
    ///
    /// # Errors
    /// Where the settings cannot hold.
    pub(super) fn open(
        common: Common,
        surroundings: RootKeySources,
        observer: Observer,
    ) -> Result<Self, StartError> {
        let api_url = common.backend.api_url();
        let secrets = Secrets::new(common.secrets, Reach::OwnMachine)?;
        let backend = Backend::new(common.backend);
        let caller = match backend {
            Backend::Local(_) => surroundings.caller_of_engine(),
            Backend::Remote(_) => surroundings.root_key().map(Caller::Key),
        };
        let calls = Calls::new(common.calls);
        let dispatcher = Dispatcher::new(backend.clone(), observer.clone(), calls)
            .with_secrets(secrets.clone())
            .with_desk(DeskSettings::of(Seat::Terminal))
            .remembering_for(api_url.as_deref(), &caller);
        let offer = Offer::new(common.settings, Server::Keys, backend.inventory());
        Ok(Self {
            dispatcher,
            backend,
            observer,
            scope: ConnectionScope::new(offer, caller)?.now(),
            secrets,
        })
    }

    /// How many bytes of an answer are shown.
    pub(super) fn most_bytes(&self) -> usize {
        self.scope.terms.answers.most_bytes
    }

    /// Ends it, once somebody has opened the pages that show secrets: they are gone with the process.
    pub(super) async fn close(self) {
        if self.secrets.has_waiting() {
            observe::tell(
                "The page with the key waits until somebody has opened it, ten minutes at most; Ctrl-C ends it.\n"
                    .to_owned(),
            );
            self.secrets.seen().await;
        }
        self.backend.close();
    }

    /// Makes the call, and has a person agree where somebody has to.
    ///
    /// # Errors
    /// Where there is no such tool, or the call came to nothing.
    pub(super) async fn call(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
    ) -> Result<Value, StartError> {
        let scope = &self.scope;
        let client = ClientName::new(CLIENT, "");
        let upstream = Upstream::new(client.clone(), None);
        let mut record = CallRecord::new(Transport::Stdio, METHOD, RequestId::new());
        record.client = client;
        record.root_key = Fingerprint::of_caller(&scope.caller);
        let mut call = self.observer.begin(record);
        let entry = unkey_tools::find(tool).filter(|entry| scope.inventory.contains(entry));
        let Some(entry) = entry else {
            call.record.tool = Some(UNKNOWN_TOOL);
            call.end(Outcome::UnknownTool);
            return Err(StartError::Usage(unknown(tool, scope.inventory)));
        };
        call.record.tool = Some(entry.name);
        let listener = |progress| tell(progress);
        let mut person = Terminal::new();
        // Whether somebody is there shows when there is something to ask: without a person nothing
        // may be done that a client's person would be asked about.
        let mut asked = Asked {
            can_be_asked: true,
            reply: None,
        };
        loop {
            let request = Request {
                entry,
                arguments: arguments.clone(),
                inventory: scope.inventory,
                caller: &scope.caller,
                upstream: &upstream,
                terms: &scope.terms,
                backend: scope.backend.as_ref(),
                listener: Some(Listener(&listener)),
                permit: None,
                asked: &asked,
            };
            let answer = Box::pin(self.dispatcher.call(request)).await;
            clear();
            mcp::note_outcome(&mut call, answer.as_ref(), &upstream);
            let refusal = match answer {
                Ok(answer) | Err(Refusal::DryRun(answer)) => return Ok(answer),
                Err(Refusal::Unconfirmed(Unconfirmed::Ask(ask))) => {
                    asked.reply = Some(person.ask(ask).map_err(|why| {
                        call.end(Outcome::Unconfirmed);
                        StartError::NotDone(why)
                    })?);
                    continue;
                }
                Err(refusal) => refusal,
            };
            let issuer = self.dispatcher.issuer();
            let text = mcp::refusal_text(entry, &refusal, &scope.caller, issuer);
            return Err(StartError::NotDone(text));
        }
    }
}

/// What whoever named a tool is told that is not there.
fn unknown(name: &str, inventory: Inventory) -> String {
    let shown = shown::name(name);
    if let Some(entry) = unkey_tools::find(name) {
        // Another's name would mislead: who may not delete is not to do the next best.
        return format!(
            "{} is not offered: the flags, the configuration file or the embedded engine leave it \
             out; `unkey-mcp tools --toolsets all` says what there is, and --toolsets all offers it",
            entry.name
        );
    }
    let nearest = nearest_tool(name, inventory);
    let nearest = nearest.map_or_else(String::new, |nearest| format!("did you mean {nearest}? "));
    format!("unknown tool {shown}; {nearest}`unkey-mcp tools` lists them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_told_with_what_was_meant() {
        let all = Inventory::of(|_| true);
        let told = unknown("keys_get_keys", all);
        assert!(told.contains("did you mean keys_get_key?"), "{told}");
        let none = Inventory::of(|entry| entry.effect.is_read_only());
        let told = unknown("keys.deleteKey", none);
        assert!(told.starts_with("keys_delete_key is not offered"), "{told}");
    }
}
