//! The configurations of clients: whether they can be read, and which servers in them are ours.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::entry::Configured;
use super::report::Finding;
use super::{Surroundings, server};
use crate::install::{Client, Lying, read, repeated, shown_path};
use crate::observe::shown;

/// Configurations that a folder of a project has of its own.
const OF_PROJECTS: [(Client, &str); 6] = [
    (Client::ClaudeCode, ".mcp.json"),
    (Client::Cursor, ".cursor/mcp.json"),
    (Client::VsCode, ".vscode/mcp.json"),
    (Client::Codex, ".codex/config.toml"),
    (Client::Gemini, ".gemini/settings.json"),
    (Client::Zed, ".zed/settings.json"),
];

/// What lists of servers are called, by one client or another.
const LISTS: [&str; 6] = [
    "mcpServers",
    "servers",
    "mcp_servers",
    "mcp-servers",
    "context_servers",
    "mcp",
];

/// A configuration that may be there.
struct Place {
    client: Client,
    path: PathBuf,
    /// Whether it is the user's own, and not a folder's.
    is_own: bool,
}

/// One of our servers in a configuration.
struct Found<'a> {
    name: &'a String,
    entry: &'a Value,
}

/// A server that was seen, by its name.
struct Seen {
    client: Client,
    name: String,
    /// Where, for a person.
    place: String,
}

/// What there is to say about each configuration, and each of our servers in one.
pub(super) async fn sections(surroundings: &Surroundings) -> Vec<(String, Vec<Finding>)> {
    let mut sections = Vec::new();
    let mut seen: Vec<Seen> = Vec::new();
    for place in places(surroundings) {
        let path = shown_path(&place.path, &surroundings.places.home);
        let about = format!("{}: {path}", place.client.name());
        let (text, whole) = match whole(&place) {
            Ok(Some(file)) => file,
            Ok(None) => continue,
            Err(finding) => {
                sections.push((about, vec![finding]));
                continue;
            }
        };
        let here = surroundings.here.as_deref();
        let lists = lists(place.client, &whole, here);
        let mut findings = of_file(&place, &text, &whole, &lists);
        let mut servers = Vec::new();
        for (list, entries) in &lists {
            let inside = match list.as_slice() {
                [_] => path.clone(),
                _ => format!("{path}, for this folder"),
            };
            for found in ours(entries) {
                findings.extend(twice(place.client, found.name, &inside, &seen));
                seen.push(Seen {
                    client: place.client,
                    name: found.name.clone(),
                    place: inside.clone(),
                });
                servers.push(found);
            }
        }
        if servers.is_empty() && findings.is_empty() {
            let word = place.client.word();
            let hint = format!("no server of ours; `unkey-mcp install {word}` adds one");
            findings.push(Finding::note("none", hint));
        }
        sections.push((about, findings));
        for Found { name, entry } in servers {
            let configured = Configured {
                client: place.client,
                entry,
                surroundings,
                is_own: place.is_own,
            };
            let about = format!("{}: `{}`", place.client.name(), shown::name(name));
            sections.push((about, server::findings(&configured).await));
        }
    }
    if sections.is_empty() {
        let hint = "no client has a configuration here; `unkey-mcp install CLIENT` makes one";
        sections.push(("Clients".to_owned(), vec![Finding::note("none", hint)]));
    }
    sections
}

/// The user's own configurations, and those of the folder that this runs in.
fn places(surroundings: &Surroundings) -> Vec<Place> {
    let own = Client::ALL.map(|client| Place {
        client,
        path: surroundings.places.file(client),
        is_own: true,
    });
    let mut places = Vec::from(own);
    if let Some(here) = &surroundings.here {
        for (client, name) in OF_PROJECTS {
            let path = here.join(name);
            if !places.iter().any(|place| is_same(&place.path, &path)) {
                places.push(Place {
                    client,
                    path,
                    is_own: false,
                });
            }
        }
    }
    places
}

/// Whether two paths lead to one file.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

