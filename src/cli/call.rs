//! The flags of `call`.

use std::io::{self, IsTerminal as _, Read as _};

use clap::Args;
use serde_json::{Map, Value};

use super::examples;
use super::invocation::Action;
use super::root_keys::surroundings;
use super::serving::CommonFlags;
use crate::command::CallSettings;
use crate::config::BackendSettings;
use crate::error::StartError;

/// The longest arguments that are read: as much as a server takes in one message.
const LONGEST: u64 = 10 * 1024 * 1024;

#[derive(Args, Debug)]
#[command(after_help = examples::CALL)]
pub(super) struct CallToolFlags {
    /// The tool, such as `keys_get_key`; `unkey-mcp tools` lists them
    tool: Option<String>,
    /// Its arguments, a JSON object; `-` reads stdin, and so does leaving it out where stdin is no
    /// terminal
    #[arg(value_name = "JSON")]
    arguments: Option<String>,
    /// Print one line of JSON, at a terminal too
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: CommonFlags,
}

impl CallToolFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let (common, profile) = self.common.parse()?;
        let tool = self.tool.filter(|tool| !tool.trim().is_empty());
        let tool = tool.ok_or_else(|| {
            StartError::Usage(
                "name a tool: unkey-mcp call TOOL [JSON]; `unkey-mcp tools` lists them".to_owned(),
            )
        })?;
        let is_remote = matches!(common.backend, BackendSettings::Remote { .. });
        Ok(Action::Call(Box::new(CallSettings {
            // A profile's root key is one of its Unkey's, and none of the engine's.
            surroundings: surroundings(profile.as_ref().filter(|_| is_remote))?,
            common,
            tool: tool.trim().to_owned(),
            arguments: arguments(self.arguments)?,
            json: self.json,
        })))
    }
}

/// The arguments that were written, or that stdin holds.
fn arguments(written: Option<String>) -> Result<Map<String, Value>, StartError> {
    let text = match written {
        Some(text) if text.trim() != "-" => text,
        None if io::stdin().is_terminal() => return Ok(Map::new()),
        _ => read(io::stdin().lock())?,
    };
    object(&text).map_err(StartError::Usage)
}

fn read(from: impl io::Read) -> Result<String, StartError> {
    let mut text = String::new();
    from.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| StartError::Usage(format!("the arguments cannot be read: {error}")))?;
    if text.len() as u64 > LONGEST {
        return Err(StartError::Usage(format!(
            "the arguments are longer than {LONGEST} bytes"
        )));
    }
    Ok(text)
}

/// The object that `text` is; none is an empty one. What was written is not told back: it may hold
/// a key.
fn object(text: &str) -> Result<Map<String, Value>, String> {
    const FORM: &str = "write a JSON object, such as '{\"keyId\": \"key_xxxx\"}'";
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(_) => Err(format!("the arguments are no object; {FORM}")),
        Err(error) => Err(format!("the arguments are no JSON: {error}; {FORM}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_an_object_and_mistakes_tell_nothing_of_them() {
        assert_eq!(object(" \n"), Ok(Map::new()));
        assert_eq!(object(r#"{"a": 1}"#).unwrap().len(), 1);
        for wrong in ["[1]", "unkey_3ZZZ", "{\"key\": prod_abc}", "\"prod_abc\""] {
            let told = object(wrong).unwrap_err();
            assert!(told.contains("write a JSON object"), "{told}");
            assert!(
                !told.contains("prod_abc") && !told.contains("ZZZ"),
                "{told}"
            );
        }
    }

    #[test]
    fn what_is_read_is_bounded() {
        let long = io::repeat(b' ');
        assert!(read(long).is_err());
    }
}
