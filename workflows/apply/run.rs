//! Carries the pieces of a plan out: a few at a time, each step on disk before the next.

use std::collections::BTreeMap;
use std::io;

use unkey_tools::types::Secret;
use unkey_tools::workflows::MadeKey;

use super::create;
use super::journal::{Event, Journal, Record};
use super::next::Next;
use super::progress::{End, Outcome, Progresses};
use super::scene::Scene;
use crate::operations::Api;
use crate::plan::file::PlanFile;
use crate::text::iso;

/// How many pieces are under way at once.
const AT_ONCE: usize = 8;

/// How often the whole plan is gone through: what came to an unknown end is looked up in the next round.
const ROUNDS: usize = 5;

/// What bounds a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many writes are left.
    pub(crate) writes: u64,
    /// When no more is begun, Unix ms.
    pub(crate) until: Option<i64>,
}

/// A plan that is carried out.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) scene: Scene<'a>,
    pub(crate) journal: Journal,
    pub(crate) progresses: Progresses,
    pub(crate) bounds: Bounds,
    /// The ends of pieces whose plain texts are handed out first.
    pub(crate) ending: Vec<(u32, End)>,
    /// How many refusals in a row blamed the root key.
    pub(super) refusals: u32,
    /// How many keys the plan is about.
    pub(super) total: u64,
}

/// Why nothing goes on.
pub(crate) type Stop = String;

impl<'a> Run<'a> {
    pub(crate) fn new(
        scene: Scene<'a>,
        journal: Journal,
        progresses: Progresses,
        bounds: Bounds,
        total: u64,
    ) -> Self {
        Self {
            scene,
            journal,
            progresses,
            bounds,
            ending: Vec::new(),
            refusals: 0,
            total,
        }
    }

    /// Carries out what is left, until it is done or something stops it.
    pub(crate) async fn run(&mut self, plan: &PlanFile) -> io::Result<Option<Stop>> {
        for _ in 0..ROUNDS {
            if self.is_done() {
                return Ok(None);
            }
            if let Some(stop) = self.look_for_marked(plan).await? {
                return Ok(Some(stop));
            }
            if let Some(stop) = self.round(plan).await? {
                return Ok(Some(stop));
            }
        }
        let left = "what became of some calls could not be found out yet";
        Ok((!self.is_done()).then(|| left.to_owned()))
    }

    /// Whether every piece is settled, or waits only for its plain text to be handed out.
    fn is_done(&self) -> bool {
        self.progresses.is_finished() || self.progresses.left() == self.ending.len()
    }

    async fn round(&mut self, plan: &PlanFile) -> io::Result<Option<Stop>> {
        let mut wave = Vec::with_capacity(AT_ONCE);
        for piece in plan.items()? {
            let (number, item) = piece?;
            if self.progresses.is_settled(number) || self.is_ending(number) {
                continue;
            }
            wave.push((number, item));
            if wave.len() == AT_ONCE
                && let Some(stop) = self.wave(std::mem::take(&mut wave)).await?
            {
                return Ok(Some(stop));
            }
        }
        self.wave(wave).await
    }

    fn is_ending(&self, number: u32) -> bool {
        self.ending.iter().any(|(ending, _)| *ending == number)
    }

    pub(super) fn is_over(&self) -> Option<Stop> {
        if self.bounds.writes == 0 {
            return Some(NO_WRITES.to_owned());
        }
        let until = self.bounds.until?;
        (self.scene.cx.clock.now() >= until).then(|| NO_TIME.to_owned())
    }

    /// Looks for keys that pieces without owners may have made: one walk for all of them.
    async fn look_for_marked(&mut self, plan: &PlanFile) -> io::Result<Option<Stop>> {
        self.scene.marked = None;
        let mut apis = Vec::new();
        if !self.progresses.open().values().any(create::may_be_there) {
            return Ok(None);
        }
        for piece in plan.items()? {
            let (number, item) = piece?;
            let open = self.progresses.open().get(&number);
            if open.is_some_and(create::may_be_there)
                && let (Some(api), None) = create::place(&item)
                && !apis.contains(&api.to_owned())
            {
                apis.push(api.to_owned());
            }
        }
        let apis: Vec<_> = apis.into_iter().map(Api::of_id).collect();
        if apis.is_empty() {
            return Ok(None);
        }
        match create::walk(&self.scene, &apis, None).await {
            Ok(marked) => self.scene.marked = Some(marked),
            Err(Next::Stop(why)) => return Ok(Some(why)),
            Err(_) => {}
        }
        Ok(None)
    }

    /// Writes down the ends of the pieces whose plain texts are handed out now.
    pub(crate) fn hand_out(&mut self) -> io::Result<()> {
        let records: Vec<_> = self
            .ending
            .iter()
            .map(|(item, end)| Record {
                item: *item,
                event: Event::End(end.clone()),
            })
            .collect();
        self.journal.write(&records, &mut self.progresses)
    }
}

pub(super) const NO_WRITES: &str = "as many writes were made as were allowed";
const NO_TIME: &str = "the time for one call is over";

impl Run<'_> {
    /// How many keys came to that end.
    pub(crate) fn count(&self, outcome: Outcome) -> u64 {
        self.progresses.count(outcome)
    }
}

impl Run<'_> {
    /// The first keys that were made, by their pieces, each with the place of its plain text.
    pub(crate) fn made(&mut self, most: usize) -> io::Result<BTreeMap<u32, MadeKey>> {
        let mut made: BTreeMap<u32, MadeKey> = BTreeMap::new();
        let mut ends = BTreeMap::new();
        self.journal.replay(|record| match record.event {
            Event::Made(key) if made.len() < most || made.contains_key(&record.item) => {
                let key = MadeKey {
                    key_id: Some(key.key_id),
                    key: key.place.map(Secret::new),
                    path: key.path,
                    ..MadeKey::default()
                };
                made.insert(record.item, key);
            }
            Event::Begin(begun) => {
                if let Some(until) = begun.until {
                    ends.insert(record.item, until);
                }
            }
            _ => {}
        })?;
        for (number, until) in ends {
            if let Some(key) = made.get_mut(&number) {
                key.old_ends = Some(iso(until));
            }
        }
        Ok(made)
    }
}
