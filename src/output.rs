//! What commands other than the servers print.

use std::io::{self, Write as _};

use crate::error::StartError;

/// Writes `text` to stdout.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print(text: &str) -> Result<(), StartError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever read the first lines has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(StartError::Output),
    }
}
