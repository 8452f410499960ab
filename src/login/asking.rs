//! Where a root key is read from: a person at a terminal, or stdin.

use std::io::{self, IsTerminal as _, Read as _};

use unkey_tools::types::Secret;
use zeroize::Zeroizing;

use crate::error::StartError;

/// The longest text that is read.
const LONGEST: u64 = 4_096;

/// The root key that a person writes, unseen, or that comes on stdin.
pub(super) fn root_key() -> Result<Secret, StartError> {
    let unreadable =
        |error: io::Error| StartError::NotDone(format!("the root key cannot be read: {error}"));
    let stdin = io::stdin();
    if stdin.is_terminal() {
        let prompt = "Root key (it is not shown): ";
        return rpassword::prompt_password(prompt)
            .map(Secret::new)
            .map_err(unreadable);
    }
    let mut text = Zeroizing::new(String::new());
    let mut start = stdin.lock().take(LONGEST + 1);
    start.read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        return Err(StartError::Usage(
            "stdin holds too much to be a root key".to_owned(),
        ));
    }
    Ok(Secret::new(text.trim()))
}
