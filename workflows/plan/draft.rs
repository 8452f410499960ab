//! A plan in the making: the pieces go to the file, the counts into the answer.

use std::collections::BTreeMap;
use std::io;

use unkey_tools::types::Key;
use unkey_tools::workflows::{Cannot, Cost, Count, Planned};

use super::decide::Decision;
use super::file::PlanWriter;
use super::item::{Item, Work};

/// How many keys are shown.
const EXAMPLES: usize = 5;

/// How many that cannot be done are told one by one.
const CANNOTS: usize = 20;

/// A key that was used within this time is in use.
const LATELY_MS: i64 = 7 * 24 * 3_600_000;

/// How many pieces a plan has at most.
const MOST: u32 = 1_000_000;

/// A plan in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    writer: PlanWriter,
    trouble: Option<io::Error>,
    now: i64,
    keys: u64,
    used_lately: u64,
    cost: Cost,
    unchanged: BTreeMap<&'static str, u64>,
    by_api: BTreeMap<String, u64>,
    examples: Vec<unkey_tools::workflows::PlannedKey>,
    cannot: Vec<Cannot>,
    cannot_count: u64,
    notes: Vec<String>,
}

impl Draft {
    pub(crate) const fn new(writer: PlanWriter, now: i64) -> Self {
        Self {
            writer,
            trouble: None,
            now,
            keys: 0,
            used_lately: 0,
            cost: Cost {
                reads: 0,
                writes: 0,
            },
            unchanged: BTreeMap::new(),
            by_api: BTreeMap::new(),
            examples: Vec::new(),
            cannot: Vec::new(),
            cannot_count: 0,
            notes: Vec::new(),
        }
    }

    /// Takes what was decided for a key of the API called `api`, where that is known.
    pub(crate) fn take(&mut self, decision: Decision, key: &Key, api: Option<&str>) {
        match decision {
            Decision::Do(item) => {
                let is_used = |at| self.now - at < LATELY_MS;
                self.used_lately += u64::from(key.last_used_at.is_some_and(is_used));
                self.add(&item, api);
            }
            Decision::Unchanged(why) => *self.unchanged.entry(why).or_default() += 1,
            Decision::Cannot(why) => self.refuse(Cannot {
                key_id: Some(key.key_id.clone()),
                why: why.to_owned(),
                ..Cannot::default()
            }),
        }
    }

    /// Adds a piece of work.
    pub(crate) fn add(&mut self, item: &Item, api: Option<&str>) {
        if self.trouble.is_some() {
            return;
        }
        if self.writer.items() >= MOST {
            self.trouble = Some(io::Error::other("a plan has at most 1,000,000 pieces"));
            return;
        }
        if let Err(error) = self.writer.push(item) {
            self.trouble = Some(error);
            return;
        }
        self.keys += item.keys();
        if let Some(api) = api {
            *self.by_api.entry(api.to_owned()).or_default() += item.keys();
        }
        let (reads, writes) = cost(&item.work);
        self.cost.reads += reads;
        self.cost.writes += writes;
        if self.examples.len() < EXAMPLES {
            self.show(item);
        }
    }

    fn show(&mut self, item: &Item) {
        if let Work::Import { rows, .. } = &item.work {
            let shown = rows.iter().take(EXAMPLES - self.examples.len());
            self.examples
                .extend(shown.map(|row| unkey_tools::workflows::PlannedKey {
                    external_id: row.key.external_id.clone(),
                    name: row.key.name.clone(),
                    ..Default::default()
                }));
        } else {
            self.examples.push(item.key.clone());
        }
    }

    /// Takes what cannot be done.
    pub(crate) fn refuse(&mut self, cannot: Cannot) {
        self.cannot_count += 1;
        if self.cannot.len() < CANNOTS {
            self.cannot.push(cannot);
        }
    }

    /// Adds what is to be known.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// How many keys it would change.
    pub(crate) const fn keys(&self) -> u64 {
        self.keys
    }

    /// What the writer was begun for, and the answer.
    ///
    /// # Errors
    /// What went wrong with the file meanwhile.
    pub(crate) fn close(self) -> io::Result<(PlanWriter, Planned)> {
        if let Some(trouble) = self.trouble {
            return Err(trouble);
        }
        let unchanged: BTreeMap<_, _> = self
            .unchanged
            .into_iter()
            .map(|(why, count)| (why.to_owned(), count))
            .collect();
        let mut by_api: Vec<_> = self
            .by_api
            .into_iter()
            .map(|(of, count)| Count { of, count })
            .collect();
        by_api.sort_by_key(|api| std::cmp::Reverse(api.count));
        by_api.truncate(20);
        let answer = Planned {
            keys: self.keys,
            used_lately: (self.used_lately > 0).then_some(self.used_lately),
            unchanged: (!unchanged.is_empty()).then_some(unchanged),
            by_api: (!by_api.is_empty()).then_some(by_api),
            examples: self.examples,
            cannot: (!self.cannot.is_empty()).then_some(self.cannot),
            cannot_count: self.cannot_count,
            notes: (!self.notes.is_empty()).then_some(self.notes),
            cost: self.cost,
            ..Planned::default()
        };
        Ok((self.writer, answer))
    }
}

/// How many calls read and write for a piece of work.
const fn cost(work: &Work) -> (u64, u64) {
    match work {
        Work::Edit(_) | Work::Delete { .. } => (1, 1),
        Work::Create { .. } => (1, 2),
        Work::Rotate { .. } => (3, 3),
        Work::Import { .. } => (0, 1),
    }
}
