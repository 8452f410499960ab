//! JOIN: the right side is put into a table of its keys, the left side looks it up.

use std::collections::BTreeSet;

use super::block::{Block, unread};
use super::engine::Engine;
use super::evaluate::evaluate;
use super::input::Input;
use crate::bind::Typed;
use crate::column::{Column, Value, position};
use crate::concat::concat;
use crate::deep::deep;
use crate::error::Result;
use crate::functions::convert;
use crate::keys::Keys;
use crate::tree::JoinKind;
use crate::types::Type;

/// Two inputs and how their rows are matched.
#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) left: Input,
    pub(crate) right: Input,
    pub(crate) left_kinds: Vec<Type>,
    pub(crate) right_kinds: Vec<Type>,
    pub(crate) kind: JoinKind,
    /// What must be equal, each over its own side.
    pub(crate) keys: Vec<(Typed, Typed)>,
    /// What must hold besides, over both sides.
    pub(crate) rest: Option<Typed>,
}

/// Pairs are checked against limits after so many.
const BATCH: usize = 65_536;

impl Join {
    pub(crate) fn run(&self, engine: &Engine<'_>, used: &BTreeSet<usize>) -> Result<Block> {
        let width = self.left_kinds.len();
        let mut left_used: BTreeSet<_> = used
            .iter()
            .copied()
            .filter(|index| *index < width)
            .collect();
        let mut right_used: BTreeSet<_> = used
            .iter()
            .copied()
            .filter(|index| *index >= width)
            .map(|index| index - width)
            .collect();
        for (left, right) in &self.keys {
            left.columns(&mut left_used);
            right.columns(&mut right_used);
        }
        if let Some(rest) = &self.rest {
            let mut both = BTreeSet::new();
            rest.columns(&mut both);
            left_used.extend(both.iter().copied().filter(|index| *index < width));
            right_used.extend(
                both.into_iter()
                    .filter(|index| *index >= width)
                    .map(|index| index - width),
            );
        }
        let left = deep(|| self.left.read_all(engine, &left_used, &self.left_kinds))?;
        let right = self
            .right
            .read_all(engine, &right_used, &self.right_kinds)?;
        let pairs = self.pairs(&left, &right, engine)?;
        Ok(self.joined(&left, &right, &pairs, (&left_used, &right_used)))
    }

    /// The rows that belong together.
    fn pairs(&self, left: &Block, right: &Block, engine: &Engine<'_>) -> Result<Vec<(u32, u32)>> {
        let (left_keys, right_keys, count) = self.numbers(left, right)?;
        let mut heads = vec![u32::MAX; count];
        let mut chain = vec![u32::MAX; right.rows];
        // Chains are built backwards, so that rows come out in order.
        for (row, key) in right_keys.iter().enumerate().rev() {
            if let (Some(head), Some(next)) = (heads.get_mut(*key as usize), chain.get_mut(row)) {
                *next = *head;
                *head = position(row);
            }
        }
        let mut pairs = Vec::new();
        let mut checked = 0;
        for (row, key) in (0..).zip(&left_keys) {
            let mut at = heads.get(*key as usize).copied().unwrap_or(u32::MAX);
            while at != u32::MAX {
                pairs.push((row, at));
                at = chain.get(at as usize).copied().unwrap_or(u32::MAX);
            }
            if pairs.len() - checked >= BATCH {
                let new = pairs.split_off(checked);
                pairs.extend(self.matching(new, left, right)?);
                checked = pairs.len();
                engine.guard.room_for(pairs.len() * 64)?;
                engine.guard.on_time()?;
            }
        }
        let new = pairs.split_off(checked);
        pairs.extend(self.matching(new, left, right)?);
        Ok(pairs)
    }

    fn numbers(&self, left: &Block, right: &Block) -> Result<(Vec<u32>, Vec<u32>, usize)> {
        if self.keys.is_empty() {
            return Ok((vec![0; left.rows], vec![0; right.rows], 1));
        }
        let mut columns = Vec::new();
        for (a, b) in &self.keys {
            let kind = a.kind.common(&b.kind)?;
            let a = convert(&evaluate(a, left)?, &a.kind, &kind)?;
            let b = convert(&evaluate(b, right)?, &b.kind, &kind)?;
            columns.push(concat(&[a.plain(), b.plain()], &kind));
        }
        let mut keys = Keys::default();
        let mut numbers = keys.groups(&columns, left.rows + right.rows);
        let right = numbers.split_off(left.rows);
        Ok((numbers, right, keys.len()))
    }

    fn matching(
        &self,
        pairs: Vec<(u32, u32)>,
        left: &Block,
        right: &Block,
    ) -> Result<Vec<(u32, u32)>> {
        let Some(rest) = &self.rest else {
            return Ok(pairs);
        };
        let (lefts, rights): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let mut columns = left.take(&lefts).columns;
        columns.extend(right.take(&rights).columns);
        let keep = evaluate(rest, &Block::new(columns, pairs.len()))?.truths();
        Ok(pairs
            .into_iter()
            .zip(keep)
            .filter_map(|(pair, keep)| keep.then_some(pair))
            .collect())
    }

    /// The joined rows. A side without a partner has its types' defaults, as in ClickHouse.
    fn joined(
        &self,
        left: &Block,
        right: &Block,
        pairs: &[(u32, u32)],
        used: (&BTreeSet<usize>, &BTreeSet<usize>),
    ) -> Block {
        let absent = |rows: usize| position(rows);
        let (mut lefts, mut rights): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
        if matches!(self.kind, JoinKind::Left | JoinKind::Full) {
            for row in lonely(left.rows, &lefts) {
                lefts.push(row);
                rights.push(absent(right.rows));
            }
        }
        if matches!(self.kind, JoinKind::Right | JoinKind::Full) {
            for row in lonely(right.rows, pairs.iter().map(|(_, right)| right)) {
                lefts.push(absent(left.rows));
                rights.push(row);
            }
        }
        let mut columns = side(left, &lefts, &self.left_kinds, used.0);
        columns.extend(side(right, &rights, &self.right_kinds, used.1));
        Block::new(columns, lefts.len())
    }
}

/// The rows that are not among `matched`.
fn lonely<'a>(rows: usize, matched: impl IntoIterator<Item = &'a u32>) -> Vec<u32> {
    let mut seen = vec![false; rows];
    for row in matched {
        if let Some(seen) = seen.get_mut(*row as usize) {
            *seen = true;
        }
    }
    (0..position(rows))
        .zip(seen)
        .filter_map(|(row, seen)| (!seen).then_some(row))
        .collect()
}

/// The rows of one side; the row after its last one stands for no partner.
fn side(block: &Block, rows: &[u32], kinds: &[Type], used: &BTreeSet<usize>) -> Vec<Column> {
    let partners = rows.iter().all(|row| (*row as usize) < block.rows);
    block
        .columns
        .iter()
        .zip(kinds)
        .enumerate()
        .map(|(index, (column, kind))| {
            if !used.contains(&index) {
                unread(rows.len())
            } else if partners {
                column.take(rows)
            } else {
                let default = Column::same(&Value::Null, kind, 1).plain();
                concat(&[column.plain(), default], kind).take(rows)
            }
        })
        .collect()
}
