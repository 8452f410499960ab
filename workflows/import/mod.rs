//! Descriptions of keys from elsewhere: CSV and JSON written by hand, dumps of Unkey's first API,
//! and what `unkey-mcp export` writes. They are read row by row; what is wrong with a row is said of
//! that row, and what has no place in Unkey is counted.

mod cells;
mod hash;
mod json;
mod row;
mod table;

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use unkey_tools::keys::MigratingKey;
use unkey_tools::workflows::Cannot;

use self::row::Reading;

/// What is read.
#[derive(Debug)]
pub(crate) struct Input<R> {
    /// The text.
    pub text: R,
    /// Whether it may hold keys in plain text, which are hashed here and go no further.
    pub may_hold_keys: bool,
    /// Now, Unix ms.
    pub now: i64,
}

/// What is taken from each row.
pub(crate) trait Sink {
    /// A key to import. Whether it is taken: another row may have the same one, in a better form.
    fn key(&mut self, row: u64, key: MigratingKey) -> bool;

    /// A row, or a field of it, that cannot be imported.
    fn bad(&mut self, bad: Cannot);
}

/// What became of the rows.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// How many rows there were.
    pub rows: u64,
    /// Fields that have no place in Unkey, and how many rows had them.
    pub left_behind: BTreeMap<String, u64>,
    /// What is carried over in another form, and how often.
    pub changed: BTreeMap<&'static str, u64>,
    /// The migration that an export names.
    pub migration_id: Option<String>,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is not JSON.
    #[error("it is no JSON: {0}")]
    Json(serde_json::Error),
    /// It is no table.
    #[error("it is no CSV: {0}")]
    Table(String),
    /// It has nothing by which a key could be known.
    #[error("it has no column `hash`: the first line of CSV names the columns")]
    NoHash,
    /// It holds a key in plain text where none belongs.
    #[error(
        "it holds keys in plain text, which do not belong into a conversation: give their SHA-256 \
         as `hash`, or put the file into the secrets folder and name it in `file`"
    )]
    PlainText,
}

/// Reads all rows.
///
/// # Errors
/// [`ImportError`]; what was handed to `sink` until then is not all.
pub(crate) fn read(
    mut input: Input<impl BufRead>,
    sink: &mut impl Sink,
) -> Result<Read, ImportError> {
    let mut rows = Rows {
        sink,
        may_hold_keys: input.may_hold_keys,
        now: input.now,
        seen: BTreeMap::new(),
        read: Read::default(),
        refused: None,
    };
    match first_letter(&mut input.text)? {
        None => {}
        Some(b'{' | b'[') => json::read(input.text, &mut rows)?,
        Some(_) => table::read(input.text, &mut rows)?,
    }
    match rows.refused {
        Some(refused) => Err(refused),
        None => Ok(rows.read),
    }
}

/// The first letter that is no space, which is left to be read; a mark of byte order goes.
fn first_letter(text: &mut impl BufRead) -> io::Result<Option<u8>> {
    if text.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        text.consume(3);
    }
    loop {
        let begin = text.fill_buf()?;
        let Some(first) = begin.first().copied() else {
            return Ok(None);
        };
        if !first.is_ascii_whitespace() {
            return Ok(Some(first));
        }
        text.consume(1);
    }
}

/// Where rows go, whatever they are written in.
struct Rows<'a, S> {
    sink: &'a mut S,
    may_hold_keys: bool,
    now: i64,
    /// The rows by their hashes: nothing is imported twice.
    seen: BTreeMap<[u8; 32], u64>,
    read: Read,
    refused: Option<ImportError>,
}

impl<S: Sink> Rows<'_, S> {
    /// Takes a row of which only the form is wrong.
    fn broken(&mut self, why: &str) {
        self.read.rows += 1;
        self.bad(self.read.rows, None, why);
    }

    /// Takes a row. `verbatim`: its hash is as Unkey takes it, whatever its form.
    fn take(&mut self, fields: Map<String, Value>, verbatim: bool) {
        if self.refused.is_some() {
            return;
        }
        self.read.rows += 1;
        let number = self.read.rows;
        let reading = Reading {
            fields,
            now: self.now,
            verbatim,
            may_hold_keys: self.may_hold_keys,
            left_behind: &mut self.read.left_behind,
            changed: &mut self.read.changed,
        };
        match reading.key() {
            Ok(key) => self.add(number, key),
            Err(row::Wrong::PlainText) => self.refused = Some(ImportError::PlainText),
            Err(row::Wrong::Fields(wrong)) => {
                for (field, why) in wrong {
                    self.bad(number, Some(field), &why);
                }
            }
        }
    }

    fn add(&mut self, number: u64, key: MigratingKey) {
        let digest = Sha256::digest(key.hash.as_bytes()).into();
        if let Some(first) = self.seen.get(&digest) {
            let why = format!("the same key as in row {first}");
            self.bad(number, Some("hash".to_owned()), &why);
            return;
        }
        if self.sink.key(number, key) {
            self.seen.insert(digest, number);
        }
    }

    fn bad(&mut self, row: u64, field: Option<String>, why: &str) {
        self.sink.bad(Cannot {
            key_id: None,
            row: Some(row),
            field,
            why: why.to_owned(),
        });
    }
}
