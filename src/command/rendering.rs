//! An answer for people: its summary, then each part, lists as tables.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::observe::shown;

/// How many characters of a cell are shown.
const WIDEST: usize = 60;

/// An answer as text.
pub(super) fn rendered(answer: &Value) -> String {
    let mut text = String::new();
    if let Some(Value::String(summary)) = answer.get("summary") {
        text.push_str(summary);
        text.push('\n');
    }
    let data = answer.get("data").and_then(Value::as_object);
    for (name, part) in data.into_iter().flatten() {
        section(&mut text, name, part);
    }
    let cursor = answer.pointer("/pagination/cursor").and_then(Value::as_str);
    if let Some(cursor) = cursor {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\nmore: --cursor '{}'", shown::escaped(cursor));
    }
    text
}

fn section(text: &mut String, name: &str, part: &Value) {
    let heading = words(name);
    match part {
        Value::Array(items) if items.is_empty() => {
            let _ = writeln!(text, "\n{heading}: none");
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            let rows: Vec<&Map<String, Value>> =
                items.iter().filter_map(Value::as_object).collect();
            let _ = writeln!(text, "\n{heading}");
            text.push_str(&table(&rows));
        }
        Value::String(lines) if name == "text" => {
            let _ = writeln!(text, "\n{}", shown::lines(lines.trim_end()));
        }
        Value::Object(members) => {
            let _ = writeln!(text, "\n{heading}");
            for (name, member) in members {
                let _ = writeln!(text, "  {}: {}", words(name), cell(member));
            }
        }
        other => {
            let _ = writeln!(text, "{heading}: {}", cell(other));
        }
    }
}

/// `byOwner` as people write it: `by owner`.
fn words(name: &str) -> String {
    if name
        .chars()
        .all(|letter| letter.is_ascii_uppercase() || letter == '_')
    {
        return name.to_owned();
    }
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// Rows with each column as wide as its widest cell; columns that some row has.
fn table(rows: &[&Map<String, Value>]) -> String {
    let mut columns: Vec<&String> = Vec::new();
    for row in rows {
        for name in row.keys() {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    let header: Vec<String> = columns
        .iter()
        .map(|name| words(name).to_uppercase())
        .collect();
    let body = rows.iter().map(|row| {
        let cells = columns
            .iter()
            .map(|name| row.get(*name).map_or_else(String::new, cell));
        cells.collect::<Vec<String>>()
    });
    let lines: Vec<Vec<String>> = std::iter::once(header).chain(body).collect();
    let mut widths = vec![0; columns.len()];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str("  ");
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// A value on one line. What others wrote moves no cursor and ends no line.
fn cell(value: &Value) -> String {
    let plain = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(cell).collect();
            return items.join(", ");
        }
        other => other.to_string(),
    };
    let cut = shown::cut(&plain, WIDEST);
    let more = if cut.len() < plain.len() { "…" } else { "" };
    format!("{}{more}", shown::escaped(cut))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_its_summary_and_its_parts() {
        let answer = json!({
            "summary": "2 of 3 keys fit.",
            "data": {
                "found": 2,
                "byState": {"VALID": 2},
                "keys": [{"keyId": "key_1", "name": "a\u{1b}[2J"}, {"keyId": "key_2", "roles": ["x", "y"]}],
                "unread": [],
            },
            "pagination": {"hasMore": true, "cursor": "api_1/key_3"},
        });
        let expected = "2 of 3 keys fit.\nfound: 2\n\nby state\n  VALID: 2\n\nkeys\n  KEY ID  NAME          \
                        ROLES\n  key_1   a\\u{1b}[2J\n  key_2                 x, y\n\nunread: none\n\nmore: \
                        --cursor 'api_1/key_3'\n";
        let rendered = rendered(&answer);
        assert!(!rendered.contains('\u{1b}'), "{rendered}");
        assert_eq!(
            rendered.lines().count(),
            expected.lines().count(),
            "{rendered}"
        );
        assert!(rendered.contains("  KEY ID  NAME"), "{rendered}");
        assert!(rendered.contains("x, y"), "{rendered}");
    }
}
