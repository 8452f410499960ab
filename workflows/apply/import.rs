//! Bringing keys by their hashes. A hash is there once only, so that sending it again does no harm;
//! a request is carried out whole or not at all, but for hashes that are taken.

use serde_json::{Map, Value, json};
use unkey_tools::keys::MigratedKeys;
use unkey_tools::types::Patch;

use super::journal::Event;
use super::next::{Next, end};
use super::progress::{Outcome, RowEnd, Step, UnderWay};
use super::scene::Scene;
use crate::plan::item::{Item, Row};

/// What is to be done next for rows that are to be imported.
pub(super) fn next(
    scene: &Scene<'_>,
    item: &Item,
    migration_id: Option<&str>,
    rows: &[Row],
    piece: &UnderWay,
) -> Next {
    let Some(migration_id) = migration_id.or(scene.migration_id.as_deref()) else {
        return Next::Stop("the import names no migration".to_owned());
    };
    let open = rows.iter().filter(|row| !piece.rows.contains_key(&row.row));
    let sent: Vec<&Row> = if piece.one_by_one {
        open.take(1).collect()
    } else {
        open.collect()
    };
    if sent.is_empty() {
        let mut ended = end(item, Outcome::Done, None);
        let other = piece
            .rows
            .values()
            .filter(|row| row.outcome != Outcome::Done);
        ended.rows = other.cloned().collect();
        return Next::End(ended);
    }
    let keys: Vec<_> = sent.iter().map(|row| &row.key).collect();
    let arguments = Map::from_iter([
        ("migrationId".to_owned(), json!(migration_id)),
        ("apiId".to_owned(), json!(item.api_id)),
        ("keys".to_owned(), json!(keys)),
    ]);
    Next::call(Step::Import, "keys_migrate_keys", arguments)
}

/// What came of a request that was answered.
pub(super) fn answered(
    item: &Item,
    rows: &[Row],
    piece: &UnderWay,
    envelope: &mut Value,
) -> Vec<Event> {
    let data = envelope
        .get_mut("data")
        .map(Value::take)
        .unwrap_or_default();
    let Ok(migrated) = serde_json::from_value::<MigratedKeys>(data) else {
        return vec![Event::Unknown];
    };
    let taken = match migrated.failed {
        Patch::Set(hashes) => hashes,
        Patch::Keep | Patch::Clear => Vec::new(),
    };
    // Where an earlier try had no answer and now all are there, that try brought them.
    let tried = piece.begun.is_some() || piece.unknown > 0;
    let came_before = tried && migrated.migrated.is_empty();
    let row_of = |hash: &String| rows.iter().find(|row| row.key.hash == *hash);
    let refused =
        taken.iter().filter_map(row_of).map(|row| {
            RowEnd {
        row: row.row,
        outcome: if came_before { Outcome::Done } else { Outcome::Already },
        why: Some(
            if came_before {
                "there when it was sent again: an earlier try, whose answer was lost, brought it"
            } else {
                "a key with this hash is there already"
            }
            .to_owned(),
        ),
    }
        });
    if piece.one_by_one {
        let arrived = migrated.migrated.iter().filter_map(|key| row_of(&key.hash));
        let arrived = arrived.map(|row| RowEnd {
            row: row.row,
            outcome: Outcome::Done,
            why: None,
        });
        return arrived.chain(refused).map(Event::Row).collect();
    }
    let mut ended = end(item, Outcome::Done, None);
    ended.rows = refused.filter(|row| row.outcome != Outcome::Done).collect();
    ended.made = migrated
        .migrated
        .into_iter()
        .map(|key| key.key_id)
        .collect();
    vec![Event::End(ended)]
}

/// What came of a request that was refused: who is to blame shows when the rows go one by one.
pub(super) fn refused(rows: &[Row], piece: &UnderWay, why: &str) -> Event {
    if !piece.one_by_one && rows.len() > 1 {
        return Event::OneByOne;
    }
    let blamed = rows.iter().find(|row| !piece.rows.contains_key(&row.row));
    Event::Row(RowEnd {
        row: blamed.map_or(0, |row| row.row),
        outcome: Outcome::Failed,
        why: Some(why.to_owned()),
    })
}
