//! `unkey-mcp tools`: the catalogue for a person, or exactly as a client gets it.

use serde_json::json;
use unkey_tools::{Entry, Toolset};

use crate::error::StartError;
use crate::inventory::Inventory;
use crate::secrets::Secrets;
use crate::{backend, mcp, output};

/// What separates two columns.
const GAP: &str = "  ";

/// How far the lines below a tool's name are indented.
const INDENT: &str = "    ";

/// The narrowest terminal that lines are broken for: a tool's name and its effect need as much.
const MIN_WIDTH: usize = 40;

/// In what form the tools are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Exactly what `tools/list` sends.
    Json,
    /// One line for each tool, for `grep` and its like.
    Table,
    /// Lines that fit a terminal of so many columns.
    Terminal(usize),
}

/// Prints the tools of `inventory`.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print(inventory: Inventory, form: Form) -> Result<(), StartError> {
    let text = match form {
        Form::Json => list(inventory) + "\n",
        Form::Table => table(inventory) + "\n" + &costs(inventory),
        Form::Terminal(columns) => {
            let width = columns.max(MIN_WIDTH);
            described(inventory, width) + &wrapped(&costs(inventory), "", width)
        }
    };
    output::print(&text)
}

/// The list as clients get it.
fn list(inventory: Inventory) -> String {
    json!({"tools": mcp::list(inventory, &Secrets::on_own_machine())}).to_string()
}

/// A line for each tool.
fn table(inventory: Inventory) -> String {
    let header = ["TOOL", "EFFECT", "LOCAL", "PERMISSION", "WHAT IT DOES"].map(str::to_owned);
    let rows = inventory.entries().map(|entry| {
        [
            entry.name.to_owned(),
            entry.effect.word().to_owned(),
            if backend::is_local(entry) {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
            permissions(entry),
            entry.sentence().to_owned(),
        ]
    });
    aligned(&std::iter::once(header).chain(rows).collect::<Vec<_>>())
}

/// A paragraph for each tool, for a terminal of `width` columns.
fn described(inventory: Inventory, width: usize) -> String {
    let mut text = String::new();
    for entry in inventory.entries() {
        let place = if backend::is_local(entry) {
            ""
        } else {
            ", not in --local"
        };
        let heading = format!("{} ({}{place})", entry.name, entry.effect.word());
        text.push_str(&wrapped(&heading, "", width));
        text.push_str(&wrapped(entry.sentence(), INDENT, width));
        let needs = format!("needs {}", permissions(entry));
        if !entry.grants.is_empty() {
            text.push_str(&wrapped(&needs, INDENT, width));
        }
        text.push('\n');
    }
    text
}

/// What each toolset, and all of the list, costs a conversation.
fn costs(inventory: Inventory) -> String {
    let mut rows = vec![["TOOLSET", "TOOLS", "BYTES", "TOKENS"].map(str::to_owned)];
    for toolset in Toolset::ALL {
        let part = inventory.and(Inventory::of(|entry| entry.toolset == toolset));
        if part.entries().next().is_some() {
            let bytes = list(part).len();
            rows.push([
                toolset.name().to_owned(),
                part.entries().count().to_string(),
                bytes.to_string(),
                estimated_tokens(bytes).to_string(),
            ]);
        }
    }
    let bytes = list(inventory).len();
    format!(
        "{}\n{} tools; the list is {bytes} bytes, about {} tokens.\nTokens are an estimate, bytes / 4: \
         each model counts its own way.\n",
        aligned(&rows),
        inventory.entries().count(),
        estimated_tokens(bytes),
    )
}

/// About how many tokens a model makes of so many bytes of a list.
const fn estimated_tokens(bytes: usize) -> usize {
    bytes / 4
}

/// Rows with each column as wide as its widest cell.
fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let mut widths = [0; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let cells = cells.map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join(GAP).trim_end());
        text.push('\n');
    }
    text
}

/// `text` with its lines broken at spaces to fit `width`, and `indent` before every line.
pub(crate) fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let mut all = String::new();
    for line in text.lines() {
        let mut used = indent.len();
        all.push_str(indent);
        for (index, word) in line.split(' ').enumerate() {
            let needed = word.chars().count();
            if index > 0 && used + 1 + needed > width {
                all.extend(["\n", indent]);
                used = indent.len();
            } else if index > 0 {
                all.push(' ');
                used += 1;
            }
            all.push_str(word);
            used += needed;
        }
        all.push('\n');
    }
    all
}

/// What the root key must be allowed to do, in a cell.
pub fn permissions(entry: &Entry) -> String {
    let grants = entry.grants.iter().map(|grant| match grant.condition() {
        Some(condition) => format!("{grant} (with {condition})"),
        None => grant.to_string(),
    });
    let text = grants.collect::<Vec<_>>().join(", ");
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_the_last_space_that_fits() {
        assert_eq!(wrapped("one two three", "", 8), "one two\nthree\n");
        assert_eq!(wrapped("one two three", "  ", 7), "  one\n  two\n  three\n");
        assert_eq!(wrapped("one two", "", 7), "one two\n");
        assert_eq!(wrapped("one\n\ntwo", "", 7), "one\n\ntwo\n");
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_of_its_own() {
        assert_eq!(wrapped("a abcdefghij b", "", 5), "a\nabcdefghij\nb\n");
        assert_eq!(wrapped("abcdefghij", "", 5), "abcdefghij\n");
    }
}
