//! UNION, INTERSECT, EXCEPT.

use super::{Planner, Relation};
use crate::ast::SetOperator;
use crate::bind::{BoundExpr, Node};
use crate::emit::column;
use crate::error::{QueryError, Result};
use crate::functions::conversion;
use crate::types::Type;

impl Planner<'_> {
    /// Combines two results; the columns are called as in the first.
    pub(super) fn combine(
        &self,
        operator: SetOperator,
        left: &Relation,
        right: &Relation,
    ) -> Result<Relation> {
        if left.columns.len() != right.columns.len() {
            return Err(QueryError::query(format!(
                "Both sides need as many columns: there are {} and {}.",
                left.columns.len(),
                right.columns.len()
            )));
        }
        let mut columns = Vec::new();
        for ((name, a), (_, b)) in left.columns.iter().zip(&right.columns) {
            columns.push((name.clone(), a.common(b)?));
        }
        let (word, counted) = match operator {
            SetOperator::UnionAll => ("UNION ALL", false),
            SetOperator::UnionDistinct => ("UNION", false),
            SetOperator::IntersectDistinct => ("INTERSECT", false),
            SetOperator::ExceptDistinct => ("EXCEPT", false),
            // Equal rows are numbered: one of the right side stands for one of the left only.
            SetOperator::IntersectAll => ("INTERSECT", true),
            SetOperator::ExceptAll => ("EXCEPT", true),
        };
        let names: Vec<_> = (0..columns.len()).map(column).collect();
        let same = left.columns.iter().zip(&columns).all(|(a, b)| a.1 == b.1);
        let mut parts = match operator {
            SetOperator::UnionAll if same => left.parts.clone(),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            parts.push(self.side(left, &columns, counted)?);
        }
        parts.push(self.side(right, &columns, counted)?);
        let combined = parts.join(&format!(" {word} "));
        if operator != SetOperator::UnionAll {
            parts.clear();
        }
        Ok(Relation {
            sql: format!("SELECT {} FROM ({combined})", names.join(", ")),
            columns,
            parts,
            filling: None,
        })
    }

    /// One side with its columns brought to common types.
    fn side(
        &self,
        relation: &Relation,
        columns: &[(String, Type)],
        counted: bool,
    ) -> Result<String> {
        let relation = relation.clone().without_filling()?;
        let mut sql = Vec::new();
        for (index, ((_, from), (_, to))) in relation.columns.iter().zip(columns).enumerate() {
            let mut typed = BoundExpr::column(index, from.clone());
            if from != to {
                typed = BoundExpr {
                    expr: Node::Call {
                        name: "convert".to_owned(),
                        function: conversion(from, to)?,
                        arguments: vec![typed],
                    },
                    kind: to.clone(),
                };
            }
            sql.push(format!(
                "{} AS {}",
                self.functions.sql(&typed)?,
                column(index)
            ));
        }
        let converted = format!("SELECT {} FROM ({})", sql.join(", "), relation.sql);
        if !counted {
            return Ok(converted);
        }
        let names: Vec<_> = (0..columns.len()).map(column).collect();
        Ok(format!(
            "SELECT *, row_number() OVER (PARTITION BY {}) FROM ({converted})",
            names.join(", ")
        ))
    }
}
