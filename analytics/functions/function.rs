//! A function bound to the types of its arguments.

use std::fmt;
use std::sync::Arc;

use crate::error::{QueryError, Result};
use crate::types::{Type, Value};

/// What is known of an argument before any row is read.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) kind: Type,
    /// Its value, where that is the same in every row.
    pub(crate) constant: Option<Value>,
}

impl Argument {
    /// The argument where it is not NULL.
    pub(crate) fn plain(&self) -> Self {
        Self {
            kind: self.kind.plain().clone(),
            constant: self.constant.clone(),
        }
    }
}

/// Gives the argument at a place; it is computed only when it is asked for.
pub(crate) type ArgumentFn<'a> = dyn Fn(usize) -> Result<Value> + 'a;

type EagerFn = dyn Fn(&[Value]) -> Result<Value> + Send + Sync;
type LazyFn = dyn Fn(&ArgumentFn<'_>) -> Result<Value> + Send + Sync;

#[derive(Clone)]
enum Run {
    /// Takes all arguments.
    Eager(Arc<EagerFn>),
    /// Asks for the arguments that it needs.
    Lazy(Arc<LazyFn>),
}

/// A function bound to the types of its arguments.
#[derive(Clone)]
pub(crate) struct Function {
    /// The type of what it gives.
    pub(crate) kind: Type,
    run: Run,
    /// Whether it sees NULLs itself. Otherwise NULL in any argument gives NULL.
    handles_nulls: bool,
    /// Whether it may refuse a value: it must not be run on rows that another condition drops.
    pub(crate) fallible: bool,
}

impl Function {
    pub(crate) fn new(
        kind: Type,
        run: impl Fn(&[Value]) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            run: Run::Eager(Arc::new(run)),
            handles_nulls: false,
            fallible: false,
        }
    }

    /// One of a single argument.
    pub(crate) fn of_one(
        kind: Type,
        run: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        Self::new(kind, move |arguments| run(at(arguments, 0)?))
    }

    /// One of two arguments.
    pub(crate) fn of_two(
        kind: Type,
        run: impl Fn(&Value, &Value) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        Self::new(kind, move |arguments| {
            run(at(arguments, 0)?, at(arguments, 1)?)
        })
    }

    /// One of a whole number or a time.
    pub(crate) fn of_int(kind: Type, run: impl Fn(i64) -> i64 + Send + Sync + 'static) -> Self {
        Self::of_one(kind, move |value| Ok(Value::Int(run(value.int()?))))
    }

    /// One of two whole numbers or times.
    pub(crate) fn of_ints(
        kind: Type,
        run: impl Fn(i64, i64) -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self::of_two(kind, move |a, b| Ok(Value::Int(run(a.int()?, b.int()?))))
    }

    /// One of a Float64.
    pub(crate) fn of_float(run: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        let value_of = move |value: &Value| Ok(Value::Float(run(value.float(&Type::Float)?)));
        Self::of_one(Type::Float, value_of)
    }

    /// One that computes only the arguments that it needs, and sees NULLs itself.
    pub(crate) fn lazy(
        kind: Type,
        run: impl Fn(&ArgumentFn<'_>) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            run: Run::Lazy(Arc::new(run)),
            handles_nulls: true,
            fallible: false,
        }
    }

    /// One that gives the same for any arguments.
    pub(crate) fn constant(kind: Type, value: Value) -> Self {
        Self::new(kind, move |_| Ok(value.clone())).handles_nulls()
    }

    pub(crate) fn fallible(self) -> Self {
        Self {
            fallible: true,
            ..self
        }
    }

    pub(crate) fn handles_nulls(self) -> Self {
        Self {
            handles_nulls: true,
            ..self
        }
    }

    /// The function for arguments that may be NULL.
    pub(crate) fn spreading_nulls(self, arguments: &[Argument]) -> Self {
        let nullable = arguments
            .iter()
            .any(|a| a.kind.is_nullable() || a.kind == Type::Nothing);
        if self.handles_nulls || !nullable {
            return self;
        }
        Self {
            kind: self.kind.nullable(),
            ..self
        }
    }

    /// Computes it; `turn` gives the arguments, of which there are `count`.
    pub(crate) fn call(&self, count: usize, turn: &ArgumentFn<'_>) -> Result<Value> {
        match &self.run {
            Run::Lazy(run) => run(turn),
            Run::Eager(run) => {
                let arguments: Vec<_> = (0..count).map(turn).collect::<Result<_>>()?;
                if !self.handles_nulls && arguments.contains(&Value::Null) {
                    return Ok(Value::Null);
                }
                run(&arguments)
            }
        }
    }

    /// Computes it for these arguments.
    pub(crate) fn of(&self, arguments: &[Value]) -> Result<Value> {
        self.call(arguments.len(), &|index| at(arguments, index).cloned())
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

pub(crate) fn at(arguments: &[Value], index: usize) -> Result<&Value> {
    arguments
        .get(index)
        .ok_or_else(|| QueryError::bug(format!("argument {index} of {}", arguments.len())))
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
