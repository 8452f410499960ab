//! The functions that are registered with SQLite for one question.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use super::column;
use super::evaluate::{Row, evaluate};
use crate::aggregates;
use crate::bind::{AggregateCall, BoundExpr, Node};
use crate::error::{QueryError, Refusal, Result};
use crate::types::{Type, Value};

/// How many columns one expression may read: as many arguments as SQLite passes.
const MOST_ARGUMENTS: usize = 100;

/// Registers functions; equal expressions share one. They go when this goes.
pub(crate) struct Functions<'c> {
    connection: &'c Connection,
    pub(crate) refusal: Refusal,
    /// When the time is up.
    ends: Instant,
    /// Whether sums of whole numbers go round, which costs time.
    pub(super) wrapping_sums: bool,
    /// By what they compute: their names, and how many arguments they take.
    registered: RefCell<BTreeMap<String, (String, usize)>>,
    next: Cell<usize>,
}

impl<'c> Functions<'c> {
    pub(crate) fn new(connection: &'c Connection, wrapping_sums: bool, ends: Instant) -> Self {
        Self {
            connection,
            wrapping_sums,
            ends,
            refusal: Refusal::default(),
            registered: RefCell::default(),
            next: Cell::new(0),
        }
    }

    /// A call that computes `typed` in this crate.
    pub(super) fn call(&self, typed: &BoundExpr) -> Result<String> {
        let mut used = BTreeMap::new();
        typed.columns(&mut used);
        let (indexes, kinds): (Vec<_>, Vec<_>) = used.into_iter().unzip();
        if indexes.len() > MOST_ARGUMENTS {
            return Err(QueryError::too_complex().hint("Read fewer columns in one expression."));
        }
        let place = |index: usize| indexes.iter().position(|used| *used == index);
        let packed = typed.rewrite(&mut |part| match part.expr {
            Node::Column(index) => {
                place(index).map(|place| BoundExpr::column(place, part.kind.clone()))
            }
            _ => None,
        });
        let count = kinds.len();
        let name = self.register(packed.key(), count, |name| {
            let (refusal, ends) = (self.refusal.clone(), self.ends);
            let compute = move |context: &mut Context<'_>| {
                let columns: Result<Vec<_>> = kinds
                    .iter()
                    .enumerate()
                    .map(|(place, kind)| Value::from_sql(context.get_raw(place), kind))
                    .collect();
                columns
                    .and_then(|columns| {
                        let row = Row {
                            columns: &columns,
                            parameters: &[],
                            ends,
                        };
                        evaluate(&packed, row)
                    })
                    .map(|value| value.to_sql())
                    .map_err(|error| refusal.keep(error))
            };
            self.scalar(name, count, compute)
        })?;
        let arguments: Vec<_> = indexes.into_iter().map(column).collect();
        Ok(format!("{name}({})", arguments.join(", ")))
    }

    /// The name of a function of one value.
    pub(super) fn named(
        &self,
        key: &str,
        kind: &Type,
        compute: fn(&Value) -> rusqlite::types::ToSqlOutput<'static>,
    ) -> Result<String> {
        self.register(format!("{key}:{kind}"), 1, |name| {
            let (kind, refusal) = (kind.clone(), self.refusal.clone());
            self.scalar(name, 1, move |context: &mut Context<'_>| {
                Value::from_sql(context.get_raw(0), &kind)
                    .map(|value| compute(&value))
                    .map_err(|error| refusal.keep(error))
            })
        })
    }

    /// The name of an aggregate.
    pub(super) fn aggregate(&self, call: &AggregateCall, over_window: bool) -> Result<String> {
        let kind = call
            .arguments
            .first()
            .map_or(Type::Nothing, |argument| argument.kind.clone());
        let key = format!(
            "{} {:?} {kind} {} {over_window}",
            call.name, call.parameters, call.kind
        );
        self.register(key, 1, |name| {
            aggregates::register(self.connection, name, call, over_window, &self.refusal)
        })
    }

    fn scalar<F>(&self, name: &str, arguments: usize, compute: F) -> Result<()>
    where
        F: Fn(&mut Context<'_>) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'static>>
            + Send
            + 'static,
    {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        let arguments = i32::try_from(arguments).map_err(QueryError::bug)?;
        self.connection
            .create_scalar_function(name, arguments, flags, compute)?;
        Ok(())
    }

    fn register(
        &self,
        key: String,
        arguments: usize,
        register: impl FnOnce(&str) -> Result<()>,
    ) -> Result<String> {
        if let Some((name, _)) = self.registered.borrow().get(&key) {
            return Ok(name.clone());
        }
        let name = format!("analytics_{}", self.next.replace(self.next.get() + 1));
        register(&name)?;
        self.registered
            .borrow_mut()
            .insert(key, (name.clone(), arguments));
        Ok(name)
    }
}

impl Drop for Functions<'_> {
    fn drop(&mut self) {
        for (name, arguments) in self.registered.borrow().values() {
            let arguments = i32::try_from(*arguments).unwrap_or(-1);
            // A function that stays takes a little memory, and the next question of its name.
            let _ = self.connection.remove_function(name.as_str(), arguments);
        }
    }
}
