//! Workflows as commands, for a terminal and for cron, and any tool as one call.

mod call;
mod consent;
mod rendering;
mod session;

use std::io::{IsTerminal as _, Write as _};

use serde_json::{Map, Value, json};
use unkey_workflows::Progress;

pub use self::call::{CallSettings, call};
use self::rendering::rendered;
use self::session::Session;
use crate::config::Common;
use crate::error::StartError;
use crate::observe::Observer;
use crate::output;
use crate::root_key::RootKeySources;

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
    let session = Session::open(settings.common, settings.surroundings, observer)?;
    let asked = Asked {
        tool: settings.tool,
        arguments: settings.arguments,
        json: settings.json,
        fail_on: settings.fail_on,
    };
    let met = asked.answer(&session).await;
    session.close().await;
    met
}

/// What was asked for.
struct Asked {
    tool: &'static str,
    arguments: Map<String, Value>,
    json: bool,
    fail_on: Vec<Map<String, Value>>,
}

impl Asked {
    /// Prints the answer, and returns whether a condition is met.
    async fn answer(self, session: &Session) -> Result<bool, StartError> {
        let answer = session.call(self.tool, self.arguments.clone()).await?;
        // What a dry run shows is a request, which has no tables.
        let is_answer = answer.get("data").is_some();
        output::print(&match (self.json, is_answer) {
            (true, _) => format!("{answer}\n"),
            (false, true) => rendered(&answer),
            (false, false) => format!("{answer:#}\n"),
        })?;
        let mut met = false;
        for condition in self.fail_on {
            let mut arguments = self.arguments.clone();
            arguments.extend(condition);
            arguments.insert("countOnly".to_owned(), json!(true));
            let answer = session.call(self.tool, arguments).await?;
            met |= answer.pointer("/data/found") != Some(&json!(0));
        }
        Ok(met)
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
