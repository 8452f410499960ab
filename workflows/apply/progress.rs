//! How far each piece of a plan has come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use unkey_tools::types::KeyId;
use unkey_tools::workflows::Problematic;

/// How many problems are told one by one.
const TOLD: usize = 20;

/// What became of a key in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It is as planned.
    Done,
    /// It was so already.
    Already,
    /// It changed since the plan was made, and was left alone.
    Changed,
    /// It was refused.
    Failed,
    /// What became of it cannot be known.
    Unclear,
}

impl Outcome {
    /// The word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Changed => "changed",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
        }
    }
}

/// The calls that write. A piece of work takes one or several, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    /// Changes a key.
    Edit,
    /// Deletes a key.
    Delete,
    /// Imports keys.
    Import,
    /// Deletes a key that was made and whose plain text is lost.
    Discard,
    /// Makes a key.
    Create,
    /// Takes the mark off the key that was made.
    Tidy,
    /// Sets the end of the key that was replaced.
    Retire,
}

/// A call that was about to be made.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Begun {
    /// Which call.
    pub step: Step,
    /// The credits that were left before it.
    pub remaining: Option<i64>,
    /// The end that it sets, Unix ms.
    pub until: Option<i64>,
}

/// A key that was made.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    /// Its id.
    pub key_id: KeyId,
    /// Where its plain text is kept; absent where whoever applies the plan is told.
    pub place: Option<String>,
    /// The file that holds it.
    pub path: Option<String>,
}

/// What became of a row of an import that did not go as planned.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowEnd {
    /// Its number.
    pub row: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub why: Option<String>,
}

/// What became of a piece of work.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct End {
    /// What became of it; of an import, what became of the rows that are not named.
    pub outcome: Outcome,
    /// Why.
    pub why: Option<String>,
    /// The key.
    pub key_id: Option<KeyId>,
    /// How many keys it is about.
    pub keys: u64,
    /// The rows that went otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowEnd>,
    /// The keys that an import made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<KeyId>,
}

/// A piece of work that was begun and is not at its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnderWay {
    /// The call whose outcome is not known.
    pub begun: Option<Begun>,
    /// The last call that was made.
    pub did: Option<Step>,
    /// The key that was made.
    pub made: Option<Made>,
    /// Whether the key that is there was compared with what the plan saw of it.
    pub checked: bool,
    /// How often a call came to an unknown end.
    pub unknown: u32,
    /// The rows of an import that were sent one by one.
    pub rows: BTreeMap<u64, RowEnd>,
    /// Whether the rows of an import go one by one.
    pub one_by_one: bool,
}

/// How far all pieces have come.
#[derive(Debug, Default)]
pub(crate) struct Progresses {
    settled: Vec<bool>,
    under_way: BTreeMap<u32, UnderWay>,
    counts: BTreeMap<Outcome, u64>,
    problems: Vec<Problematic>,
}

impl Progresses {
    /// That of `items` pieces of which none was begun.
    pub(crate) fn new(items: u32) -> Self {
        Self {
            settled: vec![false; items as usize],
            ..Self::default()
        }
    }

    /// Whether a piece has come to its end.
    pub(crate) fn is_settled(&self, number: u32) -> bool {
        self.settled.get(number as usize).copied().unwrap_or(true)
    }

    /// Whether all pieces have.
    pub(crate) fn is_finished(&self) -> bool {
        self.settled.iter().all(|settled| *settled)
    }

    /// How many pieces have not.
    pub(crate) fn left(&self) -> usize {
        self.settled.iter().filter(|settled| !**settled).count()
    }

    /// How far a piece has come.
    pub(crate) fn under_way(&self, number: u32) -> UnderWay {
        self.under_way.get(&number).cloned().unwrap_or_default()
    }

    /// The pieces that were begun and are not at their end.
    pub(crate) const fn open(&self) -> &BTreeMap<u32, UnderWay> {
        &self.under_way
    }

    /// The same, to be changed.
    pub(crate) fn change(&mut self, number: u32) -> &mut UnderWay {
        self.under_way.entry(number).or_default()
    }

    /// Notes the end of a piece.
    pub(crate) fn settle(&mut self, number: u32, end: &End) {
        let Some(settled) = self.settled.get_mut(number as usize) else {
            return;
        };
        if std::mem::replace(settled, true) {
            return;
        }
        self.under_way.remove(&number);
        let apart = end.rows.len() as u64;
        *self.counts.entry(end.outcome).or_default() += end.keys.saturating_sub(apart);
        if end.outcome != Outcome::Done && end.keys > apart {
            self.note(Problematic {
                key_id: end.key_id.clone(),
                row: None,
                outcome: end.outcome.word().to_owned(),
                why: end.why.clone(),
            });
        }
        for row in &end.rows {
            *self.counts.entry(row.outcome).or_default() += 1;
            self.note(Problematic {
                key_id: None,
                row: Some(row.row),
                outcome: row.outcome.word().to_owned(),
                why: row.why.clone(),
            });
        }
    }

    fn note(&mut self, problem: Problematic) {
        if self.problems.len() < TOLD {
            self.problems.push(problem);
        }
    }

    /// How many keys came to which end.
    pub(crate) fn count(&self, outcome: Outcome) -> u64 {
        self.counts.get(&outcome).copied().unwrap_or_default()
    }

    /// How many keys came to an end.
    pub(crate) fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The first that went otherwise than planned.
    pub(crate) fn problems(&self) -> &[Problematic] {
        &self.problems
    }
}
