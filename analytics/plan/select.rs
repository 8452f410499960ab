//! One SELECT: join arrays, filter, group, compute over windows, order, cut.

use sqlparser::ast;

use super::bound::Bound;
use super::clauses::{Clauses, Tail};
use super::fill::Filling;
use super::input::{Input, Source};
use super::stages::{Columns, Grouped};
use super::{Known, Planner, Relation};
use crate::bind::{Binder, BoundExpr, OrderKey, Scope, ScopeColumn, WindowCall};
use crate::emit::{column, order_terms};
use crate::error::{QueryError, Result};
use crate::sql::{Expr, plain_name};
use crate::types::{Type, Value};

/// The SQL of a stage, and how many columns it has.
struct Stage {
    sql: String,
    width: usize,
}

impl Planner<'_> {
    pub(super) fn select(
        &self,
        select: &ast::Select,
        known: &Known,
        tail: Tail<'_>,
    ) -> Result<Relation> {
        let source = self.from(&select.from, known)?;
        self.select_from(source, &Clauses::of(select, tail)?, known)
    }

    pub(super) fn select_from(
        &self,
        (scope, mut input): Source,
        clauses: &Clauses<'_>,
        known: &Known,
    ) -> Result<Relation> {
        let mut bound = self.bind(clauses, &scope, known)?;
        let rows = Stage {
            sql: self.input_sql(&mut input, &mut bound),
            // One more: how many events a row stands for, where that is known.
            width: scope.columns.len() + 1,
        };
        let (stage, bound) = self.stages(rows, bound, &scope)?;
        self.finish(&stage, bound)
    }

    /// ARRAY JOIN as a clause: the items take the place of the array, or stand under an alias.
    pub(super) fn array_join_clause(
        &self,
        (mut scope, input): Source,
        array: &ast::TableFactor,
        keeps_empty: bool,
        known: &Known,
    ) -> Result<Source> {
        // The parser reads the array as if it were a table.
        let ast::TableFactor::Table {
            name,
            args: None,
            alias,
            ..
        } = array
        else {
            return Err(QueryError::unsupported("ARRAY JOIN over an expression")
                .hint("Use arrayJoin(…) in the SELECT list."));
        };
        let name = plain_name(name);
        let alias = super::input::alias_of(alias.as_ref())?.unwrap_or_else(|| name.clone());
        let subqueries = |query: &_| self.subquery(query, known);
        let array = Binder::new(&scope, &subqueries, self.question.now)
            .bind(&Expr::Name(name.split('.').map(str::to_owned).collect()))?;
        let Type::Array(item) = &array.kind else {
            return Err(QueryError::query(format!(
                "ARRAY JOIN takes an array, not {}.",
                array.kind
            )));
        };
        let rows = Stage {
            sql: self.whole_sql(&input),
            width: scope.columns.len(),
        };
        let mut stage = self.join_array(&rows, &array, keeps_empty)?;
        if keeps_empty {
            let default = BoundExpr::constant(Value::default_of(item), (**item).clone());
            let names: Vec<_> = (0..rows.width).map(column).collect();
            stage.sql = format!(
                "SELECT {}, coalesce({2}, {1}) AS {2} FROM ({3})",
                names.join(", "),
                self.functions.sql(&default)?,
                column(rows.width),
                stage.sql
            );
        }
        if let Some(hidden) = scope.find(std::slice::from_ref(&alias)) {
            scope.hide(hidden);
        }
        scope.columns.push(ScopeColumn {
            qualifiers: Vec::new(),
            name: alias,
            kind: Some((**item).clone()),
        });
        Ok((scope, Input::Sql(stage.sql)))
    }

    /// One row for each item of `array`, which becomes the last column.
    fn join_array(&self, stage: &Stage, array: &BoundExpr, keep_empty: bool) -> Result<Stage> {
        let join = if keep_empty {
            "LEFT JOIN"
        } else {
            "CROSS JOIN"
        };
        let array = self.functions.sql(array)?;
        Ok(Stage {
            sql: format!(
                "SELECT r.*, j.value AS {} FROM ({}) AS r {join} json_each({array}) AS j{}",
                column(stage.width),
                stage.sql,
                if keep_empty { " ON 1" } else { "" },
            ),
            width: stage.width + 1,
        })
    }

    fn filter(&self, stage: Stage, conditions: &[BoundExpr]) -> Result<Stage> {
        if conditions.is_empty() {
            return Ok(stage);
        }
        let conditions: Result<Vec<_>> = conditions
            .iter()
            .map(|condition| self.functions.condition(condition))
            .collect();
        Ok(Stage {
            sql: format!(
                "SELECT * FROM ({}) WHERE {}",
                stage.sql,
                conditions?.join(" AND ")
            ),
            width: stage.width,
        })
    }

    /// Everything up to the rows that the SELECT list is computed from. What comes back reads the
    /// columns of the stage.
    fn stages(&self, mut stage: Stage, mut bound: Bound, scope: &Scope) -> Result<(Stage, Bound)> {
        let describe = |index: usize| scope.star_name(index);
        let mut grouped = bound.group_by.take().map(Grouped::by);
        if let Some(grouped) = &mut grouped {
            bound.change_outputs(|expr| grouped.after(expr, &describe))?;
        }
        let mut arrays = Columns::from(stage.width);
        let mut filters = std::mem::take(&mut bound.filters);
        for filter in &mut filters {
            *filter = arrays.take_arrays(filter);
        }
        let early = arrays.values.len();
        match &mut grouped {
            Some(grouped) => grouped.map(|expr| arrays.take_arrays(expr)),
            None => bound.change_outputs(|expr| Ok(arrays.take_arrays(expr)))?,
        }
        let (early, late) = arrays.values.split_at(early);
        stage = self.join_arrays(stage, early)?;
        stage = self.filter(stage, &filters)?;
        stage = self.join_arrays(stage, late)?;
        if let Some(grouped) = &grouped {
            stage = self.group(&stage, grouped)?;
        }
        stage = self.filter(stage, bound.having.take().as_slice())?;
        let mut arrays = Columns::from(stage.width);
        bound.change_outputs(|expr| Ok(arrays.take_arrays(expr)))?;
        stage = self.join_arrays(stage, &arrays.values)?;
        let mut windows = Columns::from(stage.width);
        bound.change_outputs(|expr| Ok(windows.take_windows(expr)))?;
        Ok((self.windows(stage, &windows.values)?, bound))
    }

    fn join_arrays(&self, stage: Stage, arrays: &[BoundExpr]) -> Result<Stage> {
        let mut arrays = arrays.iter();
        arrays.try_fold(stage, |stage, array| self.join_array(&stage, array, false))
    }

    fn group(&self, stage: &Stage, grouped: &Grouped) -> Result<Stage> {
        let mut columns = Vec::new();
        for key in &grouped.keys {
            columns.push(self.functions.sql(key)?);
        }
        for call in &grouped.calls.values {
            columns.push(self.functions.aggregate_sql(call, None)?);
        }
        let places = (1..=grouped.keys.len()).map(|place| place.to_string());
        let by = match places.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => none,
            places => format!(" GROUP BY {places}"),
        };
        if columns.is_empty() {
            columns.push("1".to_owned());
        }
        Ok(Stage {
            sql: format!("SELECT {} FROM ({}){by}", numbered(&columns), stage.sql),
            width: columns.len(),
        })
    }

    fn windows(&self, stage: Stage, calls: &[WindowCall]) -> Result<Stage> {
        if calls.is_empty() {
            return Ok(stage);
        }
        let mut columns = String::new();
        for (index, call) in calls.iter().enumerate() {
            let over = self.over(call)?;
            let sql = self.functions.aggregate_sql(&call.aggregate, Some(&over))?;
            columns = format!("{columns}, {sql} AS {}", column(stage.width + index));
        }
        Ok(Stage {
            sql: format!("SELECT *{columns} FROM ({})", stage.sql),
            width: stage.width + calls.len(),
        })
    }

    fn over(&self, call: &WindowCall) -> Result<String> {
        let mut over = String::new();
        let parts: Result<Vec<_>> = call
            .partition_by
            .iter()
            .map(|part| self.functions.sql(part))
            .collect();
        let parts = parts?;
        if !parts.is_empty() {
            over = format!("PARTITION BY {}", parts.join(", "));
        }
        let mut terms = Vec::new();
        for order in &call.order_by {
            let value = self.functions.sql(&order.key)?;
            terms.extend(self.terms(&value, order)?);
        }
        if !terms.is_empty() {
            over = format!("{over} ORDER BY {}", terms.join(", "));
        }
        if let Some(frame) = &call.frame {
            over = format!("{over} {frame}");
        }
        Ok(over)
    }

    fn terms(&self, value: &str, order: &OrderKey) -> Result<Vec<String>> {
        let (kind, nulls_first) = (&order.key.kind, order.nulls_first);
        order_terms(self.functions, value, kind, order.descending, nulls_first)
    }

    /// The SELECT list, DISTINCT, ORDER BY and the LIMITs.
    fn finish(&self, stage: &Stage, mut bound: Bound) -> Result<Relation> {
        let items = bound.items.len();
        let orders = items + bound.order_by.len();
        let limits = orders + bound.limit_by.as_ref().map_or(0, |(by, ..)| by.len());
        let columns: Result<Vec<_>> = bound
            .outputs()
            .map(|output| self.functions.sql(output))
            .collect();
        let columns = columns?;
        let mut sql = format!("SELECT {} FROM ({})", numbered(&columns), stage.sql);
        if bound.distinct.is_some() {
            let by: Vec<_> = (limits..columns.len()).map(column).collect();
            sql = format!("SELECT * FROM ({sql}) GROUP BY {}", by.join(", "));
        }
        let mut terms = Vec::new();
        for (index, order) in (items..).zip(&bound.order_by) {
            terms.extend(self.terms(&column(index), order)?);
        }
        let order = if terms.is_empty() {
            String::new()
        } else {
            format!(" ORDER BY {}", terms.join(", "))
        };
        if let Some((_, offset, limit)) = &bound.limit_by {
            let by: Vec<_> = (orders..limits).map(column).collect();
            sql = format!(
                "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY {}{order}) AS place FROM ({sql})) \
                 WHERE place > {offset} AND place <= {}",
                by.join(", "),
                offset.saturating_add(*limit)
            );
        }
        let filling = bound.filling()?;
        let shown = if filling.is_some() { orders } else { items };
        let names: Vec<_> = (0..shown).map(column).collect();
        let mut sql = format!("SELECT {} FROM ({sql}){order}", names.join(", "));
        if filling.is_none() && (bound.limit != i64::MAX || bound.offset > 0) {
            sql = format!("{sql} LIMIT {} OFFSET {}", bound.limit, bound.offset);
        }
        let kinds = bound.items.iter().map(|item| item.kind.clone());
        Ok(Relation {
            sql,
            columns: bound.names.into_iter().zip(kinds).collect(),
            parts: Vec::new(),
            filling,
        })
    }
}

