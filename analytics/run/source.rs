//! Binds what stands behind FROM.

use std::collections::BTreeSet;

use super::block::{Block, Relation};
use super::engine::{Engine, Inner, Known};
use super::input::Input;
use super::join::Join;
use crate::bind::{Binder, Expr, Scope, ScopeColumn, Typed};
use crate::deep::deep;
use crate::error::{QueryError, Result};
use crate::tables::Table;
use crate::tree::{JoinCondition, JoinKind, Select, Source, Term};
use crate::types::Type;

impl<'a> Engine<'a> {
    /// What a SELECT reads, and the names of its columns.
    pub(super) fn from(&'a self, select: &Select, known: &Known) -> Result<(Scope, Input)> {
        match &select.from {
            Some(source) => self.source(source, known, &equal_columns(select)),
            None => Ok((Scope::default(), Input::Block(Block::new(Vec::new(), 1)))),
        }
    }

    fn source(&'a self, source: &Source, known: &Known, equal: &[&Term]) -> Result<(Scope, Input)> {
        match source {
            Source::Table { name, alias } => {
                if let Some(place) = known.iter().rposition(|(known, _)| known == name) {
                    let answer = self.common(place, known)?;
                    let qualifier = alias.clone().unwrap_or_else(|| name.clone());
                    return Ok(from_relation(&answer, Some(qualifier)));
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
                let answer = deep(|| self.query(query, known, false))?;
                Ok(from_relation(&answer, alias.clone()))
            }
            Source::Join {
                left,
                right,
                kind,
                condition,
            } => {
                // In the first tables of FROM a name means what it means in all of FROM; and these
                // joins keep no row of theirs that WHERE would drop.
                let keeps_none = matches!(kind, JoinKind::Inner | JoinKind::Cross | JoinKind::Left);
                let equal_left = if keeps_none { equal } else { &[] };
                let left = deep(|| self.source(left, known, equal_left))?;
                let right = deep(|| self.source(right, known, &[]))?;
                self.join(left, right, *kind, condition, known, equal)
            }
        }
    }

    fn join(
        &'a self,
        (left, left_input): (Scope, Input),
        (right, right_input): (Scope, Input),
        kind: JoinKind,
        condition: &JoinCondition,
        known: &Known,
        equal: &[&Term],
    ) -> Result<(Scope, Input)> {
        let mut scope = left.clone();
        scope.columns.extend(right.columns.clone());
        let inner = Inner {
            engine: self,
            known,
        };
        let binder = Binder::new(&scope, &inner, self.question.now);
        let width = left.columns.len();
        let matched = match condition {
            JoinCondition::None => Matched::where_equal(equal, &binder, width),
            JoinCondition::On(on) => Matched::on(on, &binder, width)?,
            JoinCondition::Using(columns) => Matched::using(columns, &left, &right)?,
        };
        let needs_key = matches!(condition, JoinCondition::On(_))
            && !matches!(kind, JoinKind::Inner | JoinKind::Cross);
        if needs_key && matched.keys.is_empty() {
            return Err(
                QueryError::query("This JOIN needs an equality in its condition.")
                    .hint("Write ON a.column = b.column."),
            );
        }
        for hidden in matched.hidden {
            if let Some(hidden) = scope.columns.get_mut(width + hidden) {
                hidden.name = String::new();
            }
        }
        let join = Join {
            left_kinds: kinds(&left),
            right_kinds: kinds(&right),
            left: left_input,
            right: right_input,
            kind,
            keys: matched.keys,
            rest: matched.rest,
        };
        Ok((scope, Input::Join(Box::new(join))))
    }
}

/// What rows of two tables must have in common to be joined.
#[derive(Default)]
struct Matched {
    /// What must be equal, each over its own side.
    keys: Vec<(Typed, Typed)>,
    /// What must hold besides, over both sides.
    rest: Option<Typed>,
    /// Columns of the right side that the left one's of the same name stand for.
    hidden: Vec<usize>,
}

impl Matched {
    /// By what WHERE asks for. It is looked at again afterwards: what belongs to other tables may
    /// be left out.
    fn where_equal(equal: &[&Term], binder: &Binder<'_>, width: usize) -> Self {
        let bound = equal.iter().filter_map(|part| binder.bind(part).ok());
        let sides = bound.filter_map(|part| equality(&part, width));
        Self {
            keys: sides
                .filter(|(left, right)| left.kind.common(&right.kind).is_ok())
                .collect(),
            ..Self::default()
        }
    }

