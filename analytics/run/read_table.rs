//! Reads a table: which series, which columns, and what is computed once for each series.

use std::rc::Rc;

use super::block::{Block, unread};
use super::engine::Engine;
use super::evaluate::{evaluate, evaluate_all};
use super::input::Reading;
use crate::bind::Typed;
use crate::column::{Column, Value};
use crate::error::Result;
use crate::store::{Scan, Series, Window, kind_of};
use crate::tables::{Field, Table};
use crate::types::Type;

/// Whether a column is the same in all rows of a series.
pub(super) fn is_label(field: Field) -> bool {
    kind_of(field).is_some() || field == Field::WorkspaceId
}

/// Hands over the rows of a table that the question may see, until `each` has enough.
pub(super) fn read_table(
    engine: &Engine<'_>,
    table: Table,
    reading: &Reading<'_>,
    each: &mut dyn FnMut(Block) -> Result<bool>,
) -> Result<()> {
    let fields = fields(table, reading);
    let series = load(engine, &fields)?;
    let labels = labels(table, &series);
    let keep = keep(reading.series_filters, &labels)?;
    let lifted = evaluate_all(reading.lifted, &labels)?;
    let shared: Vec<_> = table
        .columns()
        .iter()
        .map(|(_, field)| series.labels.get(field).cloned().map(Rc::new))
        .chain(
            lifted
                .into_iter()
                .map(|column| Some(Rc::new(column.plain()))),
        )
        .collect();
    let scan = Scan {
        connection: engine.connection,
        table,
        series: &series,
        keep: keep.as_deref(),
        window: Window {
            from: engine.oldest().max(reading.bounds.0.unwrap_or(i64::MIN)),
            to: reading.bounds.1.unwrap_or(i64::MAX),
        },
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
            let column = match (values, table.columns().get(index)) {
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

/// The columns that anything reads.
fn fields(table: Table, reading: &Reading<'_>) -> Vec<Field> {
    let mut wanted = reading.used.clone();
    for typed in reading.series_filters.iter().chain(reading.lifted) {
        typed.columns(&mut wanted);
    }
    let columns = table.columns().iter().enumerate();
    columns
        .filter(|(index, _)| wanted.contains(index))
        .map(|(_, (_, field))| *field)
        .collect()
}

/// The series that the question may see, with the labels among `fields`.
fn load(engine: &Engine<'_>, fields: &[Field]) -> Result<Series> {
    let question = engine.question;
    let stored: Vec<_> = fields
        .iter()
        .copied()
        .filter(|field| kind_of(*field).is_some())
        .collect();
    let open = question.key_spaces.is_none() && !fields.iter().any(|field| is_label(*field));
    let mut series = Series::load(
        engine.connection,
        &question.workspace_id,
        question.key_spaces.as_deref(),
        &stored,
        open,
    )?;
    if fields.contains(&Field::WorkspaceId) {
        let workspace = Value::Text(question.workspace_id.as_str().into());
        let column = Column::same(&workspace, &Type::String, series.len);
        series.labels.insert(Field::WorkspaceId, column.plain());
    }
    Ok(series)
}

/// The labels as a block with a row for each series.
fn labels(table: Table, series: &Series) -> Block {
    let columns = table.columns().iter();
    let columns = columns.map(|(_, field)| series.labels.get(field).cloned());
    let columns = columns.map(|column| column.unwrap_or_else(|| unread(series.len)));
    Block::new(columns.collect(), series.len)
}

/// Which series meet all `filters`; None where there is none.
fn keep(filters: &[Typed], labels: &Block) -> Result<Option<Vec<bool>>> {
    let mut keep: Option<Vec<bool>> = None;
    for filter in filters {
        let truths = evaluate(filter, labels)?.truths();
        keep = Some(match keep {
            None => truths,
            Some(before) => before
                .into_iter()
                .zip(truths)
                .map(|(a, b)| a && b)
                .collect(),
        });
    }
    Ok(keep)
}
