//! `keys_plan`: plans a change of many keys.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value, json};
use unkey_tools::types::{Key, Role};
use unkey_tools::workflows::{Cannot, ChangeKind, KeysPlan, ListMode, Planned, Selection, Unread};

use crate::apis::resolve;
use crate::context::Context;
use crate::desk::Desk;
use crate::operations::Api;
use crate::plan::aspect::owner;
use crate::plan::change::Change;
use crate::plan::decide::{Decider, Decision};
use crate::plan::draft::Draft;
use crate::plan::file::Header;
use crate::plan::folder::LIFE_MS;
use crate::plan::new_keys;
use crate::plan::outline::verb;
use crate::plan::roles::RolePermissions;
use crate::report::{Report, WorkflowError};
use crate::selection::Matcher;
use crate::text::{count, iso};
use crate::walk::Walk;

/// How many keys are looked up at once.
const AT_ONCE: usize = 4;

/// Plans a change.
pub(crate) async fn keys_plan(
    request: KeysPlan,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let desk = cx.desk()?;
    let now = cx.clock.now();
    let change = Change::of(&request.change, now).map_err(WorkflowError::Mistakes)?;
    check(&request)?;
    let roles = roles(&change, cx).await?;
    let (id, writer) = desk.plans.begin(&desk.maker, now)?;
    let mut draft = Draft::new(writer, now);
    let mut unread = Vec::new();
    match &change {
        Change::Create(creation) => {
            let api = one_api(creation.template.get("apiId").and_then(Value::as_str), cx).await?;
            new_keys::create(&mut draft, creation, &api, &roles, now)?;
        }
        Change::Import(import) => {
            let api = one_api(Some(&import.api_id), cx).await?;
            unread = new_keys::import(&mut draft, import, &api, &desk, now)?;
        }
        change => {
            let decider = Decider {
                change,
                roles: &roles,
                now,
                watch_use: watches_use(&request.selection),
            };
            let chosen = Chosen {
                cx,
                selection: &request.selection,
                decider: &decider,
            };
            unread = match &request.key_ids {
                Some(ids) => {
                    let ids = ids.iter().map(|id| id.as_str().to_owned()).collect();
                    chosen.named(ids, &mut draft).await?
                }
                None => chosen.walk(&mut draft).await?,
            };
        }
    }
    notes(&mut draft, &change, &roles);
    let maker = desk.maker.clone();
    let header = Header::new(id, maker, request.change, now, now + LIFE_MS);
    finish(draft, header, unread, &desk)
}

/// Keeps the plan where there is something to do, and says what it is.
fn finish(
    draft: Draft,
    mut header: Header,
    unread: Vec<Unread>,
    desk: &Desk,
) -> Result<Report, WorkflowError> {
    let trouble = |error| WorkflowError::from(desk.plans.trouble(error));
    let (writer, mut planned) = draft.close().map_err(trouble)?;
    planned.unread = (!unread.is_empty()).then_some(unread);
    if writer.items() > 0 {
        planned.plan_id = Some(header.id.clone());
        planned.expires = Some(iso(header.expires_at));
        header.answer = planned.clone();
        desk.plans.finish(writer, header.clone())?;
    }
    let summary = summary(&planned, header.change.kind);
    Report::new(planned, None, summary)
}

/// A mistake where no keys are chosen, or where there are none to choose.
fn check(request: &KeysPlan) -> Result<(), WorkflowError> {
    let Selection { apis, .. } = &request.selection;
    let rest = Selection {
        apis: None,
        ..request.selection.clone()
    };
    let chooses = rest != Selection::default();
    let kind = request.change.kind;
    let mistake = match (kind.chooses_keys(), request.key_ids.is_some()) {
        (false, true) => "`keyIds`: belongs to changes of keys that are there; leave it out",
        (false, false) if chooses || apis.is_some() => {
            "create and import choose no keys: say in `change` which API gets them"
        }
        (true, true) if chooses => "give `keyIds` or what to choose by, and not both",
        (true, false) if !chooses && apis.is_none() => {
            "which keys? Give `keyIds`, or conditions as in keys_find; for all keys of an API name it \
             in `apis`"
        }
        _ => return Ok(()),
    };
    Err(WorkflowError::mistake(mistake))
}

