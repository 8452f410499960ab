//! Which APIs are meant.

use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::operations::{Api, Known};
use crate::report::WorkflowError;

/// How many names are asked for at once.
const AT_ONCE: usize = 4;

/// How many names are asked for in all: what has none is shown by its id.
const MOST_NAMES: usize = 200;

/// How many names are offered to somebody who wrote one that is not known.
const MOST_OFFERED: usize = 20;

/// The APIs that `asked` names, by id or by name, or all that are known; in the order of their ids,
/// each once, with what is known of the workspace beside.
///
/// # Errors
/// [`WorkflowError`] where a name is not known or means several, or no API is known at all.
pub async fn resolve(
    asked: Option<&[String]>,
    cx: &Context<'_>,
) -> Result<(Vec<Api>, Known), WorkflowError> {
    let Some(asked) = asked else {
        let (apis, known) = all(cx).await?;
        if apis.is_empty() && !known.complete {
            return Err(WorkflowError::mistake(NONE_KNOWN));
        }
        return Ok((apis, known));
    };
    let known = known(cx).await?;
    let mut apis = match asked {
        [] => {
            return Err(WorkflowError::mistake(
                "`apis`: is empty; name APIs, or leave it out for all that are known",
            ));
        }
        asked => named(asked, &known)?,
    };
    apis.sort_by(|one, other| one.id.cmp(&other.id));
    apis.dedup_by(|one, other| one.id == other.id);
    name(&mut apis, cx).await;
    Ok((apis, known))
}

/// All APIs that are known, in the order of their ids, with what is known of the workspace beside.
///
/// # Errors
/// Where it cannot be read what is known.
pub(crate) async fn all(cx: &Context<'_>) -> Result<(Vec<Api>, Known), WorkflowError> {
    let known = known(cx).await?;
    let mut apis = known.apis.clone();
    apis.sort_by(|one, other| one.id.cmp(&other.id));
    name(&mut apis, cx).await;
    Ok((apis, known))
}

async fn known(cx: &Context<'_>) -> Result<Known, WorkflowError> {
    let known = cx.operations.known().await;
    known.map_err(|error| WorkflowError::failed("apis_get_api", error))
}

/// What to do where no API is known.
const NONE_KNOWN: &str = "No API is known here, and Unkey has no operation that lists them. Name some in \
                          `apis`, as `api_xxxx` (Unkey's dashboard shows the ids), or in a profile of \
                          the configuration file.";

fn named(asked: &[String], known: &Known) -> Result<Vec<Api>, WorkflowError> {
    let mut found = Vec::new();
    let mut mistakes = Vec::new();
    for text in asked {
        let by_id = known.apis.iter().find(|api| api.id == *text);
        let has_name = |api: &&Api| api.name.as_deref() == Some(text);
        let by_name: Vec<&Api> = known.apis.iter().filter(has_name).collect();
        match (by_id, by_name.as_slice()) {
            (Some(api), _) | (None, &[api]) => found.push(api.clone()),
            (None, []) if is_id(text) => found.push(Api::of_id(text)),
            (None, []) => mistakes.push(unknown(text, known)),
            (None, several) => {
                let ids: Vec<&str> = several.iter().map(|api| &*api.id).collect();
                mistakes.push(format!(
                    "`apis`: {} APIs are called that; name one by its id: {}",
                    ids.len(),
                    ids.join(", ")
                ));
            }
        }
    }
    if mistakes.is_empty() {
        Ok(found)
    } else {
        Err(WorkflowError::Mistakes(mistakes))
    }
}

/// Whether `text` has the form of an API's id.
fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.starts_with("api_") && text.bytes().all(is_part)
}

fn unknown(text: &str, known: &Known) -> String {
    let mut names: Vec<&str> = known.apis.iter().map(Api::label).collect();
    names.sort_unstable();
    let offered: Vec<String> = names
        .into_iter()
        .take(MOST_OFFERED)
        .map(|name| format!("`{name}`"))
        .collect();
    let known = if offered.is_empty() {
        "no name is known here".to_owned()
    } else {
        format!("known are {}", offered.join(", "))
    };
    format!("`apis`: no API `{text}` is known; give its id, `api_xxxx`; {known}")
}

/// Asks for the names that are not known. Where there is none, the id does.
async fn name(apis: &mut [Api], cx: &Context<'_>) {
    if !cx.operations.offers("apis_get_api") {
        return;
    }
    let nameless = apis.iter_mut().filter(|api| api.name.is_none());
    let asked = nameless.take(MOST_NAMES).map(|api| async move {
        let arguments = Map::from_iter([("apiId".to_owned(), Value::from(api.id.clone()))]);
        if let Ok(answer) = cx.operations.call("apis_get_api", arguments).await {
            let name = answer.pointer("/data/name").and_then(Value::as_str);
            api.name = name.map(str::to_owned);
        }
    });
    let asked: Vec<_> = asked.collect();
    stream::iter(asked)
        .buffer_unordered(AT_ONCE)
        .collect::<()>()
        .await;
}
