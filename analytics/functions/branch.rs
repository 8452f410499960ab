//! `if`, `CASE` and `coalesce`.

use super::compare;
use super::convert::convert;
use super::function::{Argument, Function, evaluate, illegal};
use crate::column::{Column, position};
use crate::concat::concat;
use crate::error::Result;
use crate::types::Type;

/// Whether rows come to some arguments of a function only where those before let them.
pub(crate) fn has_turns(name: &str) -> bool {
    matches!(name, "if" | "multiIf" | "and" | "or")
}

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    match (name, arguments) {
        ("coalesce", [_, ..]) => coalesce(arguments),
        ("caseWithExpression", [operand, rest @ ..]) if rest.len() % 2 == 1 => {
            case_of(operand, rest)
        }
        ("if", [_, _, _]) => conditions(name, arguments),
        ("multiIf", [_, _, ..]) if arguments.len() % 2 == 1 => conditions(name, arguments),
        _ => Err(illegal(name, arguments, "Write if(condition, then, else).")),
    }
}

fn common<'a>(kinds: impl IntoIterator<Item = &'a Argument>) -> Result<Type> {
    let mut common = Type::Nothing;
    let mut null = false;
    for argument in kinds {
        null |= argument.kind == Type::Nothing;
        common = common.common(&argument.kind)?;
    }
    Ok(if null && common != Type::Nothing {
        common.nullable()
    } else {
        common
    })
}

/// Pairs of condition and result, then what holds otherwise.
fn conditions(name: &str, arguments: &[Argument]) -> Result<Function> {
    let (otherwise, pairs) = arguments
        .split_last()
        .ok_or_else(|| illegal(name, arguments, ""))?;
    let branches = pairs.chunks_exact(2).filter_map(|pair| pair.last());
    let kind = common(branches.chain([otherwise]))?;
    let legal = pairs
        .chunks_exact(2)
        .filter_map(|pair| pair.first())
        .all(|condition| condition.kind.plain().is_number() || condition.kind == Type::Nothing);
    if !legal {
        return Err(illegal(
            name,
            arguments,
            "A condition is a comparison or a number.",
        ));
    }
    let kinds: Vec<_> = arguments
        .iter()
        .map(|argument| argument.kind.clone())
        .collect();
    let result = kind.clone();
    Ok(Function::new(kind, move |arguments, rows| {
        let mut chosen: Vec<Option<usize>> = vec![None; rows];
        let mut branches = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            if index % 2 == 0 && index + 1 < arguments.len() {
                for (choice, truth) in chosen.iter_mut().zip(argument.truths()) {
                    if truth && choice.is_none() {
                        *choice = Some(index / 2);
                    }
                }
            } else {
                let from = kinds.get(index).unwrap_or(&Type::Nothing);
                branches.push(convert(argument, from, &result)?);
            }
        }
        let last = branches.len().saturating_sub(1);
        let chosen: Vec<_> = chosen
            .into_iter()
            .map(|choice| choice.unwrap_or(last))
            .collect();
        Ok(choose(&branches, &chosen, &result))
    }))
}

/// Takes each row from the column that was chosen for it.
fn choose(columns: &[Column], chosen: &[usize], kind: &Type) -> Column {
    let mut parts = Vec::new();
    let mut starts = Vec::new();
    let mut start = 0;
    for column in columns {
        let (part, step) = match column {
            Column::Same { value, .. } => (value.as_ref().clone(), 0),
            other => (other.clone(), 1),
        };
        starts.push((start, step));
        start += part.len();
        parts.push(part);
    }
    let rows: Vec<_> = chosen
        .iter()
        .enumerate()
        .map(|(row, choice)| {
            let (start, step) = starts.get(*choice).copied().unwrap_or((0, 0));
            position(start + step * row)
        })
        .collect();
    match parts.as_slice() {
        // The values of a choice between whole numbers are picked directly: this is the hot path
        // of sum(CASE WHEN … THEN count ELSE 0 END).
        [Column::Ints(_), ..] if parts.iter().all(|part| matches!(part, Column::Ints(_))) => {
            let slices: Vec<_> = parts.iter().map(Column::ints).collect();
            let picked = chosen.iter().enumerate().map(|(row, choice)| {
                let step = starts.get(*choice).map_or(0, |(_, step)| *step);
                slices
                    .get(*choice)
                    .and_then(|part| part.get(step * row))
                    .copied()
                    .unwrap_or(0)
            });
            Column::Ints(picked.collect())
        }
        parts => concat(parts, kind).plain().take(&rows),
    }
}

fn case_of(operand: &Argument, rest: &[Argument]) -> Result<Function> {
    let mut tests = Vec::new();
    let mut arguments = Vec::new();
    for (index, argument) in rest.iter().enumerate() {
        if index % 2 == 0 && index + 1 < rest.len() {
            let sides = [operand.clone(), argument.clone()].map(|side| Argument {
                kind: side.kind.plain().clone(),
                ..side
            });
            let test = compare::resolve("equals", &sides)?
                .spreading_nulls(&[operand.clone(), argument.clone()]);
            arguments.push(Argument {
                kind: test.kind.clone(),
                constant: None,
            });
            tests.push(test);
        } else {
            arguments.push(argument.clone());
        }
    }
    let choice = conditions("multiIf", &arguments)?;
    Ok(Function::new(choice.kind.clone(), move |columns, rows| {
        let Some((operand, rest)) = columns.split_first() else {
            return Ok(Column::Ints(Vec::new()));
        };
        let mut inputs = Vec::new();
        for (index, column) in rest.iter().enumerate() {
            match tests.get(index / 2) {
                Some(test) if index % 2 == 0 => {
                    inputs.push(evaluate(test, &[operand.clone(), column.clone()], rows)?);
                }
                _ => inputs.push(column.clone()),
            }
        }
        evaluate(&choice, &inputs, rows)
    }))
}

fn coalesce(arguments: &[Argument]) -> Result<Function> {
    // What follows the first that cannot be NULL is never reached.
    let certain = arguments
        .iter()
        .position(|a| !a.kind.is_nullable() && a.kind != Type::Nothing);
    let reached = certain.map_or(arguments.len(), |index| index + 1);
    let mut kind = Type::Nothing;
    for argument in arguments.iter().take(reached) {
        kind = kind.common(argument.kind.plain())?;
    }
    if certain.is_none() && kind != Type::Nothing {
        kind = kind.nullable();
    }
    let kinds: Vec<_> = arguments
        .iter()
        .map(|argument| argument.kind.clone())
        .collect();
    let result = kind.clone();
    let nullable = certain.is_none();
    Ok(Function::new(kind, move |arguments, rows| {
        let mut chosen: Vec<Option<usize>> = vec![None; rows];
        let mut branches = Vec::new();
        for (index, (argument, from)) in arguments.iter().zip(&kinds).take(reached).enumerate() {
            let nulls = argument.nulls().unwrap_or_else(|| vec![false; rows]);
            for (choice, null) in chosen.iter_mut().zip(nulls) {
                if !null && choice.is_none() {
                    *choice = Some(index);
                }
            }
            let value = if nullable {
                argument.clone()
            } else {
                argument.without_nulls()
            };
            let from = if nullable { from } else { from.plain() };
            branches.push(convert(&value, from, &result)?);
        }
        let last = branches.len().saturating_sub(1);
        let chosen: Vec<_> = chosen
            .into_iter()
            .map(|choice| choice.unwrap_or(last))
            .collect();
        Ok(choose(&branches, &chosen, &result))
    }))
}
