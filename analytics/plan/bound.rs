//! One SELECT with all its expressions bound.

use sqlparser::ast;

use super::clauses::Clauses;
use super::fill::Fill;
use super::items::aliases;
use super::{Known, Planner};
use crate::bind::{Binder, BoundExpr, Node, OrderKey, Scope};
use crate::error::{QueryError, Result};
use crate::sql::{Expr, check_range, display};
use crate::types::{Type, Value, float_to_int};

/// One SELECT with all its expressions bound, not yet cut into stages.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) names: Vec<String>,
    pub(super) items: Vec<BoundExpr>,
    /// All must hold.
    pub(super) filters: Vec<BoundExpr>,
    /// None where nothing is grouped.
    pub(super) group_by: Option<Vec<BoundExpr>>,
    pub(super) having: Option<BoundExpr>,
    /// None: every row; otherwise one for each of these.
    pub(super) distinct: Option<Vec<BoundExpr>>,
    pub(super) order_by: Vec<OrderKey>,
    /// The place of an order key, and how it is filled.
    pub(super) fill: Option<(usize, Fill)>,
    pub(super) limit_by: Option<(Vec<BoundExpr>, i64, i64)>,
    pub(super) limit: i64,
    pub(super) offset: i64,
}

impl Planner<'_> {
    pub(super) fn bind(
        &self,
        clauses: &Clauses<'_>,
        scope: &Scope,
        known: &Known,
    ) -> Result<Bound> {
        for filter in &clauses.filters {
            check_range(filter, self.question.now, self.question.retention_days)?;
        }
        let items = self.items(clauses.items, scope)?;
        let subqueries = |query: &ast::Query| self.subquery(query, known);
        let binder = Binder::new(scope, &subqueries, self.question.now)
            .naming(aliases(&items)?, clauses.windows);
        let bound = items.iter().map(|item| item.bind(&binder));
        let by_place = ByPlace {
            items: &bound.collect::<Result<Vec<_>>>()?,
            binder: &binder,
        };
        let mut filters = Vec::new();
        for filter in &clauses.filters {
            for part in filter.conjuncts() {
                filters.push(condition(binder.bind(part)?, "WHERE", part)?);
            }
        }
        let bind = |expr: Option<&_>| expr.map(|expr| binder.bind_written(expr)).transpose();
        let having = bind(clauses.having)?;
        let (order_by, fill) = by_place.orders(clauses.tail.order_by)?;
        let outputs = by_place.items.iter().chain(&having);
        let aggregated = outputs
            .chain(order_by.iter().map(|order| &order.key))
            .any(BoundExpr::has_aggregate);
        let mut result = Bound {
            names: items.iter().map(|item| item.name.clone()).collect(),
            filters,
            group_by: by_place.grouping(clauses.group_by, aggregated)?,
            having,
            distinct: match clauses.distinct {
                None | Some(ast::Distinct::All) => None,
                Some(ast::Distinct::Distinct) => Some(by_place.items.to_vec()),
                Some(ast::Distinct::On(by)) => Some(by_place.bind_all(by)?),
            },
            fill,
            order_by,
            limit_by: None,
            limit: i64::MAX,
            offset: 0,
            items: by_place.items.to_vec(),
        };
        by_place.limits(clauses.tail.limit, &mut result)?;
        // Never more than the workspace may have.
        if self.question.max_rows > 0 {
            let most = i64::try_from(self.question.max_rows).unwrap_or(i64::MAX);
            result.limit = result.limit.min(most);
        }
        Ok(result)
    }
}

fn condition(bound: BoundExpr, clause: &str, expr: &Expr<'_>) -> Result<BoundExpr> {
    if bound.has_aggregate() {
        return Err(QueryError::query(format!(
            "An aggregate function is found in {clause} in query: {}.",
            display(expr)
        ))
        .hint(
            "Use HAVING; and an alias hides the column of its name, so give it a name of its own.",
        ));
    }
    if bound.has_window() {
        return Err(
            QueryError::query(format!("A window function is found in {clause} in query."))
                .hint("Put it into a subquery."),
        );
    }
    if !bound.kind.plain().is_number() && bound.kind != Type::Nothing {
        return Err(QueryError::query(format!(
            "{clause} needs a condition, not {}.",
            bound.kind
        )));
    }
    Ok(bound)
}

/// The keys of ORDER BY, and the place of the one that is filled.
type Orders = (Vec<OrderKey>, Option<(usize, Fill)>);

/// Binds expressions among which a whole number means the item at that place.
struct ByPlace<'b, 'a, 'q> {
    binder: &'b Binder<'a, 'q>,
    items: &'b [BoundExpr],
}

impl<'q> ByPlace<'_, '_, 'q> {
    fn bind(&self, expr: &Expr<'q>) -> Result<BoundExpr> {
        let place = match expr {
            Expr::Number(digits) => digits.parse::<usize>().ok(),
            _ => None,
        };
        let Some(place) = place else {
            return self.binder.bind(expr);
        };
        place
            .checked_sub(1)
            .and_then(|place| self.items.get(place).cloned())
            .ok_or_else(|| QueryError::query(format!("There is no column number {place}.")))
    }

    fn bind_all(&self, exprs: &'q [ast::Expr]) -> Result<Vec<BoundExpr>> {
        let exprs = exprs.iter();
        exprs.map(|expr| self.bind(&Expr::read(expr)?)).collect()
    }

