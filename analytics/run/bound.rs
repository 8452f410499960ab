//! One SELECT with all its expressions bound.

use std::collections::BTreeMap;

use super::engine::{Engine, Inner, Known};
use super::fill::Fill;
use super::source::conjuncts;
use crate::bind::{Binder, Expr, OrderKey, Scope, Typed};
use crate::column::{Value, float_to_int};
use crate::error::{QueryError, Result};
use crate::names::display;
use crate::tree::{Distinct, Grouping, Item, LimitBy, Order, Ordering, Select, Term};
use crate::types::Type;

/// One SELECT with all its expressions bound, not yet cut into stages.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) names: Vec<String>,
    pub(super) items: Vec<Typed>,
    /// All must hold.
    pub(super) filters: Vec<Typed>,
    /// None where nothing is grouped.
    pub(super) group_by: Option<Vec<Typed>>,
    pub(super) having: Option<Typed>,
    pub(super) qualify: Option<Typed>,
    /// None: every row; otherwise one for each of these.
    pub(super) distinct: Option<Vec<Typed>>,
    pub(super) order_by: Vec<OrderKey>,
    pub(super) fill: Vec<(usize, Fill)>,
    pub(super) limit_by: Option<(Vec<Typed>, usize, usize)>,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl<'a> Engine<'a> {
    pub(super) fn bind(
        &'a self,
        select: &Select,
        scope: &Scope,
        known: &Known,
        recent: bool,
    ) -> Result<Bound> {
        let terms = items(select, scope)?;
        let aliases = aliases(&terms)?;
        let inner = Inner {
            engine: self,
            known,
        };
        let binder = Binder::new(scope, &inner, self.question.now)
            .with_aliases(aliases)
            .with_windows(&select.windows);
        let items = terms
            .iter()
            .map(|item| item.bind(&binder))
            .collect::<Result<Vec<_>>>()?;
        let by_place = ByPlace {
            binder: &binder,
            items: &items,
        };

        let mut filters = self.retention(scope, &inner, recent)?;
        for part in select.filter.iter().flat_map(conjuncts) {
            filters.push(condition(binder.bind(part)?, "WHERE", part)?);
        }
        let bind = |term: &Option<Term>| term.as_ref().map(|term| binder.bind(term)).transpose();
        let having = bind(&select.having)?;
        let orders = Self::orders(select, &by_place)?;
        let order_by: Vec<_> = orders.iter().map(|(key, _)| key.clone()).collect();
        let aggregated = items
            .iter()
            .chain(&having)
            .chain(order_by.iter().map(|key| &key.key));
        let aggregated = aggregated.into_iter().any(Typed::has_aggregate);
        Ok(Bound {
            names: terms.into_iter().map(|item| item.name).collect(),
            filters,
            group_by: grouping(&select.group_by, &by_place, aggregated)?,
            having,
            qualify: bind(&select.qualify)?,
            distinct: match &select.distinct {
                Distinct::No => None,
                Distinct::Rows => Some(items.clone()),
                Distinct::On(by) => Some(by_place.bind_all(by)?),
            },
            fill: fills(&orders, &items, &binder)?,
            order_by,
            limit_by: limit_by(select.limit_by.as_ref(), &by_place)?,
            limit: self.limit(select.limit.as_ref(), &binder)?,
            offset: row_count(select.offset.as_ref(), &binder)?.unwrap_or(0),
            items,
        })
    }

    /// The bound that a question without one of its own has.
    fn retention(&self, scope: &Scope, inner: &Inner<'_>, recent: bool) -> Result<Vec<Typed>> {
        let time = ["time".to_owned()];
        let timed = scope
            .find(&time)
            .and_then(|place| scope.kind(place).ok())
            .is_some_and(|kind| kind.is_time());
        if !recent || !timed || self.question.retention_days <= 0 {
            return Ok(Vec::new());
        }
        let days = Term::Number(self.question.retention_days.to_string());
        let oldest = Term::operator(
            "minus",
            vec![
                Term::operator("now", Vec::new()),
                Term::operator("toIntervalDay", vec![days]),
            ],
        );
        let bound = Term::operator("greaterOrEquals", vec![Term::Name(time.to_vec()), oldest]);
        Ok(vec![
            Binder::new(scope, inner, self.question.now).bind(&bound)?,
        ])
    }

    fn orders(
        select: &Select,
        by_place: &ByPlace<'_, '_>,
    ) -> Result<Vec<(OrderKey, Option<Order>)>> {
        match &select.order_by {
            Ordering::By(orders) => orders
                .iter()
                .map(|order| {
                    let key = by_place.bind(&order.term)?;
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
    fn limit(&self, limit: Option<&Term>, binder: &Binder<'_>) -> Result<usize> {
        let most = match usize::try_from(self.question.max_rows) {
            Ok(0) | Err(_) => usize::MAX,
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
) -> Result<Option<Vec<Typed>>> {
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
) -> Result<Option<(Vec<Typed>, usize, usize)>> {
    let Some(LimitBy { limit, offset, by }) = limit_by else {
        return Ok(None);
    };
    let limit = row_count(Some(limit), by_place.binder)?.unwrap_or(usize::MAX);
    let offset = row_count(offset.as_ref(), by_place.binder)?.unwrap_or(0);
    Ok(Some((by_place.bind_all(by)?, offset, limit)))
}

/// Beyond this a LIMIT in floating point is no number of rows.
const MOST_ROWS: f64 = 9e18;

/// How many rows LIMIT or OFFSET names; None without one.
fn row_count(term: Option<&Term>, binder: &Binder<'_>) -> Result<Option<usize>> {
    let Some(term) = term else {
        return Ok(None);
    };
    let bound = binder.bind(term)?;
    let count = match bound.expr {
        // An unsigned number keeps its bits.
        Expr::Constant(Value::Int(count)) if bound.kind == Type::U64 => {
            usize::try_from(count.cast_unsigned()).ok()
        }
        Expr::Constant(Value::Int(count)) => usize::try_from(count).ok(),
        Expr::Constant(Value::Float(count)) if count.fract() == 0.0 && count < MOST_ROWS => {
            usize::try_from(float_to_int(count)).ok()
        }
        _ => None,
    };
    count.map(Some).ok_or_else(|| {
        QueryError::query(format!(
            "LIMIT and OFFSET need a whole number of rows, not {}.",
            display(term)
        ))
        .hint("Write for example LIMIT 100 OFFSET 200.")
    })
}

fn condition(bound: Typed, clause: &str, term: &Term) -> Result<Typed> {
    if bound.has_aggregate() {
        return Err(QueryError::query(format!(
            "An aggregate function is found in {clause} in query: {}.",
            display(term)
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
    term: Term,
    /// For `*`: the column itself, whatever aliases say.
    place: Option<Typed>,
}

impl Column {
    fn bind(&self, binder: &Binder<'_>) -> Result<Typed> {
        match (&self.place, &self.alias) {
            (Some(place), _) => Ok(place.clone()),
            (None, Some(alias)) => binder.bind_alias(alias, &self.term),
            (None, None) => binder.bind(&self.term),
        }
    }
}

/// What each alias stands for.
fn aliases(columns: &[Column]) -> Result<BTreeMap<String, Term>> {
    let mut aliases = BTreeMap::new();
    for column in columns {
        let Some(alias) = &column.alias else { continue };
        let before = aliases.insert(alias.clone(), column.term.clone());
        let differs = |before: &Term| {
            // Functions are known however they are spelled.
            !display(before).eq_ignore_ascii_case(&display(&column.term))
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
            Item::Term { term, alias } => columns.push(Column {
                name: alias.clone().unwrap_or_else(|| item_name(term, scope)),
                alias: alias.clone(),
                term: term.clone(),
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
                            term: Term::Null,
                            place: Some(Typed::column(index, scope.kind(index)?)),
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
fn item_name(term: &Term, scope: &Scope) -> String {
    match term {
        Term::Name(parts) => match (scope.find(parts), parts.last()) {
            (Some(place), Some(last)) if scope.find(std::slice::from_ref(last)) != Some(place) => {
                parts.join(".")
            }
            _ => display(term),
        },
        _ => display(term),
    }
}

/// Binds terms among which a whole number means the item at that place.
struct ByPlace<'b, 'a> {
    binder: &'b Binder<'a>,
    items: &'b [Typed],
}

impl ByPlace<'_, '_> {
    fn bind(&self, term: &Term) -> Result<Typed> {
        let place = match term {
            Term::Number(digits) => digits.parse::<usize>().ok(),
            _ => None,
        };
        match place {
            None => self.binder.bind(term),
            Some(place) => place
                .checked_sub(1)
                .and_then(|place| self.items.get(place).cloned())
                .ok_or_else(|| QueryError::query(format!("There is no column number {place}."))),
        }
    }

    fn bind_all(&self, terms: &[Term]) -> Result<Vec<Typed>> {
        terms.iter().map(|term| self.bind(term)).collect()
    }
}

fn fills(
    orders: &[(OrderKey, Option<Order>)],
    items: &[Typed],
    binder: &Binder<'_>,
) -> Result<Vec<(usize, Fill)>> {
    let mut fills = Vec::new();
    for (place, (key, order)) in orders.iter().enumerate() {
        let Some(fill) = order.as_ref().and_then(|order| order.fill.as_ref()) else {
            continue;
        };
        let wanted = key.key.key();
        let column = items
            .iter()
            .position(|item| item.key() == wanted)
            .unwrap_or(usize::MAX);
        let bind = |term: &Option<Term>| term.as_ref().map(|term| binder.bind(term)).transpose();
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
