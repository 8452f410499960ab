//! `ORDER BY … WITH FILL`: rows for the values that are missing.

use super::Row;
use crate::bind::{BoundExpr, Node};
use crate::error::{QueryError, Result};
use crate::functions::conversion;
use crate::types::{DAY, Type, Unit, Value, compare, day_plus_months, float_to_int, int_to_float};

/// What to fill: a column of the result, from where to where and in what steps.
#[derive(Clone, Debug)]
pub(super) struct Fill {
    /// The column's place in the result.
    pub(super) column: usize,
    pub(super) from: Option<BoundExpr>,
    pub(super) to: Option<BoundExpr>,
    pub(super) step: Option<BoundExpr>,
}

/// What is left to do once the sorted rows are there.
#[derive(Clone, Debug)]
pub(super) struct Filling {
    pub(super) fill: Fill,
    /// The types of the columns that are read.
    pub(super) kinds: Vec<Type>,
    /// The columns by which the rows are ordered before the filled one: each set of their values is
    /// filled by itself.
    pub(super) before: Vec<usize>,
    pub(super) descending: bool,
    pub(super) offset: usize,
    pub(super) limit: usize,
}

/// How many rows there may be.
const MOST_ROWS: usize = 1_000_000;

impl Filling {
    /// Adds the missing rows; columns that say nothing about the order have their types' defaults
    /// there. Then cuts to LIMIT and to the first `width` columns.
    pub(super) fn fill(&self, rows: Vec<Row>, width: usize) -> Result<Vec<Row>> {
        let kind = self.kinds.get(self.fill.column);
        let kind = kind.ok_or_else(|| QueryError::bug("the filled column is missing"))?;
        let scale = Scale::of(kind.plain())?;
        let bound =
            |bound: &Option<BoundExpr>| bound.as_ref().map(|bound| scale.bound(bound)).transpose();
        let mut filler = Filler {
            step: scale.step(self.fill.step.as_ref(), self.descending)?,
            from: bound(&self.fill.from)?,
            to: bound(&self.fill.to)?,
            column: self.fill.column,
            layout: self,
            filled: Vec::with_capacity(rows.len()),
            next: None,
        };
        let mut last: Option<Row> = None;
        for row in rows {
            let same_group = last
                .as_ref()
                .is_some_and(|last| self.same_group(last, &row));
            if !same_group {
                if let Some(last) = &last {
                    filler.up_to_end(last)?;
                }
                filler.next = filler.from;
            }
            filler.up_to(&row)?;
            last = Some(row.clone());
            filler.filled.push(row);
        }
        // Of no rows at all FROM and TO make a series.
        let last = last.unwrap_or_else(|| {
            filler.next = filler.from;
            self.kinds.iter().map(Value::default_of).collect()
        });
        filler.up_to_end(&last)?;
        let filled = filler.filled.into_iter().skip(self.offset);
        let cut = |mut row: Row| {
            row.truncate(width);
            row
        };
        Ok(filled.take(self.limit).map(cut).collect())
    }

    fn same_group(&self, a: &Row, b: &Row) -> bool {
        let equal = |place: &usize| match (a.get(*place), b.get(*place)) {
            (Some(a), Some(b)) => compare(a, b).is_eq(),
            _ => false,
        };
        self.before.iter().all(equal)
    }
}

struct Filler<'a> {
    step: Step,
    from: Option<i64>,
    to: Option<i64>,
    column: usize,
    layout: &'a Filling,
    filled: Vec<Row>,
    /// The value that is due.
    next: Option<i64>,
}

impl Filler<'_> {
    fn is_before(&self, a: i64, b: i64) -> bool {
        if self.layout.descending { a > b } else { a < b }
    }

    /// Adds what is missing before `row`.
    fn up_to(&mut self, row: &Row) -> Result<()> {
        let value = match row.get(self.column) {
            Some(Value::Int(value)) => *value,
            Some(Value::Float(value)) => float_to_int(*value),
            _ => return Ok(()),
        };
        while let Some(missing) = self.next.filter(|next| self.is_before(*next, value)) {
            if self.to.is_some_and(|to| !self.is_before(missing, to)) {
                self.next = None;
                break;
            }
            self.add(missing, row)?;
        }
        // What lies before FROM stays, and does not begin a series.
        let begun = self.from.is_none_or(|from| !self.is_before(value, from));
        if begun && self.next.is_none_or(|next| !self.is_before(value, next)) {
            self.next = Some(self.step.after(value));
        }
        Ok(())
    }

    /// Adds what is missing between `last` and TO.
    fn up_to_end(&mut self, last: &Row) -> Result<()> {
        if let Some(to) = self.to {
            while let Some(missing) = self.next.filter(|next| self.is_before(*next, to)) {
                self.add(missing, last)?;
            }
        }
        Ok(())
    }

    /// Adds a row for `value` in the group of `neighbour`.
    fn add(&mut self, value: i64, neighbour: &Row) -> Result<()> {
        let mut row = Vec::with_capacity(neighbour.len());
        for (place, (kind, there)) in self.layout.kinds.iter().zip(neighbour).enumerate() {
            row.push(if place == self.column {
                match kind.plain() {
                    Type::Float => Value::Float(int_to_float(value, &Type::I64)),
                    _ => Value::Int(value),
                }
            } else if self.layout.before.contains(&place) {
                there.clone()
            } else {
                Value::default_of(kind)
            });
        }
        self.filled.push(row);
        self.next = Some(self.step.after(value));
        if self.filled.len() > MOST_ROWS {
            return Err(QueryError::memory());
        }
        Ok(())
    }
}

