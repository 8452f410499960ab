//! What stands behind FROM, and the names of its columns.

use std::collections::BTreeMap;

use sqlparser::ast;

use super::join::{Join, kind_of};
use super::{Known, Planner, Relation};
use crate::bind::{BoundExpr, Scope, ScopeColumn};
use crate::error::{Code, QueryError, Result};
use crate::grow_stack::grow_stack;
use crate::nearest::nearest;
use crate::sql::plain_name;
use crate::types::{Dataset, Field, Table};

/// What a SELECT reads: which rows of the tables are needed is known once it is bound.
pub(super) enum Input {
    Table(TableInput),
    Join(Box<Join>),
    /// A SELECT in SQLite's SQL.
    Sql(String),
}

/// A table behind FROM.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableInput {
    pub(super) table: Table,
    /// The place of its first column.
    pub(super) first: usize,
    /// Whether a row that WHERE drops may be missing from the beginning.
    pub(super) is_filtered: bool,
    /// Whether several rows may stand for one, if their sums are the same.
    pub(super) may_split: bool,
    /// Whether a join reads its time.
    pub(super) reads_time: bool,
}

/// The names of columns, and where their values come from.
pub(super) type Source = (Scope, Input);

/// How many tables may stand in one FROM.
const TABLES: usize = 100;

impl Planner<'_> {
    pub(super) fn from(&self, tables: &[ast::TableWithJoins], known: &Known) -> Result<Source> {
        if tables.len() > TABLES {
            return Err(QueryError::too_complex().hint("Join fewer tables."));
        }
        let mut all = None;
        for table in tables {
            let next = self.joined(table, known)?;
            all = Some(match all {
                None => next,
                Some(left) => self.cross_join(left, next)?,
            });
        }
        Ok(all.unwrap_or_else(|| (Scope::default(), Input::Sql("SELECT 1".to_owned()))))
    }

    fn joined(&self, table: &ast::TableWithJoins, known: &Known) -> Result<Source> {
        let mut left = self.factor(&table.relation, known)?;
        let mut arrays = 0;
        for join in &table.joins {
            use ast::JoinOperator as Operator;
            let keeps_empty = matches!(join.join_operator, Operator::LeftArrayJoin);
            if let Operator::ArrayJoin | Operator::InnerArrayJoin | Operator::LeftArrayJoin =
                join.join_operator
            {
                arrays += 1;
                if arrays > 1 {
                    return Err(QueryError::unsupported("ARRAY JOIN of several arrays")
                        .hint("Use arrayJoin(…) in the SELECT list for one of them."));
                }
                left = self.array_join_clause(left, &join.relation, keeps_empty, known)?;
                continue;
            }
            let (kind, constraint) = kind_of(&join.join_operator)?;
            let right = self.factor(&join.relation, known)?;
            left = self.join(left, right, kind, constraint, known)?;
        }
        Ok(left)
    }

    fn factor(&self, factor: &ast::TableFactor, known: &Known) -> Result<Source> {
        match factor {
            ast::TableFactor::Table {
                name,
                args: None,
                alias,
                sample: None,
                ..
            } => self.table(&plain_name(name), alias_of(alias.as_ref())?, known),
            ast::TableFactor::Table {
                name,
                args: Some(_),
                ..
            }
            | ast::TableFactor::Function { name, .. } => {
                Err(table_function(name, self.question.dataset))
            }
            ast::TableFactor::Derived {
                lateral: false,
                subquery,
                alias,
                sample: None,
            } => {
                let alias = alias_of(alias.as_ref())?;
                from_relation(grow_stack(|| self.query(subquery, known))?, alias)
            }
            ast::TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => grow_stack(|| self.joined(table_with_joins, known)),
            other => Err(QueryError::unsupported(&format!("`FROM {other}`"))),
        }
    }

    /// A common table expression, or one of the five tables.
    fn table(&self, name: &str, alias: Option<String>, known: &Known) -> Result<Source> {
        if let Some((_, relation)) = known.iter().rfind(|(known, _)| known == name) {
            let qualifier = alias.unwrap_or_else(|| name.to_owned());
            return from_relation(relation.clone(), Some(qualifier));
        }
        let dataset = self.question.dataset;
        let table = dataset
            .table(name)
            .ok_or_else(|| unknown_table(name, dataset))?;
        let qualifiers: Vec<_> = alias.into_iter().chain([name.to_owned()]).collect();
        let column = |(name, field): &(&str, Field)| ScopeColumn {
            qualifiers: qualifiers.clone(),
            name: (*name).to_owned(),
            kind: table.type_of(*field),
        };
        let columns = table.columns().iter().map(column).collect();
        let input = TableInput {
            table,
            first: 0,
            is_filtered: true,
            may_split: true,
            reads_time: false,
        };
        Ok((Scope { columns }, Input::Table(input)))
    }
}

fn unknown_table(name: &str, dataset: Dataset) -> QueryError {
    let refusal = QueryError::new(
        Code::InvalidAnalyticsTable,
        format!("Access to table '{name}' is not allowed"),
    );
    match nearest(name, dataset.tables().map(Table::name)) {
        Some(near) => refusal.hint(&format!("Did you mean {near}?")),
        None => refusal.hint(dataset.hint()),
    }
}

fn table_function(name: &ast::ObjectName, dataset: Dataset) -> QueryError {
    let name = plain_name(name).to_lowercase();
    QueryError::new(
        Code::InvalidAnalyticsFunction,
        format!("Table function '{name}' is not allowed for security reasons"),
    )
    .hint(dataset.hint())
}

pub(super) fn alias_of(alias: Option<&ast::TableAlias>) -> Result<Option<String>> {
    if alias.is_some_and(|alias| !alias.columns.is_empty()) {
        return Err(
            QueryError::unsupported("Naming columns after a table's alias")
                .hint("Name them in the subquery."),
        );
    }
    Ok(alias.map(|alias| alias.name.value.clone()))
}

pub(super) fn from_relation(relation: Relation, qualifier: Option<String>) -> Result<Source> {
    let relation = relation.without_filling()?;
    let qualifiers: Vec<_> = qualifier.into_iter().collect();
    let columns = relation
        .columns
        .into_iter()
        .map(|(name, kind)| ScopeColumn {
            qualifiers: qualifiers.clone(),
            name,
            kind: Some(kind),
        });
    let scope = Scope {
        columns: columns.collect(),
    };
    Ok((scope, Input::Sql(relation.sql)))
}

impl Input {
    /// The tables, from left to right.
    pub(super) fn tables(&mut self) -> Vec<&mut TableInput> {
        match self {
            Self::Table(table) => vec![table],
            Self::Join(join) => grow_stack(|| {
                let mut tables = join.left.tables();
                tables.extend(join.right.tables());
                tables
            }),
            Self::Sql(_) => Vec::new(),
        }
    }
}

impl TableInput {
    /// Whether `expr` reads a column of this table for which `wanted` holds.
    pub(super) fn is_read(self, expr: &BoundExpr, wanted: impl Fn(Field) -> bool) -> bool {
        let mut used = BTreeMap::new();
        expr.columns(&mut used);
        used.keys()
            .any(|index| self.field(*index).is_some_and(&wanted))
    }

    /// The field behind a column, if it is one of this table's.
    pub(super) fn field(self, index: usize) -> Option<Field> {
        let place = index.checked_sub(self.first)?;
        self.table.columns().get(place).map(|(_, field)| *field)
    }
}
