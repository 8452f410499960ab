//! Binds calls: functions of one row, aggregates, windows, and the few that are neither.

use super::binder::Binder;
use super::expr::{AggregateCall, BoundExpr, Node, WindowCall};
use crate::ast::{Call, Expr, Over};
use crate::error::{QueryError, Result};
use crate::functions::{self, Kind};
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    pub(super) fn call(&self, call: &Call) -> Result<BoundExpr> {
        let name = spelling(call)?;
        if let Some(call_of) = self.aggregate(name, call)? {
            return self.aggregate_or_window(call_of, call);
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
                let (kinds, rows) = self.subqueries.answer(query)?;
                let (kind, values) = match kinds.as_slice() {
                    [kind] => (
                        kind.clone(),
                        rows.into_iter()
                            .filter_map(|row| row.into_iter().next())
                            .collect::<Vec<_>>(),
                    ),
                    _ => (
                        Type::Tuple(kinds),
                        rows.into_iter().map(Value::list).collect::<Vec<_>>(),
                    ),
                };
                let list = BoundExpr::constant(Value::list(values), Type::array(kind));
                self.function(name, vec![self.bind(needle)?, list])
            }
            ("in" | "notIn", [_, Expr::Name(parts)])
                if !self.aliases.contains_key(&parts.join("."))
                    && self.scope.find(parts).is_none() =>
            {
                Err(
                    QueryError::query("Table-backed IN expressions are not supported")
                        .hint("Write IN ('a', 'b'), or IN (SELECT column FROM …)."),
                )
            }
            ("exists", [Expr::Subquery(query)]) => {
                let (_, rows) = self.subqueries.answer(query)?;
                Ok(BoundExpr::constant(
                    Value::Int(i64::from(!rows.is_empty())),
                    Type::U8,
                ))
            }
            (_, arguments) if matches!(name, "if" | "multiIf" | "and" | "or") => {
                let arguments = self.in_branch(|| self.all(arguments))?;
                self.function(name, arguments)
            }
            (_, arguments) => self.function(name, self.all(arguments)?),
        }
    }

    fn array_join(&self, array: &Expr) -> Result<BoundExpr> {
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

    fn array_filter(&self, lambda: &Expr, array: &Expr) -> Result<BoundExpr> {
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

    /// The aggregate that is called, if it is one.
    fn aggregate(&self, name: &str, call: &Call) -> Result<Option<AggregateCall>> {
        let Some((entry, _)) = functions::spelled(name) else {
            return Ok(None);
        };
        let (Kind::Aggregate, true) = (entry.kind, call.written) else {
            return Ok(None);
        };
        let (base, conditional) = match entry.name {
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
                crate::names::display(&Expr::Call(Box::new(call.clone())))
            ))
            .hint("An alias hides the column of its name: give the alias a name of its own."));
        }
        let condition = if conditional { arguments.pop() } else { None };
        if let Some(condition) = &condition
            && !condition.kind.plain().is_int()
        {
            return Err(QueryError::query(format!(
                "The last argument of {name} is a condition."
            )));
        }
        let mut parameters = Vec::new();
        for parameter in &call.parameters {
            match self.bind(parameter)?.expr {
                Node::Constant(value) => parameters.push(value),
                _ => {
                    return Err(QueryError::query(format!(
                        "The parameter of {name} is a constant."
                    )));
                }
            }
        }
        let kinds: Vec<_> = arguments
            .iter()
            .map(|argument| argument.kind.clone())
            .collect();
        let kind = functions::aggregate_type(base, &kinds, &parameters)?;
        if base == "count" && !call.distinct {
            // count(x) of what cannot be NULL counts rows.
            arguments
                .retain(|argument| argument.kind.is_nullable() || argument.kind == Type::Nothing);
        }
        Ok(Some(AggregateCall {
            name: base,
            condition,
            distinct: call.distinct,
            parameters,
            arguments,
            kind,
        }))
    }

    fn aggregate_or_window(&self, aggregate: AggregateCall, call: &Call) -> Result<BoundExpr> {
        let kind = aggregate.kind.clone();
        let window = match &call.over {
            None => {
                return Ok(BoundExpr {
                    expr: Node::Aggregate(Box::new(aggregate)),
                    kind,
                });
            }
            Some(Over::Window(window)) => window,
            Some(Over::Named(name)) => self.windows.get(name).ok_or_else(|| {
                QueryError::query(format!("Window `{name}` is not defined."))
                    .hint("Define it with WINDOW name AS (…), or write OVER (…).")
            })?,
        };
        let window = WindowCall {
            aggregate,
            partition_by: self.all(&window.partition_by)?,
            order_by: self.orders(&window.order_by)?,
            frame: window.frame.clone(),
        };
        Ok(BoundExpr {
            expr: Node::Window(Box::new(window)),
            kind,
        })
    }
}

/// The function in ClickHouse's spelling.
fn spelling(call: &Call) -> Result<&str> {
    if !call.written {
        return Ok(&call.name);
    }
    match functions::spelled(&call.name) {
        Some((entry, _)) => Ok(entry.name),
        None => Err(functions::refusal(&call.name)),
    }
}