/// Whether keys are chosen for not being used.
fn watches_use(selection: &Selection) -> bool {
    selection.never_used == Some(true) || selection.unused_for_days.is_some()
}

/// What roles grant, where the change depends on it.
async fn roles(change: &Change, cx: &Context<'_>) -> Result<RolePermissions, WorkflowError> {
    let needed = match change {
        Change::Roles(mode, _) => *mode != ListMode::Remove,
        Change::Permissions(mode, _) => *mode != ListMode::Add,
        Change::Rotate { .. } => true,
        Change::Create(creation) => creation.template.contains_key("roles"),
        _ => false,
    };
    if !needed {
        return Ok(RolePermissions::default());
    }
    let roles = read_roles(cx).await;
    if let Change::Roles(_, names) = change {
        new_keys::missing_roles(Some(&json!(names)), &roles)?;
    }
    Ok(roles)
}

/// What roles grant; nothing where the root key may not read it.
pub(crate) async fn read_roles(cx: &Context<'_>) -> RolePermissions {
    let mut roles: Vec<Role> = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut arguments = Map::from_iter([("limit".to_owned(), json!(100))]);
        if !cursor.is_null() {
            arguments.insert("cursor".to_owned(), cursor);
        }
        let Ok(mut page) = cx.read("permissions_list_roles", arguments).await else {
            return RolePermissions::default();
        };
        let data = page.get_mut("data").map(Value::take).unwrap_or_default();
        let Ok(more) = serde_json::from_value::<Vec<Role>>(data) else {
            return RolePermissions::default();
        };
        roles.extend(more);
        cursor = page
            .pointer_mut("/pagination/cursor")
            .map(Value::take)
            .unwrap_or_default();
        if cursor.is_null() || page.pointer("/pagination/hasMore") == Some(&json!(false)) {
            return RolePermissions::of(roles);
        }
    }
}

async fn one_api(named: Option<&str>, cx: &Context<'_>) -> Result<Api, WorkflowError> {
    let Some(named) = named else {
        return Err(WorkflowError::mistake(
            "`change.template.apiId`: is missing",
        ));
    };
    let (apis, _) = resolve(Some(&[named.to_owned()]), cx).await?;
    let api = apis.into_iter().next();
    api.ok_or_else(|| WorkflowError::mistake("`apiId`: no such API is known"))
}

/// The keys that are chosen, on their way into a plan.
struct Chosen<'a> {
    cx: &'a Context<'a>,
    selection: &'a Selection,
    decider: &'a Decider<'a>,
}

