//! What the page shows, asked for as an assistant would ask.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use unkey_local::{Clock as _, SystemClock};
use unkey_tools::workflows::{FoundKeys, KeyState, Overview, Usage};

use super::Workspace;
use super::query::Query;
use crate::backend::Upstream;
use crate::confirm::Asked;
use crate::dispatch::Request;
use crate::mcp;
use crate::observe::ClientName;
use crate::root_key::Caller;
use crate::settings::Terms;

/// Keys on a page.
const KEYS: usize = 25;

/// Refusals that are shown, and those among which they are looked for.
const REFUSALS: usize = 12;
const LOOKED_AT: usize = 1_000;

const HOUR: i64 = 3_600_000;

/// A part of the page, or why it is not there.
pub(super) type Part<T> = Result<T, String>;

/// All of it.
pub(super) struct Data {
    pub(super) overview: Part<Overview>,
    pub(super) keys: Part<Found>,
    pub(super) usage: Part<Usage>,
    pub(super) refusals: Part<Vec<Refusal>>,
}

/// A page of keys.
pub(super) struct Found {
    pub(super) keys: FoundKeys,
    /// Where the next page begins.
    pub(super) next: Option<String>,
}

/// A verification that was refused.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) time: i64,
    pub(super) outcome: String,
    pub(super) key_id: String,
    pub(super) external_id: String,
    pub(super) key_space_id: String,
}

impl Data {
    pub(super) async fn read(workspace: &Workspace, query: &Query) -> Self {
        let terms = match workspace.settings.terms(None) {
            Ok(terms) => terms,
            Err(bad) => return Self::nothing(&bad.to_string()),
        };
        let from = beginning(query, SystemClock::new().now());
        let asking = Asking {
            workspace,
            terms: &terms,
        };
        let (overview, keys, usage, mut refusals) = tokio::join!(
            asking.answer::<Overview>("workspace_overview", json!({})),
            asking.keys(query),
            asking.answer::<Usage>("usage_report", usage_of(query, from)),
            asking.refusals(from),
        );
        if let (Ok(overview), Ok(refusals)) = (&overview, &mut refusals) {
            choose(refusals, query, overview);
        }
        Self {
            overview,
            keys,
            usage,
            refusals,
        }
    }

    fn nothing(why: &str) -> Self {
        Self {
            overview: Err(why.to_owned()),
            keys: Err(why.to_owned()),
            usage: Err(why.to_owned()),
            refusals: Err(why.to_owned()),
        }
    }
}

/// When the time begins that is shown, in Unix milliseconds: a whole hour, and none too early, for the
/// engine tells nothing that is older than thirty days.
const fn beginning(query: &Query, now: i64) -> i64 {
    let from = now - query.period.hours() * HOUR;
    from - from % HOUR + HOUR
}

fn usage_of(query: &Query, from: i64) -> Value {
    let from = Timestamp::from_millisecond(from).unwrap_or_default();
    let mut usage = json!({
        "by": ["outcome"],
        "every": query.period.every(),
        "from": from.to_string(),
        "limit": 5_000,
    });
    set(&mut usage, "externalId", query.owner.as_deref());
    set_api(&mut usage, query);
    usage
}

fn set(arguments: &mut Value, name: &str, value: Option<&str>) {
    if let (Some(arguments), Some(value)) = (arguments.as_object_mut(), value) {
        arguments.insert(name.to_owned(), value.into());
    }
}

fn set_api(arguments: &mut Value, query: &Query) {
    if let (Some(arguments), Some(api)) = (arguments.as_object_mut(), &query.api) {
        arguments.insert("apis".to_owned(), json!([api]));
    }
}

/// Leaves the newest of those that were asked for.
fn choose(refusals: &mut Vec<Refusal>, query: &Query, overview: &Overview) {
    let space = query.api.as_ref().map(|api| {
        let mut known = overview.apis.iter();
        let known = known.find(|one| one.api_id == *api || one.name.as_ref() == Some(api));
        known.and_then(|known| known.key_space_id.clone())
    });
    refusals.retain(|refusal| {
        let owner = query.owner.as_ref();
        let is_of_owner = owner.is_none_or(|owner| refusal.external_id == *owner);
        let space = space.as_ref();
        is_of_owner && space.is_none_or(|space| space.as_ref() == Some(&refusal.key_space_id))
    });
    refusals.truncate(REFUSALS);
}

/// Who asks, and by which terms.
struct Asking<'a> {
    workspace: &'a Workspace,
    terms: &'a Terms,
}

impl Asking<'_> {
    async fn keys(&self, query: &Query) -> Part<Found> {
        let mut arguments = json!({
            "limit": KEYS,
            "fields": [
                "keyId", "api", "start", "name", "externalId", "state", "expires", "lastUsedAt",
                "remaining", "ratelimits",
            ],
        });
        set(&mut arguments, "externalId", query.owner.as_deref());
        set(&mut arguments, "cursor", query.cursor.as_deref());
        set(&mut arguments, "state", query.state.map(KeyState::word));
        set_api(&mut arguments, query);
        let envelope = self.call("keys_find", arguments).await?;
        let next = envelope.pointer("/pagination/cursor");
        Ok(Found {
            next: next.and_then(Value::as_str).map(str::to_owned),
            keys: data(envelope)?,
        })
    }

    async fn refusals(&self, from: i64) -> Part<Vec<Refusal>> {
        let sql = format!(
            "SELECT time, outcome, key_id, external_id, key_space_id FROM key_verifications_v1 \
             WHERE time >= {from} AND outcome != 'VALID' ORDER BY time DESC LIMIT {LOOKED_AT}"
        );
        self.answer("analytics_get_verifications", json!({ "query": sql }))
            .await
    }

    async fn answer<T: DeserializeOwned>(&self, tool: &str, arguments: Value) -> Part<T> {
        data(self.call(tool, arguments).await?)
    }

    /// Calls a tool as the engine's owner.
    async fn call(&self, tool: &str, arguments: Value) -> Part<Value> {
        let entry = unkey_tools::find(tool).ok_or_else(|| format!("there is no {tool}"))?;
        let arguments = match arguments {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        let caller = Ok(Caller::Owner);
        let request = Request {
            entry,
            arguments,
            inventory: self.workspace.inventory,
            caller: &caller,
            upstream: &Upstream::new(ClientName::new("browser", ""), None),
            terms: self.terms,
            backend: None,
            asked: &Asked::default(),
            listener: None,
            permit: None,
        };
        let dispatcher = &self.workspace.dispatcher;
        let answer = Box::pin(dispatcher.call(request)).await;
        answer.map_err(|refusal| mcp::refusal_text(entry, &refusal, &caller, dispatcher.issuer()))
    }
}

fn data<T: DeserializeOwned>(mut envelope: Value) -> Part<T> {
    let data = envelope.get_mut("data").map(Value::take);
    serde_json::from_value(data.unwrap_or_default())
        .map_err(|error| format!("the answer cannot be read: {error}"))
}
