//! What a SELECT reads from, and reading it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::block::{Block, unread};
use super::engine::Engine;
use super::evaluate::{evaluate, evaluate_all};
use super::join::Join;
use crate::bind::Typed;
use crate::column::{Column, Value};
use crate::error::Result;
use crate::store::{Scan, Series, Window, kind_of};
use crate::tables::{Field, Table};
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

fn is_label(field: Field) -> bool {
    kind_of(field).is_some() || field == Field::WorkspaceId
}

fn read_table(
    engine: &Engine<'_>,
    table: Table,
    reading: &Reading<'_>,
    each: &mut dyn FnMut(Block) -> Result<bool>,
) -> Result<()> {
    let question = engine.question;
    let columns = table.columns();
    let mut wanted = reading.used.clone();
    for typed in reading.series_filters.iter().chain(reading.lifted) {
        typed.columns(&mut wanted);
    }
    let fields: Vec<_> = columns
        .iter()
        .enumerate()
        .filter(|(index, _)| wanted.contains(index))
        .map(|(_, (_, field))| *field)
        .collect();
    let labels: Vec<_> = fields
        .iter()
        .copied()
        .filter(|field| kind_of(*field).is_some())
        .collect();
    let mut series = Series::load(
        engine.connection,
        &question.workspace_id,
        question.key_spaces.as_deref(),
        &labels,
        labels.is_empty() && question.key_spaces.is_none() && !fields.contains(&Field::WorkspaceId),
    )?;
    if fields.contains(&Field::WorkspaceId) {
        let workspace = Value::Text(question.workspace_id.as_str().into());
        let column = Column::same(&workspace, &Type::String, series.len);
        series.labels.insert(Field::WorkspaceId, column.plain());
    }
    let shown: Vec<_> = columns
        .iter()
        .map(|(_, field)| {
            series
                .labels
                .get(field)
                .cloned()
                .unwrap_or_else(|| unread(series.len))
        })
        .collect();
    let shown = Block::new(shown, series.len);
    let mut keep: Option<Vec<bool>> = None;
    for filter in reading.series_filters {
        let truths = evaluate(filter, &shown)?.truths();
        keep = Some(match keep {
            None => truths,
            Some(before) => before
                .into_iter()
                .zip(truths)
                .map(|(a, b)| a && b)
                .collect(),
        });
    }
    let lifted = evaluate_all(reading.lifted, &shown)?;
    let shared: Vec<Option<Rc<Column>>> = columns
        .iter()
        .map(|(_, field)| series.labels.get(field).cloned().map(Rc::new))
        .chain(
            lifted
                .into_iter()
                .map(|column| Some(Rc::new(column.plain()))),
        )
        .collect();
    let window = Window {
        from: engine.oldest().max(reading.bounds.0.unwrap_or(i64::MIN)),
        to: reading.bounds.1.unwrap_or(i64::MAX),
    };
    let scan = Scan {
        connection: engine.connection,
        table,
        series: &series,
        keep: keep.as_deref(),
        window,
        fields: &fields,
        on_time: &|| engine.guard.on_time(),
    };
    let (regions, places) = scan.regions()?;
    scan.read(&places, &mut |mut rows| {
        engine.guard.on_time()?;
        let codes = Rc::new(std::mem::take(&mut rows.series));
        let count = rows.len;
        let mut block = Vec::with_capacity(shared.len());
        for (index, values) in shared.iter().enumerate() {
            let column = match (values, columns.get(index)) {
                (Some(values), _) => Some(Column::Coded {
                    codes: Rc::clone(&codes),
                    values: Rc::clone(values),
                }),
                (None, Some((_, field))) if fields.contains(field) => rows.column(*field, &regions),
                _ => None,
            };
            block.push(column.unwrap_or_else(|| unread(count)));
        }
        each(Block::new(block, count))
    })
}
