//! `min`, `max`, `any`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::state::State;
use crate::builder::Builder;
use crate::column::{Column, Value};
use crate::error::Result;
use crate::types::Type;
use crate::value::compare_values;

/// Keeps the value that stands in `wanted` order to all others, or the first one.
#[derive(Debug)]
pub(super) struct Extreme {
    kind: Type,
    wanted: Option<Ordering>,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<Rc<str>>>),
    Values(Vec<Option<Value>>),
}

impl Extreme {
    pub(super) fn new(kind: &Type, wanted: Option<Ordering>) -> Self {
        let kept = match kind {
            Type::Int {
                signed: false,
                bits: 64,
            } => Kept::Values(Vec::new()),
            Type::String => Kept::Texts(Vec::new()),
            kind if kind.is_int() || kind.is_time() => Kept::Ints(Vec::new()),
            _ => Kept::Values(Vec::new()),
        };
        Self {
            kind: kind.clone(),
            wanted,
            kept,
        }
    }
}

/// Puts `new` in the place of what is kept where it wins.
fn keep<T>(
    place: Option<&mut Option<T>>,
    wanted: Option<Ordering>,
    new: &T,
    order: impl Fn(&T, &T) -> Ordering,
) where
    T: Clone,
{
    if let Some(place) = place {
        let wins = match (&place, wanted) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(old), Some(wanted)) => order(new, old) == wanted,
        };
        if wins {
            *place = Some(new.clone());
        }
    }
}

impl State for Extreme {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        let Some(argument) = arguments.first() else {
            return Ok(());
        };
        let wanted = self.wanted;
        match &mut self.kept {
            Kept::Ints(kept) => {
                kept.resize(count.max(kept.len()), None);
                for (group, value) in groups.iter().zip(argument.ints().iter()) {
                    keep(kept.get_mut(*group as usize), wanted, value, i64::cmp);
                }
            }
            Kept::Texts(kept) => {
                kept.resize(count.max(kept.len()), None);
                let column = argument.plain();
                let Column::Texts { ids, pool } = &column else {
                    return Ok(());
                };
                for (group, id) in groups.iter().zip(ids) {
                    let Some(place) = kept.get_mut(*group as usize) else {
                        continue;
                    };
                    let text = pool.get(*id);
                    let wins = match (&place, wanted) {
                        (None, _) => true,
                        (Some(_), None) => false,
                        (Some(old), Some(wanted)) => text.cmp(old) == wanted,
                    };
                    if wins {
                        *place = Some(text.into());
                    }
                }
            }
            Kept::Values(kept) => {
                kept.resize(count.max(kept.len()), None);
                let unsigned = matches!(
                    self.kind,
                    Type::Int {
                        signed: false,
                        bits: 64
                    }
                );
                for (row, group) in groups.iter().enumerate() {
                    let value = argument.value(row);
                    let nan = matches!(value, Value::Float(value) if value.is_nan());
                    if !nan {
                        keep(
                            kept.get_mut(*group as usize),
                            wanted,
                            &value,
                            |a, b| match (a, b) {
                                (Value::Int(a), Value::Int(b)) if unsigned => {
                                    a.cast_unsigned().cmp(&b.cast_unsigned())
                                }
                                (a, b) => compare_values(a, b),
                            },
                        );
                    }
                }
            }
        }
        Ok(())
    }

    /// Of no rows: the type's default, which is 0 or an empty text.
    fn value(&self, group: usize) -> Value {
        let kept = match &self.kept {
            Kept::Ints(kept) => kept.get(group).copied().flatten().map(Value::Int),
            Kept::Texts(kept) => kept.get(group).cloned().flatten().map(Value::Text),
            Kept::Values(kept) => kept.get(group).cloned().flatten(),
        };
        kept.unwrap_or_else(|| {
            let mut builder = Builder::new(&self.kind);
            builder.push(&Value::Null);
            builder.finish().value(0)
        })
    }

    fn bytes(&self) -> usize {
        match &self.kept {
            Kept::Ints(kept) => kept.len() * 16,
            Kept::Texts(kept) => kept.len() * 48,
            Kept::Values(kept) => kept.len() * 48,
        }
    }
}
