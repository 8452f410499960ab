//! What stands behind FROM, and the names of its columns.

use super::{Inner, Known, Planner, Relation};
use crate::ast::{Expr, JoinCondition, JoinKind, Source};
use crate::bind::{Binder, BoundExpr, Node, Scope, ScopeColumn};
use crate::deep::deep;
use crate::emit::{Bounds, column};
use crate::error::{QueryError, Result};
use crate::tables::{Field, Table};
use crate::types::Type;
use crate::value::Value;

/// What a SELECT reads.
pub(super) enum Input {
    /// One of the five tables: which of its rows are needed is known later.
    Table(Table),
    /// A SELECT in SQLite's SQL.
    Sql(String),
}

impl Planner<'_> {
    pub(super) fn source(&self, source: &Source, known: &Known) -> Result<(Scope, Input)> {
        match source {
            Source::Table { name, alias } => {
                if let Some(place) = known.iter().rposition(|(known, _)| known == name) {
                    let relation = self.common(place, known)?;
                    let qualifier = alias.clone().unwrap_or_else(|| name.clone());
                    return Ok(from_relation(relation, Some(qualifier)));
                }
                let table = Table::named(name).ok_or_else(|| {
                    QueryError::query(format!("Access to table '{name}' is not allowed"))
                })?;
                Ok((
                    table_scope(table, name, alias.as_ref()),
                    Input::Table(table),
                ))
            }
            Source::Query { query, alias } => {
                let relation = deep(|| self.query(query, known))?;
                Ok(from_relation(relation, alias.clone()))
            }
            Source::Join {
                left,
                right,
                kind,
                condition,
            } => {
                let left = deep(|| self.source(left, known))?;
                let right = deep(|| self.source(right, known))?;
                self.join(left, right, *kind, condition, known)
            }
        }
    }

    /// What an input is in SQL.
    pub(super) fn input_sql(&self, input: Input, bounds: Bounds) -> String {
        match input {
            Input::Table(table) => self.view.table(table, bounds),
            Input::Sql(sql) => sql,
        }
    }

    fn join(
        &self,
        (left, left_input): (Scope, Input),
        (right, right_input): (Scope, Input),
        kind: JoinKind,
        condition: &JoinCondition,
        known: &Known,
    ) -> Result<(Scope, Input)> {
        let width = left.columns.len();
        let mut scope = left.clone();
        scope.columns.extend(right.columns.clone());
        let inner = Inner {
            planner: self,
            known,
        };
        let condition = match condition {
            JoinCondition::None => None,
            JoinCondition::On(on) => {
                let binder = Binder::new(&scope, &inner, self.question.now);
                let outer = !matches!(kind, JoinKind::Inner | JoinKind::Cross);
                let equality = |part: &&Expr| part.as_operator("equals").is_some();
                if outer && !conjuncts(on).iter().any(equality) {
                    return Err(
                        QueryError::query("This JOIN needs an equality in its condition.")
                            .hint("Write ON a.column = b.column."),
                    );
                }
                let parts: Result<Vec<_>> = conjuncts(on)
                    .into_iter()
                    .map(|part| binder.bind(part))
                    .collect();
                Some(parts?)
            }
            JoinCondition::Using(columns) => {
                let binder = Binder::new(&scope, &inner, self.question.now);
                let mut parts = Vec::new();
                let mut hidden = Vec::new();
                for name in columns {
                    let name = std::slice::from_ref(name);
                    let a = left.find(name).ok_or_else(|| left.unknown(name))?;
                    let b = right.find(name).ok_or_else(|| right.unknown(name))?;
                    hidden.push(width + b);
                    parts.push(binder.equality(
                        BoundExpr::column(a, left.kind(a)?),
                        BoundExpr::column(width + b, right.kind(b)?),
                    )?);
                }
                for column in hidden {
                    scope.hide(column);
                }
                Some(parts)
            }
        };
        let sql = self.join_sql(
            (&self.input_sql(left_input, Bounds::default()), width),
            &self.input_sql(right_input, Bounds::default()),
            kind,
            condition,
            &scope,
        )?;
        Ok((scope, Input::Sql(sql)))
    }

    fn join_sql(
        &self,
        (left, width): (&str, usize),
        right: &str,
        kind: JoinKind,
        condition: Option<Vec<BoundExpr>>,
        scope: &Scope,
    ) -> Result<String> {
        let renamed: Vec<_> = (width..scope.columns.len())
            .map(|index| format!("{} AS {}", column(index - width), column(index)))
            .collect();
        let (word, left_missing, right_missing) = match kind {
            JoinKind::Inner | JoinKind::Cross | JoinKind::AnyInner => ("JOIN", false, false),
            JoinKind::Left | JoinKind::AnyLeft => ("LEFT JOIN", false, true),
            JoinKind::Right | JoinKind::AnyRight => ("RIGHT JOIN", true, false),
            JoinKind::Full => ("FULL JOIN", true, true),
        };
        let conditions = condition.as_deref().unwrap_or_default();
        let once = |side: bool| self.once(conditions, width, side);
        let left_once = match kind {
            JoinKind::AnyRight | JoinKind::AnyInner => once(false)?,
            _ => String::new(),
        };
        let right_once = match kind {
            JoinKind::AnyLeft | JoinKind::AnyInner => once(true)?,
            _ => String::new(),
        };
        let on = match condition {
            None => String::new(),
            Some(parts) => {
                let parts: Result<Vec<_>> = parts
                    .iter()
                    .map(|part| self.functions.condition(part))
                    .collect();
                format!(" ON {}", parts?.join(" AND "))
            }
        };
        // Where there is no partner ClickHouse has the default of the type, not NULL.
        let columns: Result<Vec<_>> = scope
            .columns
            .iter()
            .enumerate()
            .map(|(index, scoped)| {
                let name = column(index);
                let missing = if index < width {
                    left_missing
                } else {
                    right_missing
                };
                match &scoped.kind {
                    Some(kind) if missing && !kind.is_nullable() => {
                        let default = BoundExpr::constant(Value::default_of(kind), kind.clone());
                        let default = self.functions.sql(&default)?;
                        Ok(format!("coalesce({name}, {default}) AS {name}"))
                    }
                    _ => Ok(name),
                }
            })
            .collect();
        Ok(format!(
            "SELECT {} FROM (SELECT * FROM ({left}){left_once}) {word} \
             (SELECT {} FROM ({right}){right_once}){on}",
            columns?.join(", "),
            renamed.join(", ")
        ))
    }

    /// A GROUP BY that leaves one row of one side for each value of what is joined on.
    fn once(&self, conditions: &[BoundExpr], width: usize, right: bool) -> Result<String> {
        let mut keys = Vec::new();
        for condition in conditions {
            let parts = condition.parts();
            let own = parts.iter().filter(|part| {
                let mut used = std::collections::BTreeMap::new();
                part.columns(&mut used);
                !used.is_empty() && used.keys().all(|index| (*index >= width) == right)
            });
            for part in own {
                keys.push(self.functions.sql(part)?);
            }
        }
        if keys.len() < conditions.len() || keys.is_empty() {
            return Err(
                QueryError::unsupported("ANY JOIN on anything but equalities")
                    .hint("Write ON a.column = b.column."),
            );
        }
        Ok(format!(" GROUP BY {}", keys.join(", ")))
    }
}

