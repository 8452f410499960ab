//! A question as ClickHouse would hold it: every operator is a call of a named function.
//!
//! The parser's own tree has a shape for each way of writing; this one has a shape for each thing
//! that can be meant, so that checking, naming and binding stay small.

use std::rc::Rc;

/// `WITH … SELECT …`, or several of them combined.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// The common table expressions, in order.
    pub(crate) with: Vec<(String, Rc<Query>)>,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Select(Box<Select>),
    Set {
        operator: SetOperator,
        left: Box<Query>,
        right: Box<Query>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetOperator {
    UnionAll,
    UnionDistinct,
    IntersectAll,
    ExceptAll,
    IntersectDistinct,
    ExceptDistinct,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Select {
    pub(crate) distinct: Distinct,
    pub(crate) items: Vec<Item>,
    pub(crate) from: Option<Source>,
    pub(crate) array_join: Option<ArrayJoin>,
    pub(crate) filter: Option<Expr>,
    pub(crate) group_by: Grouping,
    pub(crate) having: Option<Expr>,
    pub(crate) windows: Vec<(String, Window)>,
    pub(crate) qualify: Option<Expr>,
    pub(crate) order_by: Ordering,
    pub(crate) limit_by: Option<LimitBy>,
    pub(crate) limit: Option<Expr>,
    pub(crate) offset: Option<Expr>,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum Distinct {
    #[default]
    No,
    Rows,
    On(Vec<Expr>),
}

/// What stands in a SELECT list.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// `*` or `t.*`, less the columns of EXCEPT.
    Star {
        qualifier: Option<String>,
        except: Vec<String>,
    },
    Expr {
        expr: Expr,
        alias: Option<String>,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum Source {
    Table {
        name: String,
        alias: Option<String>,
    },
    Query {
        query: Rc<Query>,
        alias: Option<String>,
    },
    Join {
        left: Box<Source>,
        right: Box<Source>,
        kind: JoinKind,
        condition: JoinCondition,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinKind {
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

#[derive(Clone, Debug)]
pub(crate) enum JoinCondition {
    None,
    On(Expr),
    Using(Vec<String>),
}

/// `[LEFT] ARRAY JOIN expr AS alias, …`.
#[derive(Clone, Debug)]
pub(crate) struct ArrayJoin {
    pub(crate) keep_empty: bool,
    pub(crate) items: Vec<(Expr, String)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum Grouping {
    #[default]
    None,
    /// `GROUP BY ALL`: whatever in the list is not aggregated.
    All,
    By(Vec<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) enum Ordering {
    By(Vec<Order>),
    /// `ORDER BY ALL`.
    All {
        descending: bool,
    },
}

impl Default for Ordering {
    fn default() -> Self {
        Self::By(Vec::new())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
    /// ClickHouse puts NULL and NaN last in both directions unless told otherwise.
    pub(crate) nulls_first: bool,
    pub(crate) fill: Option<Fill>,
}

/// `WITH FILL [FROM …] [TO …] [STEP …]`.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    pub(crate) from: Option<Expr>,
    pub(crate) to: Option<Expr>,
    pub(crate) step: Option<Expr>,
}

#[derive(Clone, Debug)]
pub(crate) struct LimitBy {
    pub(crate) limit: Expr,
    pub(crate) offset: Option<Expr>,
    pub(crate) by: Vec<Expr>,
}

/// An expression.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Name(Vec<String>),
    Number(String),
    Text(String),
    Bool(bool),
    Null,
    Call(Box<Call>),
    Lambda(Vec<String>, Box<Expr>),
    Array(Vec<Expr>),
    Tuple(Vec<Expr>),
    Subquery(Rc<Query>),
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The function, in the case in which it was written.
    pub(crate) name: String,
    /// Whether it was written as a function: an operator need not be on the list of functions.
    pub(crate) written: bool,
    /// `0.5` in `quantile(0.5)(x)`.
    pub(crate) parameters: Vec<Expr>,
    pub(crate) distinct: bool,
    pub(crate) arguments: Vec<Expr>,
    pub(crate) over: Option<Over>,
}

#[derive(Clone, Debug)]
pub(crate) enum Over {
    Named(String),
    Window(Window),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    pub(crate) partition_by: Vec<Expr>,
    pub(crate) order_by: Vec<Order>,
    pub(crate) frame: Option<Frame>,
}

#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// ROWS, or RANGE.
    pub(crate) rows: bool,
    pub(crate) start: Bound,
    pub(crate) end: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    First,
    Preceding(u64),
    Current,
    Following(u64),
    Last,
}

impl Expr {
    /// A call that was written as an operator or as another piece of syntax.
    pub(crate) fn operator(name: &str, arguments: Vec<Self>) -> Self {
        Self::Call(Box::new(Call {
            name: name.to_owned(),
            written: false,
            parameters: Vec::new(),
            distinct: false,
            arguments,
            over: None,
        }))
    }

    /// The call, if this is one of `name`.
    pub(crate) fn as_operator(&self, name: &str) -> Option<&[Self]> {
        match self {
            Self::Call(call) if call.name == name && call.over.is_none() => Some(&call.arguments),
            _ => None,
        }
    }
}
