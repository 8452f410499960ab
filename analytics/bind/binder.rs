//! Binds one SELECT's expressions to the columns in scope.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::expr::{Expr, OrderKey, Typed};
use super::scope::Scope;
use crate::column::Value;
use crate::deep::deep;
use crate::error::{Code, QueryError, Result};
use crate::functions::{self, Function};
use crate::tree::{Order, Query, Term, Window};
use crate::types::Type;

/// Answers a subquery that stands in an expression: its columns' types and its rows.
pub(crate) trait Subqueries {
    fn answer(&self, query: &Rc<Query>) -> Result<(Vec<Type>, Vec<Vec<Value>>)>;
}

/// Binds expressions.
pub(crate) struct Binder<'a> {
    pub(super) scope: &'a Scope,
    pub(super) subqueries: &'a dyn Subqueries,
    /// Unix milliseconds.
    pub(super) now: i64,
    /// What the aliases of the SELECT list stand for. They hide columns.
    pub(super) aliases: BTreeMap<String, Term>,
    pub(super) windows: BTreeMap<String, Window>,
    /// The aliases that are being resolved: inside its own term an alias means the column.
    resolving: RefCell<Vec<String>>,
    /// The parameters of the lambdas around, with their types.
    pub(super) parameters: RefCell<Vec<(String, Type)>>,
    /// How many terms were bound, those of an alias with each of its uses.
    bound: Cell<usize>,
    /// How many branches are around: what is constant there may fail, if no row comes to it.
    branches: Cell<usize>,
}

/// How many terms one SELECT may come to, with the aliases written out: each doubles with every
/// step of `a + a AS b, b + b AS c`.
const TERMS: usize = 10_000;

impl<'a> Binder<'a> {
    pub(crate) fn new(scope: &'a Scope, subqueries: &'a dyn Subqueries, now: i64) -> Self {
        Self {
            scope,
            subqueries,
            now,
            aliases: BTreeMap::new(),
            windows: BTreeMap::new(),
            resolving: RefCell::default(),
            parameters: RefCell::default(),
            bound: Cell::new(0),
            branches: Cell::new(0),
        }
    }

    pub(crate) fn with_aliases(self, aliases: BTreeMap<String, Term>) -> Self {
        Self { aliases, ..self }
    }

    pub(crate) fn with_windows(self, windows: &[(String, Window)]) -> Self {
        Self {
            windows: windows.iter().cloned().collect(),
            ..self
        }
    }

    pub(crate) fn bind(&self, term: &Term) -> Result<Typed> {
        deep(|| self.bind_here(term))
    }

    fn bind_here(&self, term: &Term) -> Result<Typed> {
        match term {
            Term::Name(parts) => {
                self.count()?;
                self.name(parts)
            }
            Term::Number(digits) => number(digits),
            Term::Text(text) => Ok(Typed::constant(
                Value::Text(text.as_str().into()),
                Type::String,
            )),
            Term::Bool(value) => Ok(Typed::constant(Value::Int(i64::from(*value)), Type::Bool)),
            Term::Null => Ok(Typed::constant(Value::Null, Type::Nothing)),
            Term::Array(items) => self.function("array", self.all(items)?),
            Term::Tuple(items) => self.function("tuple", self.all(items)?),
            Term::Subquery(query) => self.scalar(query),
            Term::Call(call) => {
                self.count()?;
                self.call(call)
            }
            Term::Lambda(..) => Err(QueryError::query(
                "A lambda may only stand as the first argument of arrayFilter.",
            )),
        }
    }

    fn count(&self) -> Result<()> {
        self.bound.set(self.bound.get() + 1);
        if self.bound.get() > TERMS {
            return Err(QueryError::query("Analytics query is too complex")
                .hint("Compute in a subquery what several columns build upon."));
        }
        Ok(())
    }

    /// Binds what an alias stands for; inside, the alias means the column of that name.
    pub(crate) fn bind_alias(&self, alias: &str, term: &Term) -> Result<Typed> {
        self.resolving.borrow_mut().push(alias.to_owned());
        let bound = self.bind(term);
        self.resolving.borrow_mut().pop();
        bound
    }

    pub(super) fn all(&self, terms: &[Term]) -> Result<Vec<Typed>> {
        terms.iter().map(|term| self.bind(term)).collect()
    }

