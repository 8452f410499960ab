//! ClickHouse's types, as far as the events and the offered functions reach.

use std::fmt;

use super::Unit;
use crate::error::{QueryError, Result};

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// The type of a bare NULL and of the items of `[]`.
    Nothing,
    Bool,
    Int {
        signed: bool,
        bits: u8,
    },
    Float,
    String,
    /// Days since 1970.
    Date,
    /// Seconds since 1970.
    DateTime,
    /// Ticks of 10^-digits seconds since 1970.
    DateTime64(u8),
    Interval(Unit),
    Array(Box<Type>),
    Tuple(Vec<Type>),
    Nullable(Box<Type>),
}

impl Type {
    pub(crate) const U8: Self = Self::Int {
        signed: false,
        bits: 8,
    };
    pub(crate) const U64: Self = Self::Int {
        signed: false,
        bits: 64,
    };
    pub(crate) const I32: Self = Self::Int {
        signed: true,
        bits: 32,
    };
    pub(crate) const I64: Self = Self::Int {
        signed: true,
        bits: 64,
    };

    pub(crate) fn array(item: Self) -> Self {
        Self::Array(Box::new(item))
    }

    pub(crate) fn nullable(self) -> Self {
        match self {
            Self::Nullable(_) | Self::Array(_) | Self::Tuple(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }

    /// The type without `Nullable`.
    pub(crate) fn plain(&self) -> &Self {
        match self {
            Self::Nullable(inner) => inner,
            other => other,
        }
    }

    pub(crate) fn is_nullable(&self) -> bool {
        matches!(self, Self::Nullable(_))
    }

    /// Whether it counts as a whole number: Bool does.
    pub(crate) fn is_int(&self) -> bool {
        matches!(self, Self::Int { .. } | Self::Bool)
    }

    pub(crate) fn is_number(&self) -> bool {
        self.is_int() || *self == Self::Float
    }

    pub(crate) fn is_time(&self) -> bool {
        matches!(self, Self::Date | Self::DateTime | Self::DateTime64(_))
    }

    /// The type of a sum of such numbers.
    pub(crate) fn sum_of(&self) -> Self {
        match self {
            Self::Int { signed: true, .. } => Self::I64,
            Self::Float => Self::Float,
            _ => Self::U64,
        }
    }

    /// How many ticks a second has; those of a Date are days, and it has one.
    pub(crate) fn ticks_per_second(&self) -> i64 {
        match self {
            Self::DateTime64(digits) => 10_i64.pow(u32::from(*digits)),
            _ => 1,
        }
    }

    /// Signedness and width of a whole number.
    pub(crate) fn int(&self) -> Option<(bool, u8)> {
        match self {
            Self::Bool => Some((false, 8)),
            Self::Int { signed, bits } => Some((*signed, *bits)),
            _ => None,
        }
    }

    /// The type to which both can be brought, as for the branches of an `if`.
    pub(crate) fn common(&self, other: &Self) -> Result<Self> {
        let none = || {
            QueryError::query(format!("There is no common type for {self} and {other}."))
                .hint("Convert one of them, for example with toFloat64(…) or toString(…).")
        };
        Ok(match (self, other) {
            (a, b) if a == b => a.clone(),
            (Self::Nothing, b) => b.clone(),
            (a, Self::Nothing) => a.clone(),
            (Self::Nullable(a), b) | (b, Self::Nullable(a)) => a.common(b.plain())?.nullable(),
            (Self::Array(a), Self::Array(b)) => Self::array(a.common(b)?),
            (Self::Tuple(a), Self::Tuple(b)) if a.len() == b.len() => Self::Tuple(
                a.iter()
                    .zip(b)
                    .map(|(a, b)| a.common(b))
                    .collect::<Result<_>>()?,
            ),
            // ClickHouse shows whole numbers beside fractions as what they are; so does Float64
            // up to 2^53.
            (Self::Float, b) | (b, Self::Float) if b.is_int() => Self::Float,
            (Self::Date, Self::DateTime) | (Self::DateTime, Self::Date) => Self::DateTime,
            (Self::DateTime64(a), Self::DateTime64(b)) => Self::DateTime64(*a.max(b)),
            (Self::DateTime64(digits), b) | (b, Self::DateTime64(digits)) if b.is_time() => {
                Self::DateTime64(*digits)
            }
            (a, b) => match (a.int(), b.int()) {
                (Some(a), Some(b)) => common_int(a, b),
                _ => return Err(none()),
            },
        })
    }

    /// Spells a type's name as ClickHouse does; what it does not know stays as it is.
    pub(crate) fn spelled(text: &str) -> String {
        let mut spelled = String::new();
        for word in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
            let name = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
            let known = SPELLED
                .iter()
                .find(|known| known.eq_ignore_ascii_case(name));
            spelled.push_str(known.unwrap_or(&name));
            spelled.push_str(word.get(name.len()..).unwrap_or_default());
        }
        spelled
    }

    /// Reads a type's name, as in CAST.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let name = Self::spelled(text.trim());
        let unknown = || {
            QueryError::query(format!("Unknown type `{name}`."))
                .hint("Use String, Int64, UInt64, Float64, Bool, Date, DateTime or DateTime64(3).")
        };
        if let Some((outer, inner)) = name.split_once('(') {
            let inner = inner.strip_suffix(')').ok_or_else(unknown)?;
            return Ok(match outer {
                "Nullable" => Self::parse(inner)?.nullable(),
                "LowCardinality" => Self::parse(inner)?,
                "Array" => Self::array(Self::parse(inner)?),
                "DateTime64" => {
                    let digits = inner.split(',').next().unwrap_or(inner).trim().parse();
                    let digits = digits.ok().filter(|digits| *digits <= 9);
                    Self::DateTime64(digits.ok_or_else(unknown)?)
                }
                _ => return Err(unknown()),
            });
        }
        let int = |signed, bits| Self::Int { signed, bits };
        Ok(match name.to_lowercase().as_str() {
            "bool" | "boolean" => Self::Bool,
            "uint8" => int(false, 8),
            "uint16" => int(false, 16),
            "uint32" => int(false, 32),
            "uint64" => int(false, 64),
            "int8" | "tinyint" => int(true, 8),
            "int16" | "smallint" => int(true, 16),
            "int32" | "int" | "integer" => int(true, 32),
            "int64" | "bigint" => int(true, 64),
            "float64" | "double" | "double precision" => Self::Float,
            "string" | "text" | "varchar" | "char" => Self::String,
            "date" => Self::Date,
            "datetime" | "timestamp" => Self::DateTime,
            _ => return Err(unknown()),
        })
    }
}

