//! How a person at the terminal is asked.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::confirm::{Answer, Ask, Reply};
use crate::observe::shown;

/// Nobody reads a question and answers it within this time: what comes sooner was typed before, or
/// by a program.
const HUMAN: Duration = Duration::from_secs(1);

/// How often one call asks: what was meant may be mistyped, or have changed.
const MOST: usize = 5;

/// The longest line that is read.
const LONGEST: u64 = 4_096;

/// The person at the terminal, where there is one.
pub(super) struct Terminal {
    is_there: bool,
    left: usize,
}

impl Terminal {
    /// The one of this process. Somebody has to see the question and to write the answer.
    pub(super) fn new() -> Self {
        Self {
            is_there: io::stdin().is_terminal() && io::stderr().is_terminal(),
            left: MOST,
        }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// Why nobody was asked, and what to do.
    pub(super) fn ask(&mut self, ask: Ask) -> Result<Reply, String> {
        if !self.is_there {
            return Err(nobody(&ask));
        }
        let left = self.left.checked_sub(1);
        self.left = left.ok_or("Nothing was done: the question was not answered.")?;
        let asked = Instant::now();
        let line = written(&question(&ask));
        let answer = answer(&ask, line.as_deref().unwrap_or_default(), asked.elapsed())?;
        Ok(Reply {
            state: ask.state,
            answer,
        })
    }
}

/// What to do where nobody can be asked. It names no flag: whoever may not agree reads it too.
fn nobody(ask: &Ask) -> String {
    format!(
        "Nothing was done: a person has to agree first, and there is no terminal to ask one on.\n{}\n\
         Next: a person runs this command in a terminal, reads the question and answers it. Where \
         nobody watches, the operator says so: `confirm = \"never\"` in a profile of the \
         configuration file.",
        ask.text
    )
}

fn question(ask: &Ask) -> String {
    let how = match &ask.typed {
        Some(name) => format!(
            "It is in use. Type its name to agree ({}): ",
            shown::escaped(name)
        ),
        None => "Type yes to do it: ".to_owned(),
    };
    format!("{}\n\n{how}", ask.text)
}

/// The line that a person writes below `question`.
fn written(question: &str) -> io::Result<String> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut line = String::new();
    io::stdin().lock().take(LONGEST).read_line(&mut line)?;
    Ok(line)
}

/// What a line means that came so long after the question.
fn answer(ask: &Ask, line: &str, after: Duration) -> Result<Answer, String> {
    if after < HUMAN {
        return Err(
            "Nothing was done: the answer came within a second of the question, so nobody had read \
             it.\nNext: run the command again, read the question, then answer."
                .to_owned(),
        );
    }
    let line = line.trim();
    let field = match &ask.typed {
        _ if line.is_empty() => return Ok(Answer::No),
        Some(_) => (Ask::NAME, Value::from(line)),
        None if line.eq_ignore_ascii_case("yes") => (Ask::YES, Value::from(true)),
        None => return Ok(Answer::No),
    };
    let (name, value) = field;
    Ok(Answer::Form(Map::from_iter([(name.to_owned(), value)])))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Duration = Duration::from_secs(2);

    fn ask(typed: Option<&str>) -> Ask {
        Ask {
            text: "Delete key: \"ci\" (key_1)".to_owned(),
            title: "Delete key",
            typed: typed.map(str::to_owned),
            state: "sealed".to_owned(),
        }
    }

    fn form(answer: Result<Answer, String>) -> Option<Value> {
        match answer {
            Ok(Answer::Form(form)) => Some(Value::Object(form)),
            _ => None,
        }
    }

    #[test]
    fn yes_is_a_yes_and_anything_else_is_none() {
        let plain = ask(None);
        assert!(question(&plain).ends_with("(key_1)\n\nType yes to do it: "));
        for yes in ["yes\n", " YES \r\n"] {
            let form = form(answer(&plain, yes, LATER));
            assert_eq!(form, Some(serde_json::json!({"confirm": true})));
        }
        for no in ["", "\n", "y\n", "no\n", "yes please\n"] {
            assert!(matches!(answer(&plain, no, LATER), Ok(Answer::No)), "{no}");
        }
    }

    #[test]
    fn what_is_in_use_wants_its_name() {
        let named = ask(Some("ci\u{202e}"));
        assert!(question(&named).ends_with("Type its name to agree (ci\\u{202e}): "));
        let typed = form(answer(&named, "yes\n", LATER));
        assert_eq!(typed, Some(serde_json::json!({"name": "yes"})));
    }

    #[test]
    fn an_answer_that_was_there_before_the_question_is_nobodys() {
        let soon = Duration::from_millis(300);
        let told = answer(&ask(None), "yes\n", soon).unwrap_err();
        assert!(told.contains("nobody had read it"), "{told}");
    }

    #[test]
    fn without_a_terminal_the_question_is_told_and_no_flag_that_answers_it() {
        let mut terminal = Terminal {
            is_there: false,
            left: MOST,
        };
        let told = terminal.ask(ask(None)).unwrap_err();
        assert!(told.contains("(key_1)"), "{told}");
        assert!(!told.contains("--"), "{told}");
    }
}
