//! How much memory things would take, before they are made.

use serde_json::Value as Json;

use crate::column::{Column, Value, span};
use crate::error::{QueryError, Result};

/// The memory that a question may take, in bytes.
pub(crate) const MOST_BYTES: usize = 1_000_000_000;

/// How often a text of the answer is there at a time: as a value, in the answer and on its way out.
const TEXT_COPIES: usize = 3;

/// About how much one value takes beside itself.
pub(crate) fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() + 16,
        Value::List(items) => items
            .iter()
            .map(|item| size_of::<Value>() + value_bytes(item))
            .sum(),
        _ => 0,
    }
}

/// About how much a cell of the answer takes.
pub(crate) fn cell_bytes(cell: &Json) -> usize {
    80 + match cell {
        Json::String(text) => text.len() * TEXT_COPIES,
        Json::Array(items) => items.iter().map(cell_bytes).sum(),
        _ => 0,
    }
}

/// Refuses to copy the `rows` of `columns` where the copies would take too much.
pub(crate) fn room_for_copies<'a>(
    columns: impl IntoIterator<Item = &'a Column>,
    rows: &[u32],
) -> Result<()> {
    let mut bytes = 0_usize;
    for column in columns {
        bytes = bytes.saturating_add(copied_bytes(column, rows));
    }
    if bytes > MOST_BYTES {
        return Err(QueryError::memory());
    }
    Ok(())
}

fn copied_bytes(column: &Column, rows: &[u32]) -> usize {
    match column {
        Column::Arrays { ends, items } => {
            let each = items.bytes().div_ceil(items.len().max(1));
            let copied: usize = rows
                .iter()
                .map(|row| span(ends, *row as usize))
                .map(|(start, end)| end - start)
                .sum();
            rows.len() * 4 + copied.saturating_mul(each)
        }
        Column::Tuples { parts, .. } => parts.iter().map(|part| copied_bytes(part, rows)).sum(),
        Column::Nullable { values, .. } => rows.len() + copied_bytes(values, rows),
        Column::Same { .. } => 0,
        Column::Ints(_) | Column::Floats(_) => rows.len() * 8,
        Column::Texts { .. } | Column::Coded { .. } => rows.len() * 4,
    }
}
