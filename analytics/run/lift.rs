//! Moves what depends on labels alone from rows to series.

use std::collections::{BTreeMap, BTreeSet};

use crate::bind::{Expr, Typed};

/// Expressions that are computed once for each series; each becomes a column after the first
/// `width`.
#[derive(Debug)]
pub(crate) struct Lift<'a> {
    labels: &'a BTreeSet<usize>,
    width: usize,
    pub(crate) lifted: Vec<Typed>,
    places: BTreeMap<String, usize>,
}

impl<'a> Lift<'a> {
    /// `labels` are the columns that a series has; the others differ from row to row.
    pub(crate) fn new(labels: &'a BTreeSet<usize>, width: usize) -> Self {
        Self {
            labels,
            width,
            lifted: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// `typed` with columns in place of the largest parts that labels decide.
    pub(crate) fn take_from(&mut self, typed: &Typed) -> Typed {
        typed.rewrite(&mut |part| {
            if !matches!(part.expr, Expr::Call { .. } | Expr::Filter { .. })
                || !self.is_decided(part)
            {
                return None;
            }
            let key = part.key();
            let place = if let Some(place) = self.places.get(&key) {
                *place
            } else {
                self.lifted.push(part.clone());
                self.places.insert(key, self.lifted.len() - 1);
                self.lifted.len() - 1
            };
            Some(Typed::column(self.width + place, part.kind.clone()))
        })
    }

    fn is_decided(&self, part: &Typed) -> bool {
        let mut columns = BTreeSet::new();
        part.columns(&mut columns);
        let depends = !columns.is_empty() && columns.is_subset(self.labels);
        let mut bound = BTreeSet::new();
        part.contains(&mut |expr| {
            if let Expr::Filter { parameter, .. } = expr {
                bound.insert(*parameter);
            }
            false
        });
        depends
            && !part.contains(&mut |expr| match expr {
                Expr::ArrayJoin(_) | Expr::Aggregate(_) | Expr::Window(_) => true,
                Expr::Parameter(depth) => !bound.contains(depth),
                // It might refuse a series whose rows are not asked for.
                Expr::Call { function, .. } => function.is_fallible(),
                _ => false,
            })
    }

    /// Whether labels alone decide `typed`, as a condition of WHERE.
    pub(crate) fn decides(&self, typed: &Typed) -> bool {
        matches!(typed.expr, Expr::Call { .. }) && self.is_decided(typed)
    }
}
