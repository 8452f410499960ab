//! Binds one SELECT's expressions to the columns in scope.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use sqlparser::ast;

use super::expr::{BoundExpr, Node, OrderKey};
use super::scope::Scope;
use crate::error::{Code, QueryError, Result};
use crate::functions::{Argument, Nulls, constant_as, row_function};
use crate::grow_stack::grow_stack;
use crate::sql::Expr;
use crate::types::{Type, Value};

/// Answers a subquery that stands in an expression: its columns' types and its rows.
pub(crate) type Subqueries<'a> = dyn Fn(&ast::Query) -> Result<(Vec<Type>, Vec<Vec<Value>>)> + 'a;

/// Binds expressions.
pub(crate) struct Binder<'a, 'q> {
    pub(super) scope: &'a Scope,
    pub(super) subqueries: &'a Subqueries<'a>,
    /// Unix milliseconds.
    now: i64,
    /// What the aliases of the SELECT list stand for. They hide columns.
    pub(super) aliases: BTreeMap<String, Expr<'q>>,
    pub(super) windows: &'q [ast::NamedWindowDefinition],
    /// The aliases that are being resolved: inside its own expression an alias means the column.
    resolving: RefCell<Vec<String>>,
    /// The parameters of the lambdas around, with their types.
    pub(super) parameters: RefCell<Vec<(String, Type)>>,
    /// How many expressions were bound, those of an alias with each of its uses.
    bound: Cell<usize>,
    /// How many branches are around: what is constant there may fail, if no row comes to it.
    branches: Cell<usize>,
}

/// How many expressions one SELECT may come to, with the aliases written out: each doubles with
/// every step of `a + a AS b, b + b AS c`.
const MOST_BOUND: usize = 10_000;

impl<'a, 'q> Binder<'a, 'q> {
    pub(crate) fn new(scope: &'a Scope, subqueries: &'a Subqueries<'a>, now: i64) -> Self {
        Self {
            scope,
            subqueries,
            now,
            aliases: BTreeMap::new(),
            windows: &[],
            resolving: RefCell::default(),
            parameters: RefCell::default(),
            bound: Cell::new(0),
            branches: Cell::new(0),
        }
    }

    /// A binder for a SELECT list that names things.
    pub(crate) fn naming(
        self,
        aliases: BTreeMap<String, Expr<'q>>,
        windows: &'q [ast::NamedWindowDefinition],
    ) -> Self {
        Self {
            aliases,
            windows,
            ..self
        }
    }

    /// Binds what the parser read.
    pub(crate) fn bind_written(&self, expr: &'q ast::Expr) -> Result<BoundExpr> {
        self.bind(&Expr::read(expr)?)
    }

    pub(crate) fn bind(&self, expr: &Expr<'q>) -> Result<BoundExpr> {
        grow_stack(|| self.bind_here(expr))
    }

    fn bind_here(&self, expr: &Expr<'q>) -> Result<BoundExpr> {
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
        if self.bound.get() > MOST_BOUND {
            return Err(QueryError::too_complex()
                .hint("Compute in a subquery what several columns build upon."));
        }
        Ok(())
    }

    /// Binds what an alias stands for; inside, the alias means the column of that name.
    pub(crate) fn bind_alias(&self, alias: &str, expr: &Expr<'q>) -> Result<BoundExpr> {
        self.resolving.borrow_mut().push(alias.to_owned());
        let bound = self.bind(expr);
        self.resolving.borrow_mut().pop();
        bound
    }

    pub(super) fn all(&self, exprs: &[Expr<'q>]) -> Result<Vec<BoundExpr>> {
        exprs.iter().map(|expr| self.bind(expr)).collect()
    }

    /// One key of ORDER BY, bound by `bind`.
    pub(crate) fn order(
        order: &'q ast::OrderByExpr,
        bind: impl FnOnce(&Expr<'q>) -> Result<BoundExpr>,
    ) -> Result<OrderKey> {
        Ok(OrderKey {
            key: bind(&Expr::read(&order.expr)?)?,
            descending: order.options.sort == Some(ast::OrderBySort::Desc),
            nulls_first: order.options.nulls_first.unwrap_or(false),
        })
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
        let (resolve, nulls) = row_function(name)?;
        let function = if nulls == Nulls::Seen {
            resolve(name, &known, self.now)?.handles_nulls()
        } else if known.iter().any(|argument| argument.kind == Type::Nothing) {
            return Ok(BoundExpr::constant(Value::Null, Type::Nothing));
        } else {
            let plain: Vec<_> = known.iter().map(Argument::plain).collect();
            resolve(name, &plain, self.now)?.spreading_nulls(&known)
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

    fn scalar(&self, query: &ast::Query) -> Result<BoundExpr> {
        let (kinds, rows) = (self.subqueries)(query)?;
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

/// Reads a constant text that is compared with a number or a time as what it is compared with.
fn read_constants(name: &str, arguments: Vec<BoundExpr>) -> Result<Vec<BoundExpr>> {
    let [a, b] = arguments.as_slice() else {
        return Ok(arguments);
    };
    let comparison = matches!(
        name,
        "equals" | "notEquals" | "less" | "lessOrEquals" | "greater" | "greaterOrEquals"
    );
    let read = |text: &BoundExpr, other: &BoundExpr| -> Result<_> {
        let (text, kind) = (text.as_argument(), other.kind.plain());
        let fits = comparison && text.kind == Type::String && text.constant.is_some();
        if !fits || !(kind.is_number() || kind.is_time()) {
            return Ok(None);
        }
        let read = constant_as(&text, kind)?;
        Ok(Some(BoundExpr::constant(read, kind.clone())))
    };
    if let Some(a) = read(a, b)? {
        return Ok(vec![a, b.clone()]);
    }
    if let Some(b) = read(b, a)? {
        return Ok(vec![a.clone(), b]);
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
