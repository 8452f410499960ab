//! Arrays: `[a, b]`, `has`, `hasAny`, `hasAll`, `tags[1]`; and tuples.

use super::arithmetic::single;
use super::compare::{test_texts, truth};
use super::convert::convert;
use super::function::{Argument, Function, illegal};
use crate::builder::Builder;
use crate::column::{Column, Value, position, span};
use crate::concat::concat;
use crate::error::Result;
use crate::types::Type;
use crate::value::compare_values;

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    match (name, arguments) {
        ("array", items) => array(items),
        ("tuple", parts) => Ok(tuple(parts)),
        ("arrayElement", [array, index]) => element(name, arguments, &array.kind, &index.kind),
        ("has", [array, _]) => match &array.kind {
            Type::Array(item) => Ok(has(item)),
            _ => Err(illegal(name, arguments, "Write has(tags, 'x').")),
        },
        ("hasAny" | "hasAll", [left, right]) => match (&left.kind, &right.kind) {
            (Type::Array(a), Type::Array(b)) => {
                a.common(b)?;
                Ok(has_several(name == "hasAll"))
            }
            _ => Err(illegal(name, arguments, "Write hasAny(tags, ['x', 'y']).")),
        },
        _ => Err(illegal(name, arguments, "")),
    }
}

fn array(items: &[Argument]) -> Result<Function> {
    let mut item = Type::Nothing;
    for argument in items {
        item = item.common(&argument.kind)?;
        if argument.kind == Type::Nothing {
            item = item.nullable();
        }
    }
    let kinds: Vec<_> = items.iter().map(|argument| argument.kind.clone()).collect();
    Ok(Function::new(
        Type::array(item.clone()),
        move |arguments, rows| {
            let mut columns = Vec::new();
            for (argument, from) in arguments.iter().zip(&kinds) {
                columns.push(convert(argument, from, &item)?.plain());
            }
            let width = position(columns.len());
            let all = if columns.is_empty() {
                Column::of(&[], &item)
            } else {
                concat(&columns, &item)
            };
            let rows = position(rows);
            let order: Vec<_> = (0..rows)
                .flat_map(|row| (0..width).map(move |column| column * rows + row))
                .collect();
            Ok(Column::Arrays {
                ends: (1..=rows).map(|row| row * width).collect(),
                items: Box::new(all.plain().take(&order)),
            })
        },
    ))
}

fn tuple(parts: &[Argument]) -> Function {
    let kinds = parts.iter().map(|part| part.kind.clone()).collect();
    Function::total(Type::Tuple(kinds), |arguments, rows| Column::Tuples {
        parts: arguments.iter().map(Column::plain).collect(),
        rows,
    })
}

fn element(name: &str, arguments: &[Argument], array: &Type, index: &Type) -> Result<Function> {
    let Type::Array(item) = array else {
        return Err(illegal(name, arguments, "Only an array has elements."));
    };
    let constant = |place: usize| arguments.get(place).and_then(|one| one.constant.as_ref());
    // As ClickHouse does: what comes to 0 otherwise stands for no element.
    let zero = *index == Type::U8 && constant(1) == Some(&Value::Int(0)) && constant(0).is_none();
    if !index.is_int() || zero {
        return Err(illegal(name, arguments, "Elements are counted from 1."));
    }
    let kind = item.as_ref().clone();
    let item = kind.clone();
    Ok(Function::total(kind, move |arguments, rows| {
        let [array, index] = arguments else {
            return Column::Ints(Vec::new());
        };
        let (array, index) = (array.plain(), index.ints());
        let Column::Arrays { ends, items } = &array else {
            return Column::Ints(Vec::new());
        };
        let mut builder = Builder::new(&item);
        for row in 0..rows {
            let (start, end) = span(ends, row);
            let length = i64::try_from(end - start).unwrap_or(0);
            let place = match index.get(row).copied().unwrap_or(0) {
                index if index > 0 => index - 1,
                index => length + index,
            };
            let inside = place >= 0 && place < length && index.get(row) != Some(&0);
            let place = usize::try_from(place).unwrap_or(0);
            builder.push(&if inside {
                items.value(start + place)
            } else {
                Value::Null
            });
        }
        builder.finish()
    }))
}

fn has(item: &Type) -> Function {
    let texts = *item == Type::String;
    Function::total(Type::U8, move |arguments, rows| {
        let [array, wanted] = arguments else {
            return truth(Vec::new());
        };
        let array = array.plain();
        let Column::Arrays { ends, items } = &array else {
            return truth(Vec::new());
        };
        if let (true, Some(Value::Text(wanted))) =
            (texts, single(wanted).map(|value| value.value(0)))
        {
            let matches = test_texts(items, |item| item == wanted.as_ref());
            return truth(any_in_rows(ends, &matches));
        }
        truth(
            (0..rows)
                .map(|row| {
                    let (start, end) = span(ends, row);
                    let wanted = wanted.value(row);
                    (start..end).any(|place| same(&items.value(place), &wanted))
                })
                .collect(),
        )
    })
}

fn same(a: &Value, b: &Value) -> bool {
    compare_values(a, b).is_eq()
}

fn any_in_rows(ends: &[u32], matches: &[bool]) -> Vec<bool> {
    (0..ends.len())
        .map(|row| {
            let (start, end) = span(ends, row);
            matches
                .get(start..end)
                .is_some_and(|matches| matches.contains(&true))
        })
        .collect()
}

fn has_several(all: bool) -> Function {
    Function::total(Type::U8, move |arguments, rows| {
        let [array, wanted] = arguments else {
            return truth(Vec::new());
        };
        truth(
            (0..rows)
                .map(|row| {
                    let (Value::List(items), Value::List(wanted)) =
                        (array.value(row), wanted.value(row))
                    else {
                        return false;
                    };
                    let found = |value: &Value| items.iter().any(|item| same(item, value));
                    if all {
                        wanted.iter().all(found)
                    } else {
                        wanted.iter().any(found)
                    }
                })
                .collect(),
        )
    })
}
