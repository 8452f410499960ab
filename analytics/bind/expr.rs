//! Expressions that know their types and where their values come from.

use crate::functions::{Argument, Function};
use crate::grow_stack::grow_stack;
use crate::types::{Type, Value};

/// An expression and its type.
#[derive(Clone, Debug)]
pub(crate) struct BoundExpr {
    pub(crate) expr: Node,
    pub(crate) kind: Type,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// A column of the table or subquery that is read, by its place.
    Column(usize),
    /// A parameter of a lambda, by its depth.
    Parameter(usize),
    Constant(Value),
    Call {
        name: String,
        function: Function,
        arguments: Vec<BoundExpr>,
    },
    /// `arrayFilter(parameter -> body, array)`.
    Filter {
        parameter: usize,
        body: Box<BoundExpr>,
        array: Box<BoundExpr>,
    },
    /// One row for each item of the array.
    ArrayJoin(Box<BoundExpr>),
    Aggregate(Box<AggregateCall>),
    Window(Box<WindowCall>),
}

/// An aggregate function and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct AggregateCall {
    /// In ClickHouse's spelling, without `If`.
    pub(crate) name: &'static str,
    /// Only rows for which this is true are given.
    pub(crate) condition: Option<BoundExpr>,
    pub(crate) distinct: bool,
    pub(crate) parameters: Vec<Value>,
    pub(crate) arguments: Vec<BoundExpr>,
    pub(crate) kind: Type,
}

/// An aggregate over the rows around each row.
#[derive(Clone, Debug)]
pub(crate) struct WindowCall {
    pub(crate) aggregate: AggregateCall,
    pub(crate) partition_by: Vec<BoundExpr>,
    pub(crate) order_by: Vec<OrderKey>,
    /// As SQLite and ClickHouse write it.
    pub(crate) frame: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct OrderKey {
    pub(crate) key: BoundExpr,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

impl BoundExpr {
    pub(crate) fn constant(value: Value, kind: Type) -> Self {
        Self {
            expr: Node::Constant(value),
            kind,
        }
    }

    pub(crate) fn column(index: usize, kind: Type) -> Self {
        Self {
            expr: Node::Column(index),
            kind,
        }
    }

    /// What a function may know of it before any row is read.
    pub(crate) fn as_argument(&self) -> Argument {
        Argument {
            kind: self.kind.clone(),
            constant: match &self.expr {
                Node::Constant(value) => Some(value.clone()),
                _ => None,
            },
        }
    }

    /// A text that is equal for equal expressions.
    pub(crate) fn key(&self) -> String {
        grow_stack(|| match &self.expr {
            Node::Column(index) => format!("#{index}"),
            Node::Parameter(depth) => format!("${depth}"),
            Node::Constant(value) => format!("{value:?}:{}", self.kind),
            Node::Call {
                name, arguments, ..
            } => format!("{name}({}):{}", keys(arguments), self.kind),
            Node::Filter { body, array, .. } => format!("filter({}, {})", body.key(), array.key()),
            Node::ArrayJoin(array) => format!("join({})", array.key()),
            Node::Aggregate(call) => call.key(),
            Node::Window(call) => {
                let mut key = format!("{} over {}", call.aggregate.key(), keys(&call.partition_by));
                for order in &call.order_by {
                    let (descending, nulls_first) = (order.descending, order.nulls_first);
                    key = format!("{key}; {} {descending} {nulls_first}", order.key.key());
                }
                format!("{key} {:?}", call.frame)
            }
        })
    }
}

impl AggregateCall {
    pub(crate) fn key(&self) -> String {
        format!(
            "{}{:?}{}({}) if {}",
            self.name,
            self.parameters,
            self.distinct,
            keys(&self.arguments),
            keys(self.condition.as_slice())
        )
    }
}

fn keys(list: &[BoundExpr]) -> String {
    list.iter()
        .map(BoundExpr::key)
        .collect::<Vec<_>>()
        .join(", ")
}
