//! Expressions: each operator becomes a call of ClickHouse's function for it.

use std::rc::Rc;

use sqlparser::ast::{self, BinaryOperator as Op, UnaryOperator};

use super::predicate::predicate;
use super::query::query;
use super::window::window;
use crate::ast::{Call, Expr, Over};
use crate::deep::deep;
use crate::error::{QueryError, Result};
use crate::types::{Type, Unit};

pub(super) fn name_of(name: &ast::Ident) -> String {
    name.value.clone()
}

pub(super) fn read_exprs(expressions: &[ast::Expr]) -> Result<Vec<Expr>> {
    expressions.iter().map(read_expr).collect()
}

pub(super) fn read_expr(expression: &ast::Expr) -> Result<Expr> {
    deep(|| read(expression))
}

fn read(expression: &ast::Expr) -> Result<Expr> {
    Ok(match expression {
        ast::Expr::Nested(inner) => read_expr(inner)?,
        ast::Expr::Identifier(name) => Expr::Name(vec![name_of(name)]),
        ast::Expr::CompoundIdentifier(names) => Expr::Name(names.iter().map(name_of).collect()),
        ast::Expr::Value(value) => literal(&value.value)?,
        ast::Expr::Array(array) => Expr::Array(read_exprs(&array.elem)?),
        ast::Expr::Tuple(parts) => Expr::Tuple(read_exprs(parts)?),
        ast::Expr::Subquery(inner) => Expr::Subquery(Rc::new(query(inner)?)),
        ast::Expr::Lambda(lambda) => self::lambda(lambda)?,
        ast::Expr::Function(function) => call(function)?,
        ast::Expr::BinaryOp { left, op, right } => binary(left, op, right)?,
        ast::Expr::UnaryOp { op, expr } => unary(*op, read_expr(expr)?)?,
        ast::Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => case(operand.as_deref(), conditions, else_result.as_deref())?,
        ast::Expr::Cast {
            expr, data_type, ..
        } => cast(read_expr(expr)?, data_type),
        ast::Expr::TypedString(typed) => match literal(&typed.value.value)? {
            text @ Expr::Text(_) => cast(text, &typed.data_type),
            _ => return Err(unreadable(expression)),
        },
        ast::Expr::Interval(interval) => self::interval(interval)?,
        ast::Expr::CompoundFieldAccess { root, access_chain } => {
            let mut value = read_expr(root)?;
            for access in access_chain {
                let ast::AccessExpr::Subscript(ast::Subscript::Index { index }) = access else {
                    return Err(unreadable(expression));
                };
                value = Expr::operator("arrayElement", vec![value, read_expr(index)?]);
            }
            value
        }
        _ => predicate(expression)?,
    })
}

/// The functions for which the parser has a shape of its own.
pub(super) fn special(expression: &ast::Expr) -> Result<Expr> {
    match expression {
        ast::Expr::Ceil { expr, field } => rounding("ceil", expr, field),
        ast::Expr::Floor { expr, field } => rounding("floor", expr, field),
        ast::Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            let mut arguments = vec![read_expr(expr)?];
            for part in [substring_from, substring_for].into_iter().flatten() {
                arguments.push(read_expr(part)?);
            }
            Ok(function("substring", arguments))
        }
        ast::Expr::Trim {
            trim_where: None,
            trim_what: None,
            expr,
            trim_characters,
        } => {
            let mut arguments = vec![read_expr(expr)?];
            for characters in trim_characters.iter().flatten() {
                arguments.push(read_expr(characters)?);
            }
            Ok(function("trim", arguments))
        }
        ast::Expr::Position { .. } => Ok(function("position", Vec::new())),
        ast::Expr::Extract { field, .. } => Ok(function(&format!("to{field}"), Vec::new())),
        _ => Err(unreadable(expression)),
    }
}

/// A call that was written as a function, so that the list of functions decides.
fn function(name: &str, arguments: Vec<Expr>) -> Expr {
    match Expr::operator(name, arguments) {
        Expr::Call(call) => Expr::Call(Box::new(Call {
            written: true,
            ..*call
        })),
        other => other,
    }
}

