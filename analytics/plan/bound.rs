//! One SELECT with all its expressions bound.

use std::collections::BTreeMap;

use super::fill::Fill;
use super::source::conjuncts;
use super::{Inner, Known, Planner};
use crate::ast::{Distinct, Expr, Grouping, Item, LimitBy, Order, Ordering, Select};
use crate::bind::{Binder, BoundExpr, Node, OrderKey, Scope};
use crate::error::{QueryError, Result};
use crate::names::display;
use crate::types::Type;
use crate::value::{Value, float_to_int};

/// One SELECT with all its expressions bound, not yet cut into stages.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) names: Vec<String>,
    pub(super) items: Vec<BoundExpr>,
    /// All must hold.
    pub(super) filters: Vec<BoundExpr>,
    /// None where nothing is grouped.
    pub(super) group_by: Option<Vec<BoundExpr>>,
    pub(super) having: Option<BoundExpr>,
    pub(super) qualify: Option<BoundExpr>,
    /// None: every row; otherwise one for each of these.
    pub(super) distinct: Option<Vec<BoundExpr>>,
    pub(super) order_by: Vec<OrderKey>,
    pub(super) fill: std::cell::RefCell<Vec<(usize, Fill)>>,
    pub(super) limit_by: Option<(Vec<BoundExpr>, i64, i64)>,
    pub(super) limit: i64,
    pub(super) offset: i64,
}

impl Planner<'_> {
    pub(super) fn bind(&self, select: &Select, scope: &Scope, known: &Known) -> Result<Bound> {
        let exprs = items(select, scope)?;
        let aliases = aliases(&exprs)?;
        let inner = Inner {
            planner: self,
            known,
        };
        let binder = Binder::new(scope, &inner, self.question.now)
            .with_aliases(aliases)
            .with_windows(&select.windows);
        let items = exprs
            .iter()
            .map(|item| item.bind(&binder))
            .collect::<Result<Vec<_>>>()?;
        let by_place = ByPlace {
            binder: &binder,
            items: &items,
        };

        let mut filters = Vec::new();
        for part in select.filter.iter().flat_map(conjuncts) {
            filters.push(condition(binder.bind(part)?, "WHERE", part)?);
        }
        let bind = |expr: &Option<Expr>| expr.as_ref().map(|expr| binder.bind(expr)).transpose();
        let having = bind(&select.having)?;
        let orders = Self::orders(select, &by_place)?;
        let order_by: Vec<_> = orders.iter().map(|(key, _)| key.clone()).collect();
        let aggregated = items
            .iter()
            .chain(&having)
            .chain(order_by.iter().map(|key| &key.key));
        let aggregated = aggregated.into_iter().any(BoundExpr::has_aggregate);
        Ok(Bound {
            names: exprs.into_iter().map(|item| item.name).collect(),
            filters,
            group_by: grouping(&select.group_by, &by_place, aggregated)?,
            having,
            qualify: bind(&select.qualify)?,
            distinct: match &select.distinct {
                Distinct::No => None,
                Distinct::Rows => Some(items.clone()),
                Distinct::On(by) => Some(by_place.bind_all(by)?),
            },
            fill: std::cell::RefCell::new(fills(&orders, &items, &binder)?),
            order_by,
            limit_by: limit_by(select.limit_by.as_ref(), &by_place)?,
            limit: self.limit(select.limit.as_ref(), &binder)?,
            offset: row_count(select.offset.as_ref(), &binder)?.unwrap_or(0),
            items,
        })
    }

    fn orders(
        select: &Select,
        by_place: &ByPlace<'_, '_>,
    ) -> Result<Vec<(OrderKey, Option<Order>)>> {
        match &select.order_by {
            Ordering::By(orders) => orders
                .iter()
                .map(|order| {
                    let key = by_place.bind(&order.expr)?;
                    let key = OrderKey {
                        key,
                        descending: order.descending,
                        nulls_first: order.nulls_first,
                    };
                    Ok((key, Some(order.clone())))
                })
                .collect(),
            Ordering::All { descending } => Ok(by_place
                .items
                .iter()
                .map(|item| {
                    let key = OrderKey {
                        key: item.clone(),
                        descending: *descending,
                        nulls_first: false,
                    };
                    (key, None)
                })
                .collect()),
        }
    }

    /// How many rows are given: never more than the workspace may have.
    fn limit(&self, limit: Option<&Expr>, binder: &Binder<'_>) -> Result<i64> {
        let most = match i64::try_from(self.question.max_rows) {
            Ok(0) | Err(_) => i64::MAX,
            Ok(most) => most,
        };
        Ok(row_count(limit, binder)?.map_or(most, |limit| limit.min(most)))
    }
}

