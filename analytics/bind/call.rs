//! Binds calls: functions of one row, aggregates, windows, and the few that are neither.

use sqlparser::ast;

use super::binder::Binder;
use super::expr::{AggregateCall, BoundExpr, Node, WindowCall};
use crate::error::{QueryError, Result};
use crate::functions::{self, Kind};
use crate::sql::{Call, Expr, display, frame};
use crate::types::{Type, Value};

impl<'q> Binder<'_, 'q> {
    pub(super) fn call(&self, call: &Call<'q>) -> Result<BoundExpr> {
        let mut name = call.name.as_str();
        if call.written {
            let function = functions::find(name).ok_or_else(|| functions::refusal(name))?;
            name = function.name;
            if let Kind::Aggregate = function.kind {
                return self.aggregate_or_window(function.name, call);
            }
        }
        if call.over.is_some() || call.distinct || !call.parameters.is_empty() {
            return Err(QueryError::query(format!(
                "{name} is not an aggregate function."
            )));
        }
        match (name, call.arguments.as_slice()) {
            ("arrayJoin", [array]) => self.array_join(array),
            ("arrayFilter", [lambda, array]) => self.array_filter(lambda, array),
            ("in" | "notIn", [needle, Expr::Subquery(query)]) => {
                let (mut kinds, rows) = (self.subqueries)(query)?;
                let single = kinds.len() == 1;
                let values = rows.into_iter().map(|mut row| if single { row.pop().unwrap_or(Value::Null) } else { Value::list(row) });
                let kind = match kinds.pop() {
                    Some(kind) if single => kind,
                    last => Type::Tuple(kinds.into_iter().chain(last).collect()),
                };
                let list = BoundExpr::constant(Value::list(values), Type::array(kind));
                self.function(name, vec![self.bind(needle)?, list])
            }
            ("in" | "notIn", [_, Expr::Name(parts)])
                if !self.aliases.contains_key(&parts.join("."))
                    && self.scope.find(parts).is_none() =>
            {
                Err(
                    QueryError::query(
                        "Table-backed IN expressions are not supported; use a literal list or a subquery",
                    )
                    .hint("Write IN ('a', 'b'), or IN (SELECT column FROM …)."),
                )
            }
            ("exists", [Expr::Subquery(query)]) => {
                let (_, rows) = (self.subqueries)(query)?;
                Ok(BoundExpr::constant(
                    Value::Int(i64::from(!rows.is_empty())),
                    Type::U8,
                ))
            }
            ("caseWithExpression", [operand, rest @ ..]) => self.case_of(operand, rest),
            (_, arguments) if matches!(name, "if" | "multiIf" | "and" | "or") => {
                let arguments = self.in_branch(|| self.all(arguments))?;
                self.function(name, arguments)
            }
            (_, arguments) => self.function(name, self.all(arguments)?),
        }
    }

    /// `CASE operand WHEN value THEN …` is a CASE of comparisons.
    fn case_of(&self, operand: &Expr<'q>, rest: &[Expr<'q>]) -> Result<BoundExpr> {
        let operand = self.bind(operand)?;
        let mut arguments = self.in_branch(|| self.all(rest))?;
        for pair in arguments.chunks_exact_mut(2) {
            if let Some(value) = pair.first_mut() {
                *value = self.equality(operand.clone(), value.clone())?;
            }
        }
        self.function("multiIf", arguments)
    }

    fn array_join(&self, array: &Expr<'q>) -> Result<BoundExpr> {
        let array = self.bind(array)?;
        match array.kind.clone() {
            Type::Array(item) => Ok(BoundExpr {
                expr: Node::ArrayJoin(Box::new(array)),
                kind: *item,
            }),
            other => Err(
                QueryError::query(format!("arrayJoin takes an array, not {other}."))
                    .hint("The only array column is tags."),
            ),
        }
    }

    fn array_filter(&self, lambda: &Expr<'q>, array: &Expr<'q>) -> Result<BoundExpr> {
        let Expr::Lambda(names, body) = lambda else {
            return Err(QueryError::query("arrayFilter takes a lambda first.")
                .hint("Write arrayFilter(x -> startsWith(x, 'path='), tags)."));
        };
        let [name] = names.as_slice() else {
            return Err(QueryError::unsupported("A lambda of several parameters"));
        };
        let array = self.bind(array)?;
        let Type::Array(item) = &array.kind else {
            return Err(QueryError::query(format!(
                "arrayFilter takes an array, not {}.",
                array.kind
            )));
        };
        let parameter = self.parameters.borrow().len();
        self.parameters
            .borrow_mut()
            .push((name.clone(), item.as_ref().clone()));
        let body = self.bind(body);
        self.parameters.borrow_mut().pop();
        let body = body?;
        if !body.kind.plain().is_int() {
            return Err(
                QueryError::query("The lambda of arrayFilter gives a condition.")
                    .hint("Write for example x -> x != ''."),
            );
        }
        let kind = array.kind.clone();
        Ok(BoundExpr {
            expr: Node::Filter {
                parameter,
                body: Box::new(body),
                array: Box::new(array),
            },
            kind,
        })
    }

    /// An aggregate, over a group or over a window.
    fn aggregate_or_window(&self, name: &'static str, call: &Call<'q>) -> Result<BoundExpr> {
        let aggregate = self.aggregate(name, call)?;
        let kind = aggregate.kind.clone();
        let Some(over) = call.over else {
            return Ok(BoundExpr {
                expr: Node::Aggregate(Box::new(aggregate)),
                kind,
            });
        };
        let window = self.window(over)?;
        if window.window_name.is_some() {
            return Err(QueryError::unsupported(
                "A window that extends another window",
            ));
        }
        let bind = |expr| self.bind_written(expr);
        let orders = window.order_by.iter();
        let window = WindowCall {
            aggregate,
            partition_by: window
                .partition_by
                .iter()
                .map(bind)
                .collect::<Result<_>>()?,
            order_by: orders
                .map(|order| Self::order(order, |expr| self.bind(expr)))
                .collect::<Result<_>>()?,
            frame: window.window_frame.as_ref().map(frame).transpose()?,
        };
        Ok(BoundExpr {
            expr: Node::Window(Box::new(window)),
            kind,
        })
    }

    fn window(&self, over: &'q ast::WindowType) -> Result<&'q ast::WindowSpec> {
        let name = match over {
            ast::WindowType::WindowSpec(spec) => return Ok(spec),
            ast::WindowType::NamedWindow(name) => name,
        };
        let named = self
            .windows
            .iter()
            .find(|window| window.0.value == name.value);
        match named.map(|window| &window.1) {
            Some(ast::NamedWindowExpr::WindowSpec(spec)) => Ok(spec),
            Some(ast::NamedWindowExpr::NamedWindow(_)) => Err(QueryError::unsupported(
                "A window named after another window",
            )),
            None => Err(
                QueryError::query(format!("Window `{name}` is not defined."))
                    .hint("Define it with WINDOW name AS (…), or write OVER (…)."),
            ),
        }
    }

    fn aggregate(&self, name: &'static str, call: &Call<'q>) -> Result<AggregateCall> {
        let (base, conditional) = match name {
            "sumIf" => ("sum", true),
            "countIf" => ("count", true),
            other => (other, false),
        };
        let mut arguments = self.all(&call.arguments)?;
        let nested = arguments
            .iter()
            .any(|a| a.has_aggregate() && call.over.is_none() || a.has_window());
        if nested {
            return Err(QueryError::query(format!(
                "Aggregate function {} is found inside another aggregate function in query.",
                display(&Expr::Call(Box::new(call.clone())))
            ))
            .hint("An alias hides the column of its name: give the alias a name of its own."));
        }
        let condition = if conditional { arguments.pop() } else { None };
        if condition.as_ref().is_some_and(|c| !c.kind.plain().is_int()) {
            return Err(QueryError::query(format!(
                "The last argument of {name} is a condition."
            )));
        }
        let mut parameters = Vec::new();
        for parameter in self.all(&call.parameters)? {
            let Node::Constant(value) = parameter.expr else {
                return Err(QueryError::query(format!(
                    "The parameter of {name} is a constant."
                )));
            };
            parameters.push(value);
        }
        let kinds: Vec<_> = arguments.iter().map(|a| a.kind.clone()).collect();
        let kind = functions::aggregate_type(base, &kinds, &parameters)?;
        if base == "count" && !call.distinct {
            // count(x) of what cannot be NULL counts rows.
            arguments.retain(|a| a.kind.is_nullable() || a.kind == Type::Nothing);
        }
        Ok(AggregateCall {
            name: base,
            condition,
            distinct: call.distinct,
            parameters,
            arguments,
            kind,
        })
    }
}
