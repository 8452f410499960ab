//! The ways in which a secret may reach who asked for it, and the argument that chooses one.

use serde_json::{Map, Value, json};
use unkey_tools::secrets::VARIABLE;

use super::names::VariableName;
use crate::observe::shown;
use crate::settings::SecretsMode;

/// The argument that chooses.
pub(crate) const DELIVER: &str = "deliver";

/// How a secret is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In the answer, as Unkey sends it.
    Inline,
    /// In a file of its own.
    File,
    /// On a page that shows it once.
    Page,
    /// As a variable in the operator's environment file.
    Env(VariableName),
}

/// The ways that are allowed with one tool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    /// The way where nobody asks for one.
    pub(super) mode: SecretsMode,
    pub(super) file: bool,
    pub(super) page: bool,
    pub(super) env: bool,
}

impl Ways {
    /// The schema of `deliver`, where there is something to choose.
    pub(super) fn schema(self) -> Option<Value> {
        let words = self.words();
        let several = words.len() > 1;
        // The server's instructions say what they are good for: every list would pay for it.
        if !self.env {
            return several.then(|| json!({"type": "string", "enum": words}));
        }
        let words = match self.mode {
            SecretsMode::Inline => {
                "`inline`, or out of this chat: `file`, `page`, `env:NAME` (.env)."
            }
            SecretsMode::File => "`file`, or `env:NAME` (.env).",
            SecretsMode::Page => "`page`, or `env:NAME` (.env).",
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
            "inline" if self.inline() => Ok(Way::Inline),
            "file" if self.file => Ok(Way::File),
            "page" if self.page => Ok(Way::Page),
            "inline" => Err(format!(
                "`{DELIVER}`: `inline` is not allowed: with --secrets={} no secret is shown here; {}",
                if self.mode == SecretsMode::Page {
                    "page"
                } else {
                    "file"
                },
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
        match self.mode {
            SecretsMode::Inline => Way::Inline,
            SecretsMode::File => Way::File,
            SecretsMode::Page => Way::Page,
        }
    }

    /// Whether a secret may stand in an answer.
    const fn inline(self) -> bool {
        matches!(self.mode, SecretsMode::Inline)
    }

    /// What could stand there, but for variables.
    fn words(self) -> Vec<&'static str> {
        let ways = [
            (self.inline(), "inline"),
            (self.file, "file"),
            (self.page, "page"),
        ];
        let allowed = ways.into_iter().filter(|(is_allowed, _)| *is_allowed);
        allowed.map(|(_, way)| way).collect()
    }

    /// What could stand there.
    fn allowed(self) -> String {
        let mut allowed = self.words();
        if self.env {
            allowed.push("env:NAME");
        }
        let allowed: Vec<String> = allowed.iter().map(|way| format!("`{way}`")).collect();
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
        mode: SecretsMode::Inline,
        file: true,
        page: true,
        env: true,
    };

    const FILES: Ways = Ways {
        mode: SecretsMode::File,
        page: false,
        env: false,
        ..ALL
    };

    const PAGES: Ways = Ways {
        mode: SecretsMode::Page,
        file: false,
        env: false,
        ..ALL
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
        assert_eq!(choose(FILES, json!({})), Ok(Way::File));
        for text in ["inline", "env:A", "page", "", "FILE"] {
            let why = choose(FILES, json!({"deliver": text})).unwrap_err();
            assert!(why.ends_with("it can be `file`"), "{text}: {why}");
        }
        assert_eq!(choose(PAGES, json!({})), Ok(Way::Page));
        for text in ["inline", "env:A", "file", "", "PAGE"] {
            let why = choose(PAGES, json!({"deliver": text})).unwrap_err();
            assert!(why.ends_with("it can be `page`"), "{text}: {why}");
        }
        let why = choose(ALL, json!({"deliver": "env:A B"})).unwrap_err();
        assert!(why.contains("letters, digits"), "{why}");
        let why = choose(ALL, json!({"deliver": ["file"]})).unwrap_err();
        assert!(
            why.contains("`inline`, `file`, `page`, `env:NAME`"),
            "{why}"
        );
    }

    #[test]
    fn it_is_offered_where_there_is_a_choice() {
        let offered = |ways: Ways| ways.schema().is_some();
        assert!(offered(ALL));
        assert!(offered(Ways { env: false, ..ALL }));
        for only in [FILES, PAGES] {
            assert!(offered(Ways { env: true, ..only }));
            assert!(!offered(only));
        }
        assert!(!offered(Ways {
            file: false,
            page: false,
            env: false,
            ..ALL
        }));
    }
}
