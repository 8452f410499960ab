//! Expressions that know their types and where their values come from.

use crate::column::Value;
use crate::deep::deep;
use crate::functions::{Argument, Function};
use crate::tree::Frame;
use crate::types::Type;

/// An expression and its type.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) expr: Expr,
    pub(crate) kind: Type,
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// A column of the block that is computed on.
    Column(usize),
    /// A parameter of a lambda, by its depth.
    Parameter(usize),
    Constant(Value),
    Call {
        name: String,
        function: Function,
        arguments: Vec<Typed>,
    },
    /// `arrayFilter(parameter -> body, array)`.
    Filter {
        parameter: usize,
        body: Box<Typed>,
        array: Box<Typed>,
    },
    /// One row for each item of the array.
    ArrayJoin(Box<Typed>),
    Aggregate(Box<AggregateCall>),
    Window(Box<WindowCall>),
}

/// An aggregate function and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct AggregateCall {
    /// In ClickHouse's spelling, without `If`.
    pub(crate) name: &'static str,
    /// Only rows for which this is true are given.
    pub(crate) condition: Option<Typed>,
    pub(crate) distinct: bool,
    pub(crate) parameters: Vec<Value>,
    pub(crate) arguments: Vec<Typed>,
    pub(crate) kind: Type,
}

/// An aggregate over the rows around each row.
#[derive(Clone, Debug)]
pub(crate) struct WindowCall {
    pub(crate) aggregate: AggregateCall,
    pub(crate) partition_by: Vec<Typed>,
    pub(crate) order_by: Vec<OrderKey>,
    pub(crate) frame: Option<Frame>,
}

#[derive(Clone, Debug)]
pub(crate) struct OrderKey {
    pub(crate) key: Typed,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

impl Typed {
    pub(crate) fn constant(value: Value, kind: Type) -> Self {
        Self {
            expr: Expr::Constant(value),
            kind,
        }
    }

    pub(crate) fn column(index: usize, kind: Type) -> Self {
        Self {
            expr: Expr::Column(index),
            kind,
        }
    }

    /// What a function may know of it before any row is read.
    pub(crate) fn as_argument(&self) -> Argument {
        Argument {
            kind: self.kind.clone(),
            constant: match &self.expr {
                Expr::Constant(value) => Some(value.clone()),
                _ => None,
            },
        }
    }

    /// A text that is equal for equal expressions.
    pub(crate) fn key(&self) -> String {
        deep(|| self.spelled())
    }

    fn spelled(&self) -> String {
        match &self.expr {
            Expr::Column(index) => format!("#{index}"),
            Expr::Parameter(depth) => format!("${depth}"),
            Expr::Constant(value) => format!("{value:?}:{}", self.kind),
            Expr::Call {
                name, arguments, ..
            } => format!("{name}({}):{}", keys(arguments), self.kind),
            Expr::Filter { body, array, .. } => format!("filter({}, {})", body.key(), array.key()),
            Expr::ArrayJoin(array) => format!("join({})", array.key()),
            Expr::Aggregate(call) => call.key(),
            Expr::Window(call) => {
                let orders: Vec<_> = call
                    .order_by
                    .iter()
                    .map(|order| {
                        format!(
                            "{} {} {}",
                            order.key.key(),
                            order.descending,
                            order.nulls_first
                        )
                    })
                    .collect();
                format!(
                    "{} over ({}; {}; {:?})",
                    call.aggregate.key(),
                    keys(&call.partition_by),
                    orders.join(", "),
                    call.frame
                )
            }
        }
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
            self.condition.as_ref().map(Typed::key).unwrap_or_default()
        )
    }
}

fn keys(list: &[Typed]) -> String {
    list.iter().map(Typed::key).collect::<Vec<_>>().join(", ")
}
