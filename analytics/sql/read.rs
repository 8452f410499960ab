//! From the parser's tree to [`Expr`].

use sqlparser::ast::{self, BinaryOperator as Op, InTarget, UnaryOperator};

use super::expr::{Call, Expr, plain_name};
use super::hints;
use crate::error::{QueryError, Result};
use crate::types::{Type, Unit};

pub(super) fn read(expr: &ast::Expr) -> Result<Expr<'_>> {
    use ast::Expr as Written;
    Ok(match expr {
        Written::Nested(inner) => Expr::read(inner)?,
        Written::Identifier(name) => Expr::Name(vec![name.value.clone()]),
        Written::CompoundIdentifier(names) => {
            Expr::Name(names.iter().map(|name| name.value.clone()).collect())
        }
        Written::Value(value) => literal(&value.value)?,
        Written::Array(array) => Expr::Array(Expr::read_all(&array.elem)?),
        Written::Tuple(parts) => Expr::Tuple(Expr::read_all(parts)?),
        Written::Subquery(query) => Expr::Subquery(query),
        Written::Lambda(lambda) => self::lambda(lambda)?,
        Written::Function(function) => call(function)?,
        Written::BinaryOp { left, op, right } => binary(left, op, right)?,
        Written::UnaryOp { op, expr } => unary(*op, Expr::read(expr)?)?,
        Written::Case {
            operand,
            conditions,
            else_result,
            ..
        } => case(operand.as_deref(), conditions, else_result.as_deref())?,
        Written::Cast {
            expr, data_type, ..
        } => cast(Expr::read(expr)?, data_type),
        Written::TypedString(typed) => match literal(&typed.value.value)? {
            text @ Expr::Text(_) => cast(text, &typed.data_type),
            _ => return Err(unreadable(expr)),
        },
        Written::Interval(interval) => self::interval(interval)?,
        Written::CompoundFieldAccess { root, access_chain } => {
            let mut value = Expr::read(root)?;
            for access in access_chain {
                let ast::AccessExpr::Subscript(ast::Subscript::Index { index }) = access else {
                    return Err(unreadable(expr));
                };
                value = Expr::operator("arrayElement", vec![value, Expr::read(index)?]);
            }
            value
        }
        _ => predicate(expr)?,
    })
}

/// What is true or false.
fn predicate(expr: &ast::Expr) -> Result<Expr<'_>> {
    use ast::Expr as Written;
    let operator =
        |name: &str, a, b| Ok(Expr::operator(name, vec![Expr::read(a)?, Expr::read(b)?]));
    let not = |negated: bool, expr| {
        if negated {
            Expr::operator("not", vec![expr])
        } else {
            expr
        }
    };
    match expr {
        Written::IsNull(value) => Ok(Expr::operator("isNull", vec![Expr::read(value)?])),
        Written::IsNotNull(value) => Ok(Expr::operator("isNotNull", vec![Expr::read(value)?])),
        Written::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let low = operator("greaterOrEquals", expr, low)?;
            let high = operator("lessOrEquals", expr, high)?;
            Ok(not(*negated, Expr::operator("and", vec![low, high])))
        }
        Written::In {
            expr: needle,
            target,
            negated,
            global: false,
        } => {
            let set = match target {
                InTarget::List(list) => match list.as_slice() {
                    [only] => Expr::read(only)?,
                    many => Expr::Tuple(Expr::read_all(many)?),
                },
                InTarget::Subquery(query) => Expr::Subquery(query),
                InTarget::Unnest(_) | InTarget::Table { .. } => return Err(unreadable(expr)),
            };
            let name = if *negated { "notIn" } else { "in" };
            Ok(Expr::operator(name, vec![Expr::read(needle)?, set]))
        }
        Written::AnyOp {
            left,
            compare_op: Op::Eq,
            right,
            ..
        } if matches!(**right, Written::Subquery(_)) => operator("in", left, right),
        Written::AllOp {
            left,
            compare_op: Op::NotEq,
            right,
        } if matches!(**right, Written::Subquery(_)) => operator("notIn", left, right),
        Written::Exists { subquery, negated } => Ok(not(
            *negated,
            Expr::operator("exists", vec![Expr::Subquery(subquery)]),
        )),
        Written::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => operator(if *negated { "notLike" } else { "like" }, expr, pattern),
        Written::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => operator(if *negated { "notILike" } else { "ilike" }, expr, pattern),
        _ => special(expr),
    }
}

