//! The ways in which a secret may reach who asked for it, and the argument that chooses one.

use serde_json::{Map, Value, json};
use unkey_tools::secrets::VARIABLE;

use super::names::VariableName;
use crate::observe::shown;

/// The argument that chooses.
pub(crate) const DELIVER: &str = "deliver";

/// How a secret is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In the answer, as Unkey sends it.
    Inline,
    /// In a file of its own.
    File,
    /// As a variable in the operator's environment file.
    Env(VariableName),
}

/// The ways that are allowed with one tool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    pub(super) inline: bool,
    pub(super) file: bool,
    pub(super) env: bool,
}

impl Ways {
    /// The schema of `deliver`, where there is something to choose.
    pub(super) fn schema(self) -> Option<Value> {
        let words = match (self.inline, self.file, self.env) {
            (true, true, false) => {
                // The server's instructions say what a file is good for: every list would pay for it.
                return Some(json!({"type": "string", "enum": ["inline", "file"]}));
            }
            (true, _, true) => "`inline`, or out of this chat: `file`, `env:NAME` (.env).",
            (false, _, true) => "`file`, or `env:NAME` (.env).",
            _ => return None,
        };
        Some(json!({"type": "string", "description": words}))
    }

    /// Takes `deliver` from the arguments of a tool.
    ///
    /// # Errors
    /// What is wrong with it, and what could stand there.
    pub(super) fn choose(self, arguments: &mut Map<String, Value>) -> Result<Way, String> {
        let asked = match take(arguments) {
            None | Some(Value::Null) => return Ok(self.unasked()),
            Some(Value::String(text)) => text,
            Some(_) => return Err(format!("`{DELIVER}`: must be a string; {}", self.allowed())),
        };
        match asked.trim() {
            "inline" if self.inline => Ok(Way::Inline),
            "file" if self.file => Ok(Way::File),
            "inline" => Err(format!(
                "`{DELIVER}`: `inline` is not allowed: with --secrets=file no secret is shown here; {}",
                self.allowed()
            )),
            text => match text.strip_prefix(VARIABLE).filter(|_| self.env) {
                Some(name) => VariableName::parse(name)
                    .map(Way::Env)
                    .map_err(|why| format!("`{DELIVER}`: {}: {why}", shown::name(text))),
                None => Err(format!(
                    "`{DELIVER}`: `{}` is not possible here; {}",
                    shown::name(text),
                    self.allowed()
                )),
            },
        }
    }

    /// The way where nobody asks for one.
    pub(super) const fn unasked(self) -> Way {
        if self.inline { Way::Inline } else { Way::File }
    }

    /// What could stand there.
    fn allowed(self) -> String {
        let ways = [
            (self.inline, "`inline`"),
            (self.file, "`file`"),
            (self.env, "`env:NAME`"),
        ];
        let allowed = ways.into_iter().filter(|(is_allowed, _)| *is_allowed);
        let allowed: Vec<&str> = allowed.map(|(_, way)| way).collect();
        format!("it can be {}", allowed.join(", "))
    }
}

/// The argument, where it stands among the others or in a `body` around them.
fn take(arguments: &mut Map<String, Value>) -> Option<Value> {
    if let Some(value) = arguments.shift_remove(DELIVER) {
        return Some(value);
    }
    match arguments.get_mut("body")? {
        Value::Object(body) => body.shift_remove(DELIVER),
        Value::String(text) if text.contains(DELIVER) => {
            let mut body: Map<String, Value> = serde_json::from_str(text).ok()?;
            let value = body.shift_remove(DELIVER)?;
            *text = Value::Object(body).to_string();
            Some(value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Ways = Ways {
        inline: true,
        file: true,
        env: true,
    };

    fn choose(ways: Ways, arguments: Value) -> Result<Way, String> {
        let Value::Object(mut arguments) = arguments else {
            panic!("arguments are an object");
        };
        let chosen = ways.choose(&mut arguments);
        let left = Value::Object(arguments).to_string();
        assert!(!left.contains(DELIVER), "{left}");
        chosen
    }

    #[test]
    fn it_is_found_wherever_clients_put_it() {
        for arguments in [
            json!({"deliver": "file", "apiId": "a"}),
            json!({"body": {"deliver": "file", "apiId": "a"}}),
            json!({"body": {"apiId": "a"}, "deliver": " file "}),
            json!({"body": r#"{"deliver": "file", "apiId": "a"}"#}),
        ] {
            assert_eq!(choose(ALL, arguments), Ok(Way::File));
        }
        assert_eq!(choose(ALL, json!({"deliver": null})), Ok(Way::Inline));
    }

    #[test]
    fn what_is_not_allowed_says_what_is() {
        let files = Ways {
            inline: false,
            env: false,
            ..ALL
        };
        assert_eq!(choose(files, json!({})), Ok(Way::File));
        for text in ["inline", "env:A", "page", "", "FILE"] {
            let why = choose(files, json!({"deliver": text})).unwrap_err();
            assert!(why.ends_with("it can be `file`"), "{text}: {why}");
        }
        let why = choose(ALL, json!({"deliver": "env:A B"})).unwrap_err();
        assert!(why.contains("letters, digits"), "{why}");
        let why = choose(ALL, json!({"deliver": ["file"]})).unwrap_err();
        assert!(why.contains("`inline`, `file`, `env:NAME`"), "{why}");
    }

    #[test]
    fn it_is_offered_where_there_is_a_choice() {
        let offered = |ways: Ways| ways.schema().is_some();
        assert!(offered(ALL));
        assert!(offered(Ways { env: false, ..ALL }));
        assert!(offered(Ways {
            inline: false,
            ..ALL
        }));
        assert!(!offered(Ways {
            inline: false,
            env: false,
            ..ALL
        }));
        assert!(!offered(Ways {
            file: false,
            env: false,
            ..ALL
        }));
    }
}
