//! Expressions as ClickHouse would hold them: every operator is a call of a named function.
//!
//! The parser's own tree has a shape for each way of writing; this one has a shape for each thing
//! that can be meant, so that naming and binding stay small.

use sqlparser::ast;

use super::read::read;
use crate::error::{QueryError, Result};
use crate::grow_stack::grow_stack;

/// An expression of a question.
#[derive(Clone, Debug)]
pub(crate) enum Expr<'q> {
    Name(Vec<String>),
    Number(String),
    Text(String),
    Bool(bool),
    Null,
    Call(Box<Call<'q>>),
    /// `x -> …`, with its parameters.
    Lambda(Vec<String>, Box<Expr<'q>>),
    Array(Vec<Expr<'q>>),
    Tuple(Vec<Expr<'q>>),
    Subquery(&'q ast::Query),
}

#[derive(Clone, Debug)]
pub(crate) struct Call<'q> {
    /// The function, in the case in which it was written.
    pub(crate) name: String,
    /// Whether it was written as a function: an operator need not be on the list of functions.
    pub(crate) written: bool,
    /// `0.5` in `quantile(0.5)(x)`.
    pub(crate) parameters: Vec<Expr<'q>>,
    pub(crate) distinct: bool,
    pub(crate) arguments: Vec<Expr<'q>>,
    pub(crate) over: Option<&'q ast::WindowType>,
}

impl<'q> Expr<'q> {
    pub(crate) fn read(expr: &'q ast::Expr) -> Result<Self> {
        grow_stack(|| read(expr))
    }

    pub(crate) fn read_all(list: &'q [ast::Expr]) -> Result<Vec<Self>> {
        list.iter().map(Self::read).collect()
    }

    /// A call that was written as an operator or as another piece of syntax.
    pub(super) fn operator(name: &str, arguments: Vec<Self>) -> Self {
        Self::Call(Box::new(Call {
            name: name.to_owned(),
            written: false,
            parameters: Vec::new(),
            distinct: false,
            arguments,
            over: None,
        }))
    }

    /// A call for which the parser has a shape of its own; the list of functions decides.
    pub(super) fn function(name: &str, arguments: Vec<Self>) -> Self {
        match Self::operator(name, arguments) {
            Self::Call(call) => Self::Call(Box::new(Call {
                written: true,
                ..*call
            })),
            other => other,
        }
    }

    /// The arguments, if this is a call of `name`.
    pub(crate) fn as_operator(&self, name: &str) -> Option<&[Self]> {
        match self {
            Self::Call(call) if call.name == name && call.over.is_none() => Some(&call.arguments),
            _ => None,
        }
    }

    /// The parts of a condition that must all hold.
    pub(crate) fn conjuncts(&self) -> Vec<&Self> {
        match self.as_operator("and") {
            Some(parts) => parts.iter().flat_map(Self::conjuncts).collect(),
            None => vec![self],
        }
    }
}

/// A dotted name without its quotes.
pub(crate) fn plain_name(name: &ast::ObjectName) -> String {
    let part = |part: &ast::ObjectNamePart| match part {
        ast::ObjectNamePart::Identifier(part) => part.value.clone(),
        ast::ObjectNamePart::Function(part) => format!("{}()", part.name.value),
    };
    name.0.iter().map(part).collect::<Vec<_>>().join(".")
}

/// The frame of a window, as SQLite and ClickHouse write it out.
pub(crate) fn frame(frame: &ast::WindowFrame) -> Result<String> {
    use ast::WindowFrameBound as Bound;
    let end = frame.end_bound.as_ref().unwrap_or(&Bound::CurrentRow);
    for bound in [&frame.start_bound, end] {
        let (Bound::Preceding(Some(distance)) | Bound::Following(Some(distance))) = bound else {
            continue;
        };
        if frame.units != ast::WindowFrameUnits::Rows {
            return Err(QueryError::unsupported("A RANGE with a distance").hint("Use ROWS."));
        }
        if distance.to_string().parse::<u64>().is_err() {
            return Err(QueryError::query(format!(
                "The frame of a window is given in whole numbers, not `{distance}`."
            )));
        }
    }
    if frame.units == ast::WindowFrameUnits::Groups {
        return Err(QueryError::unsupported("GROUPS in a window"));
    }
    Ok(format!(
        "{} BETWEEN {} AND {end}",
        frame.units, frame.start_bound
    ))
}
