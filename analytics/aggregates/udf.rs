//! Aggregates as functions of SQLite.

use std::collections::VecDeque;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ToSqlOutput;

use super::accumulate::{Accumulate, empty};
use crate::bind::AggregateCall;
use crate::error::{QueryError, Refusal, Result};
use crate::types::{Type, Value};

/// Registers `call` under `name`. Over a window SQLite also takes rows away again.
pub(crate) fn register(
    connection: &Connection,
    name: &str,
    call: &AggregateCall,
    over_window: bool,
    refusal: &Refusal,
) -> Result<()> {
    let kind = call
        .arguments
        .first()
        .map_or(Type::Nothing, |argument| argument.kind.clone());
    let function = Registered {
        call: call.clone(),
        kind,
        refusal: refusal.clone(),
    };
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    if over_window {
        connection.create_window_function(name, 1, flags, Sliding(function))?;
    } else {
        connection.create_aggregate_function(name, 1, flags, function)?;
    }
    Ok(())
}

struct Registered {
    call: AggregateCall,
    kind: Type,
    refusal: Refusal,
}

impl Registered {
    fn argument(&self, context: &Context<'_>) -> rusqlite::Result<Value> {
        Value::from_sql(context.get_raw(0), &self.kind).map_err(|error| self.refusal.keep(error))
    }

    fn empty(&self) -> rusqlite::Result<State> {
        Ok(State {
            accumulated: empty(&self.call).map_err(|error| self.refusal.keep(error))?,
            seen: 0,
        })
    }

    fn value(&self, state: &State) -> rusqlite::Result<ToSqlOutput<'static>> {
        if state.seen == 0 && self.call.kind.is_nullable() {
            return Ok(Value::Null.to_sql());
        }
        let value = state.accumulated.value();
        value
            .map(|value| value.to_sql())
            .map_err(|error| self.refusal.keep(error))
    }
}

/// What was seen of one group.
struct State {
    accumulated: Box<dyn Accumulate>,
    /// How many values that are not NULL.
    seen: usize,
}

impl State {
    fn add(&mut self, value: &Value) -> Result<()> {
        if *value != Value::Null {
            self.seen += 1;
            self.accumulated.add(value)?;
        }
        Ok(())
    }
}

impl Aggregate<State, ToSqlOutput<'static>> for Registered {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<State> {
        self.empty()
    }

    fn step(&self, context: &mut Context<'_>, state: &mut State) -> rusqlite::Result<()> {
        let value = self.argument(context)?;
        state.add(&value).map_err(|error| self.refusal.keep(error))
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        state: Option<State>,
    ) -> rusqlite::Result<ToSqlOutput<'static>> {
        self.value(&state.map_or_else(|| self.empty(), Ok)?)
    }
}

/// An aggregate over the rows around each row.
struct Sliding(Registered);

/// The values of the rows in the frame, oldest first.
struct Frame {
    values: VecDeque<Value>,
    state: State,
    /// Whether rows have left since `state` was computed.
    stale: bool,
}

impl Aggregate<Frame, ToSqlOutput<'static>> for Sliding {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Frame> {
        Ok(Frame {
            values: VecDeque::new(),
            state: self.0.empty()?,
            stale: false,
        })
    }

    fn step(&self, context: &mut Context<'_>, frame: &mut Frame) -> rusqlite::Result<()> {
        let value = self.0.argument(context)?;
        if !frame.stale {
            let added = frame.state.add(&value);
            added.map_err(|error| self.0.refusal.keep(error))?;
        }
        frame.values.push_back(value);
        Ok(())
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        frame: Option<Frame>,
    ) -> rusqlite::Result<ToSqlOutput<'static>> {
        let mut frame = frame;
        self.value(frame.as_mut())
    }
}

impl WindowAggregate<Frame, ToSqlOutput<'static>> for Sliding {
    fn value(&self, frame: Option<&mut Frame>) -> rusqlite::Result<ToSqlOutput<'static>> {
        let Some(frame) = frame else {
            return self.0.value(&self.0.empty()?);
        };
        if frame.stale {
            frame.state = self.0.empty()?;
            for value in &frame.values {
                let added = frame.state.add(value);
                added.map_err(|error| self.0.refusal.keep(error))?;
            }
            frame.stale = false;
        }
        self.0.value(&frame.state)
    }

    fn inverse(&self, _: &mut Context<'_>, frame: &mut Frame) -> rusqlite::Result<()> {
        if frame.values.pop_front().is_none() {
            return Err(self.0.refusal.keep(QueryError::bug("an empty frame")));
        }
        frame.stale = true;
        Ok(())
    }
}