/// What rows are grouped by; None where they are not.
fn grouping(
    grouping: &Grouping,
    by_place: &ByPlace<'_, '_>,
    aggregated: bool,
) -> Result<Option<Vec<BoundExpr>>> {
    let keys = match grouping {
        Grouping::By(by) => Some(by_place.bind_all(by)?),
        Grouping::All => {
            let plain = by_place.items.iter().filter(|item| !item.has_aggregate());
            Some(plain.cloned().collect())
        }
        Grouping::None => aggregated.then(Vec::new),
    };
    if keys
        .iter()
        .flatten()
        .any(|key| key.has_aggregate() || key.has_window())
    {
        return Err(
            QueryError::query("An aggregate function is found in GROUP BY in query.")
                .hint("Group by columns or by expressions over columns."),
        );
    }
    Ok(keys)
}

/// `LIMIT … BY`: the keys, how many rows to skip, and how many to keep.
fn limit_by(
    limit_by: Option<&LimitBy>,
    by_place: &ByPlace<'_, '_>,
) -> Result<Option<(Vec<BoundExpr>, i64, i64)>> {
    let Some(LimitBy { limit, offset, by }) = limit_by else {
        return Ok(None);
    };
    let limit = row_count(Some(limit), by_place.binder)?.unwrap_or(i64::MAX);
    let offset = row_count(offset.as_ref(), by_place.binder)?.unwrap_or(0);
    Ok(Some((by_place.bind_all(by)?, offset, limit)))
}

/// Beyond this a LIMIT in floating point is no number of rows.
const MOST_ROWS: f64 = 9e18;

/// How many rows LIMIT or OFFSET names; None without one.
fn row_count(expr: Option<&Expr>, binder: &Binder<'_>) -> Result<Option<i64>> {
    let Some(expr) = expr else {
        return Ok(None);
    };
    let bound = binder.bind(expr)?;
    let count = match bound.expr {
        // An unsigned number keeps its bits: beyond 2^63 there is no end of rows.
        Node::Constant(Value::Int(count)) if bound.kind == Type::U64 && count < 0 => Some(i64::MAX),
        Node::Constant(Value::Int(count)) => Some(count),
        Node::Constant(Value::Float(count)) if count.fract() == 0.0 && count < MOST_ROWS => {
            Some(float_to_int(count))
        }
        _ => None,
    };
    let count = count.filter(|count| *count >= 0);
    count.map(Some).ok_or_else(|| {
        QueryError::query(format!(
            "LIMIT and OFFSET need a whole number of rows, not {}.",
            display(expr)
        ))
        .hint("Write for example LIMIT 100 OFFSET 200.")
    })
}

fn condition(bound: BoundExpr, clause: &str, expr: &Expr) -> Result<BoundExpr> {
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
    let fits = bound.kind.plain().is_number() || bound.kind == Type::Nothing;
    if !fits {
        return Err(QueryError::query(format!(
            "{clause} needs a condition, not {}.",
            bound.kind
        )));
    }
    Ok(bound)
}

/// One column of the result.
struct Column {
    name: String,
    alias: Option<String>,
    expr: Expr,
    /// For `*`: the column itself, whatever aliases say.
    place: Option<BoundExpr>,
}

impl Column {
    fn bind(&self, binder: &Binder<'_>) -> Result<BoundExpr> {
        match (&self.place, &self.alias) {
            (Some(place), _) => Ok(place.clone()),
            (None, Some(alias)) => binder.bind_alias(alias, &self.expr),
            (None, None) => binder.bind(&self.expr),
        }
    }
}

