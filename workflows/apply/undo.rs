//! The plan that takes back what another one did.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Map, json};
use unkey_tools::types::KeyId;
use unkey_tools::workflows::PlannedKey;

use super::journal::{Event, Journal};
use super::progress::{End, Outcome};
use crate::desk::Desk;
use crate::plan::file::{Header, PlanFile};
use crate::plan::folder::{PlanError, UNDO_LIFE_MS, undo_id};
use crate::plan::item::{Edit, Item, Work};
use crate::plan::undo::undo;

/// Writes the plan that takes back what was done of `plan`, and returns its id; `None` where nothing
/// can be taken back, or where that was begun already.
pub(crate) fn write(
    plan: &PlanFile,
    journal: &mut Journal,
    desk: &Desk,
    now: i64,
) -> Result<Option<String>, PlanError> {
    let trouble = |error| desk.plans.trouble(error);
    let id = undo_id(&plan.header.id);
    if id.len() > 64 {
        return Ok(None);
    }
    let begun = desk.plans.path().join(format!("{id}.journal"));
    if begun.exists() {
        return Ok(None);
    }
    let mut writer = desk.plans.begin_as(&id)?;
    let mut push = |item: &Item| writer.push(item);
    take_back(plan, journal, &mut push).map_err(trouble)?;
    let items = writer.items();
    if items == 0 {
        return Ok(None);
    }
    let mut header = Header {
        id: id.clone(),
        undoes: Some(plan.header.id.clone()),
        made_at: now,
        expires_at: now + UNDO_LIFE_MS,
        ..plan.header.clone()
    };
    header.answer.keys = u64::from(items);
    header.answer.plan_id = Some(id.clone());
    desk.plans.finish(writer, header)?;
    Ok(Some(id))
}

fn take_back(
    plan: &PlanFile,
    journal: &mut Journal,
    push: &mut impl FnMut(&Item) -> io::Result<()>,
) -> io::Result<()> {
    // Which pieces were done, and the end that was set for a key that was replaced.
    let mut done: BTreeMap<u32, Option<i64>> = BTreeMap::new();
    let mut ends: BTreeMap<u32, i64> = BTreeMap::new();
    let mut made: BTreeMap<u32, KeyId> = BTreeMap::new();
    let mut trouble = Ok(());
    journal.replay(|record| match record.event {
        Event::Begin(begun) => {
            if let Some(until) = begun.until {
                ends.insert(record.item, until);
            }
        }
        Event::Made(key) => {
            made.insert(record.item, key.key_id);
        }
        Event::End(End {
            outcome: Outcome::Done,
            made: imported,
            ..
        }) => {
            done.insert(record.item, ends.remove(&record.item));
            for key_id in imported {
                if trouble.is_ok() {
                    trouble = push(&deletion(key_id));
                }
            }
        }
        _ => {}
    })?;
    trouble?;
    for piece in plan.items()? {
        let (number, item) = piece?;
        let Some(until) = done.get(&number) else {
            continue;
        };
        let back = match (&item.work, made.remove(&number)) {
            (Work::Create { .. }, Some(key_id)) => Some(deletion(key_id)),
            (Work::Rotate { .. }, _) => until.and_then(|until| revival(&item, until)),
            _ => undo(&item),
        };
        if let Some(back) = back {
            push(&back)?;
        }
    }
    Ok(())
}

/// Deletes a key that was made.
fn deletion(key_id: KeyId) -> Item {
    Item {
        key: PlannedKey {
            key_id: Some(key_id),
            ..PlannedKey::default()
        },
        api_id: None,
        saw: Map::new(),
        work: Work::Delete { permanent: false },
    }
}

/// Gives a key that was replaced its former end. The new one stays.
fn revival(item: &Item, until: i64) -> Option<Item> {
    let was = item.saw.get("expires")?.clone();
    let mut saw = item.saw.clone();
    saw.insert("expires".to_owned(), json!(until));
    Some(Item {
        key: item.key.clone(),
        api_id: item.api_id.clone(),
        saw,
        work: Work::Edit(Edit {
            tool: "keys_update_key".to_owned(),
            arguments: Map::from_iter([("expires".to_owned(), was.clone())]),
            then: Map::from_iter([("expires".to_owned(), was)]),
            remaining: None,
        }),
    })
}