fn rounding(name: &str, value: &ast::Expr, field: &ast::CeilFloorKind) -> Result<Expr> {
    let mut arguments = vec![read_expr(value)?];
    match field {
        ast::CeilFloorKind::Scale(digits) => arguments.push(literal(&digits.value)?),
        ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {}
        ast::CeilFloorKind::DateTimeField(_) => return Err(unreadable(value)),
    }
    Ok(function(name, arguments))
}

fn literal(value: &ast::Value) -> Result<Expr> {
    Ok(match value {
        ast::Value::Number(digits, _) => Expr::Number(digits.clone()),
        ast::Value::SingleQuotedString(text) => Expr::Text(text.clone()),
        ast::Value::HexStringLiteral(digits) => Expr::Text(text_of_hex(digits)?),
        ast::Value::DoubleQuotedString(name) => Expr::Name(vec![name.clone()]),
        ast::Value::Boolean(value) => Expr::Bool(*value),
        ast::Value::Null => Expr::Null,
        other => {
            return Err(QueryError::query(format!(
                "Invalid SQL syntax: cannot read {other}"
            )));
        }
    })
}

/// `x'41'`.
fn text_of_hex(digits: &str) -> Result<String> {
    let byte = |place: usize| {
        let pair = digits.get(place..place + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Option<Vec<_>> = (0..digits.len()).step_by(2).map(byte).collect();
    match bytes {
        Some(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        None => Err(QueryError::query(format!(
            "Invalid SQL syntax: x'{digits}' is not a text in pairs of hexadecimal digits."
        ))),
    }
}

fn binary(left: &ast::Expr, op: &Op, right: &ast::Expr) -> Result<Expr> {
    let name = match op {
        Op::Plus => "plus",
        Op::Minus => "minus",
        Op::Multiply => "multiply",
        Op::Divide => "divide",
        Op::Modulo => "modulo",
        Op::StringConcat => "concat",
        Op::Gt => "greater",
        Op::Lt => "less",
        Op::GtEq => "greaterOrEquals",
        Op::LtEq => "lessOrEquals",
        Op::Eq => "equals",
        Op::NotEq => "notEquals",
        Op::And => "and",
        Op::Or => "or",
        Op::MyIntegerDivide | Op::DuckIntegerDivide => "intDiv",
        other => {
            return Err(QueryError::query(format!(
                "Invalid SQL syntax: the operator `{other}` is not known."
            )));
        }
    };
    let mut arguments = Vec::new();
    for side in [read_expr(left)?, read_expr(right)?] {
        // `a AND b AND c` is one call of three.
        match side.as_operator(name) {
            Some(parts) if matches!(op, Op::And | Op::Or) => arguments.extend(parts.to_vec()),
            _ => arguments.push(side),
        }
    }
    Ok(Expr::operator(name, arguments))
}

fn unary(op: UnaryOperator, value: Expr) -> Result<Expr> {
    match (op, value) {
        (UnaryOperator::Plus, value) => Ok(value),
        (UnaryOperator::Minus, Expr::Number(digits)) if !digits.starts_with('-') => {
            Ok(Expr::Number(format!("-{digits}")))
        }
        (UnaryOperator::Minus, value) => Ok(Expr::operator("negate", vec![value])),
        (UnaryOperator::Not | UnaryOperator::BangNot, value) => {
            Ok(Expr::operator("not", vec![value]))
        }
        (other, _) => Err(QueryError::query(format!(
            "Invalid SQL syntax: the operator `{other}` is not known."
        ))),
    }
}

fn case(
    operand: Option<&ast::Expr>,
    conditions: &[ast::CaseWhen],
    otherwise: Option<&ast::Expr>,
) -> Result<Expr> {
    let mut arguments = Vec::new();
    if let Some(operand) = operand {
        arguments.push(read_expr(operand)?);
    }
    for when in conditions {
        arguments.push(read_expr(&when.condition)?);
        arguments.push(read_expr(&when.result)?);
    }
    arguments.push(otherwise.map_or(Ok(Expr::Null), read_expr)?);
    let name = if operand.is_some() {
        "caseWithExpression"
    } else {
        "multiIf"
    };
    Ok(Expr::operator(name, arguments))
}

fn cast(value: Expr, data_type: &ast::DataType) -> Expr {
    Expr::operator(
        "CAST",
        vec![value, Expr::Text(Type::spelled(&data_type.to_string()))],
    )
}

fn interval(interval: &ast::Interval) -> Result<Expr> {
    let (value, unit) = match (&interval.leading_field, read_expr(&interval.value)?) {
        (Some(field), value) => (value, field.to_string()),
        // INTERVAL '7 day'
        (None, Expr::Text(text)) => match text.trim().split_once(' ') {
            Some((count, unit)) => (Expr::Number(count.to_owned()), unit.trim().to_owned()),
            None => return Err(unit_missing()),
        },
        _ => return Err(unit_missing()),
    };
    let value = match value {
        Expr::Text(digits) => Expr::Number(digits),
        value => value,
    };
    match Unit::named(&unit) {
        Some(unit) => Ok(Expr::operator(unit.function(), vec![value])),
        None => Err(unit_missing()),
    }
}

fn unit_missing() -> QueryError {
    QueryError::query("Invalid SQL syntax: an INTERVAL needs a number and a unit.")
        .hint("Write for example INTERVAL 7 DAY.")
}

fn lambda(lambda: &ast::LambdaFunction) -> Result<Expr> {
    let names = match &lambda.params {
        ast::OneOrManyWithParens::One(parameter) => vec![name_of(&parameter.name)],
        ast::OneOrManyWithParens::Many(parameters) => parameters
            .iter()
            .map(|parameter| name_of(&parameter.name))
            .collect(),
    };
    Ok(Expr::Lambda(names, Box::new(read_expr(&lambda.body)?)))
}

fn call(function: &ast::Function) -> Result<Expr> {
    if function.filter.is_some() || !function.within_group.is_empty() {
        return Err(QueryError::unsupported("FILTER after an aggregate")
            .hint("Use countIf(condition) or sumIf(column, condition)."));
    }
    let (_, parameters) = arguments(&function.parameters)?;
    let (distinct, arguments) = arguments(&function.args)?;
    Ok(Expr::Call(Box::new(Call {
        name: mended(super::source::plain_name(&function.name)),
        written: true,
        parameters,
        distinct,
        arguments,
        over: match &function.over {
            None => None,
            Some(ast::WindowType::NamedWindow(name)) => Some(Over::Named(name_of(name))),
            Some(ast::WindowType::WindowSpec(spec)) => Some(Over::Window(window(spec)?)),
        },
    })))
}

/// Where case counts in ClickHouse, a name is spelled as it is there.
fn mended(name: String) -> String {
    crate::functions::spelled(&name).map_or(name, |(_, spelling)| spelling)
}

fn arguments(arguments: &ast::FunctionArguments) -> Result<(bool, Vec<Expr>)> {
    let list = match arguments {
        ast::FunctionArguments::None => return Ok((false, Vec::new())),
        ast::FunctionArguments::Subquery(inner) => {
            return Ok((false, vec![Expr::Subquery(Rc::new(query(inner)?))]));
        }
        ast::FunctionArguments::List(list) => list,
    };
    let mut exprs = Vec::new();
    for argument in &list.args {
        match argument {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(value)) => {
                exprs.push(read_expr(value)?);
            }
            // count(*) is count().
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard) => {}
            other => {
                return Err(QueryError::query(format!(
                    "Invalid SQL syntax: cannot read {other}"
                )));
            }
        }
    }
    let distinct = list.duplicate_treatment == Some(ast::DuplicateTreatment::Distinct);
    Ok((distinct, exprs))
}

fn unreadable(expression: &ast::Expr) -> QueryError {
    QueryError::query(format!(
        "Invalid SQL syntax: `{expression}` cannot be read here."
    ))
    .hint(super::instead::of_expression(expression))
}
