//! What a SELECT reads from, and reading it.

use std::collections::BTreeSet;

use super::block::Block;
use super::engine::Engine;
use super::join::Join;
use super::read_table::{is_label, read_table};
use crate::bind::Typed;
use crate::error::Result;
use crate::tables::Table;
use crate::types::Type;

/// What a SELECT reads from.
#[derive(Debug)]
pub(crate) enum Input {
    Block(Block),
    Table(Table),
    Join(Box<Join>),
}

/// How it is read.
#[derive(Debug, Default)]
pub(crate) struct Reading<'a> {
    /// The columns that are read; others are left empty.
    pub(crate) used: BTreeSet<usize>,
    /// Conditions that labels decide: only series that meet them are read.
    pub(crate) series_filters: &'a [Typed],
    /// What is computed once for each series and follows the columns.
    pub(crate) lifted: &'a [Typed],
    /// Moments between which rows are wanted, in Unix milliseconds.
    pub(crate) bounds: (Option<i64>, Option<i64>),
}

impl Input {
    /// The columns of a table that are labels.
    pub(crate) fn labels(&self) -> BTreeSet<usize> {
        match self {
            Self::Table(table) => table
                .columns()
                .iter()
                .enumerate()
                .filter(|(_, (_, field))| is_label(*field))
                .map(|(index, _)| index)
                .collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Hands over every row, in blocks, until `each` says that it has enough.
    pub(crate) fn read(
        &self,
        engine: &Engine<'_>,
        reading: &Reading<'_>,
        each: &mut dyn FnMut(Block) -> Result<bool>,
    ) -> Result<()> {
        match self {
            Self::Block(block) => each(block.clone()).map(|_| ()),
            Self::Join(join) => each(join.run(engine, &reading.used)?).map(|_| ()),
            Self::Table(table) => read_table(engine, *table, reading, each),
        }
    }

    /// Every row in one block.
    pub(crate) fn read_all(
        &self,
        engine: &Engine<'_>,
        used: &BTreeSet<usize>,
        kinds: &[Type],
    ) -> Result<Block> {
        if let Self::Block(block) = self {
            return Ok(block.clone());
        }
        let mut blocks = Vec::new();
        let reading = Reading {
            used: used.clone(),
            ..Reading::default()
        };
        self.read(engine, &reading, &mut |block| {
            engine.guard.hold(block.bytes())?;
            blocks.push(block);
            Ok(true)
        })?;
        let kinds: Vec<_> = kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| {
                if used.contains(&index) {
                    kind.clone()
                } else {
                    Type::Nothing
                }
            })
            .collect();
        Ok(Block::concat(&blocks, &kinds))
    }
}