/// How the values of the filled column are counted.
struct Scale {
    kind: Type,
    /// Ticks in a second; 0 for a Date, which counts days, and for numbers.
    per_second: i64,
}

/// From one value to the next.
enum Step {
    Ticks(i64),
    Months { months: i64, per_day: i64 },
}

impl Scale {
    fn of(kind: &Type) -> Result<Self> {
        let per_second = match kind {
            Type::DateTime => 1,
            Type::DateTime64(_) => kind.ticks_per_second(),
            kind if *kind == Type::Date || kind.is_int() => 0,
            Type::Float => return Err(QueryError::unsupported("WITH FILL over fractions")),
            _ => {
                return Err(QueryError::query(format!("WITH FILL cannot fill {kind}."))
                    .hint("It fills dates, times and whole numbers."));
            }
        };
        Ok(Self {
            kind: kind.clone(),
            per_second,
        })
    }

    /// FROM and TO, brought to the column's type.
    fn bound(&self, bound: &BoundExpr) -> Result<i64> {
        let Node::Constant(value) = &bound.expr else {
            return Err(QueryError::query("The bounds of WITH FILL are constants."));
        };
        let times = self.kind.is_time() && bound.kind.is_time();
        if !times && !bound.kind.is_int() {
            return Err(QueryError::query(format!(
                "WITH FILL over {} cannot begin or end at {}.",
                self.kind, bound.kind
            )));
        }
        if times {
            return conversion(&bound.kind, &self.kind)?
                .of(std::slice::from_ref(value))?
                .int();
        }
        value.int()
    }

    fn step(&self, step: Option<&BoundExpr>, descending: bool) -> Result<Step> {
        let Some(step) = step else {
            return Ok(Step::Ticks(if descending { -1 } else { 1 }));
        };
        let count = match &step.expr {
            Node::Constant(Value::Int(count)) => *count,
            Node::Constant(Value::Float(count)) => float_to_int(*count),
            _ => 0,
        };
        if count == 0 || (count < 0) != descending {
            return Err(
                QueryError::query("The STEP of WITH FILL must lead from FROM to TO.")
                    .hint("It is positive for ASC and negative for DESC."),
            );
        }
        let per_day = if self.per_second == 0 {
            1
        } else {
            DAY * self.per_second
        };
        match &step.kind {
            Type::Interval(unit) => match (unit.months(), unit.nanoseconds()) {
                (Some(months), _) => Ok(Step::Months {
                    months: months * count,
                    per_day,
                }),
                (None, nanoseconds) => self.ticks(count, *unit, nanoseconds.unwrap_or(0)),
            },
            _ => Ok(Step::Ticks(count)),
        }
    }

    fn ticks(&self, count: i64, unit: Unit, nanoseconds: i64) -> Result<Step> {
        let ticks = if self.kind == Type::Date {
            nanoseconds / 1_000_000_000 / DAY
        } else {
            i64::try_from(i128::from(nanoseconds) * i128::from(self.per_second) / 1_000_000_000)
                .unwrap_or(0)
        };
        if ticks == 0 {
            return Err(QueryError::query(format!(
                "WITH FILL over {} cannot step by a {unit:?}.",
                self.kind
            )));
        }
        Ok(Step::Ticks(ticks.saturating_mul(count)))
    }
}

impl Step {
    fn after(&self, value: i64) -> i64 {
        match self {
            Self::Ticks(ticks) => value.saturating_add(*ticks),
            Self::Months { months, per_day } => {
                let (day, rest) = (value.div_euclid(*per_day), value.rem_euclid(*per_day));
                day_plus_months(day, *months) * per_day + rest
            }
        }
    }
}
