//! One value, how it compares, and how it travels through SQLite.
//!
//! SQLite has no NaN (it would become NULL), no arrays and no unsigned numbers: NaN travels as a blob,
//! which sorts behind all numbers as it does in ClickHouse; arrays and tuples travel as JSON; an
//! unsigned number keeps its bits.

use std::cmp::Ordering;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use serde_json::Value as Json;

use super::Type;
use crate::error::{QueryError, Result};

/// One value of a row. Its [`Type`] is known to whoever holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    /// A whole number, a date or a time. A `UInt64` keeps its bits.
    Int(i64),
    Float(f64),
    Text(Arc<str>),
    /// An array or a tuple.
    List(Arc<[Value]>),
}

/// What stands for NaN inside SQLite.
const NAN: &[u8] = b"nan";

impl Value {
    pub(crate) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    pub(crate) fn truth(truth: bool) -> Self {
        Self::Int(i64::from(truth))
    }

    /// What a type has where there is no row: 0, an empty text, an empty array.
    pub(crate) fn default_of(kind: &Type) -> Self {
        match kind {
            Type::Nullable(_) | Type::Nothing => Self::Null,
            Type::Float => Self::Float(0.0),
            Type::String => Self::text(""),
            Type::Array(_) => Self::list([]),
            Type::Tuple(kinds) => Self::list(kinds.iter().map(Self::default_of)),
            _ => Self::Int(0),
        }
    }

    /// Whether a condition that gives this value holds.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            _ => false,
        }
    }

    /// The whole number that the binder says is there.
    pub(crate) fn int(&self) -> Result<i64> {
        match self {
            Self::Int(value) => Ok(*value),
            other => Err(QueryError::bug(format!("{other:?} is no whole number"))),
        }
    }

    /// A number of type `kind` as a Float64.
    pub(crate) fn float(&self, kind: &Type) -> Result<f64> {
        match self {
            Self::Float(value) => Ok(*value),
            Self::Int(value) => Ok(int_to_float(*value, kind)),
            other => Err(QueryError::bug(format!("{other:?} is no number"))),
        }
    }

    pub(crate) fn str(&self) -> Result<&str> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(QueryError::bug(format!("{other:?} is no text"))),
        }
    }

    pub(crate) fn items(&self) -> Result<&[Self]> {
        match self {
            Self::List(items) => Ok(items),
            other => Err(QueryError::bug(format!("{other:?} is no array"))),
        }
    }

    /// Reads what SQLite has for a value of type `kind`.
    pub(crate) fn from_sql(stored: ValueRef<'_>, kind: &Type) -> Result<Self> {
        Ok(match (stored, kind.plain()) {
            (ValueRef::Null, _) => Self::Null,
            (ValueRef::Integer(value), Type::Float) => Self::Float(int_to_float(value, &Type::I64)),
            (ValueRef::Integer(value), _) => Self::Int(value),
            (ValueRef::Real(value), Type::Float) => Self::Float(value),
            (ValueRef::Blob(NAN), Type::Float) => Self::Float(f64::NAN),
            (ValueRef::Text(text), Type::Array(_) | Type::Tuple(_)) => {
                let json: Json = serde_json::from_slice(text)
                    .map_err(|error| QueryError::bug(format!("a list is no JSON: {error}")))?;
                Self::from_json(&json, kind.plain())?
            }
            (ValueRef::Text(text), _) => Self::text(String::from_utf8_lossy(text)),
            (other, kind) => {
                return Err(QueryError::bug(format!("{other:?} is no {kind}")));
            }
        })
    }

    pub(crate) fn to_sql(&self) -> ToSqlOutput<'static> {
        ToSqlOutput::Owned(match self {
            Self::Null => Stored::Null,
            Self::Int(value) => Stored::Integer(*value),
            Self::Float(value) if value.is_nan() => Stored::Blob(NAN.to_vec()),
            Self::Float(value) => Stored::Real(*value),
            Self::Text(text) => Stored::Text(text.to_string()),
            Self::List(_) => Stored::Text(self.to_json().to_string()),
        })
    }

    /// Inside a list; the infinities and NaN, for which JSON has no number, are texts there.
    fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Int(value) => Json::from(*value),
            Self::Float(value) if value.is_finite() => Json::from(*value),
            Self::Float(value) => Json::from(value.to_string()),
            Self::Text(text) => Json::from(text.as_ref()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
        }
    }

    fn from_json(json: &Json, kind: &Type) -> Result<Self> {
        let plain = kind.plain();
        let value = match (json, plain) {
            (Json::Null, _) => Some(Self::Null),
            (Json::Number(number), Type::Float) => number.as_f64().map(Self::Float),
            (Json::String(text), Type::Float) => text.parse().ok().map(Self::Float),
            (Json::Number(number), _) => number.as_i64().map(Self::Int),
            (Json::String(text), _) => Some(Self::text(text.as_str())),
            (Json::Array(items), Type::Array(item)) => {
                let items: Result<Vec<_>> = items
                    .iter()
                    .map(|json| Self::from_json(json, item))
                    .collect();
                Some(Self::list(items?))
            }
            (Json::Array(items), Type::Tuple(kinds)) => {
                let items: Result<Vec<_>> = items
                    .iter()
                    .zip(kinds)
                    .map(|(json, kind)| Self::from_json(json, kind))
                    .collect();
                Some(Self::list(items?))
            }
            _ => None,
        };
        value.ok_or_else(|| QueryError::bug(format!("{json} is no {kind}")))
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Text(text) => text.len() + 16,
                Self::List(items) => items.iter().map(Self::bytes).sum(),
                _ => 0,
            }
    }
}

/// Compares two values of one type: NaN after numbers, NULL after everything.
pub(crate) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
        (Value::Int(a), Value::Float(b)) => compare_floats(int_to_float(*a, &Type::I64), *b),
        (Value::Float(_), Value::Int(_)) => compare(b, a).reverse(),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| compare(a, b))
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        _ => Ordering::Equal,
    }
}

fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a fraction is cut off, as ClickHouse does"
)]
pub(crate) fn float_to_int(value: f64) -> i64 {
    value as i64
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "Float64 holds what it can, as in ClickHouse; an unsigned number keeps its bits"
)]
pub(crate) fn int_to_float(value: i64, kind: &Type) -> f64 {
    if *kind.plain() == Type::U64 {
        value as u64 as f64
    } else {
        value as f64
    }
}

/// A length as a number of a row.
pub(crate) fn int_of(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
