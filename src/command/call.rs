//! Any tool, called once from a shell.

use std::io::IsTerminal as _;

use serde_json::{Map, Value};

use super::session::Session;
use crate::config::Common;
use crate::error::StartError;
use crate::observe::{Observer, shown};
use crate::root_key::RootKeySources;
use crate::{mcp, output};

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
    let session = Session::open(settings.common, settings.surroundings, observer)?;
    let answer = session.call(&settings.tool, settings.arguments).await;
    let for_people = !settings.json && std::io::stdout().is_terminal();
    let printed = answer.and_then(|mut answer| {
        mcp::fit(&mut answer, session.most_bytes());
        output::print(&printed(answer, for_people))
    });
    session.close().await;
    printed
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
}
