//! Any tool, called once from a shell.

use std::io::IsTerminal as _;

use serde_json::{Map, Value};

use super::consent::Terminal;
use super::{clear, tell, wait_for_pages};
use crate::backend::{Backend, Upstream};
use crate::calls::Calls;
use crate::config::Common;
use crate::confirm::{Asked, Unconfirmed};
use crate::dispatch::{DeskSettings, Dispatcher, Listener, Refusal, Request, Seat};
use crate::error::StartError;
use crate::inventory::{Inventory, Server, nearest_tool};
use crate::mcp::{self, ConnectionScope, Scope};
use crate::observe::{
    CallRecord, ClientName, Fingerprint, Observer, Outcome, RequestId, UNKNOWN_TOOL, shown,
};
use crate::output;
use crate::root_key::{Caller, RootKeySources, Transport};
use crate::secrets::{Reach, Secrets};
use crate::settings::Offer;

/// How the log and Unkey know whoever calls.
const CLIENT: &str = "terminal";

/// What the log calls it.
const METHOD: &str = "call";

/// A tool to call once.
#[derive(Debug)]
pub struct CallSettings {
    /// Where the root key comes from.
    pub surroundings: RootKeySources,
    /// The backend, and what else it shares with the servers.
    pub common: Common,
    /// The tool, by any of its names.
    pub tool: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// Prints the answer as one line of JSON, at a terminal too.
    pub json: bool,
}

/// Calls a tool and prints its answer.
///
/// # Errors
/// Where there is no such tool, the call came to nothing, or stdout cannot be written.
pub async fn call(settings: CallSettings, observer: Observer) -> Result<(), StartError> {
    let api_url = settings.common.backend.api_url();
    let secrets = Secrets::new(settings.common.secrets, Reach::OwnMachine)?;
    let backend = Backend::new(settings.common.backend);
    let caller = match backend {
        Backend::Local(_) => settings.surroundings.caller_of_engine(),
        Backend::Remote(_) => settings.surroundings.root_key().map(Caller::Key),
    };
    let dispatcher = Dispatcher::new(
        backend.clone(),
        observer.clone(),
        Calls::new(settings.common.calls),
    )
    .with_secrets(secrets.clone())
    .with_desk(DeskSettings::of(Seat::Terminal))
    .remembering_for(api_url.as_deref(), &caller);
    let offer = Offer::new(settings.common.settings, Server::Keys, backend.inventory());
    let one = OneCall {
        dispatcher,
        observer,
        scope: &ConnectionScope::new(offer, caller)?.now(),
    };
    let answer = one.make(&settings.tool, settings.arguments).await;
    let for_people = !settings.json && std::io::stdout().is_terminal();
    let printed = answer.and_then(|answer| output::print(&printed(answer, for_people)));
    wait_for_pages(&secrets).await;
    backend.close();
    printed
}

/// Who calls, and how.
struct OneCall<'a> {
    dispatcher: Dispatcher,
    observer: Observer,
    scope: &'a Scope,
}

impl OneCall<'_> {
    /// Makes the call, and has a person agree where somebody has to.
    async fn make(&self, tool: &str, arguments: Map<String, Value>) -> Result<Value, StartError> {
        let scope = self.scope;
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
                Ok(mut envelope) => {
                    mcp::fit(&mut envelope, scope.terms.answers.most_bytes);
                    return Ok(envelope);
                }
                Err(Refusal::DryRun(shown)) => return Ok(shown),
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

/// An answer: as one line of JSON for programs; for people its summary, then JSON that is easy to
/// read.
fn printed(mut answer: Value, for_people: bool) -> String {
    if !for_people {
        return format!("{answer}\n");
    }
    let summary = answer
        .as_object_mut()
        .and_then(|answer| answer.shift_remove("summary"));
    let summary = summary.as_ref().and_then(Value::as_str);
    let summary = summary.map_or_else(String::new, |summary| format!("{summary}\n\n"));
    let text = format!("{summary}{answer:#}\n");
    // What others wrote moves no cursor.
    shown::visible(&text).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn programs_get_one_line_and_people_the_summary_first() {
        let answer = json!({"summary": "It is VALID.", "data": {"name": "a\u{9b}2J"}});
        let line = printed(answer.clone(), false);
        assert_eq!(line, format!("{answer}\n"));
        let text = printed(answer, true);
        assert!(
            text.starts_with("It is VALID.\n\n{\n  \"data\": {"),
            "{text}"
        );
        assert!(!text.contains('\u{9b}'), "{text}");
    }

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
