//! Making keys, for themselves or in place of others.
//!
//! A key is made with a mark in its metadata that names the plan and the piece of work. Where the
//! answer was lost the mark tells whether the key is there: its plain text is lost, so that key is
//! deleted and another made. When the plain text is safe the mark comes off.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use unkey_tools::types::Key;

use super::next::{Call, Next, end, look_up, of_key, unread};
use super::progress::{Outcome, Step, UnderWay};
use super::scene::Scene;
use crate::operations::Api;
use crate::plan::aspect::{differing, limits_of, owner};
use crate::plan::item::{Item, Work};
use crate::walk::Walk;

/// The field of a key's metadata that marks it.
const MARK: &str = "unkeyMcpPlan";

/// What is to be done next for a key that is to be made.
pub(super) async fn next(scene: &Scene<'_>, number: u32, item: &Item, piece: &UnderWay) -> Next {
    if let Some(made) = &piece.made {
        if made.place.is_none() && !scene.holds(number) {
            // Whoever held the plain text is gone.
            return discard(made.key_id.as_str());
        }
        return match piece.did {
            Some(Step::Create) => tidy(scene, item, made.key_id.as_str()).await,
            _ => retire(scene, item, piece).await,
        };
    }
    let was_begun = |step| piece.begun.as_ref().is_some_and(|begun| begun.step == step);
    if may_be_there(piece) {
        match find_marked(scene, number, item).await {
            Ok(Some(key_id)) => return discard(&key_id),
            Ok(None) if was_begun(Step::Discard) => return Next::Did(Step::Discard),
            Ok(None) => {}
            Err(next) => return next,
        }
    }
    let arguments = match &item.work {
        Work::Create { arguments } => arguments.clone(),
        Work::Rotate { byte_length, .. } => {
            let old = match look_up(scene, item.key_id()).await {
                Ok(old) => old,
                Err(next) => return next,
            };
            if !piece.checked && !differing(&old, &item.saw).is_empty() {
                let why = "it was changed since the plan was made";
                return Next::End(end(item, Outcome::Changed, Some(why)));
            }
            like(scene, item, &old, *byte_length)
        }
        _ => return Next::Stop("the plan makes a key where it makes none".to_owned()),
    };
    Next::call(
        Step::Create,
        "keys_create_key",
        scene.delivered(marked(scene, number, arguments)),
    )
}

fn discard(key_id: &str) -> Next {
    let mut arguments = of_key(key_id);
    // Nobody has ever seen it: there is nothing to keep.
    arguments.insert("permanent".to_owned(), json!(true));
    Next::call(Step::Discard, "keys_delete_key", arguments)
}

/// Takes the mark off.
async fn tidy(scene: &Scene<'_>, item: &Item, key_id: &str) -> Next {
    let key = match look_up(scene, key_id).await {
        Ok(key) => key,
        Err(Next::End(_)) => {
            let why = "the new key was deleted by somebody else";
            return Next::End(end(item, Outcome::Failed, Some(why)));
        }
        Err(next) => return next,
    };
    let mut meta = key.meta.unwrap_or_default();
    if meta.shift_remove(MARK).is_none() {
        return Next::Did(Step::Tidy);
    }
    let meta = if meta.is_empty() {
        Value::Null
    } else {
        Value::Object(meta)
    };
    let mut arguments = of_key(key_id);
    arguments.insert("meta".to_owned(), meta);
    Next::call(Step::Tidy, "keys_update_key", arguments)
}

/// Sets the end of the key that was replaced.
async fn retire(scene: &Scene<'_>, item: &Item, piece: &UnderWay) -> Next {
    let Work::Rotate { grace_ms, .. } = &item.work else {
        return Next::End(end(item, Outcome::Done, None));
    };
    let old = match look_up(scene, item.key_id()).await {
        Ok(old) => old,
        // Gone is as good as ended.
        Err(Next::End(_)) => return Next::End(end(item, Outcome::Done, None)),
        Err(next) => return next,
    };
    let begun = piece
        .begun
        .as_ref()
        .filter(|begun| begun.step == Step::Retire);
    let until = begun.and_then(|begun| begun.until).unwrap_or_else(|| {
        let until = scene.cx.clock.now().saturating_add(*grace_ms);
        old.expires.map_or(until, |expires| expires.min(until))
    });
    if old.expires == Some(until) {
        return Next::End(end(item, Outcome::Done, None));
    }
    let mut arguments = of_key(item.key_id());
    arguments.insert("expires".to_owned(), json!(until));
    let mut call = Call::new(Step::Retire, "keys_update_key", arguments);
    call.begun.until = Some(until);
    Next::Call(Box::new(call))
}

