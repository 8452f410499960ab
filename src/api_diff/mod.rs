//! `api-diff`: the catalogue beside an OpenAPI document, such as that of Unkey's newest server.
//!
//! What a document says that no argument and no result can show is left alone: words, examples,
//! defaults, formats, and of an answer all but its fields, their types and their choices.

mod api;
mod comparison;
mod document;
mod fields;
mod report;
mod schema;

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

pub use self::api::{Api, Caller, Operation};
pub use self::comparison::{Comparison, FieldChange, OperationChange, OtherOperation};
pub use self::document::{Document, DocumentError};
pub use self::fields::{Fields, Keywords};
use crate::error::StartError;
use crate::output;

/// No document that describes an API is larger.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Which document, and how to tell what differs.
#[derive(Debug)]
pub struct ApiDiff {
    /// The document's file; `None` is stdin.
    pub document: Option<PathBuf>,
    /// Whether to print JSON instead of words.
    pub json: bool,
}

/// Prints what differs; says whether anything does.
///
/// # Errors
/// [`StartError::Document`] where the document cannot be read or understood.
pub fn run(settings: &ApiDiff) -> Result<bool, StartError> {
    let document = Document::parse(&bytes(settings)?)?;
    let comparison = Comparison::of(&document)?;
    let text = if settings.json {
        report::json(&comparison)
    } else {
        report::words(&comparison)
    };
    output::print(&text)?;
    Ok(!comparison.is_empty())
}

/// The document's bytes.
fn bytes(settings: &ApiDiff) -> Result<Vec<u8>, DocumentError> {
    let (source, read): (String, Box<dyn Read>) = match &settings.document {
        None => ("stdin".to_owned(), Box::new(io::stdin().lock())),
        Some(path) => {
            let shown = crate::observe::shown::path(path);
            match File::open(path) {
                Ok(file) => (shown, Box::new(file)),
                Err(error) => return Err(DocumentError::Unreadable(shown, error)),
            }
        }
    };
    let mut bytes = Vec::new();
    match read.take(MOST_BYTES + 1).read_to_end(&mut bytes) {
        Err(error) => Err(DocumentError::Unreadable(source, error)),
        Ok(_) if bytes.len() as u64 > MOST_BYTES => Err(DocumentError::TooLarge),
        Ok(_) => Ok(bytes),
    }
}
