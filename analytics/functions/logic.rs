//! `AND`, `OR`, `NOT`, `IS NULL`.

use super::function::{Argument, Function, illegal};
use crate::column::Column;
use crate::error::Result;
use crate::types::Type;

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    let numbers = arguments
        .iter()
        .all(|argument| argument.kind == Type::Nothing || argument.kind.plain().is_number());
    if !numbers {
        return Err(illegal(
            name,
            arguments,
            "Conditions are comparisons or numbers.",
        ));
    }
    let nullable = arguments
        .iter()
        .any(|a| a.kind.is_nullable() || a.kind == Type::Nothing);
    let kind = if nullable {
        Type::U8.nullable()
    } else {
        Type::U8
    };
    if name == "not" {
        return Ok(Function::total(kind, move |arguments, _| {
            let Some(value) = arguments.first() else {
                return Column::Ints(Vec::new());
            };
            let nulls = value.nulls();
            let values = Column::Ints(
                value
                    .without_nulls()
                    .truths()
                    .iter()
                    .map(|t| i64::from(!t))
                    .collect(),
            );
            with_nulls(values, nulls.filter(|_| nullable))
        }));
    }
    // What decides at once: a false in AND, a true in OR. A NULL leaves the rest to decide.
    let decisive = name == "or";
    Ok(Function::total(kind, move |arguments, rows| {
        let mut result = vec![!decisive; rows];
        let mut unknown = vec![false; if nullable { rows } else { 0 }];
        for argument in arguments {
            let truths = argument.without_nulls().truths();
            match argument.nulls() {
                None => {
                    for (result, truth) in result.iter_mut().zip(truths) {
                        if truth == decisive {
                            *result = decisive;
                        }
                    }
                }
                Some(nulls) => {
                    for (row, (truth, null)) in truths.into_iter().zip(nulls).enumerate() {
                        let Some(result) = result.get_mut(row) else {
                            continue;
                        };
                        if null {
                            unknown
                                .get_mut(row)
                                .into_iter()
                                .for_each(|unknown| *unknown = true);
                        } else if truth == decisive {
                            *result = decisive;
                        }
                    }
                }
            }
        }
        for (unknown, result) in unknown.iter_mut().zip(&result) {
            *unknown &= *result != decisive;
        }
        let values = Column::Ints(result.into_iter().map(i64::from).collect());
        with_nulls(values, nullable.then_some(unknown))
    }))
}

fn with_nulls(values: Column, nulls: Option<Vec<bool>>) -> Column {
    match nulls {
        None => values,
        Some(nulls) => Column::Nullable {
            nulls,
            values: Box::new(values),
        },
    }
}

pub(super) fn null_test(expected: bool) -> Function {
    Function::total(Type::U8, move |arguments, rows| {
        let nulls = arguments.first().and_then(Column::nulls);
        Column::Ints(match nulls {
            None => vec![i64::from(!expected); rows],
            Some(nulls) => nulls
                .into_iter()
                .map(|null| i64::from(null == expected))
                .collect(),
        })
    })
}