    fn orders(&self, kind: Option<&'q ast::OrderByKind>) -> Result<Orders> {
        let written = match kind {
            None => return Ok((Vec::new(), None)),
            Some(ast::OrderByKind::All(options)) => {
                let key = |item: &BoundExpr| OrderKey {
                    key: item.clone(),
                    descending: options.sort == Some(ast::OrderBySort::Desc),
                    nulls_first: false,
                };
                return Ok((self.items.iter().map(key).collect(), None));
            }
            Some(ast::OrderByKind::Expressions(written)) => written,
        };
        let (mut keys, mut filled) = (Vec::new(), None);
        for (place, order) in written.iter().enumerate() {
            let key = Binder::order(order, |expr| self.bind(expr))?;
            if let Some(fill) = &order.with_fill {
                let fill = (place, self.fill(fill, &key.key)?);
                if filled.replace(fill).is_some() {
                    return Err(QueryError::unsupported("WITH FILL over several columns"));
                }
            }
            keys.push(key);
        }
        Ok((keys, filled))
    }

    fn fill(&self, fill: &'q ast::WithFill, key: &BoundExpr) -> Result<Fill> {
        let key = key.key();
        let column = self.items.iter().position(|item| item.key() == key);
        let bind = |expr: &'q Option<_>| {
            let expr = expr.as_ref();
            expr.map(|expr| self.binder.bind_written(expr)).transpose()
        };
        Ok(Fill {
            column: column.ok_or_else(|| {
                QueryError::query("WITH FILL needs its column in the SELECT list.")
                    .hint("Select the column that you order by.")
            })?,
            from: bind(&fill.from)?,
            to: bind(&fill.to)?,
            step: bind(&fill.step)?,
        })
    }

    /// What rows are grouped by; None where they are not.
    fn grouping(
        &self,
        written: Option<&'q ast::GroupByExpr>,
        aggregated: bool,
    ) -> Result<Option<Vec<BoundExpr>>> {
        let (keys, modifiers) = match written {
            None => (aggregated.then(Vec::new), None),
            Some(ast::GroupByExpr::All(modifiers)) => {
                let plain = self.items.iter().filter(|item| !item.has_aggregate());
                (Some(plain.cloned().collect()), Some(modifiers))
            }
            Some(ast::GroupByExpr::Expressions(by, modifiers)) if by.is_empty() => {
                (aggregated.then(Vec::new), Some(modifiers))
            }
            Some(ast::GroupByExpr::Expressions(by, modifiers)) => {
                (Some(self.bind_all(by)?), Some(modifiers))
            }
        };
        // The totals travel beside the rows, and Unkey's API sends the rows only.
        let mut modifiers = modifiers.into_iter().flatten();
        let other = modifiers.find(|one| !matches!(one, ast::GroupByWithModifier::Totals));
        if let Some(other) = other {
            return Err(QueryError::unsupported(&format!("GROUP BY … {other}"))
                .hint("Ask one query for each level instead."));
        }
        let mut aggregates = keys.iter().flatten();
        if aggregates.any(|key| key.has_aggregate() || key.has_window()) {
            return Err(
                QueryError::query("An aggregate function is found in GROUP BY in query.")
                    .hint("Group by columns or by expressions over columns."),
            );
        }
        Ok(keys)
    }

    fn limits(&self, written: Option<&'q ast::LimitClause>, bound: &mut Bound) -> Result<()> {
        let (limit, offset, by) = match written {
            None => return Ok(()),
            Some(ast::LimitClause::OffsetCommaLimit { offset, limit }) => {
                (Some(limit), Some(offset), [].as_slice())
            }
            Some(ast::LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                let offset = offset.as_ref().map(|offset| &offset.value);
                (limit.as_ref(), offset, limit_by.as_slice())
            }
        };
        let count = |expr: Option<&'q _>| expr.map(|expr| self.row_count(expr)).transpose();
        let limit = count(limit)?.unwrap_or(i64::MAX);
        let offset = count(offset)?.unwrap_or(0);
        if by.is_empty() {
            (bound.limit, bound.offset) = (limit, offset);
        } else {
            bound.limit_by = Some((self.bind_all(by)?, offset, limit));
        }
        Ok(())
    }

    /// How many rows LIMIT or OFFSET names.
    fn row_count(&self, written: &'q ast::Expr) -> Result<i64> {
        let bound = self.binder.bind_written(written)?;
        let count = match bound.expr {
            // An unsigned number keeps its bits: beyond 2^63 there is no end of rows.
            Node::Constant(Value::Int(count)) if bound.kind == Type::U64 && count < 0 => {
                Some(i64::MAX)
            }
            Node::Constant(Value::Int(count)) => Some(count),
            Node::Constant(Value::Float(count)) if count.fract() == 0.0 && count < MOST_ROWS => {
                Some(float_to_int(count))
            }
            _ => None,
        };
        count.filter(|count| *count >= 0).ok_or_else(|| {
            QueryError::query(format!(
                "LIMIT and OFFSET need a whole number of rows, not {written}."
            ))
            .hint("Write for example LIMIT 100 OFFSET 200.")
        })
    }
}

/// Beyond this a LIMIT in floating point is no number of rows.
const MOST_ROWS: f64 = 9e18;
