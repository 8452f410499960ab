//! The series of a workspace, with the labels that a question needs.

use std::collections::BTreeMap;
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, Result};

use super::label::Kind;
use crate::column::{Column, Pool, position};
use crate::hash::Table as Hash;
use crate::tables::Field;

/// The series of one workspace that may be seen, numbered from 0.
#[derive(Debug)]
pub(crate) struct Series {
    /// The workspace's id; None where nothing was ever recorded for it.
    pub(crate) workspace: Option<i64>,
    pub(crate) len: usize,
    /// By id: the number, or `HIDDEN`.
    numbers: Vec<u32>,
    /// A value for each series.
    pub(crate) labels: BTreeMap<Field, Column>,
}

const HIDDEN: u32 = u32::MAX;

/// The label that a column shows.
pub(crate) const fn kind_of(field: Field) -> Option<Kind> {
    Some(match field {
        Field::KeySpaceId => Kind::KeySpace,
        Field::IdentityId => Kind::Identity,
        Field::ExternalId => Kind::External,
        Field::KeyId => Kind::Key,
        Field::Outcome => Kind::Outcome,
        Field::Tags => Kind::Tags,
        _ => return None,
    })
}

const fn column_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Workspace => "workspace",
        Kind::KeySpace => "key_space",
        Kind::Identity => "identity",
        Kind::External => "external",
        Kind::Key => "key",
        Kind::Outcome => "outcome",
        Kind::Tags => "tags",
        Kind::Region => "region",
    }
}

impl Series {
    /// Loads the series of `workspace` that belong to `key_spaces`, with the labels of `fields`.
    pub(crate) fn load(
        connection: &Connection,
        workspace: &str,
        key_spaces: Option<&[String]>,
        fields: &[Field],
    ) -> Result<Self> {
        let id: Option<i64> = connection
            .prepare_cached(
                "SELECT id FROM analytics_label WHERE workspace = 0 AND kind = 0 AND value = ?1",
            )?
            .query_row([workspace], |row| row.get(0))
            .optional()?;
        let mut series = Self {
            workspace: id,
            len: 0,
            numbers: Vec::new(),
            labels: BTreeMap::new(),
        };
        let Some(id) = id else { return Ok(series) };
        let ids = series.read(connection, id, key_spaces, fields)?;
        for (field, ids) in fields.iter().zip(ids) {
            let Some(kind) = kind_of(*field) else {
                continue;
            };
            let (pool, places) = pool(connection, id, kind)?;
            let ids: Vec<_> = ids
                .iter()
                .map(|id| places.get(id).copied().unwrap_or(0))
                .collect();
            let column = if kind == Kind::Tags {
                arrays(&pool).take(&ids)
            } else {
                Column::Texts { ids, pool }
            };
            series.labels.insert(*field, column);
        }
        Ok(series)
    }

    fn read(
        &mut self,
        connection: &Connection,
        workspace: i64,
        key_spaces: Option<&[String]>,
        fields: &[Field],
    ) -> Result<Vec<Vec<i64>>> {
        let allowed = match key_spaces {
            None => None,
            Some(names) => {
                let (pool, places) = pool(connection, workspace, Kind::KeySpace)?;
                let seen = |place: u32| names.iter().any(|name| name == pool.get(place));
                Some(
                    places
                        .into_iter()
                        .filter(|(_, place)| seen(*place))
                        .map(|(id, _)| id)
                        .collect::<Vec<_>>(),
                )
            }
        };
        let columns: String = fields
            .iter()
            .filter_map(|field| kind_of(*field))
            .fold(String::new(), |list, kind| list + ", " + column_of(kind));
        let sql = format!(
            "SELECT id, key_space{columns} FROM analytics_series WHERE workspace = ?1 ORDER BY id"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([workspace])?;
        let mut values = vec![Vec::new(); fields.len()];
        while let Some(row) = rows.next()? {
            let id = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
            if let Some(allowed) = &allowed
                && !allowed.contains(&row.get(1)?)
            {
                continue;
            }
            if self.numbers.len() <= id {
                self.numbers.resize(id + 1, HIDDEN);
            }
            if let Some(number) = self.numbers.get_mut(id) {
                *number = position(self.len);
            }
            self.len += 1;
            for (index, values) in values.iter_mut().enumerate() {
                values.push(row.get(index + 2)?);
            }
        }
        Ok(values)
    }

    /// The ids of the series, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = i64> {
        (0_i64..)
            .zip(&self.numbers)
            .filter(|(_, number)| **number != HIDDEN)
            .map(|(id, _)| id)
    }

    /// The number of a series, unless it may not be seen.
    pub(crate) fn number(&self, id: i64) -> Option<u32> {
        let id = usize::try_from(id).ok()?;
        self.numbers
            .get(id)
            .copied()
            .filter(|number| *number != HIDDEN)
    }
}

/// All labels of a kind, and where each id stands among them.
pub(crate) fn pool(
    connection: &Connection,
    workspace: i64,
    kind: Kind,
) -> Result<(Rc<Pool>, Hash<i64, u32>)> {
    let mut statement = connection.prepare_cached(
        "SELECT id, value FROM analytics_label WHERE workspace = ?1 AND kind = ?2",
    )?;
    let mut rows = statement.query([workspace, kind as i64])?;
    let mut pool = Pool::default();
    let mut places = Hash::default();
    while let Some(row) = rows.next()? {
        let place = pool.push(row.get_ref(1)?.as_str()?);
        places.insert(row.get(0)?, place);
    }
    Ok((Rc::new(pool), places))
}

/// Lists of tags, which are kept as JSON.
fn arrays(pool: &Pool) -> Column {
    let mut ends = Vec::with_capacity(pool.len());
    let mut tags = Pool::default();
    let mut known: Hash<String, u32> = Hash::default();
    let mut ids = Vec::new();
    for list in 0..position(pool.len()) {
        let list: Vec<String> = serde_json::from_str(pool.get(list)).unwrap_or_default();
        for tag in list {
            let id = if let Some(id) = known.get(&tag) {
                *id
            } else {
                let id = tags.push(&tag);
                known.insert(tag, id);
                id
            };
            ids.push(id);
        }
        ends.push(position(ids.len()));
    }
    Column::Arrays {
        ends,
        items: Box::new(Column::Texts {
            ids,
            pool: Rc::new(tags),
        }),
    }
}