    pub(crate) fn orders(&self, orders: &[Order]) -> Result<Vec<OrderKey>> {
        orders
            .iter()
            .map(|order| {
                Ok(OrderKey {
                    key: self.bind(&order.term)?,
                    descending: order.descending,
                    nulls_first: order.nulls_first,
                })
            })
            .collect()
    }

    fn name(&self, parts: &[String]) -> Result<Typed> {
        if let [name] = parts {
            let parameters = self.parameters.borrow();
            if let Some(depth) = parameters
                .iter()
                .rposition(|(parameter, _)| parameter == name)
            {
                let kind = parameters
                    .get(depth)
                    .map_or(Type::Nothing, |(_, kind)| kind.clone());
                return Ok(Typed {
                    expr: Expr::Parameter(depth),
                    kind,
                });
            }
            drop(parameters);
            if let Some(term) = self.aliases.get(name)
                && !self.resolving.borrow().contains(name)
            {
                return self.bind_alias(name, term);
            }
        }
        match self.scope.find(parts) {
            Some(index) => Ok(Typed::column(index, self.scope.kind(index)?)),
            None => Err(self.scope.unknown(parts)),
        }
    }

    /// A function over bound arguments. What is constant is computed now.
    pub(super) fn function(&self, name: &str, arguments: Vec<Typed>) -> Result<Typed> {
        let known: Vec<_> = arguments.iter().map(Typed::as_argument).collect();
        let function = functions::resolve(name, &known, self.now)?;
        let kind = function.kind.clone();
        let constants: Option<Vec<_>> = arguments
            .iter()
            .map(|argument| match &argument.expr {
                Expr::Constant(value) => {
                    Some(crate::column::Column::same(value, &argument.kind, 1))
                }
                _ => None,
            })
            .collect();
        if let Some(constants) = constants {
            match fold(&function, &constants, kind.clone()) {
                Err(error)
                    if error.code == Code::InvalidAnalyticsQuery && self.branches.get() > 0 => {}
                folded => return folded,
            }
        }
        Ok(Typed {
            expr: Expr::Call {
                name: name.to_owned(),
                function,
                arguments,
            },
            kind,
        })
    }

    /// What `bind` binds, to which not every row may come.
    pub(super) fn in_branch<T>(&self, bind: impl FnOnce() -> T) -> T {
        self.branches.set(self.branches.get() + 1);
        let bound = bind();
        self.branches.set(self.branches.get() - 1);
        bound
    }

    fn scalar(&self, query: &Rc<Query>) -> Result<Typed> {
        let (kinds, rows) = self.subqueries.answer(query)?;
        if rows.len() > 1 {
            return Err(
                QueryError::query("A scalar subquery returned more than one row.")
                    .hint("Aggregate it, or add LIMIT 1."),
            );
        }
        let row = rows.into_iter().next();
        match kinds.as_slice() {
            [kind] => {
                let value = row
                    .and_then(|row| row.into_iter().next())
                    .unwrap_or(Value::Null);
                Ok(Typed::constant(value, kind.clone().nullable()))
            }
            _ => match row {
                Some(row) => Ok(Typed::constant(Value::List(row), Type::Tuple(kinds))),
                None => Ok(Typed::constant(Value::Null, Type::Nothing)),
            },
        }
    }
}

fn fold(function: &Function, constants: &[crate::column::Column], kind: Type) -> Result<Typed> {
    let value = functions::evaluate(function, constants, 1)?.value(0);
    Ok(Typed::constant(value, kind))
}

/// A number has the smallest type that holds it.
fn number(digits: &str) -> Result<Typed> {
    let plain = digits.replace('_', "");
    if let Ok(value) = plain.parse::<i128>() {
        let signed = value < 0;
        let size = if signed { -(value + 1) } else { value };
        let bits = [8_u8, 16, 32, 64].into_iter().find(|bits| {
            let usable = if signed { bits - 1 } else { *bits };
            size < (1_i128 << usable)
        });
        if let Some(bits) = bits {
            let value = i64::try_from(value)
                .or_else(|_| u64::try_from(value).map(u64::cast_signed))
                .unwrap_or(0);
            return Ok(Typed::constant(
                Value::Int(value),
                Type::Int { signed, bits },
            ));
        }
    }
    match plain.parse::<f64>() {
        Ok(value) => Ok(Typed::constant(Value::Float(value), Type::Float)),
        Err(_) => Err(QueryError::query(format!(
            "Invalid SQL syntax: `{digits}` is not a number."
        ))),
    }
}
