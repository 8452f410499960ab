//! The functions that are registered with SQLite for one question.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::column;
use super::evaluate::{Row, evaluate};
use crate::bind::{BoundExpr, Node};
use crate::error::{QueryError, Refusal, Result};
use crate::types::{Type, Value};

/// How many columns one expression may read: as many arguments as SQLite passes.
const MOST_ARGUMENTS: usize = 100;

/// How many results for arrays a function remembers. The tags of events repeat, and to read them
/// costs more than to find them.
const REMEMBERED: usize = 1_000;

/// How long an array is that is not worth remembering.
const LONG: usize = 1_000;

/// Registers functions; equal expressions share one. Those of a question before are replaced.
pub(crate) struct Functions<'c> {
    connection: &'c Connection,
    pub(crate) refusal: Refusal,
    /// When the time is up.
    ends: Instant,
    /// Their names by what they compute.
    registered: RefCell<BTreeMap<String, String>>,
}

impl<'c> Functions<'c> {
    pub(crate) fn new(connection: &'c Connection, ends: Instant) -> Self {
        Self {
            connection,
            ends,
            refusal: Refusal::default(),
            registered: RefCell::default(),
        }
    }

    /// A call that computes `expr` in this crate.
    pub(super) fn call(&self, expr: &BoundExpr) -> Result<String> {
        let mut used = BTreeMap::new();
        expr.columns(&mut used);
        let (indexes, kinds): (Vec<_>, Vec<_>) = used.into_iter().unzip();
        if indexes.len() > MOST_ARGUMENTS {
            return Err(QueryError::too_complex().hint("Read fewer columns in one expression."));
        }
        // The columns become the arguments, in order.
        let packed = expr.rewrite(&mut |part| {
            let Node::Column(index) = part.expr else {
                return None;
            };
            let place = indexes.iter().position(|used| *used == index)?;
            Some(BoundExpr::column(place, part.kind.clone()))
        });
        let ends = self.ends;
        let name = self.register(packed.key(), kinds, move |columns| {
            let row = Row {
                columns,
                parameters: &[],
                ends,
            };
            evaluate(&packed, row).map(|value| value.to_sql())
        })?;
        let arguments: Vec<_> = indexes.into_iter().map(column).collect();
        Ok(format!("{name}({})", arguments.join(", ")))
    }

    /// The name of a function that computes what `key` says for arguments of these types.
    pub(super) fn register(
        &self,
        key: String,
        kinds: Vec<Type>,
        compute: impl Fn(&[Value]) -> Result<ToSqlOutput<'static>> + Send + 'static,
    ) -> Result<String> {
        let mut registered = self.registered.borrow_mut();
        if let Some(name) = registered.get(&key) {
            return Ok(name.clone());
        }
        let name = format!("analytics_{}", registered.len());
        let count = i32::try_from(kinds.len()).map_err(QueryError::bug)?;
        let refusal = self.refusal.clone();
        let known = Mutex::new(BTreeMap::<Vec<u8>, ToSqlOutput<'static>>::new());
        let compute = move |context: &mut Context<'_>| {
            let all = || -> Result<_> {
                let read = |(place, kind)| Value::from_sql(context.get_raw(place), kind);
                let values: Result<Vec<_>> = kinds.iter().enumerate().map(read).collect();
                compute(&values?)
            };
            let text = match kinds.as_slice() {
                [Type::Array(_)] => context.get_raw(0),
                _ => ValueRef::Null,
            };
            let text = match text {
                ValueRef::Text(text) if text.len() < LONG => text,
                _ => return all().map_err(|error| refusal.keep(error)),
            };
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(result) = known.get(text) {
                return Ok(result.clone());
            }
            let result = all().map_err(|error| refusal.keep(error))?;
            if known.len() < REMEMBERED {
                known.insert(text.to_vec(), result.clone());
            }
            Ok(result)
        };
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        self.connection
            .create_scalar_function(name.as_str(), count, flags, compute)?;
        registered.insert(key, name.clone());
        Ok(name)
    }
}
