//! UNION, INTERSECT, EXCEPT.

use sqlparser::ast::{SetOperator, SetQuantifier};

use super::{Planner, Relation};
use crate::bind::{BoundExpr, Node};
use crate::emit::column;
use crate::error::{QueryError, Result};
use crate::functions::conversion;
use crate::types::Type;

impl Planner<'_> {
    /// Combines two results; the columns are called as in the first.
    pub(super) fn combine(
        &self,
        operator: (SetOperator, SetQuantifier),
        left: Relation,
        right: Relation,
    ) -> Result<Relation> {
        // Equal rows are numbered: one of the right side stands for one of the left only.
        let (word, counted) = match operator {
            (SetOperator::Union, SetQuantifier::All) => ("UNION ALL", false),
            (SetOperator::Union, SetQuantifier::Distinct) => ("UNION", false),
            (SetOperator::Union, _) => {
                return Err(
                    QueryError::query("Expected ALL or DISTINCT after UNION.").hint(
                        "Write UNION ALL to keep repeated rows or UNION DISTINCT to drop them.",
                    ),
                );
            }
            (SetOperator::Intersect, quantifier) => {
                ("INTERSECT", quantifier != SetQuantifier::Distinct)
            }
            (_, quantifier) => ("EXCEPT", quantifier != SetQuantifier::Distinct),
        };
        let (left, right) = (left.without_filling()?, right.without_filling()?);
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
        let names: Vec<_> = (0..columns.len()).map(column).collect();
        let same = left.columns.iter().zip(&columns).all(|(a, b)| a.1 == b.1);
        let mut parts = match word {
            "UNION ALL" if same => left.parts.clone(),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            parts.push(self.side(&left, &columns, counted)?);
        }
        parts.push(self.side(&right, &columns, counted)?);
        let combined = parts.join(&format!(" {word} "));
        if word != "UNION ALL" {
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
        let mut sql = Vec::new();
        for (index, ((_, from), (_, to))) in relation.columns.iter().zip(columns).enumerate() {
            let mut expr = BoundExpr::column(index, from.clone());
            if from != to {
                expr = BoundExpr {
                    expr: Node::Call {
                        name: "convert".to_owned(),
                        function: conversion(from, to)?,
                        arguments: vec![expr],
                    },
                    kind: to.clone(),
                };
            }
            sql.push(format!(
                "{} AS {}",
                self.functions.sql(&expr)?,
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