    fn on(condition: &Term, binder: &Binder<'_>, width: usize) -> Result<Self> {
        let mut matched = Self::default();
        let mut rest = Vec::new();
        for part in conjuncts(condition) {
            match equality(&binder.bind(part)?, width) {
                Some(sides) => matched.keys.push(sides),
                None => rest.push(part.clone()),
            }
        }
        if !rest.is_empty() {
            matched.rest = Some(binder.bind(&Term::operator("and", with_truth(rest)))?);
        }
        Ok(matched)
    }

    fn using(columns: &[String], left: &Scope, right: &Scope) -> Result<Self> {
        let mut matched = Self::default();
        for column in columns {
            let name = [column.clone()];
            let a = left.find(&name).ok_or_else(|| left.unknown(&name))?;
            let b = right.find(&name).ok_or_else(|| right.unknown(&name))?;
            matched.keys.push((
                Typed::column(a, left.kind(a)?),
                Typed::column(b, right.kind(b)?),
            ));
            matched.hidden.push(b);
        }
        Ok(matched)
    }
}

/// The equalities between qualified columns that WHERE asks for. Over tables joined by commas they
/// are the condition of the join, as in ClickHouse.
fn equal_columns(select: &Select) -> Vec<&Term> {
    let qualified = |term: &Term| match term {
        Term::Name(parts) => parts.len() > 1,
        _ => false,
    };
    select
        .filter
        .iter()
        .flat_map(conjuncts)
        .filter(|part| {
            part.as_operator("equals")
                .is_some_and(|sides| sides.iter().all(qualified))
        })
        .collect()
}

/// AND takes two: one condition is joined with what is always true.
fn with_truth(mut terms: Vec<Term>) -> Vec<Term> {
    if terms.len() == 1 {
        terms.push(Term::Number("1".to_owned()));
    }
    terms
}

pub(super) fn kinds(scope: &Scope) -> Vec<Type> {
    scope
        .columns
        .iter()
        .map(|column| column.kind.clone().unwrap_or(Type::Nothing))
        .collect()
}

/// The parts of a condition that must all hold.
pub(super) fn conjuncts(term: &Term) -> Vec<&Term> {
    match term.as_operator("and") {
        Some(parts) => parts.iter().flat_map(conjuncts).collect(),
        None => vec![term],
    }
}

/// The two sides of `left = right`, each over its own columns.
fn equality(bound: &Typed, width: usize) -> Option<(Typed, Typed)> {
    let Expr::Call {
        name, arguments, ..
    } = &bound.expr
    else {
        return None;
    };
    let [a, b] = arguments.as_slice() else {
        return None;
    };
    if name != "equals" {
        return None;
    }
    let side = |typed: &Typed| {
        let mut used = BTreeSet::new();
        typed.columns(&mut used);
        let first = used.first().copied()?;
        let last = used.last().copied()?;
        (first >= width || last < width).then_some(first >= width)
    };
    let (left, right) = match (side(a)?, side(b)?) {
        (false, true) => (a, b),
        (true, false) => (b, a),
        _ => return None,
    };
    let right = right.rewrite(&mut |part| match part.expr {
        Expr::Column(index) => Some(Typed::column(index - width, part.kind.clone())),
        _ => None,
    });
    Some((left.clone(), right))
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

fn from_relation(relation: &Relation, qualifier: Option<String>) -> (Scope, Input) {
    let qualifiers: Vec<_> = qualifier.into_iter().collect();
    let columns = relation
        .columns
        .iter()
        .map(|(name, kind)| ScopeColumn {
            qualifiers: qualifiers.clone(),
            name: name.clone(),
            kind: Some(kind.clone()),
        })
        .collect();
    (Scope { columns }, Input::Block(relation.block.clone()))
}
