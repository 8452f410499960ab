//! Questions to analytics.

use serde_json::{Map, Value};

use crate::context::Context;
use crate::operations::CallError;

/// A text in SQL. Nothing in it ends the quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Texts in SQL, in parentheses.
pub(crate) fn any_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("({})", quoted.join(", "))
}

/// The rows that `query` asks for, of verifications or of checks of rate limits.
pub(crate) async fn rows(
    cx: &Context<'_>,
    tool: &'static str,
    query: String,
) -> Result<Vec<Map<String, Value>>, CallError> {
    let arguments = Map::from_iter([("query".to_owned(), Value::from(query))]);
    let mut answer = cx.read(tool, arguments).await?;
    let rows = match answer.get_mut("data").map(Value::take) {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    let objects = rows.into_iter().filter_map(|row| match row {
        Value::Object(row) => Some(row),
        _ => None,
    });
    Ok(objects.collect())
}

/// A number in a row; one that is not there is none.
pub(crate) fn number(row: &Map<String, Value>, column: &str) -> i64 {
    let value = row.get(column);
    value
        .and_then(|value| {
            value.as_i64().or_else(|| {
                // Sums beyond 53 bits come as text where a proxy reads them as doubles.
                value.as_str()?.parse().ok()
            })
        })
        .unwrap_or_default()
}

/// A text in a row.
pub(crate) fn text<'a>(row: &'a Map<String, Value>, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}
