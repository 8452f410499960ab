//! The terminal that a command talks to.

use std::io::{self, BufRead as _, Write as _};

use anstream::AutoStream;

use crate::error::StartError;

/// stdout, with colours where it is a terminal and nobody minds.
pub(crate) struct Screen {
    out: AutoStream<io::Stdout>,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self {
            out: AutoStream::auto(io::stdout()),
        }
    }

    /// Writes a line, or several.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), StartError> {
        let written = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
        ended_early(written)
    }

    /// Asks for a yes. Anything else, and the end of stdin, is a no.
    pub(crate) fn ask(&mut self, question: &str) -> Result<bool, StartError> {
        let written = write!(self.out, "{question} [y/N] ").and_then(|()| self.out.flush());
        ended_early(written)?;
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(StartError::Output)?;
        Ok(matches!(
            answer.trim().to_ascii_lowercase().as_str(),
            "y" | "yes"
        ))
    }
}

/// Whoever read the first lines has seen enough.
fn ended_early(written: io::Result<()>) -> Result<(), StartError> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(StartError::Output),
    }
}