/// Types whose case the parser does not keep.
const SPELLED: [&str; 14] = [
    "String",
    "Float64",
    "Float32",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Date",
    "Bool",
    "Nullable",
    "LowCardinality",
    "Array",
    "DateTime",
    "DateTime64",
];

fn common_int(a: (bool, u8), b: (bool, u8)) -> Type {
    let (signed, unsigned) = match (a.0, b.0) {
        (true, false) => (a.1, b.1),
        (false, true) => (b.1, a.1),
        (signed, _) => {
            let bits = a.1.max(b.1);
            return Type::Int { signed, bits };
        }
    };
    let bits = if signed > unsigned {
        signed
    } else {
        (unsigned * 2).min(64)
    };
    Type::Int { signed: true, bits }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nullable(Nothing)"),
            Self::Bool => f.write_str("Bool"),
            Self::Int { signed, bits } => {
                write!(f, "{}Int{bits}", if *signed { "" } else { "U" })
            }
            Self::Float => f.write_str("Float64"),
            Self::String => f.write_str("String"),
            Self::Date => f.write_str("Date"),
            Self::DateTime => f.write_str("DateTime"),
            Self::DateTime64(digits) => write!(f, "DateTime64({digits})"),
            Self::Interval(unit) => write!(f, "Interval{unit:?}"),
            Self::Array(item) => write!(f, "Array({item})"),
            Self::Tuple(parts) => {
                let parts: Vec<_> = parts.iter().map(Self::to_string).collect();
                write!(f, "Tuple({})", parts.join(", "))
            }
            Self::Nullable(inner) => write!(f, "Nullable({inner})"),
        }
    }
}
