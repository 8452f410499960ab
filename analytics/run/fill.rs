//! `ORDER BY … WITH FILL`: rows for the values that are missing.

use super::block::{Block, Relation};
use super::guard::Guard;
use crate::bind::{Expr, OrderKey, Typed};
use crate::calendar::{DAY, day_plus_months};
use crate::column::{Column, Value, float_to_int, position};
use crate::concat::concat;
use crate::error::{QueryError, Result};
use crate::types::{Type, Unit};

/// What to fill: a column of the result, sorted, from where to where and in what steps.
#[derive(Debug)]
pub(crate) struct Fill {
    /// The column's place in the result.
    pub(crate) column: usize,
    pub(crate) from: Option<Typed>,
    pub(crate) to: Option<Typed>,
    pub(crate) step: Option<Typed>,
}

/// Adds the missing rows; other columns have their types' defaults in them.
pub(crate) fn fill(
    relation: Relation,
    fill: &Fill,
    order: &OrderKey,
    guard: &Guard,
) -> Result<Relation> {
    let Some((_, kind)) = relation.columns.get(fill.column).cloned() else {
        return Err(
            QueryError::query("WITH FILL needs its column in the SELECT list.")
                .hint("Select the column that you order by."),
        );
    };
    let scale = Scale::of(kind.plain())?;
    let step = scale.step(fill.step.as_ref(), order.descending)?;
    let bound = |bound: &Option<Typed>| bound.as_ref().map(|bound| scale.bound(bound)).transpose();
    let (from, to) = (bound(&fill.from)?, bound(&fill.to)?);
    let present = match relation.block.columns.get(fill.column) {
        Some(column) => column.ints().into_owned(),
        None => Vec::new(),
    };
    let before = |a: i64, b: i64| if order.descending { a > b } else { a < b };

    // Each row of the result: an old row, or a new value.
    let mut rows: Vec<std::result::Result<u32, i64>> = Vec::new();
    let mut next = from;
    for (row, value) in (0..).zip(&present) {
        while let Some(missing) = next.filter(|next| before(*next, *value)) {
            if to.is_some_and(|to| !before(missing, to)) {
                next = None;
                break;
            }
            rows.push(Err(missing));
            next = Some(step.after(missing));
            roomy(&rows, guard)?;
        }
        rows.push(Ok(row));
        // What lies before FROM stays, and does not begin a series.
        let begun = from.is_none_or(|from| !before(*value, from));
        if begun && next.is_none_or(|next| !before(*value, next)) {
            next = Some(step.after(*value));
        }
    }
    if let Some(to) = to {
        while let Some(missing) = next.filter(|next| before(*next, to)) {
            rows.push(Err(missing));
            next = Some(step.after(missing));
            roomy(&rows, guard)?;
        }
    }
    Ok(rebuilt(relation, fill.column, &rows))
}

fn roomy(rows: &[std::result::Result<u32, i64>], guard: &Guard) -> Result<()> {
    if rows.len().is_multiple_of(4096) {
        guard.room_for(rows.len() * 32)?;
        guard.on_time()?;
    }
    Ok(())
}

fn rebuilt(relation: Relation, filled: usize, rows: &[std::result::Result<u32, i64>]) -> Relation {
    let old = relation.block.rows;
    let columns = relation
        .columns
        .iter()
        .zip(&relation.block.columns)
        .enumerate()
        .map(|(index, ((_, kind), column))| {
            let new: Vec<_> = rows.iter().filter_map(|row| row.err()).collect();
            let mut next = position(old);
            let order: Vec<_> = rows
                .iter()
                .map(|row| {
                    if let Ok(row) = row {
                        *row
                    } else {
                        next += 1;
                        next - 1
                    }
                })
                .collect();
            let defaults = if index == filled {
                match kind {
                    Type::Nullable(_) => Column::Nullable {
                        nulls: vec![false; new.len()],
                        values: Box::new(Column::Ints(new)),
                    },
                    Type::Float => Column::Floats(
                        new.iter()
                            .map(|v| crate::column::int_to_float(*v, &Type::I64))
                            .collect(),
                    ),
                    _ => Column::Ints(new),
                }
            } else {
                Column::same(&Value::Null, kind, new.len()).plain()
            };
            concat(&[column.plain(), defaults], kind).take(&order)
        })
        .collect();
    Relation {
        columns: relation.columns,
        block: Block::new(columns, rows.len()),
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
            Type::DateTime64(digits) => 10_i64.pow(u32::from(*digits)),
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
    fn bound(&self, bound: &Typed) -> Result<i64> {
        let column = match &bound.expr {
            Expr::Constant(value) => Column::same(value, &bound.kind, 1),
            _ => return Err(QueryError::query("The bounds of WITH FILL are constants.")),
        };
        let fits = (self.kind.is_time() && bound.kind.is_time()) || bound.kind.is_int();
        if !fits {
            return Err(QueryError::query(format!(
                "WITH FILL over {} cannot begin or end at {}.",
                self.kind, bound.kind
            )));
        }
        let same = if self.kind.is_time() && bound.kind.is_time() {
            crate::functions::convert(&column, &bound.kind, &self.kind)?
        } else {
            column
        };
        Ok(same.ints().first().copied().unwrap_or(0))
    }

    fn step(&self, step: Option<&Typed>, descending: bool) -> Result<Step> {
        let Some(step) = step else {
            return Ok(Step::Ticks(if descending { -1 } else { 1 }));
        };
        let count = match &step.expr {
            Expr::Constant(Value::Int(count)) => *count,
            Expr::Constant(Value::Float(count)) => float_to_int(*count),
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
