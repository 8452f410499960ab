//! `round`, `floor`, `ceil`.

use super::function::{Argument, Function, illegal};
use crate::column::{Column, Value};
use crate::error::Result;
use crate::types::Type;

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    let digits = match arguments {
        [_] => 0,
        [_, digits] => match digits.constant {
            Some(Value::Int(digits)) => i32::try_from(digits).unwrap_or(0),
            _ => {
                return Err(illegal(
                    name,
                    arguments,
                    "The number of digits is a constant.",
                ));
            }
        },
        _ => return Err(illegal(name, arguments, "Write round(x, 2).")),
    };
    let kind = arguments
        .first()
        .map_or(Type::Nothing, |value| value.kind.clone());
    let direction = match name {
        "floor" => Direction::Down,
        "ceil" => Direction::Up,
        _ => Direction::Nearest,
    };
    if kind == Type::Float {
        return Ok(Function::total(kind.clone(), move |arguments, _| {
            let values = arguments
                .first()
                .map(|a| a.floats(&kind).into_owned())
                .unwrap_or_default();
            Column::Floats(
                values
                    .into_iter()
                    .map(|value| float(value, digits, direction))
                    .collect(),
            )
        }));
    }
    if !kind.is_int() {
        return Err(illegal(name, arguments, "It takes a number."));
    }
    Ok(Function::total(kind, move |arguments, _| {
        let values = arguments
            .first()
            .map(|a| a.ints().into_owned())
            .unwrap_or_default();
        Column::Ints(
            values
                .into_iter()
                .map(|value| int(value, digits, direction))
                .collect(),
        )
    }))
}

#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
    Nearest,
}

fn float(value: f64, digits: i32, direction: Direction) -> f64 {
    let whole = |value: f64| match direction {
        Direction::Down => value.floor(),
        Direction::Up => value.ceil(),
        Direction::Nearest => value.round_ties_even(),
    };
    match digits {
        0 => whole(value),
        1.. => {
            let scale = 10_f64.powi(digits);
            whole(value * scale) / scale
        }
        _ => {
            let scale = 10_f64.powi(-digits);
            whole(value / scale) * scale
        }
    }
}

fn int(value: i64, digits: i32, direction: Direction) -> i64 {
    let Some(scale) = u32::try_from(-i64::from(digits))
        .ok()
        .and_then(|d| 10_i64.checked_pow(d))
    else {
        return if digits < 0 { 0 } else { value };
    };
    let down = value.div_euclid(scale).wrapping_mul(scale);
    let rest = value - down;
    match direction {
        _ if rest == 0 => value,
        Direction::Up => down + scale,
        // A half of a whole number goes away from zero.
        Direction::Nearest if rest * 2 > scale || (rest * 2 == scale && value > 0) => down + scale,
        Direction::Down | Direction::Nearest => down,
    }
}
