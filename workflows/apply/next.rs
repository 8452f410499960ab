//! What is to be done next for a piece of a plan: looks at the workspace, and writes nothing.

use serde_json::{Map, Value, json};
use unkey_tools::types::{Key, KeyId};

use super::progress::{Begun, End, Outcome, Step, UnderWay};
use super::scene::{Scene, tool};
use super::{create, import};
use crate::operations::CallError;
use crate::plan::aspect::{differing, remaining};
use crate::plan::item::{Edit, Item, Work};

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Next {
    /// A call that writes.
    Call(Box<Call>),
    /// Nothing more: this became of it.
    End(End),
    /// A step turned out to be done.
    Did(Step),
    /// It is left for later: what is needed to go on could not be read.
    Later,
    /// Nothing goes on: neither this piece nor another.
    Stop(String),
}

/// A call that writes.
#[derive(Debug)]
pub(super) struct Call {
    /// What it is for, as the journal has it.
    pub(super) begun: Begun,
    /// The tool.
    pub(super) tool: &'static str,
    /// Its arguments.
    pub(super) arguments: Map<String, Value>,
}

impl Next {
    pub(super) fn call(step: Step, tool: &'static str, arguments: Map<String, Value>) -> Self {
        Self::Call(Box::new(Call::new(step, tool, arguments)))
    }
}

impl Call {
    pub(super) fn new(step: Step, tool: &'static str, arguments: Map<String, Value>) -> Self {
        Self {
            begun: Begun {
                step,
                remaining: None,
                until: None,
            },
            tool,
            arguments,
        }
    }
}

/// What is to be done next for `item`, which has come as far as `piece` says.
pub(super) async fn next(scene: &Scene<'_>, number: u32, item: &Item, piece: &UnderWay) -> Next {
    match &item.work {
        Work::Edit(edit) => self::edit(scene, item, edit, piece).await,
        Work::Delete { permanent } => delete(scene, item, *permanent, piece).await,
        Work::Import { migration_id, rows } => {
            import::next(scene, item, migration_id.as_deref(), rows, piece)
        }
        Work::Create { .. } | Work::Rotate { .. } => create::next(scene, number, item, piece).await,
    }
}

async fn edit(scene: &Scene<'_>, item: &Item, edit: &Edit, piece: &UnderWay) -> Next {
    let key = match look_up(scene, item.key_id()).await {
        Ok(key) => key,
        Err(next) => return next,
    };
    let changed = differing(&key, &item.saw);
    let is_begun = piece.begun.is_some();
    let counts = counts_credits(edit);
    if !counts {
        if differing(&key, &edit.then).is_empty() {
            let outcome = if is_begun {
                Outcome::Done
            } else {
                Outcome::Already
            };
            return Next::End(end(item, outcome, None));
        }
    } else if let Some(begun) = &piece.begun {
        match credits_after(edit, begun.remaining, remaining(&key)) {
            Some(true) => return Next::End(end(item, Outcome::Done, None)),
            Some(false) => {}
            None => {
                let why = "the answer was lost and the key was used since: whether the credits \
                           were added cannot be told; look at the key";
                return Next::End(end(item, Outcome::Unclear, Some(why)));
            }
        }
    }
    if let Some(name) = changed.first() {
        return Next::End(end(item, Outcome::Changed, Some(&changed_words(name))));
    }
    let Some(tool) = tool(&edit.tool) else {
        return Next::Stop(format!(
            "the plan names a tool that it may not: {}",
            edit.tool.len()
        ));
    };
    let mut arguments = of_key(item.key_id());
    arguments.extend(edit.arguments.clone());
    let mut call = Call::new(Step::Edit, tool, arguments);
    call.begun.remaining = counts.then(|| remaining(&key)).flatten();
    Next::Call(Box::new(call))
}