/// The parts of a condition that must all hold.
pub(super) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr.as_operator("and") {
        Some(parts) => parts.iter().flat_map(conjuncts).collect(),
        None => vec![expr],
    }
}

fn table_scope(table: Table, name: &str, alias: Option<&String>) -> Scope {
    let mut qualifiers = vec![alias.cloned().unwrap_or_else(|| name.to_owned())];
    if alias.is_some() {
        qualifiers.push(name.to_owned());
    }
    if let Some((_, bare)) = name.rsplit_once('.') {
        qualifiers.push(bare.to_owned());
    }
    Scope {
        columns: table
            .columns()
            .iter()
            .map(|(name, field)| ScopeColumn {
                qualifiers: qualifiers.clone(),
                name: (*name).to_owned(),
                kind: table.type_of(*field),
            })
            .collect(),
    }
}

fn from_relation(relation: Relation, qualifier: Option<String>) -> (Scope, Input) {
    let qualifiers: Vec<_> = qualifier.into_iter().collect();
    let columns = relation
        .columns
        .into_iter()
        .map(|(name, kind)| ScopeColumn {
            qualifiers: qualifiers.clone(),
            name,
            kind: Some(kind),
        })
        .collect();
    (Scope { columns }, Input::Sql(relation.sql))
}

/// The part of a table that `filters` want. They are still run: this may let through more than they
/// do, never less.
pub(super) fn bounds(table: Table, filters: &[BoundExpr]) -> Bounds {
    let place = table
        .columns()
        .iter()
        .position(|(_, field)| *field == Field::Time);
    let (mut from, mut to): (Option<i64>, Option<i64>) = (None, None);
    for filter in filters {
        let Node::Call {
            name, arguments, ..
        } = &filter.expr
        else {
            continue;
        };
        let [a, b] = arguments.as_slice() else {
            continue;
        };
        let is_time =
            |typed: &BoundExpr| matches!(typed.expr, Node::Column(index) if Some(index) == place);
        let (bound, time_first) = if is_time(a) { (b, true) } else { (a, false) };
        if !is_time(a) && !is_time(b) {
            continue;
        }
        let Some(moment) = moment(table, bound) else {
            continue;
        };
        let (lower, upper) = match (name.as_str(), time_first) {
            ("equals", _) => (true, true),
            ("greater" | "greaterOrEquals", true) | ("less" | "lessOrEquals", false) => {
                (true, false)
            }
            ("less" | "lessOrEquals", true) | ("greater" | "greaterOrEquals", false) => {
                (false, true)
            }
            _ => continue,
        };
        if lower {
            from = Some(from.map_or(moment, |from| from.max(moment)));
        }
        if upper {
            // The events of a bucket that begins at the bound are still wanted.
            let moment = moment.saturating_add(table.bucket_milliseconds());
            to = Some(to.map_or(moment, |to| to.min(moment)));
        }
    }
    Bounds {
        from,
        to,
        unmerged: false,
    }
}

/// A constant that `time` is compared with, as a moment.
fn moment(table: Table, bound: &BoundExpr) -> Option<i64> {
    let Node::Constant(Value::Int(value)) = bound.expr else {
        return None;
    };
    match (&bound.kind, table) {
        // The raw table's milliseconds are compared with seconds as they are.
        (Type::Int { .. } | Type::DateTime, Table::Raw) => Some(value),
        (_, Table::Raw) => None,
        (Type::Date, _) => value.checked_mul(86_400_000),
        (Type::DateTime, _) => value.checked_mul(1000),
        (kind @ Type::DateTime64(_), _) => {
            let scale = kind.ticks_per_second();
            i64::try_from(i128::from(value) * 1000 / i128::from(scale)).ok()
        }
        _ => None,
    }
}
