//! Comma-separated values, the first line of which names the columns.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::row::{is_hash, is_plain_text};
use super::{ImportError, Rows, Sink};

pub(super) fn read<S: Sink>(
    mut text: impl BufRead,
    rows: &mut Rows<'_, S>,
) -> Result<(), ImportError> {
    let delimiter = delimiter(text.fill_buf()?);
    let mut table = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text);
    let names: Vec<String> = match table.headers() {
        Ok(names) => names.iter().map(str::to_owned).collect(),
        Err(error) => return Err(ImportError::Table(told(&error))),
    };
    if !names
        .iter()
        .any(|name| is_hash(name) || is_plain_text(name))
    {
        return Err(ImportError::NoHash);
    }
    for record in table.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                return Err(ImportError::Table(told(&error)));
            }
            Err(_) => {
                rows.broken("it is not UTF-8");
                continue;
            }
        };
        if record.len() > names.len() {
            rows.broken("it has more cells than there are columns");
            continue;
        }
        let mut fields = Map::new();
        for (name, cell) in names.iter().zip(record.iter()) {
            if !cell.is_empty() {
                put(&mut fields, name, cell);
            }
        }
        rows.take(fields, false);
    }
    Ok(())
}

/// Puts a cell where it belongs: `meta.plan` is the field `plan` of `meta`.
fn put(fields: &mut Map<String, Value>, name: &str, cell: &str) {
    let nested = ["meta", "refill", "ratelimit", "identity", "credits"]
        .iter()
        .find_map(|outer| {
            let inner = name.strip_prefix(outer)?.strip_prefix('.')?;
            Some((*outer, inner))
        });
    let Some((outer, inner)) = nested else {
        fields.insert(name.to_owned(), cell.into());
        return;
    };
    let group = fields
        .entry(outer)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(group) = group {
        group.insert(inner.to_owned(), cell.into());
    }
}

/// What stands between cells: a comma, or what the first line has more of.
fn delimiter(begin: &[u8]) -> u8 {
    let line = begin
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |wanted: u8| line.split(|byte| *byte == wanted).count();
    let others = [b';', b'\t'].into_iter();
    others
        .filter(|other| count(*other) > count(b','))
        .max_by_key(|other| count(*other))
        .unwrap_or(b',')
}

/// What is wrong, without what the file holds.
fn told(error: &csv::Error) -> String {
    match error.position() {
        Some(position) => format!("line {} cannot be read", position.line()),
        None => "it cannot be read".to_owned(),
    }
}