/// The functions for which the parser has a shape of its own.
fn special(expr: &ast::Expr) -> Result<Expr<'_>> {
    use ast::Expr as Written;
    let (name, arguments) = match expr {
        Written::Ceil { expr, field } => ("ceil", rounded(expr, field)?),
        Written::Floor { expr, field } => ("floor", rounded(expr, field)?),
        Written::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            let parts = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
            let parts = parts.into_iter().flatten();
            (
                "substring",
                parts.map(|part| Expr::read(part)).collect::<Result<_>>()?,
            )
        }
        Written::Trim {
            trim_where: None,
            trim_what: None,
            expr,
            trim_characters: None,
        } => ("trim", vec![Expr::read(expr)?]),
        // Its name is refused when it is bound, before its arguments would be looked at.
        Written::Position { .. } => ("position", Vec::new()),
        Written::Extract { field, .. } => {
            return Ok(Expr::function(&format!("to{field}"), Vec::new()));
        }
        _ => return Err(unreadable(expr)),
    };
    Ok(Expr::function(name, arguments))
}

fn rounded<'q>(value: &'q ast::Expr, field: &'q ast::CeilFloorKind) -> Result<Vec<Expr<'q>>> {
    match field {
        ast::CeilFloorKind::Scale(digits) => Ok(vec![Expr::read(value)?, literal(&digits.value)?]),
        ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {
            Ok(vec![Expr::read(value)?])
        }
        ast::CeilFloorKind::DateTimeField(_) => Err(unreadable(value)),
    }
}

fn literal(value: &ast::Value) -> Result<Expr<'static>> {
    Ok(match value {
        ast::Value::Number(digits, _) => Expr::Number(digits.clone()),
        ast::Value::SingleQuotedString(text) => Expr::Text(text.clone()),
        ast::Value::HexStringLiteral(digits) => Expr::Text(text_of_hex(digits)?),
        ast::Value::DoubleQuotedString(name) => Expr::Name(vec![name.clone()]),
        ast::Value::Boolean(value) => Expr::Bool(*value),
        ast::Value::Null => Expr::Null,
        other => return Err(QueryError::syntax(format!("cannot read {other}"))),
    })
}

/// `x'41'`.
fn text_of_hex(digits: &str) -> Result<String> {
    let byte = |index: usize| u8::from_str_radix(digits.get(index..index + 2)?, 16).ok();
    let bytes: Option<Vec<_>> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .ok_or_else(|| {
            QueryError::syntax(format!(
                "x'{digits}' is not a text in pairs of hexadecimal digits."
            ))
        })
}

fn binary<'q>(left: &'q ast::Expr, op: &Op, right: &'q ast::Expr) -> Result<Expr<'q>> {
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
        other => {
            return Err(QueryError::syntax(format!(
                "the operator `{other}` is not known."
            )));
        }
    };
    let mut arguments = Vec::new();
    for side in [Expr::read(left)?, Expr::read(right)?] {
        // `a AND b AND c` is one call of three.
        match side {
            Expr::Call(call) if matches!(op, Op::And | Op::Or) && call.name == name => {
                arguments.extend(call.arguments);
            }
            side => arguments.push(side),
        }
    }
    Ok(Expr::operator(name, arguments))
}