/// A configuration's text and what it holds; nothing where there is none.
fn whole(place: &Place) -> Result<Option<(Lying, Value)>, Finding> {
    let unreadable = |why: String| {
        let mend = format!(
            "Mend the file: until then {} knows none of its servers.",
            place.client.name()
        );
        Finding::wrong("broken-file", why, mend)
    };
    let lying = Lying::read(&place.path).map_err(|problem| unreadable(problem.to_string()))?;
    let Some(text) = lying.text.as_deref() else {
        return Ok(None);
    };
    let whole = read(text, place.client.syntax()).map_err(|unfit| unreadable(unfit.to_string()))?;
    Ok(Some((lying, whole)))
}

/// A list of servers in a configuration, by the way to it.
type List<'a> = (Vec<&'a str>, &'a Map<String, Value>);

/// The lists that the client reads.
fn lists<'a>(client: Client, whole: &'a Value, here: Option<&'a Path>) -> Vec<List<'a>> {
    let mut ways = vec![vec![client.list()]];
    if let (Client::ClaudeCode, Some(here)) = (client, here.and_then(Path::to_str)) {
        // What `claude mcp add` writes where nobody says for whom.
        ways.push(vec!["projects", here, client.list()]);
    }
    let found = ways.into_iter().filter_map(|way| {
        let list = way.iter().try_fold(whole, |value, step| value.get(step))?;
        Some((way, list.as_object()?))
    });
    found.collect()
}

/// The servers in a list that are ours.
fn ours(list: &Map<String, Value>) -> impl Iterator<Item = Found<'_>> {
    let all = list.iter().map(|(name, entry)| Found { name, entry });
    all.filter(|found| server::is_ours(found.name, found.entry))
}

/// What is wrong with a file as a whole.
fn of_file(place: &Place, file: &Lying, whole: &Value, lists: &[List<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.is_read_only() {
        let path = shown::path(&place.path);
        findings.push(Finding::wrong(
            "read-only",
            "the file is read-only: neither the client nor `unkey-mcp install` can change it",
            format!("Make it writable: chmod u+w {path}"),
        ));
    }
    let syntax = place.client.syntax();
    let text = file.text.as_deref().unwrap_or_default();
    let is_repeated = |way: &[&str], name: &str| repeated(text, syntax, way, name);
    if is_repeated(&[], place.client.list()) {
        findings.push(repetition(place.client.list()));
    }
    for (way, list) in lists {
        let names = list.keys().filter(|name| is_repeated(way, name));
        findings.extend(names.map(|name| repetition(name)));
    }
    findings.extend(misplaced(place.client, whole));
    findings
}

fn repetition(name: &str) -> Finding {
    Finding::wrong(
        "two-entries",
        format!(
            "`{}` stands there twice, and one of the two is passed over",
            shown::name(name)
        ),
        "Delete one of them, or give it another name.",
    )
}

/// Whether a server of ours is in a list that is another client's.
fn misplaced(client: Client, whole: &Value) -> Option<Finding> {
    let others = LISTS.iter().filter(|name| **name != client.list());
    let mut lists = others.filter_map(|name| Some((name, whole.get(name)?.as_object()?)));
    let (list, found) = lists.find_map(|(name, list)| Some((name, ours(list).next()?)))?;
    Some(Finding::wrong(
        "wrong-list",
        format!(
            "`{}` stands in `{list}`, where {} does not look",
            shown::name(found.name),
            client.name()
        ),
        format!("Call the list `{}`.", client.list()),
    ))
}

/// Whether a server of that name was seen in another configuration of the same client.
fn twice(client: Client, name: &str, place: &str, seen: &[Seen]) -> Option<Finding> {
    let is_other =
        |other: &&Seen| other.client == client && other.name == name && other.place != place;
    let other = seen.iter().find(is_other)?;
    Some(Finding::wrong(
        "two-entries",
        format!(
            "`{}` is also in {}, and only one of the two counts",
            shown::name(name),
            other.place
        ),
        "Delete one of them, or give it another name.",
    ))
}
