//! A function bound to the types of its arguments, and how it is run.

use std::fmt;
use std::rc::Rc;

use crate::column::{Column, Value};
use crate::error::{QueryError, Result};
use crate::types::Type;

/// What is known of an argument before any row is read.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) kind: Type,
    /// Its value, where that is the same in every row.
    pub(crate) constant: Option<Value>,
}

pub(crate) type Run = Rc<dyn Fn(&[Column], usize) -> Result<Column>>;

/// A function bound to the types of its arguments.
#[derive(Clone)]
pub(crate) struct Function {
    /// The type of what it gives.
    pub(crate) kind: Type,
    run: Run,
    /// Whether it sees NULLs itself. Otherwise NULL in any argument gives NULL.
    own_nulls: bool,
    /// Whether it may refuse a value. It is then run on values that occur only.
    fallible: bool,
}

impl Function {
    pub(crate) fn new(
        kind: Type,
        run: impl Fn(&[Column], usize) -> Result<Column> + 'static,
    ) -> Self {
        Self {
            kind,
            run: Rc::new(run),
            own_nulls: false,
            fallible: false,
        }
    }

    /// One that cannot fail.
    pub(crate) fn total(kind: Type, run: impl Fn(&[Column], usize) -> Column + 'static) -> Self {
        Self::new(kind, move |arguments, rows| Ok(run(arguments, rows)))
    }

    pub(crate) fn fallible(self) -> Self {
        Self {
            fallible: true,
            ..self
        }
    }

    pub(crate) fn is_fallible(&self) -> bool {
        self.fallible
    }

    pub(crate) fn own_nulls(self) -> Self {
        Self {
            own_nulls: true,
            ..self
        }
    }

    /// The function for arguments that may be NULL.
    pub(crate) fn spreading_nulls(self, arguments: &[Argument]) -> Self {
        let nullable = arguments
            .iter()
            .any(|a| a.kind.is_nullable() || a.kind == Type::Nothing);
        if self.own_nulls || !nullable {
            return self;
        }
        let inner = self.run;
        let run: Run = Rc::new(move |arguments: &[Column], rows| {
            let mut nulls = vec![false; rows];
            for argument in arguments {
                for (null, more) in nulls.iter_mut().zip(argument.nulls().unwrap_or_default()) {
                    *null |= more;
                }
            }
            let arguments: Vec<_> = arguments.iter().map(Column::without_nulls).collect();
            let values = inner(&arguments, rows)?.plain();
            Ok(Column::Nullable {
                nulls,
                values: Box::new(values),
            })
        });
        Self {
            kind: self.kind.nullable(),
            run,
            ..self
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Runs `function` over `rows` rows: once where nothing varies, once for each shared value where
/// the arguments share their codes, and otherwise row by row.
pub(crate) fn evaluate(function: &Function, arguments: &[Column], rows: usize) -> Result<Column> {
    let mut codes: Option<&Rc<Vec<u32>>> = None;
    let mut shared = !arguments.is_empty();
    let mut constant = true;
    for argument in arguments {
        match argument {
            Column::Same { .. } => {}
            Column::Coded { codes: these, .. } => {
                constant = false;
                shared &= codes.is_none_or(|codes| Rc::ptr_eq(codes, these));
                codes = Some(these);
            }
            _ => (constant, shared) = (false, false),
        }
    }
    if constant {
        if rows == 0 {
            return (function.run)(arguments, 0);
        }
        let once: Vec<_> = arguments
            .iter()
            .map(|argument| resize(argument, 1))
            .collect();
        let value = (function.run)(&once, 1)?.plain();
        return Ok(Column::Same {
            value: Box::new(value),
            rows,
        });
    }
    let worthwhile = |values: usize| values <= rows && !function.fallible;
    match codes {
        Some(codes) if shared && worthwhile(coded_len(arguments)) => {
            let count = coded_len(arguments);
            let values: Vec<_> = arguments
                .iter()
                .map(|argument| match argument {
                    Column::Coded { values, .. } => values.as_ref().clone(),
                    other => resize(other, count),
                })
                .collect();
            let values = (function.run)(&values, count)?;
            Ok(Column::Coded {
                codes: Rc::clone(codes),
                values: Rc::new(values.plain()),
            })
        }
        _ => {
            let plain: Vec<_> = arguments
                .iter()
                .map(|argument| match argument {
                    Column::Coded { .. } => argument.plain(),
                    other => other.clone(),
                })
                .collect();
            (function.run)(&plain, rows)
        }
    }
}

fn coded_len(arguments: &[Column]) -> usize {
    arguments
        .iter()
        .find_map(|argument| match argument {
            Column::Coded { values, .. } => Some(values.len()),
            _ => None,
        })
        .unwrap_or(0)
}

fn resize(column: &Column, rows: usize) -> Column {
    match column {
        Column::Same { value, .. } => Column::Same {
            value: value.clone(),
            rows,
        },
        other => other.clone(),
    }
}

/// The refusal of arguments of the wrong types.
pub(crate) fn illegal(name: &str, arguments: &[Argument], hint: &str) -> QueryError {
    let kinds: Vec<_> = arguments
        .iter()
        .map(|argument| argument.kind.to_string())
        .collect();
    let noun = if kinds.len() == 1 { "type" } else { "types" };
    QueryError::query(format!(
        "Illegal {noun} of argument of function {name}: {}.",
        kinds.join(", ")
    ))
    .hint(hint)
}
