//! JOIN.

use sqlparser::ast::{JoinConstraint, JoinOperator};

use super::input::{Input, Source};
use super::rollup::is_sum;
use super::{Known, Planner};
use crate::bind::{Binder, BoundExpr, Scope};
use crate::emit::column;
use crate::error::{QueryError, Result};
use crate::sql::{Expr, plain_name};
use crate::types::{Field, Value};

/// A join, but for the SQL of its sides.
pub(super) struct Join {
    pub(super) left: Input,
    pub(super) right: Input,
    word: &'static str,
    /// What is selected, and from where on the right side.
    columns: String,
    renamed: String,
    /// A GROUP BY that leaves one partner, for ANY.
    left_once: String,
    right_once: String,
    on: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
    /// One partner for each row of the left side, any; and so on.
    AnyLeft,
    AnyRight,
    AnyInner,
}

impl JoinKind {
    /// Whether rows of the left and of the right side are kept that have no partner.
    const fn keeps(self) -> (bool, bool) {
        match self {
            Self::Inner | Self::Cross | Self::AnyInner => (false, false),
            Self::Left | Self::AnyLeft => (true, false),
            Self::Right | Self::AnyRight => (false, true),
            Self::Full => (true, true),
        }
    }

    const fn word(self) -> &'static str {
        match self.keeps() {
            (false, false) => "JOIN",
            (true, false) => "LEFT JOIN",
            (false, true) => "RIGHT JOIN",
            (true, true) => "FULL JOIN",
        }
    }
}

/// What a join is, as far as it is known here. SEMI stands for ANY: see `sql::tokens`.
pub(super) fn kind_of(operator: &JoinOperator) -> Result<(JoinKind, &JoinConstraint)> {
    Ok(match operator {
        JoinOperator::Join(on) | JoinOperator::Inner(on) => (JoinKind::Inner, on),
        JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (JoinKind::Left, on),
        JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (JoinKind::Right, on),
        JoinOperator::FullOuter(on) => (JoinKind::Full, on),
        JoinOperator::CrossJoin(on) => (JoinKind::Cross, on),
        JoinOperator::Semi(on) => (JoinKind::AnyInner, on),
        JoinOperator::LeftSemi(on) => (JoinKind::AnyLeft, on),
        JoinOperator::RightSemi(on) => (JoinKind::AnyRight, on),
        _ => {
            return Err(QueryError::unsupported("This kind of JOIN")
                .hint("INNER, LEFT, RIGHT, FULL and CROSS joins are."));
        }
    })
}

