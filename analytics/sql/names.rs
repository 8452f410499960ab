//! What ClickHouse calls the column of an expression that has no alias.

use sqlparser::ast;

use super::expr::{Call, Expr, frame};
use crate::grow_stack::grow_stack;
use crate::types::float_text;

/// The name of `expr` as a column of a result.
pub(crate) fn display(expr: &Expr<'_>) -> String {
    match expr {
        Expr::Name(parts) => parts.last().cloned().unwrap_or_default(),
        Expr::Number(digits) => number(digits),
        Expr::Text(text) => quoted(text),
        Expr::Bool(value) => value.to_string(),
        Expr::Null => "NULL".to_owned(),
        Expr::Array(items) => format!("[{}]", array(items)),
        Expr::Tuple(items) => format!("({})", list(items)),
        Expr::Lambda(names, body) => {
            format!("lambda(tuple({}), {})", names.join(", "), display(body))
        }
        Expr::Subquery(_) => "_subquery".to_owned(),
        Expr::Call(call) => grow_stack(|| call_name(call)),
    }
}

fn call_name(call: &Call<'_>) -> String {
    let mut name = match crate::functions::spelled(&call.name) {
        Some(spelled) if call.written && spelled == "trim" => "trimBoth".to_owned(),
        Some(spelled) if call.written => spelled.to_owned(),
        _ => call.name.clone(),
    };
    if call.distinct {
        name.push_str("Distinct");
    }
    if !call.parameters.is_empty() {
        name = format!("{name}({})", list(&call.parameters));
    }
    name = format!("{name}({})", list(&call.arguments));
    match call.over {
        None => name,
        Some(ast::WindowType::NamedWindow(window)) => format!("{name} OVER {}", window.value),
        Some(ast::WindowType::WindowSpec(spec)) => format!("{name} OVER ({})", window(spec)),
    }
}

/// One fraction among numbers makes fractions of all.
fn array(items: &[Expr<'_>]) -> String {
    let digits = |item: &Expr<'_>| match item {
        Expr::Number(digits) => Some(number(digits)),
        _ => None,
    };
    match items.iter().map(digits).collect::<Option<Vec<_>>>() {
        Some(mut numbers) if numbers.iter().any(|number| number.contains('.')) => {
            for number in &mut numbers {
                if !number.contains('.') {
                    number.push('.');
                }
            }
            numbers.join(", ")
        }
        _ => list(items),
    }
}

fn list(exprs: &[Expr<'_>]) -> String {
    exprs.iter().map(display).collect::<Vec<_>>().join(", ")
}

fn number(digits: &str) -> String {
    if digits.parse::<i128>().is_ok() {
        return digits.to_owned();
    }
    let Ok(value) = digits.parse::<f64>() else {
        return digits.to_owned();
    };
    let mut name = float_text(value);
    if !name.contains(['.', 'e', 'n']) {
        name.push('.');
    }
    name
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for letter in text.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\"),
            '\'' => quoted.push_str("\\'"),
            '\0' => quoted.push_str("\\0"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('\'');
    quoted
}

/// What cannot be read is refused when the window is bound.
fn window(spec: &ast::WindowSpec) -> String {
    let written =
        |expr: &ast::Expr| Expr::read(expr).map_or_else(|_| String::new(), |expr| display(&expr));
    let mut parts = Vec::new();
    if !spec.partition_by.is_empty() {
        let by: Vec<_> = spec.partition_by.iter().map(written).collect();
        parts.push(format!("PARTITION BY {}", by.join(", ")));
    }
    if !spec.order_by.is_empty() {
        let order = |order: &ast::OrderByExpr| {
            let descending = order.options.sort == Some(ast::OrderBySort::Desc);
            let direction = if descending { "DESC" } else { "ASC" };
            format!("{} {direction}", written(&order.expr))
        };
        let by: Vec<_> = spec.order_by.iter().map(order).collect();
        parts.push(format!("ORDER BY {}", by.join(", ")));
    }
    parts.extend(
        spec.window_frame
            .as_ref()
            .and_then(|written| frame(written).ok()),
    );
    parts.join(" ")
}
