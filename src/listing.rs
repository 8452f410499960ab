//! `unkey-mcp tools`: the catalogue for a person, or exactly as a client gets it.

use std::fmt::Write as _;

use serde_json::json;

use crate::error::StartError;
use crate::inventory::Inventory;
use crate::{backend, mcp, output};

/// Prints the tools of `inventory`.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print(inventory: Inventory, json: bool) -> Result<(), StartError> {
    let list = json!({"tools": mcp::list(inventory)}).to_string();
    let text = if json {
        list + "\n"
    } else {
        table(inventory, &list)
    };
    output::print(&text)
}

fn table(inventory: Inventory, list: &str) -> String {
    let mut rows =
        vec![["TOOL", "EFFECT", "LOCAL", "PERMISSION", "WHAT IT DOES"].map(str::to_owned)];
    rows.extend(inventory.entries().map(|entry| {
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
    }));
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for [tool, effect, local, permission, sentence] in rows {
        let [a, b, c, d] = widths;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{tool:a$}  {effect:b$}  {local:c$}  {permission:d$}  {sentence}"
        );
    }
    let _ = write!(
        text,
        "\n{} tools; the list is {} bytes, {} tokens (o200k).\n",
        inventory.entries().count(),
        list.len(),
        tiktoken_rs::o200k_base_singleton().count_ordinary(list)
    );
    text
}

/// What the root key must be allowed to do, in a cell.
pub fn permissions(entry: &unkey_tools::Entry) -> String {
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