impl Planner<'_> {
    pub(super) fn cross_join(&self, left: Source, right: Source) -> Result<Source> {
        let none = JoinConstraint::None;
        self.join(left, right, JoinKind::Cross, &none, &Vec::new())
    }

    pub(super) fn join(
        &self,
        (left, mut left_input): Source,
        (right, mut right_input): Source,
        kind: JoinKind,
        constraint: &JoinConstraint,
        known: &Known,
    ) -> Result<Source> {
        let width = left.columns.len();
        let mut scope = left.clone();
        scope.columns.extend(right.columns.clone());
        let on = match (kind, constraint) {
            (JoinKind::Cross, JoinConstraint::None) => Vec::new(),
            (JoinKind::Cross, _) => {
                return Err(QueryError::query("CROSS JOIN takes no condition."));
            }
            (_, JoinConstraint::On(on)) => self.on(&Expr::read(on)?, kind, &scope, known)?,
            (_, JoinConstraint::Using(columns)) => {
                let columns: Vec<_> = columns.iter().map(plain_name).collect();
                self.using(&columns, &left, &right, &mut scope)?
            }
            (_, JoinConstraint::None) => {
                return Err(QueryError::query("A JOIN needs a condition.")
                    .hint("Write ON a.column = b.column, or USING (column)."));
            }
            _ => return Err(QueryError::unsupported("NATURAL JOIN").hint("Write USING (column).")),
        };
        restrict(&mut left_input, &mut right_input, width, kind, &on);
        let conditions = on.iter().map(|part| self.functions.condition(part));
        let conditions = conditions.collect::<Result<Vec<_>>>()?.join(" AND ");
        let renamed = (width..scope.columns.len())
            .map(|index| format!("{} AS {}", column(index - width), column(index)));
        let once = |wanted: bool, right: bool| {
            if wanted {
                self.once(&on, width, right)
            } else {
                Ok(String::new())
            }
        };
        let join = Join {
            left: left_input,
            right: right_input,
            word: kind.word(),
            columns: self.joined_columns(&scope, width, kind)?,
            renamed: renamed.collect::<Vec<_>>().join(", "),
            left_once: once(
                matches!(kind, JoinKind::AnyRight | JoinKind::AnyInner),
                false,
            )?,
            right_once: once(matches!(kind, JoinKind::AnyLeft | JoinKind::AnyInner), true)?,
            on: if on.is_empty() {
                String::new()
            } else {
                format!(" ON {conditions}")
            },
        };
        Ok((scope, Input::Join(Box::new(join))))
    }

    fn on(
        &self,
        on: &Expr<'_>,
        kind: JoinKind,
        scope: &Scope,
        known: &Known,
    ) -> Result<Vec<BoundExpr>> {
        let parts = on.conjuncts();
        let equality = |part: &&Expr<'_>| part.as_operator("equals").is_some();
        if kind != JoinKind::Inner && !parts.iter().any(equality) {
            return Err(
                QueryError::query("This JOIN needs an equality in its condition.")
                    .hint("Write ON a.column = b.column."),
            );
        }
        let subqueries = |query: &_| self.subquery(query, known);
        let binder = Binder::new(scope, &subqueries, self.question.now);
        parts.into_iter().map(|part| binder.bind(part)).collect()
    }

    fn using(
        &self,
        names: &[String],
        left: &Scope,
        right: &Scope,
        scope: &mut Scope,
    ) -> Result<Vec<BoundExpr>> {
        let width = left.columns.len();
        let mut conditions = Vec::new();
        for name in names {
            let name = std::slice::from_ref(name);
            let a = left.find(name).ok_or_else(|| left.unknown(name))?;
            let b = right.find(name).ok_or_else(|| right.unknown(name))?;
            let none = |_: &_| Err(QueryError::bug("USING has a subquery"));
            conditions.push(Binder::new(scope, &none, self.question.now).equality(
                BoundExpr::column(a, left.kind(a)?),
                BoundExpr::column(width + b, right.kind(b)?),
            )?);
            scope.hide(width + b);
        }
        Ok(conditions)
    }

    /// Where there is no partner ClickHouse has the default of the type, not NULL.
    fn joined_columns(&self, scope: &Scope, width: usize, kind: JoinKind) -> Result<String> {
        let (left_kept, right_kept) = kind.keeps();
        let mut columns = Vec::new();
        for (index, scoped) in scope.columns.iter().enumerate() {
            let name = column(index);
            let missing = if index < width { right_kept } else { left_kept };
            columns.push(match &scoped.kind {
                Some(kind) if missing && !kind.is_nullable() => {
                    let default = BoundExpr::constant(Value::default_of(kind), kind.clone());
                    let default = self.functions.sql(&default)?;
                    format!("coalesce({name}, {default}) AS {name}")
                }
                _ => name,
            });
        }
        Ok(columns.join(", "))
    }

    /// A GROUP BY that leaves one row of one side for each value of what is joined on.
    fn once(&self, conditions: &[BoundExpr], width: usize, right: bool) -> Result<String> {
        let mut keys = Vec::new();
        for condition in conditions {
            let own = condition.parts().into_iter().filter(|part| {
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

/// Notes which tables of a join must be read as they are.
fn restrict(left: &mut Input, right: &mut Input, width: usize, kind: JoinKind, on: &[BoundExpr]) {
    let (left_kept, right_kept) = kind.keeps();
    for table in right.tables() {
        table.first += width;
        table.is_filtered &= !left_kept;
    }
    for table in left.tables() {
        table.is_filtered &= !right_kept;
    }
    let takes_any = matches!(
        kind,
        JoinKind::AnyLeft | JoinKind::AnyRight | JoinKind::AnyInner
    );
    for table in left.tables().into_iter().chain(right.tables()) {
        let read = |wanted: fn(Field) -> bool| on.iter().any(|part| table.is_read(part, wanted));
        let (sums, time) = (read(is_sum), read(|field| field == Field::Time));
        table.may_split &= !takes_any && !sums;
        table.reads_time |= time;
    }
}

impl Join {
    /// Its SQL with that of its sides.
    pub(super) fn sql(&self, left: &str, right: &str) -> String {
        format!(
            "SELECT {} FROM (SELECT * FROM ({left}){}) {} (SELECT {} FROM ({right}){}){}",
            self.columns, self.left_once, self.word, self.renamed, self.right_once, self.on
        )
    }
}