impl Bound {
    /// Items, then order keys, then LIMIT BY, then DISTINCT.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &BoundExpr> {
        let limit_by = self.limit_by.iter().flat_map(|(by, ..)| by);
        self.items
            .iter()
            .chain(self.order_by.iter().map(|order| &order.key))
            .chain(limit_by)
            .chain(self.distinct.iter().flatten())
    }

    /// Changes everything that is computed after grouping.
    pub(super) fn change_outputs(
        &mut self,
        mut change: impl FnMut(&BoundExpr) -> Result<BoundExpr>,
    ) -> Result<()> {
        let limit_by = self.limit_by.iter_mut().flat_map(|(by, ..)| by);
        let outputs = self
            .items
            .iter_mut()
            .chain(self.order_by.iter_mut().map(|order| &mut order.key))
            .chain(limit_by)
            .chain(self.distinct.iter_mut().flatten())
            .chain(&mut self.having);
        for output in outputs {
            *output = change(output)?;
        }
        Ok(())
    }

    fn filling(&mut self) -> Result<Option<Filling>> {
        let Some((place, fill)) = self.fill.take() else {
            return Ok(None);
        };
        let items = self.items.len();
        let order = self
            .order_by
            .get(place)
            .ok_or_else(|| QueryError::bug("what is filled is not ordered"))?;
        // An order key that is shown stands for its column, so that a new row has its value.
        let before = self.order_by.iter().take(place).enumerate();
        let before = before.map(|(index, order)| {
            let key = order.key.key();
            let shown = self.items.iter().position(|item| item.key() == key);
            shown.unwrap_or(items + index)
        });
        let keys = self.order_by.iter().map(|order| &order.key);
        let kinds = self.items.iter().chain(keys).map(|part| part.kind.clone());
        Ok(Some(Filling {
            kinds: kinds.collect(),
            before: before.collect(),
            descending: order.descending,
            offset: usize::try_from(self.offset).unwrap_or(usize::MAX),
            limit: usize::try_from(self.limit).unwrap_or(usize::MAX),
            fill,
        }))
    }
}

/// `a AS c0, b AS c1, …`
fn numbered(columns: &[String]) -> String {
    let named = columns
        .iter()
        .enumerate()
        .map(|(index, sql)| format!("{sql} AS {}", column(index)));
    named.collect::<Vec<_>>().join(", ")
}
