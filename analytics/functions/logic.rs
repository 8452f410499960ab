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
    Ok(if name == "not" {
        Function::total(kind, move |arguments, _| negate(arguments, nullable))
    } else {
        // What decides at once: a false in AND, a true in OR. A NULL leaves the rest to decide.
        let decisive = name == "or";
        Function::total(kind, move |arguments, rows| {
            decide(arguments, rows, decisive, nullable)
        })
    })
}

fn negate(arguments: &[Column], nullable: bool) -> Column {
    let Some(value) = arguments.first() else {
        return Column::Ints(Vec::new());
    };
    let truths = value.without_nulls().truths();
    let values = truths.iter().map(|truth| i64::from(!truth)).collect();
    with_nulls(Column::Ints(values), value.nulls().filter(|_| nullable))
}

fn decide(arguments: &[Column], rows: usize, decisive: bool, nullable: bool) -> Column {
    let mut result = vec![!decisive; rows];
    let mut unknown = vec![false; if nullable { rows } else { 0 }];
    for argument in arguments {
        let mut truths = argument.without_nulls().truths();
        if let Some(nulls) = argument.nulls() {
            for ((truth, null), unknown) in truths.iter_mut().zip(nulls).zip(&mut unknown) {
                if null {
                    *truth = !decisive;
                    *unknown = true;
                }
            }
        }
        for (result, truth) in result.iter_mut().zip(truths) {
            if truth == decisive {
                *result = decisive;
            }
        }
    }
    for (unknown, result) in unknown.iter_mut().zip(&result) {
        *unknown &= *result != decisive;
    }
    let values = Column::Ints(result.into_iter().map(i64::from).collect());
    with_nulls(values, nullable.then_some(unknown))
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
