//! Rows as text: a Markdown table, and comma-separated values.

use serde_json::{Map, Value};

/// A Markdown table; nothing where there are no rows.
pub(crate) fn markdown(rows: &[Map<String, Value>]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(first.keys().cloned().collect());
    let is_number = |value: &Value| value.is_number();
    let rules = first.values().map(|value| {
        let rule = if is_number(value) { "---:" } else { "---" };
        rule.to_owned()
    });
    text.push_str(&line(rules.collect()));
    for row in rows {
        let cells = row.values().map(|value| {
            let plain = plain(value);
            // What ends a cell or a line would let somebody's words pass for a row.
            plain.replace('|', "\\|").replace(char::is_control, " ")
        });
        text.push_str(&line(cells.collect()));
    }
    text
}

/// Comma-separated values with a header, as RFC 4180 has them; nothing where there are no rows.
pub(crate) fn csv(rows: &[Map<String, Value>]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let mut text = first.keys().cloned().collect::<Vec<_>>().join(",") + "\r\n";
    for row in rows {
        let cells: Vec<String> = row.values().map(cell).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

fn cell(value: &Value) -> String {
    let mut plain = plain(value);
    // A spreadsheet takes such a text for a formula and runs it.
    if value.is_string() && plain.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        plain.insert(0, '\'');
    }
    if plain.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", plain.replace('"', "\"\""))
    } else {
        plain
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(owner: &str) -> Vec<Map<String, Value>> {
        let row = json!({"owner": owner, "verifications": 3});
        vec![row.as_object().unwrap().clone()]
    }

    #[test]
    fn a_table_has_a_line_for_each_row_whatever_is_in_it() {
        assert_eq!(
            markdown(&rows("a|b\nc")),
            "| owner | verifications |\n| --- | ---: |\n| a\\|b c | 3 |\n"
        );
        assert_eq!(markdown(&[]), "");
    }

    #[test]
    fn csv_is_quoted_where_it_must_be_and_holds_no_formula() {
        assert_eq!(
            csv(&rows("a,\"b\"")),
            "owner,verifications\r\n\"a,\"\"b\"\"\",3\r\n"
        );
        assert_eq!(csv(&rows("=1+1")), "owner,verifications\r\n'=1+1,3\r\n");
        assert_eq!(csv(&rows("plain")), "owner,verifications\r\nplain,3\r\n");
    }
}
