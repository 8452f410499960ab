//! Names that stand for ids.

use serde_json::{Map, Value};
use unkey_tools::Entry;
use unkey_tools::nearest::nearest;

use crate::backend::Backend;
use crate::observe::shown;
use crate::root_key::{Caller, Mistake};
use crate::settings::{Terms, is_api_id};

const API_ID: &str = "apiId";
const NAMESPACE: &str = "namespace";

/// The longest name that is looked up: the longest that an API can have.
const LONGEST: usize = 512;

/// How many known names are told.
const TOLD: u32 = 20;

/// The same arguments with an API's id in place of its name.
///
/// # Errors
/// That no API, or more than one, has that name.
pub(super) async fn of_apis(
    entry: &Entry,
    arguments: Map<String, Value>,
    terms: &Terms,
    backend: &Backend,
    caller: &Result<Caller, Mistake>,
) -> Result<Map<String, Value>, String> {
    let mut arguments = entry.unwrapped(arguments);
    let fields = entry.input().schema.get("properties");
    let takes_one = fields.is_some_and(|fields| fields.get(API_ID).is_some());
    let place = arguments.get_mut(API_ID).filter(|_| takes_one);
    let Some(Value::String(text)) = place else {
        return Ok(arguments);
    };
    let name = text.trim();
    if is_api_id(name) || name.is_empty() || name.len() > LONGEST {
        return Ok(arguments);
    }
    if let Some(id) = terms.names.apis.get(name) {
        text.clone_from(id);
        return Ok(arguments);
    }
    let found = backend.apis(Some(name.to_owned()), TOLD).await;
    match found.as_deref() {
        Some([(id, _)]) => {
            text.clone_from(id);
            Ok(arguments)
        }
        Some([_, _, ..]) => {
            let ids = found.into_iter().flatten().map(|(id, _)| id);
            Err(mistake(
                entry,
                &format!(
                    "several APIs are called `{}`: send the id of one: {}",
                    shown::name(name),
                    ids.collect::<Vec<_>>().join(", ")
                ),
            ))
        }
        // Nothing is known of names: Unkey says what it thinks of it.
        None if terms.names.apis.is_empty() => Ok(arguments),
        Some([]) | None => {
            let known = known(terms, backend, caller).await;
            Err(mistake(entry, &unknown(name, &known)))
        }
    }
}

/// The same body with namespaces named as Unkey knows them.
pub(super) fn of_namespaces(body: &mut Value, terms: &Terms) {
    let names = &terms.names.namespaces;
    if names.is_empty() {
        return;
    }
    let parts = match body {
        Value::Array(items) => items.as_mut_slice(),
        body => std::slice::from_mut(body),
    };
    for part in parts {
        if let Some(Value::String(name)) = part.get_mut(NAMESPACE)
            && let Some(meant) = names.get(name.as_str())
        {
            name.clone_from(meant);
        }
    }
}

/// The names that this caller may be told, some of them: those of the profile, and to its owner the
/// engine's.
async fn known(terms: &Terms, backend: &Backend, caller: &Result<Caller, Mistake>) -> Vec<String> {
    let Ok(caller) = caller else {
        return Vec::new();
    };
    let mut known: Vec<String> = terms.names.apis.keys().cloned().collect();
    if *caller == Caller::Owner {
        let apis = backend.apis(None, TOLD).await;
        known.extend(apis.into_iter().flatten().map(|(_, name)| name));
    }
    known.truncate(TOLD as usize);
    known
}

fn unknown(name: &str, known: &[String]) -> String {
    let listed: Vec<String> = known.iter().map(|name| shown::name(name)).collect();
    let meant = nearest(name, listed.iter().map(String::as_str));
    let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
    let known = match listed.as_slice() {
        [] => "no name is known here".to_owned(),
        listed => format!("known: {}", listed.join(", ")),
    };
    let name = shown::name(name);
    format!("`{name}` is no id of an API (api_…) and no name of one; {meant}{known}")
}

fn mistake(entry: &Entry, what: &str) -> String {
    format!(
        "The arguments of {} are not valid; nothing was sent:\n- `{API_ID}`: {what}\nCorrect them and \
         call the tool again.",
        entry.name
    )
}
