//! Expressions: each operator becomes a call of ClickHouse's function for it.

use std::rc::Rc;

use sqlparser::ast::{self, BinaryOperator as Op, Expr, UnaryOperator};

use super::predicate::predicate;
use super::query::query;
use super::window::window;
use crate::deep::deep;
use crate::error::{QueryError, Result};
use crate::tree::{Call, Over, Term};
use crate::types::{Type, Unit};

pub(super) fn name_of(name: &ast::Ident) -> String {
    name.value.clone()
}

pub(super) fn terms(expressions: &[Expr]) -> Result<Vec<Term>> {
    expressions.iter().map(term).collect()
}

pub(super) fn term(expression: &Expr) -> Result<Term> {
    deep(|| read(expression))
}

fn read(expression: &Expr) -> Result<Term> {
    Ok(match expression {
        Expr::Nested(inner) => term(inner)?,
        Expr::Identifier(name) => Term::Name(vec![name_of(name)]),
        Expr::CompoundIdentifier(names) => Term::Name(names.iter().map(name_of).collect()),
        Expr::Value(value) => literal(&value.value)?,
        Expr::Array(array) => Term::Array(terms(&array.elem)?),
        Expr::Tuple(parts) => Term::Tuple(terms(parts)?),
        Expr::Subquery(inner) => Term::Subquery(Rc::new(query(inner)?)),
        Expr::Lambda(lambda) => self::lambda(lambda)?,
        Expr::Function(function) => call(function)?,
        Expr::BinaryOp { left, op, right } => binary(left, op, right)?,
        Expr::UnaryOp { op, expr } => unary(*op, term(expr)?)?,
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => case(operand.as_deref(), conditions, else_result.as_deref())?,
        Expr::Cast {
            expr, data_type, ..
        } => cast(term(expr)?, data_type),
        Expr::TypedString(typed) => match literal(&typed.value.value)? {
            text @ Term::Text(_) => cast(text, &typed.data_type),
            _ => return Err(unreadable(expression)),
        },
        Expr::Interval(interval) => self::interval(interval)?,
        Expr::CompoundFieldAccess { root, access_chain } => {
            let mut value = term(root)?;
            for access in access_chain {
                let ast::AccessExpr::Subscript(ast::Subscript::Index { index }) = access else {
                    return Err(unreadable(expression));
                };
                value = Term::operator("arrayElement", vec![value, term(index)?]);
            }
            value
        }
        _ => predicate(expression)?,
    })
}

/// The functions for which the parser has a shape of its own.
pub(super) fn special(expression: &Expr) -> Result<Term> {
    match expression {
        Expr::Ceil { expr, field } => rounding("ceil", expr, field),
        Expr::Floor { expr, field } => rounding("floor", expr, field),
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            let mut arguments = vec![term(expr)?];
            for part in [substring_from, substring_for].into_iter().flatten() {
                arguments.push(term(part)?);
            }
            Ok(function("substring", arguments))
        }
        Expr::Trim {
            trim_where: None,
            trim_what: None,
            expr,
            trim_characters,
        } => {
            let mut arguments = vec![term(expr)?];
            for characters in trim_characters.iter().flatten() {
                arguments.push(term(characters)?);
            }
            Ok(function("trim", arguments))
        }
        Expr::Position { .. } => Ok(function("position", Vec::new())),
        Expr::Extract { field, .. } => Ok(function(&format!("to{field}"), Vec::new())),
        _ => Err(unreadable(expression)),
    }
}

/// A call that was written as a function, so that the list of functions decides.
fn function(name: &str, arguments: Vec<Term>) -> Term {
    match Term::operator(name, arguments) {
        Term::Call(call) => Term::Call(Box::new(Call {
            written: true,
            ..*call
        })),
        other => other,
    }
}

fn rounding(name: &str, value: &Expr, field: &ast::CeilFloorKind) -> Result<Term> {
    let mut arguments = vec![term(value)?];
    match field {
        ast::CeilFloorKind::Scale(digits) => arguments.push(literal(&digits.value)?),
        ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {}
        ast::CeilFloorKind::DateTimeField(_) => return Err(unreadable(value)),
    }
    Ok(function(name, arguments))
}

fn literal(value: &ast::Value) -> Result<Term> {
    Ok(match value {
        ast::Value::Number(digits, _) => Term::Number(digits.clone()),
        ast::Value::SingleQuotedString(text) => Term::Text(text.clone()),
        ast::Value::DoubleQuotedString(name) => Term::Name(vec![name.clone()]),
        ast::Value::Boolean(value) => Term::Bool(*value),
        ast::Value::Null => Term::Null,
        other => {
            return Err(QueryError::query(format!(
                "Invalid SQL syntax: cannot read {other}"
            )));
        }
    })
}

