//! The series of a workspace, with the labels that a question needs.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, Result};

use super::codec::read_ints;
use super::label::Kind;
use crate::column::{Column, Pool, position};
use crate::hash::Table as Hash;
use crate::tables::Field;

/// The series of one workspace that may be seen, numbered from 0.
#[derive(Debug)]
pub(crate) struct Series {
    /// Whether every series of the workspace may be seen and no label is wanted: then none of them
    /// was loaded, and all have the number 0.
    pub(crate) open: bool,
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
    /// Loads the series of `workspace` that belong to `key_spaces`, with the labels of `fields`;
    /// none at all where `open`.
    pub(crate) fn load(
        connection: &Connection,
        workspace: &str,
        key_spaces: Option<&[String]>,
        fields: &[Field],
        open: bool,
    ) -> Result<Self> {
        let id: Option<i64> = connection
            .prepare_cached(
                "SELECT id FROM analytics_label WHERE workspace = 0 AND kind = 0 AND value = ?1",
            )?
            .query_row([workspace], |row| row.get(0))
            .optional()?;
        let mut series = Self {
            open,
            workspace: id,
            len: 0,
            numbers: Vec::new(),
            labels: BTreeMap::new(),
        };
        let Some(id) = id.filter(|_| !open) else {
            return Ok(series);
        };
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

    /// Reads the ids of labels, for each field one for each series.
    fn read(
        &mut self,
        connection: &Connection,
        workspace: i64,
        key_spaces: Option<&[String]>,
        fields: &[Field],
    ) -> Result<Vec<Vec<i64>>> {
        let allowed = key_spaces
            .map(|names| ids_of(connection, workspace, names))
            .transpose()?;
        let columns: String = fields
            .iter()
            .filter_map(|field| kind_of(*field))
            .fold(String::new(), |list, kind| list + ", " + column_of(kind));
        let mut values = vec![Vec::new(); fields.len()];
        let mut last = 0;
        let sql = format!(
            "SELECT last, rows, series, key_space{columns} FROM analytics_series_chunk
             WHERE workspace = ?1 ORDER BY last"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut chunks = statement.query([workspace])?;
        while let Some(chunk) = chunks.next()? {
            last = chunk.get(0)?;
            self.chunk(chunk, allowed.as_ref(), &mut values)?;
        }
        // The plus keeps SQLite from going through all series of the workspace, by another index.
        let sql = format!(
            "SELECT id, key_space{columns} FROM analytics_series
             WHERE +workspace = ?1 AND id > ?2 ORDER BY id"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([workspace, last])?;
        while let Some(row) = rows.next()? {
            let space = row.get(1)?;
            if allowed
                .as_ref()
                .is_none_or(|allowed| allowed.contains(&space))
            {
                self.add(row.get(0)?);
                for (index, values) in values.iter_mut().enumerate() {
                    values.push(row.get(index + 2)?);
                }
            }
        }
        Ok(values)
    }

    /// Takes in one packed part of the series.
    fn chunk(
        &mut self,
        chunk: &rusqlite::Row<'_>,
        allowed: Option<&BTreeSet<i64>>,
        values: &mut [Vec<i64>],
    ) -> Result<()> {
        let count = usize::try_from(chunk.get::<_, i64>(1)?).unwrap_or(0);
        let ints = |column| -> Result<Vec<i64>> {
            let bytes = chunk.get_ref(column)?.as_blob()?;
            read_ints(&mut &*bytes, count).ok_or(rusqlite::Error::InvalidQuery)
        };
        let ids = ints(2)?;
        let spaces = if allowed.is_some() {
            ints(3)?
        } else {
            Vec::new()
        };
        let labels = (4..4 + values.len())
            .map(ints)
            .collect::<Result<Vec<_>>>()?;
        for (row, id) in ids.into_iter().enumerate() {
            let space = spaces.get(row);
            if allowed
                .zip(space)
                .is_none_or(|(allowed, id)| allowed.contains(id))
            {
                self.add(id);
                for (values, labels) in values.iter_mut().zip(&labels) {
                    values.push(labels.get(row).copied().unwrap_or(0));
                }
            }
        }
        Ok(())
    }

    /// Gives the next number to a series.
    fn add(&mut self, id: i64) {
        let id = usize::try_from(id).unwrap_or(0);
        if self.numbers.len() <= id {
            self.numbers.resize(id + 1, HIDDEN);
        }
        if let Some(number) = self.numbers.get_mut(id) {
            *number = position(self.len);
        }
        self.len += 1;
    }

    /// The number of a series, unless it may not be seen.
    pub(crate) fn number(&self, id: i64) -> Option<u32> {
        if self.open {
            return Some(0);
        }
        let id = usize::try_from(id).ok()?;
        self.numbers
            .get(id)
            .copied()
            .filter(|number| *number != HIDDEN)
    }
}

/// The ids of key spaces; a name that was never recorded has none.
fn ids_of(connection: &Connection, workspace: i64, names: &[String]) -> Result<BTreeSet<i64>> {
    let mut find = connection.prepare_cached(
        "SELECT id FROM analytics_label WHERE workspace = ?1 AND kind = ?2 AND value = ?3",
    )?;
    let mut ids = BTreeSet::new();
    for name in names {
        let key = (workspace, Kind::KeySpace as i64, name);
        ids.extend(find.query_row(key, |row| row.get::<_, i64>(0)).optional()?);
    }
    Ok(ids)
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