/// What each alias stands for.
fn aliases(columns: &[Column]) -> Result<BTreeMap<String, Expr>> {
    let mut aliases = BTreeMap::new();
    for column in columns {
        let Some(alias) = &column.alias else { continue };
        let before = aliases.insert(alias.clone(), column.expr.clone());
        let differs = |before: &Expr| {
            // Functions are known however they are spelled.
            !display(before).eq_ignore_ascii_case(&display(&column.expr))
        };
        if before.as_ref().is_some_and(differs) {
            return Err(
                QueryError::query(format!("Multiple expressions for alias {alias}."))
                    .hint("Give each column a name of its own."),
            );
        }
    }
    Ok(aliases)
}

fn items(select: &Select, scope: &Scope) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for item in &select.items {
        match item {
            Item::Expr { expr, alias } => columns.push(Column {
                name: alias.clone().unwrap_or_else(|| item_name(expr, scope)),
                alias: alias.clone(),
                expr: expr.clone(),
                place: None,
            }),
            Item::Star { qualifier, except } => {
                let before = columns.len();
                for (index, column) in scope.columns.iter().enumerate() {
                    let wanted = qualifier
                        .as_ref()
                        .is_none_or(|q| column.qualifiers.contains(q));
                    if wanted && !column.name.is_empty() && !except.contains(&column.name) {
                        columns.push(Column {
                            name: scope.star_name(index),
                            alias: None,
                            expr: Expr::Null,
                            place: Some(BoundExpr::column(index, scope.kind(index)?)),
                        });
                    }
                }
                if columns.len() == before {
                    return Err(QueryError::query("`*` stands for no column here."));
                }
            }
        }
    }
    Ok(columns)
}

/// The name of a column without an alias: qualified only where its short name means another.
fn item_name(expr: &Expr, scope: &Scope) -> String {
    match expr {
        Expr::Name(parts) => match (scope.find(parts), parts.last()) {
            (Some(place), Some(last)) if scope.find(std::slice::from_ref(last)) != Some(place) => {
                parts.join(".")
            }
            _ => display(expr),
        },
        _ => display(expr),
    }
}

/// Binds exprs among which a whole number means the item at that place.
struct ByPlace<'b, 'a> {
    binder: &'b Binder<'a>,
    items: &'b [BoundExpr],
}

impl ByPlace<'_, '_> {
    fn bind(&self, expr: &Expr) -> Result<BoundExpr> {
        let place = match expr {
            Expr::Number(digits) => digits.parse::<usize>().ok(),
            _ => None,
        };
        match place {
            None => self.binder.bind(expr),
            Some(place) => place
                .checked_sub(1)
                .and_then(|place| self.items.get(place).cloned())
                .ok_or_else(|| QueryError::query(format!("There is no column number {place}."))),
        }
    }

    fn bind_all(&self, exprs: &[Expr]) -> Result<Vec<BoundExpr>> {
        exprs.iter().map(|expr| self.bind(expr)).collect()
    }
}

fn fills(
    orders: &[(OrderKey, Option<Order>)],
    items: &[BoundExpr],
    binder: &Binder<'_>,
) -> Result<Vec<(usize, Fill)>> {
    let mut fills = Vec::new();
    for (place, (key, order)) in orders.iter().enumerate() {
        let Some(fill) = order.as_ref().and_then(|order| order.fill.as_ref()) else {
            continue;
        };
        let wanted = key.key.key();
        let Some(column) = items.iter().position(|item| item.key() == wanted) else {
            return Err(
                QueryError::query("WITH FILL needs its column in the SELECT list.")
                    .hint("Select the column that you order by."),
            );
        };
        let bind = |expr: &Option<Expr>| expr.as_ref().map(|expr| binder.bind(expr)).transpose();
        fills.push((
            place,
            Fill {
                column,
                from: bind(&fill.from)?,
                to: bind(&fill.to)?,
                step: bind(&fill.step)?,
            },
        ));
    }
    if fills.len() > 1 {
        return Err(QueryError::unsupported("WITH FILL over several columns"));
    }
    Ok(fills)
}