fn binary(left: &Expr, op: &Op, right: &Expr) -> Result<Term> {
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
    for side in [term(left)?, term(right)?] {
        // `a AND b AND c` is one call of three.
        match side.as_operator(name) {
            Some(parts) if matches!(op, Op::And | Op::Or) => arguments.extend(parts.to_vec()),
            _ => arguments.push(side),
        }
    }
    Ok(Term::operator(name, arguments))
}

fn unary(op: UnaryOperator, value: Term) -> Result<Term> {
    match (op, value) {
        (UnaryOperator::Plus, value) => Ok(value),
        (UnaryOperator::Minus, Term::Number(digits)) if !digits.starts_with('-') => {
            Ok(Term::Number(format!("-{digits}")))
        }
        (UnaryOperator::Minus, value) => Ok(Term::operator("negate", vec![value])),
        (UnaryOperator::Not | UnaryOperator::BangNot, value) => {
            Ok(Term::operator("not", vec![value]))
        }
        (other, _) => Err(QueryError::query(format!(
            "Invalid SQL syntax: the operator `{other}` is not known."
        ))),
    }
}

fn case(
    operand: Option<&Expr>,
    conditions: &[ast::CaseWhen],
    otherwise: Option<&Expr>,
) -> Result<Term> {
    let mut arguments = Vec::new();
    if let Some(operand) = operand {
        arguments.push(term(operand)?);
    }
    for when in conditions {
        arguments.push(term(&when.condition)?);
        arguments.push(term(&when.result)?);
    }
    arguments.push(otherwise.map_or(Ok(Term::Null), term)?);
    let name = if operand.is_some() {
        "caseWithExpression"
    } else {
        "multiIf"
    };
    Ok(Term::operator(name, arguments))
}

fn cast(value: Term, data_type: &ast::DataType) -> Term {
    Term::operator(
        "CAST",
        vec![value, Term::Text(Type::spelled(&data_type.to_string()))],
    )
}

fn interval(interval: &ast::Interval) -> Result<Term> {
    let (value, unit) = match (&interval.leading_field, term(&interval.value)?) {
        (Some(field), value) => (value, field.to_string()),
        // INTERVAL '7 day'
        (None, Term::Text(text)) => match text.trim().split_once(' ') {
            Some((count, unit)) => (Term::Number(count.to_owned()), unit.trim().to_owned()),
            None => return Err(unit_missing()),
        },
        _ => return Err(unit_missing()),
    };
    let value = match value {
        Term::Text(digits) => Term::Number(digits),
        value => value,
    };
    match Unit::named(&unit) {
        Some(unit) => Ok(Term::operator(unit.function(), vec![value])),
        None => Err(unit_missing()),
    }
}

fn unit_missing() -> QueryError {
    QueryError::query("Invalid SQL syntax: an INTERVAL needs a number and a unit.")
        .hint("Write for example INTERVAL 7 DAY.")
}

fn lambda(lambda: &ast::LambdaFunction) -> Result<Term> {
    let names = match &lambda.params {
        ast::OneOrManyWithParens::One(parameter) => vec![name_of(&parameter.name)],
        ast::OneOrManyWithParens::Many(parameters) => parameters
            .iter()
            .map(|parameter| name_of(&parameter.name))
            .collect(),
    };
    Ok(Term::Lambda(names, Box::new(term(&lambda.body)?)))
}

fn call(function: &ast::Function) -> Result<Term> {
    if function.filter.is_some() || !function.within_group.is_empty() {
        return Err(QueryError::unsupported("FILTER after an aggregate")
            .hint("Use countIf(condition) or sumIf(column, condition)."));
    }
    let (_, parameters) = arguments(&function.parameters)?;
    let (distinct, arguments) = arguments(&function.args)?;
    Ok(Term::Call(Box::new(Call {
        name: super::source::plain_name(&function.name),
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

fn arguments(arguments: &ast::FunctionArguments) -> Result<(bool, Vec<Term>)> {
    let list = match arguments {
        ast::FunctionArguments::None => return Ok((false, Vec::new())),
        ast::FunctionArguments::Subquery(inner) => {
            return Ok((false, vec![Term::Subquery(Rc::new(query(inner)?))]));
        }
        ast::FunctionArguments::List(list) => list,
    };
    let mut terms = Vec::new();
    for argument in &list.args {
        match argument {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(value)) => {
                terms.push(term(value)?);
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
    Ok((distinct, terms))
}

fn unreadable(expression: &Expr) -> QueryError {
    QueryError::query(format!(
        "Invalid SQL syntax: `{expression}` cannot be read here."
    ))
    .hint(super::instead::of_expression(expression))
}