async fn delete(scene: &Scene<'_>, item: &Item, permanent: bool, piece: &UnderWay) -> Next {
    let key = match look_up(scene, item.key_id()).await {
        Ok(key) => key,
        Err(Next::End(End {
            outcome: Outcome::Changed,
            ..
        })) if piece.begun.is_some() => {
            return Next::End(end(item, Outcome::Done, None));
        }
        Err(next) => return next,
    };
    if let Some(name) = differing(&key, &item.saw).first() {
        return Next::End(end(item, Outcome::Changed, Some(&changed_words(name))));
    }
    let mut arguments = of_key(item.key_id());
    if permanent {
        arguments.insert("permanent".to_owned(), json!(true));
    }
    Next::call(Step::Delete, "keys_delete_key", arguments)
}

/// The key of that id as it is now; or what that it is not there means.
pub(super) async fn look_up(scene: &Scene<'_>, key_id: &str) -> Result<Key, Next> {
    let answer = scene.cx.read("keys_get_key", of_key(key_id)).await;
    let id = || Some(KeyId::from(key_id));
    match answer {
        Ok(mut envelope) => {
            let key = envelope
                .get_mut("data")
                .map(Value::take)
                .unwrap_or_default();
            serde_json::from_value(key).map_err(|_| {
                Next::End(End {
                    key_id: id(),
                    ..ended(
                        Outcome::Failed,
                        Some("the key has a form that is not known"),
                    )
                })
            })
        }
        Err(error) if error.status == Some(404) => Err(Next::End(End {
            key_id: id(),
            ..ended(Outcome::Changed, Some("the key is gone"))
        })),
        Err(error) => Err(unread(&error)),
    }
}

/// What it means that something could not be read.
pub(super) fn unread(error: &CallError) -> Next {
    match error.status {
        Some(400..=428) => Next::Stop(format!("a key could not be read: {}", error.reason())),
        _ => Next::Later,
    }
}

/// Whether an edit changes how many credits are left, which uses change as well.
fn counts_credits(edit: &Edit) -> bool {
    edit.tool == "keys_update_credits"
        || edit
            .arguments
            .get("credits")
            .is_some_and(|credits| credits.get("remaining").is_some())
}

/// Whether an edit of credits happened, by what was left before it and what is left now; `None`
/// where that cannot be told.
fn credits_after(edit: &Edit, before: Option<i64>, now: Option<i64>) -> Option<bool> {
    let (before, now) = match (before, now) {
        (Some(before), Some(now)) => (before, now),
        // Limited or not is what changed.
        (before, now) => return Some(before.is_some() != now.is_some()),
    };
    let set = edit
        .arguments
        .get("credits")
        .and_then(|all| all.get("remaining"));
    if let Some(set) = set.and_then(Value::as_i64) {
        // Uses lower what is left, and setting it once more does no harm.
        return Some(if set > before {
            now > before
        } else {
            now <= set
        });
    }
    let more = edit.arguments.get("operation") == Some(&json!("increment"));
    match (more, now) {
        (true, now) if now > before => Some(true),
        (_, now) if now == before => Some(false),
        _ => None,
    }
}

fn changed_words(name: &str) -> String {
    let what = match name {
        "enabled" => "it was switched on or off",
        "expires" => "its end was moved",
        "owner" => "it has another owner",
        "lastUsedAt" => "it was used",
        "ratelimits" => "its limits were changed",
        "limited" | "refill" => "its credits were changed",
        name if name.starts_with("role ") => "its roles were changed",
        name if name.starts_with("permission ") => "its permissions were changed",
        _ => "it was changed",
    };
    format!("{what} since the plan was made")
}

/// `{"keyId": …}`.
pub(super) fn of_key(key_id: &str) -> Map<String, Value> {
    Map::from_iter([("keyId".to_owned(), json!(key_id))])
}

/// The end of `item`.
pub(super) fn end(item: &Item, outcome: Outcome, why: Option<&str>) -> End {
    End {
        key_id: item.key.key_id.clone(),
        keys: item.keys(),
        ..ended(outcome, why)
    }
}

fn ended(outcome: Outcome, why: Option<&str>) -> End {
    End {
        outcome,
        why: why.map(str::to_owned),
        key_id: None,
        keys: 1,
        rows: Vec::new(),
        made: Vec::new(),
    }
}