impl Chosen<'_> {
    /// All keys that the selection fits.
    async fn walk(&self, draft: &mut Draft) -> Result<Vec<Unread>, WorkflowError> {
        let (apis, _) = resolve(self.selection.apis.as_deref(), self.cx).await?;
        let walk = Walk {
            apis: &apis,
            external_id: self.selection.external_id.as_deref(),
            decrypt: self.selection.last_four.is_some(),
            ..Walk::default()
        };
        let matcher = Matcher::new(self.selection, self.decider.now);
        let end = walk
            .run(self.cx, &mut |place, key| {
                if let Some(api) = apis.get(place).filter(|_| matcher.fits(&key)) {
                    let decision = self.decider.decide(&key, Some(&api.id));
                    draft.take(decision, &key, Some(api.label()));
                }
                ControlFlow::Continue(())
            })
            .await;
        if let Some((_, error)) = end.unread.first()
            && end.unread.len() == apis.len()
        {
            return Err(WorkflowError::failed("apis_list_keys", error.clone()));
        }
        Ok(crate::keys_find::unread(&end, &apis))
    }

    /// The keys of these ids.
    async fn named(
        &self,
        ids: BTreeSet<String>,
        draft: &mut Draft,
    ) -> Result<Vec<Unread>, WorkflowError> {
        let looked = stream::iter(ids.into_iter().map(|id| async move {
            let arguments = Map::from_iter([("keyId".to_owned(), json!(id))]);
            (id, self.cx.read("keys_get_key", arguments).await)
        }));
        let mut looked = looked.buffered(AT_ONCE);
        let mut keys: Vec<Key> = Vec::new();
        while let Some((id, answer)) = looked.next().await {
            let why = match answer {
                Ok(mut envelope) => {
                    let key = envelope
                        .get_mut("data")
                        .map(Value::take)
                        .unwrap_or_default();
                    if let Ok(key) = serde_json::from_value(key) {
                        keys.push(key);
                        continue;
                    }
                    "it has a form that is not known".to_owned()
                }
                Err(error) if error.status == Some(401) || error.status.is_none() => {
                    return Err(WorkflowError::failed("keys_get_key", error));
                }
                Err(error) => error.reason(),
            };
            draft.refuse(Cannot {
                key_id: Some(id.as_str().into()),
                why,
                ..Cannot::default()
            });
        }
        if !matches!(self.decider.change, Change::Rotate { .. }) {
            for key in &keys {
                let decision = self.decider.decide(key, None);
                draft.take(decision, key, None);
            }
            return Ok(Vec::new());
        }
        self.with_apis(keys, draft).await
    }

    /// Decides for keys of which the API is needed, which a look-up does not tell.
    async fn with_apis(
        &self,
        mut keys: Vec<Key>,
        draft: &mut Draft,
    ) -> Result<Vec<Unread>, WorkflowError> {
        let (apis, _) = resolve(self.selection.apis.as_deref(), self.cx).await?;
        let owners: BTreeSet<Option<String>> = keys
            .iter()
            .map(|key| owner(key).map(str::to_owned))
            .collect();
        for owner in owners {
            let walk = Walk {
                apis: &apis,
                external_id: owner.as_deref(),
                ..Walk::default()
            };
            walk.run(self.cx, &mut |place, found| {
                let here = keys.iter().position(|key| key.key_id == found.key_id);
                if let (Some(at), Some(api)) = (here, apis.get(place)) {
                    let key = keys.swap_remove(at);
                    let decision = self.decider.decide(&key, Some(&api.id));
                    draft.take(decision, &key, Some(api.label()));
                }
                if keys.is_empty() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
            .await;
        }
        for key in &keys {
            let decision: Decision = self.decider.decide(key, None);
            draft.take(decision, key, None);
        }
        Ok(Vec::new())
    }
}

/// What is to be known of a change before it is made.
fn notes(draft: &mut Draft, change: &Change, roles: &RolePermissions) {
    if draft.keys() == 0 {
        return;
    }
    match change {
        Change::Rotate { byte_length, .. } => {
            draft.note(
                "Each new key has an id of its own and the prefix, name, owner, metadata, end, credits, \
                 limits, roles and permissions of the old one.",
            );
            if byte_length.is_none() {
                draft.note(
                    "Unkey does not tell how long a key is: the new ones have the API's default \
                     length; byteLength sets another. They are not recoverable.",
                );
            }
            if !roles.is_known() {
                draft.note(
                    "Roles could not be read: permissions that the old keys have by roles become the \
                     new keys' own as well.",
                );
            }
        }
        Change::Delete { permanent } => {
            let note = if *permanent {
                "Deleted for good: nothing brings the keys back."
            } else {
                "Deleted keys stop working at once, and no call brings them back; disabling can be undone."
            };
            draft.note(note);
        }
        Change::Create(_) => {
            draft.note("Each plain text is shown or stored once, when the plan is applied.");
        }
        _ => {}
    }
}

fn summary(planned: &Planned, kind: ChangeKind) -> Vec<String> {
    let mut summary = Vec::new();
    let keys = count(planned.keys, "key");
    if planned.keys == 0 {
        summary.push("There is nothing to do, and no plan was kept.".to_owned());
    } else {
        summary.push(format!(
            "Nothing was changed: this is a plan to {} {keys}.",
            verb(kind)
        ));
    }
    let unchanged: u64 = planned.unchanged.iter().flat_map(|all| all.values()).sum();
    if unchanged > 0 {
        summary.push(format!("{} need no change.", count(unchanged, "key")));
    }
    if planned.cannot_count > 0 {
        summary.push(format!(
            "{} cannot be done: see cannot.",
            planned.cannot_count
        ));
    }
    if planned.unread.is_some() {
        summary.push("Something was left out: see unread.".to_owned());
    }
    if planned.plan_id.is_some() {
        let (reads, writes) = (planned.cost.reads, planned.cost.writes);
        summary.push(format!(
            "Applying it takes {} and {}. Show it to the person; keys_apply with this planId carries \
             it out, within 24 hours.",
            count(writes, "write"),
            count(reads, "read"),
        ));
    }
    summary
}