fn unary(op: UnaryOperator, value: Expr<'_>) -> Result<Expr<'_>> {
    match (op, value) {
        (UnaryOperator::Plus, value) => Ok(value),
        (UnaryOperator::Minus, Expr::Number(digits)) if !digits.starts_with('-') => {
            Ok(Expr::Number(format!("-{digits}")))
        }
        (UnaryOperator::Minus, value) => Ok(Expr::operator("negate", vec![value])),
        (UnaryOperator::Not, value) => Ok(Expr::operator("not", vec![value])),
        (other, _) => Err(QueryError::syntax(format!(
            "the operator `{other}` is not known."
        ))),
    }
}

fn case<'q>(
    operand: Option<&'q ast::Expr>,
    conditions: &'q [ast::CaseWhen],
    otherwise: Option<&'q ast::Expr>,
) -> Result<Expr<'q>> {
    let name = match operand {
        Some(_) => "caseWithExpression",
        None => "multiIf",
    };
    let pairs = conditions
        .iter()
        .flat_map(|when| [&when.condition, &when.result]);
    let written = operand.into_iter().chain(pairs);
    let mut arguments = written.map(Expr::read).collect::<Result<Vec<_>>>()?;
    arguments.push(otherwise.map_or(Ok(Expr::Null), Expr::read)?);
    Ok(Expr::operator(name, arguments))
}

fn cast<'q>(value: Expr<'q>, data_type: &ast::DataType) -> Expr<'q> {
    let name = Expr::Text(Type::spelled(&data_type.to_string()));
    Expr::operator("CAST", vec![value, name])
}

fn interval(interval: &ast::Interval) -> Result<Expr<'_>> {
    let missing = || {
        QueryError::syntax("an INTERVAL needs a number and a unit.")
            .hint("Write for example INTERVAL 7 DAY.")
    };
    let (value, unit) = match (&interval.leading_field, Expr::read(&interval.value)?) {
        (Some(field), Expr::Text(digits)) => (Expr::Number(digits), field.to_string()),
        (Some(field), value) => (value, field.to_string()),
        // INTERVAL '7 day'
        (None, Expr::Text(text)) => match text.trim().split_once(' ') {
            Some((count, unit)) => (Expr::Number(count.to_owned()), unit.trim().to_owned()),
            None => return Err(missing()),
        },
        _ => return Err(missing()),
    };
    let unit = Unit::named(&unit).ok_or_else(missing)?;
    Ok(Expr::operator(&unit.function(), vec![value]))
}

fn lambda(lambda: &ast::LambdaFunction) -> Result<Expr<'_>> {
    let parameters = match &lambda.params {
        ast::OneOrManyWithParens::One(parameter) => std::slice::from_ref(parameter),
        ast::OneOrManyWithParens::Many(parameters) => parameters,
    };
    let names = parameters
        .iter()
        .map(|parameter| parameter.name.value.clone());
    Ok(Expr::Lambda(
        names.collect(),
        Box::new(Expr::read(&lambda.body)?),
    ))
}

fn call(function: &ast::Function) -> Result<Expr<'_>> {
    if function.filter.is_some() || !function.within_group.is_empty() {
        return Err(QueryError::unsupported("FILTER after an aggregate")
            .hint("Use countIf(condition) or sumIf(column, condition)."));
    }
    let (_, parameters) = arguments(&function.parameters)?;
    let (distinct, arguments) = arguments(&function.args)?;
    Ok(Expr::Call(Box::new(Call {
        name: plain_name(&function.name),
        written: true,
        parameters,
        distinct,
        arguments,
        over: function.over.as_ref(),
    })))
}

fn arguments(arguments: &ast::FunctionArguments) -> Result<(bool, Vec<Expr<'_>>)> {
    let list = match arguments {
        ast::FunctionArguments::None => return Ok((false, Vec::new())),
        ast::FunctionArguments::Subquery(query) => return Ok((false, vec![Expr::Subquery(query)])),
        ast::FunctionArguments::List(list) => list,
    };
    let mut exprs = Vec::new();
    for argument in &list.args {
        match argument {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(value)) => {
                exprs.push(Expr::read(value)?);
            }
            // count(*) is count().
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard) => {}
            other => return Err(QueryError::syntax(format!("cannot read {other}"))),
        }
    }
    let distinct = list.duplicate_treatment == Some(ast::DuplicateTreatment::Distinct);
    Ok((distinct, exprs))
}

fn unreadable(expr: &ast::Expr) -> QueryError {
    QueryError::syntax(format!("`{expr}` cannot be read here.")).hint(hints::of_expression(expr))
}
