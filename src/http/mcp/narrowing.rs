//! How a client narrows its own list: in the URL, and in headers.

use ::http::{HeaderMap, Uri};
use unkey_tools::nearest::nearest;

use crate::inventory::{Inventory, Narrowing, names};
use crate::observe::shown;
use crate::settings::{Offer, Terms};

/// The tools that the URL's query and the headers leave of what is offered, and what holds for them.
/// Neither can widen it.
///
/// # Errors
/// A message about a name or a value that does not exist.
pub(super) fn narrow(
    offer: &Offer,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(Inventory, Terms), String> {
    let profile = profile(uri)?;
    let offered = offer.of(offer.loaded().as_deref(), profile.as_deref());
    let (mut inventory, mut terms) = offered.map_err(|bad| bad.to_string())?;
    let mut narrow = |asked: Asked| {
        let tools = asked.narrowing.inventory();
        inventory = inventory.and(tools.map_err(|unknown| unknown.to_string())?);
        terms.answers.dynamic |= asked.dynamic;
        Ok::<(), String>(())
    };
    if let Some(query) = uri.query() {
        narrow(from_pairs(
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
        narrow(from_pairs(pairs.into_iter(), HEADERS)?)?;
    }
    Ok((inventory, terms))
}

/// The profile that the URL's query chooses.
fn profile(uri: &Uri) -> Result<Option<String>, String> {
    let query = uri.query().unwrap_or_default();
    let mut chosen = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| name == PROFILE && !value.is_empty());
    let first = chosen.next().map(|(_, value)| value.into_owned());
    match chosen.next() {
        Some(_) => Err("`profile` is there twice: choose one".to_owned()),
        None => Ok(first),
    }
}

/// What in a URL's query chooses a profile.
const PROFILE: &str = "profile";

const URL: [&str; 4] = ["toolsets", "tools", "readonly", "mode"];
const HEADERS: [&str; 4] = [
    "x-mcp-toolsets",
    "x-mcp-tools",
    "x-mcp-readonly",
    "x-mcp-mode",
];

/// The only mode that there is a word for.
const DYNAMIC: &str = "dynamic";

/// What a client asks for.
struct Asked {
    narrowing: Narrowing,
    dynamic: bool,
}

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
        } else if name == PROFILE {
            // It was taken before.
        } else if let Some(meant) = nearest(name, [toolsets, tools, read_only, mode, PROFILE]) {
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
