//! `groupArray`, `groupUniqArray`.

use super::state::State;
use crate::column::{Column, Value};
use crate::error::{QueryError, Result};
use crate::room::{MOST_BYTES, value_bytes};

/// Collects values into an array, `most` at most.
#[derive(Debug)]
pub(super) struct Collect {
    most: usize,
    values: Vec<Vec<Value>>,
    bytes: usize,
}

impl Collect {
    pub(super) fn new(most: Option<usize>) -> Self {
        Self {
            most: most.unwrap_or(usize::MAX),
            values: Vec::new(),
            bytes: 0,
        }
    }
}

impl State for Collect {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        let Some(argument) = arguments.first() else {
            return Ok(());
        };
        self.values.resize(count.max(self.values.len()), Vec::new());
        for (row, group) in groups.iter().enumerate() {
            if let Some(values) = self.values.get_mut(*group as usize)
                && values.len() < self.most
            {
                let value = argument.value(row);
                self.bytes += size_of::<Value>() + value_bytes(&value);
                values.push(value);
            }
            // One block may hold many long arrays.
            if self.bytes > MOST_BYTES {
                return Err(QueryError::memory());
            }
        }
        Ok(())
    }

    fn value(&self, group: usize) -> Value {
        Value::List(self.values.get(group).cloned().unwrap_or_default())
    }

    fn bytes(&self) -> usize {
        self.bytes + self.values.len() * size_of::<Vec<Value>>()
    }
}
