//! How a client narrows its own list: in the URL, and in headers.

use ::http::{HeaderMap, Uri};
use unkey_tools::nearest::nearest;

use crate::inventory::{Inventory, Narrowing, names};
use crate::observe::shown;

/// The tools that the URL's query and the headers leave of `allowed`. Neither can widen it.
///
/// # Errors
/// A message about a name or a value that does not exist.
pub(super) fn narrow(
    allowed: Inventory,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Inventory, String> {
    let mut inventory = allowed;
    if let Some(query) = uri.query() {
        let asked = from_pairs(url::form_urlencoded::parse(query.as_bytes()), URL)?;
        inventory = inventory.and(asked.inventory().map_err(|unknown| unknown.to_string())?);
    }
    if HEADERS.iter().any(|name| headers.contains_key(*name)) {
        let mut pairs = Vec::new();
        for name in HEADERS {
            for value in headers.get_all(name) {
                let value = value
                    .to_str()
                    .map_err(|_| format!("{name} is not plain text"))?;
                pairs.push((name, value));
            }
        }
        let asked = from_pairs(pairs.into_iter(), HEADERS)?;
        inventory = inventory.and(asked.inventory().map_err(|unknown| unknown.to_string())?);
    }
    Ok(inventory)
}

const URL: [&str; 3] = ["toolsets", "tools", "readonly"];
const HEADERS: [&str; 3] = ["x-mcp-toolsets", "x-mcp-tools", "x-mcp-readonly"];

fn from_pairs<Name: AsRef<str>, Text: AsRef<str>>(
    pairs: impl Iterator<Item = (Name, Text)>,
    [toolsets, tools, read_only]: [&str; 3],
) -> Result<Narrowing, String> {
    let mut asked = Narrowing::default();
    for (name, value) in pairs {
        let (name, value) = (name.as_ref(), value.as_ref());
        if name == toolsets {
            asked.toolsets.extend(names(value));
        } else if name == tools {
            asked.tools.extend(names(value));
        } else if name == read_only {
            asked.read_only |= yes(value).ok_or_else(|| {
                format!(
                    "{read_only} must be true or false, got `{}`",
                    shown::name(value)
                )
            })?;
        } else if let Some(meant) = nearest(name, [toolsets, tools, read_only]) {
            // Left out, it would offer more than the client wished for.
            let name = shown::name(name);
            return Err(format!("`{name}` is unknown. Did you mean `{meant}`?"));
        }
    }
    Ok(asked)
}

/// Whether `value` says yes; an empty one, as in `?readonly`, does.
fn yes(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}
