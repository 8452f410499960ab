//! `ORDER BY` as ClickHouse has it: NULL and NaN last in both directions, arrays item by item.

use rusqlite::types::{ToSqlOutput, Value as Stored};

use super::Functions;
use crate::error::Result;
use crate::types::{Type, Value};

/// What to order by so that `value`, an expression of type `kind`, comes in ClickHouse's order.
pub(crate) fn order_terms(
    functions: &Functions<'_>,
    value: &str,
    kind: &Type,
    descending: bool,
    nulls_first: bool,
) -> Result<Vec<String>> {
    let direction = if descending { " DESC" } else { "" };
    let last = if nulls_first { " DESC" } else { "" };
    let mut terms = Vec::new();
    match (kind.plain() == &Type::Float, kind.is_nullable()) {
        (true, _) => terms.push(format!(
            "({value} IS NULL OR typeof({value}) = 'blob'){last}"
        )),
        (_, true) => terms.push(format!("({value} IS NULL){last}")),
        _ => {}
    }
    match kind.plain() {
        kind if *kind == Type::U64 => {
            terms.push(format!("({value} < 0){direction}"));
            terms.push(format!("{value}{direction}"));
        }
        Type::Array(_) | Type::Tuple(_) => {
            let key = functions.register(format!("order {kind}"), vec![kind.clone()], |value| {
                let mut bytes = Vec::new();
                for value in value {
                    write_key(value, &mut bytes);
                }
                Ok(ToSqlOutput::Owned(Stored::Blob(bytes)))
            })?;
            terms.push(format!("{key}({value}){direction}"));
        }
        _ => terms.push(format!("{value}{direction}")),
    }
    Ok(terms)
}

/// Writes bytes that are in the order of the values.
fn write_key(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        // Behind all others.
        Value::Null => bytes.push(0xFF),
        Value::Int(value) => {
            bytes.push(1);
            bytes.extend((value.cast_unsigned() ^ (1 << 63)).to_be_bytes());
        }
        Value::Float(value) if value.is_nan() => bytes.push(0xFE),
        Value::Float(value) => {
            let bits = value.to_bits();
            let flip = if bits >> 63 == 1 { u64::MAX } else { 1 << 63 };
            bytes.push(1);
            bytes.extend((bits ^ flip).to_be_bytes());
        }
        Value::Text(text) => {
            bytes.push(1);
            for byte in text.bytes() {
                bytes.push(byte);
                // Two zeros mark the end of a text, so a zero inside it is followed by 0xFF.
                if byte == 0 {
                    bytes.push(0xFF);
                }
            }
            bytes.extend([0, 0]);
        }
        Value::List(items) => {
            bytes.push(1);
            for item in items.iter() {
                write_key(item, bytes);
            }
            bytes.push(0);
        }
    }
}
