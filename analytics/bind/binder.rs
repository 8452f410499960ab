//! Binds one SELECT's expressions to the columns in scope.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::expr::{BoundExpr, Node, OrderKey};
use super::scope::Scope;
use crate::ast::{Expr, Order, Query, Window};
use crate::deep::deep;
use crate::error::{Code, QueryError, Result};
use crate::functions::{Argument, Kind, constant_as, operator};
use crate::types::Type;
use crate::value::Value;

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
    pub(super) aliases: BTreeMap<String, Expr>,
    pub(super) windows: BTreeMap<String, Window>,
    /// The aliases that are being resolved: inside its own expr an alias means the column.
    resolving: RefCell<Vec<String>>,
    /// The parameters of the lambdas around, with their types.
    pub(super) parameters: RefCell<Vec<(String, Type)>>,
    /// How many exprs were bound, those of an alias with each of its uses.
    bound: Cell<usize>,
    /// How many branches are around: what is constant there may fail, if no row comes to it.
    branches: Cell<usize>,
}

/// How many exprs one SELECT may come to, with the aliases written out: each doubles with every
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

    pub(crate) fn with_aliases(self, aliases: BTreeMap<String, Expr>) -> Self {
        Self { aliases, ..self }
    }

    pub(crate) fn with_windows(self, windows: &[(String, Window)]) -> Self {
        Self {
            windows: windows.iter().cloned().collect(),
            ..self
        }
    }

    pub(crate) fn bind(&self, expr: &Expr) -> Result<BoundExpr> {
        deep(|| self.bind_here(expr))
    }

    fn bind_here(&self, expr: &Expr) -> Result<BoundExpr> {
        match expr {
            Expr::Name(parts) => {
                self.count()?;
                self.name(parts)
            }
            Expr::Number(digits) => number(digits),
            Expr::Text(text) => Ok(BoundExpr::constant(
                Value::text(text.as_str()),
                Type::String,
            )),
            Expr::Bool(value) => Ok(BoundExpr::constant(
                Value::Int(i64::from(*value)),
                Type::Bool,
            )),
            Expr::Null => Ok(BoundExpr::constant(Value::Null, Type::Nothing)),
            Expr::Array(items) => self.function("array", self.all(items)?),
            Expr::Tuple(items) => self.function("tuple", self.all(items)?),
            Expr::Subquery(query) => self.scalar(query),
            Expr::Call(call) => {
                self.count()?;
                self.call(call)
            }
            Expr::Lambda(..) => Err(QueryError::query(
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
    pub(crate) fn bind_alias(&self, alias: &str, expr: &Expr) -> Result<BoundExpr> {
        self.resolving.borrow_mut().push(alias.to_owned());
        let bound = self.bind(expr);
        self.resolving.borrow_mut().pop();
        bound
    }

    pub(super) fn all(&self, exprs: &[Expr]) -> Result<Vec<BoundExpr>> {
        exprs.iter().map(|expr| self.bind(expr)).collect()
    }

    pub(crate) fn orders(&self, orders: &[Order]) -> Result<Vec<OrderKey>> {
        orders
            .iter()
            .map(|order| {
                Ok(OrderKey {
                    key: self.bind(&order.expr)?,
                    descending: order.descending,
                    nulls_first: order.nulls_first,
                })
            })
            .collect()
    }

    fn name(&self, parts: &[String]) -> Result<BoundExpr> {
        if let [name] = parts {
            let parameters = self.parameters.borrow();
            if let Some(depth) = parameters
                .iter()
                .rposition(|(parameter, _)| parameter == name)
            {
                let kind = parameters
                    .get(depth)
                    .map_or(Type::Nothing, |(_, kind)| kind.clone());
                return Ok(BoundExpr {
                    expr: Node::Parameter(depth),
                    kind,
                });
            }
            drop(parameters);
            if let Some(expr) = self.aliases.get(name)
                && !self.resolving.borrow().contains(name)
            {
                return self.bind_alias(name, expr);
            }
        }
        match self.scope.find(parts) {
            Some(index) => Ok(BoundExpr::column(index, self.scope.kind(index)?)),
            None => Err(self.scope.unknown(parts)),
        }
    }

    /// `left = right`.
    pub(crate) fn equality(&self, left: BoundExpr, right: BoundExpr) -> Result<BoundExpr> {
        self.function("equals", vec![left, right])
    }

    /// A function over bound arguments. What is constant is computed now.
    pub(super) fn function(&self, name: &str, arguments: Vec<BoundExpr>) -> Result<BoundExpr> {
        let arguments = read_constants(name, arguments)?;
        let known: Vec<_> = arguments.iter().map(BoundExpr::as_argument).collect();
        let function = match operator(name) {
            Some(Kind::RowWithNulls(resolve)) => resolve(name, &known, self.now)?.own_nulls(),
            _ if known.iter().any(|argument| argument.kind == Type::Nothing) => {
                return Ok(BoundExpr::constant(Value::Null, Type::Nothing));
            }
            Some(Kind::Row(resolve)) => {
                let plain: Vec<_> = known
                    .iter()
                    .map(|argument| Argument {
                        kind: argument.kind.plain().clone(),
                        constant: argument.constant.clone(),
                    })
                    .collect();
                resolve(name, &plain, self.now)?.spreading_nulls(&known)
            }
            _ => return Err(QueryError::unsupported(&format!("The function {name}"))),
        };
        let constants: Option<Vec<_>> = known
            .into_iter()
            .map(|argument| argument.constant)
            .collect();
        if let Some(constants) = constants {
            match function.of(&constants) {
                Ok(value) => return Ok(BoundExpr::constant(value, function.kind)),
                Err(error)
                    if error.code == Code::InvalidAnalyticsQuery && self.branches.get() > 0 => {}
                Err(error) => return Err(error),
            }
        }
        Ok(BoundExpr {
            kind: function.kind.clone(),
            expr: Node::Call {
                name: name.to_owned(),
                function,
                arguments,
            },
        })
    }

    /// What `bind` binds, to which not every row may come.
    pub(super) fn in_branch<T>(&self, bind: impl FnOnce() -> T) -> T {
        self.branches.set(self.branches.get() + 1);
        let bound = bind();
        self.branches.set(self.branches.get() - 1);
        bound
    }

    fn scalar(&self, query: &Rc<Query>) -> Result<BoundExpr> {
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
                Ok(BoundExpr::constant(value, kind.clone().nullable()))
            }
            _ => match row {
                Some(row) => Ok(BoundExpr::constant(Value::list(row), Type::Tuple(kinds))),
                None => Ok(BoundExpr::constant(Value::Null, Type::Nothing)),
            },
        }
    }
}

/// Reads a constant text that is compared with something else as what it is compared with.
fn read_constants(name: &str, mut arguments: Vec<BoundExpr>) -> Result<Vec<BoundExpr>> {
    let comparison = matches!(
        name,
        "equals" | "notEquals" | "less" | "lessOrEquals" | "greater" | "greaterOrEquals"
    );
    if let (true, [a, b]) = (comparison, arguments.as_mut_slice()) {
        for (text, other) in [(&*a, &*b), (&*b, &*a)] {
            let kind = other.kind.plain();
            let text = text.as_argument();
            let read = text.kind == Type::String
                && text.constant.is_some()
                && (kind.is_number() || kind.is_time());
            if read {
                let constant = BoundExpr::constant(constant_as(&text, kind)?, kind.clone());
                let (a, b) = (a.clone(), b.clone());
                return Ok(if a.kind == Type::String {
                    vec![constant, b]
                } else {
                    vec![a, constant]
                });
            }
        }
    }
    Ok(arguments)
}

/// A number has the smallest type that holds it.
fn number(digits: &str) -> Result<BoundExpr> {
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
            return Ok(BoundExpr::constant(
                Value::Int(value),
                Type::Int { signed, bits },
            ));
        }
    }
    match plain.parse::<f64>() {
        Ok(value) => Ok(BoundExpr::constant(Value::Float(value), Type::Float)),
        Err(_) => Err(QueryError::query(format!(
            "Invalid SQL syntax: `{digits}` is not a number."
        ))),
    }
}