/// The arguments that make a key like `old`.
fn like(scene: &Scene<'_>, item: &Item, old: &Key, byte_length: Option<i64>) -> Map<String, Value> {
    let own = scene.roles.own(old);
    let limits = limits_of(old);
    let prefix = old.start.rsplit_once('_').map(|(prefix, _)| prefix);
    let roles = old.roles.as_ref().filter(|roles| !roles.is_empty());
    let credits = old
        .credits
        .as_ref()
        .filter(|credits| credits.remaining.as_set().is_some());
    let fields = [
        ("apiId", item.api_id.as_ref().map(|id| json!(id))),
        (
            "prefix",
            prefix
                .filter(|text| !text.is_empty())
                .map(|text| json!(text)),
        ),
        ("name", old.name.as_ref().map(|name| json!(name))),
        ("byteLength", byte_length.map(|length| json!(length))),
        ("externalId", owner(old).map(|owner| json!(owner))),
        ("meta", old.meta.as_ref().map(|meta| json!(meta))),
        ("roles", roles.map(|roles| json!(roles))),
        ("permissions", (!own.is_empty()).then(|| json!(own))),
        // That of the key itself may have been set by an earlier try of this piece.
        (
            "expires",
            item.saw.get("expires").filter(|at| !at.is_null()).cloned(),
        ),
        ("credits", credits.map(|credits| json!(credits))),
        ("ratelimits", (!limits.is_empty()).then(|| json!(limits))),
        ("enabled", (!old.enabled).then(|| json!(false))),
    ];
    let there = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    there.collect()
}

/// The same arguments with the mark.
fn marked(scene: &Scene<'_>, number: u32, mut arguments: Map<String, Value>) -> Map<String, Value> {
    let meta = arguments
        .entry("meta")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(meta) = meta {
        meta.insert(MARK.to_owned(), json!(mark(scene, number)));
    }
    arguments
}

fn mark(scene: &Scene<'_>, number: u32) -> String {
    format!("{}/{number}", scene.plan_id)
}

/// The key that bears the mark of the piece, where there is one.
async fn find_marked(scene: &Scene<'_>, number: u32, item: &Item) -> Result<Option<String>, Next> {
    let (api_id, owner) = place(item);
    let Some(api_id) = api_id else {
        return Ok(None);
    };
    if owner.is_none() {
        // A walk through the whole API is made once for all such pieces.
        return match &scene.marked {
            Some(marked) => Ok(marked.get(&number).cloned()),
            None => Err(Next::Later),
        };
    }
    let found = walk(scene, &[Api::of_id(api_id)], owner).await?;
    Ok(found.get(&number).cloned())
}

/// The keys of `apis` that bear a mark of the plan, by the numbers of their pieces.
pub(super) async fn walk(
    scene: &Scene<'_>,
    apis: &[Api],
    owner: Option<&str>,
) -> Result<BTreeMap<u32, String>, Next> {
    let mut found = BTreeMap::new();
    let walk = Walk {
        apis,
        external_id: owner,
        ..Walk::default()
    };
    let end = walk
        .run(scene.cx, &mut |_, key| {
            let mark = key.meta.as_ref().and_then(|meta| meta.get(MARK)?.as_str());
            let ours = mark.and_then(|mark| mark.split_once('/'));
            if let Some((plan, number)) = ours
                && plan == scene.plan_id
                && let Ok(number) = number.parse()
            {
                found.insert(number, key.key_id.as_str().to_owned());
            }
            ControlFlow::Continue(())
        })
        .await;
    match end.unread.first() {
        Some((_, error)) => Err(unread(error)),
        None => Ok(found),
    }
}

/// The API and the owner of the key that a piece makes.
pub(super) fn place(item: &Item) -> (Option<&str>, Option<&str>) {
    match &item.work {
        Work::Create { arguments } => {
            let text = |name| arguments.get(name).and_then(Value::as_str);
            (text("apiId"), text("externalId"))
        }
        _ => (item.api_id.as_deref(), item.key.external_id.as_deref()),
    }
}

/// Whether a key that nobody knows of may have been made for a piece.
pub(super) fn may_be_there(piece: &UnderWay) -> bool {
    let begun = piece.begun.as_ref().map(|begun| begun.step);
    matches!(begun, Some(Step::Create | Step::Discard))
}
