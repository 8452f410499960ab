//! How a client narrows its own list: in the URL, and in headers.

use ::http::{HeaderMap, Uri};
use unkey_tools::nearest::nearest;

use crate::inventory::{Inventory, Narrowing, names};
use crate::observe::shown;

/// What one client is offered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    /// The tools.
    pub(super) inventory: Inventory,
    /// Whether four tools stand for them.
    pub(super) dynamic: bool,
}

/// What the URL's query and the headers leave of `offer`. Neither can widen it.
///
/// # Errors
/// A message about a name or a value that does not exist.
pub(super) fn narrow(mut offer: Offer, uri: &Uri, headers: &HeaderMap) -> Result<Offer, String> {
    if let Some(query) = uri.query() {
        offer = offer.and(&from_pairs(
            url::form_urlencoded::parse(query.as_bytes()),
            URL,
        )?)?;
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
        offer = offer.and(&from_pairs(pairs.into_iter(), HEADERS)?)?;
    }
    Ok(offer)
}

impl Offer {
    fn and(self, asked: &Asked) -> Result<Self, String> {
        let narrowing = asked.narrowing.inventory();
        Ok(Self {
            inventory: self
                .inventory
                .and(narrowing.map_err(|unknown| unknown.to_string())?),
            dynamic: self.dynamic || asked.dynamic,
        })
    }
}

/// What a client asks for.
#[derive(Default)]
struct Asked {
    narrowing: Narrowing,
    dynamic: bool,
}

const URL: [&str; 4] = ["toolsets", "tools", "readonly", "mode"];
const HEADERS: [&str; 4] = [
    "x-mcp-toolsets",
    "x-mcp-tools",
    "x-mcp-readonly",
    "x-mcp-mode",
];

/// The only mode that there is a word for.
const DYNAMIC: &str = "dynamic";

fn from_pairs<Name: AsRef<str>, Text: AsRef<str>>(
    pairs: impl Iterator<Item = (Name, Text)>,
    [toolsets, tools, read_only, mode]: [&str; 4],
) -> Result<Asked, String> {
    let mut dynamic = false;
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
        } else if name == mode {
            if value.trim() != DYNAMIC {
                let value = shown::name(value);
                return Err(format!(
                    "{mode} must be {DYNAMIC}, or left out; got `{value}`"
                ));
            }
            dynamic = true;
        } else if let Some(meant) = nearest(name, [toolsets, tools, read_only, mode]) {
            // Left out, it would offer more than the client wished for.
            let name = shown::name(name);
            return Err(format!("`{name}` is unknown. Did you mean `{meant}`?"));
        }
    }
    Ok(Asked {
        narrowing: asked,
        dynamic,
    })
}

/// Whether `value` says yes; an empty one, as in `?readonly`, does.
fn yes(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}
