//! What ClickHouse calls the column of an expression that has no alias.

use crate::ast::{Bound, Call, Expr, Over, Window};
use crate::deep::deep;

/// The name of `expr` as a column of a result.
pub(crate) fn display(expr: &Expr) -> String {
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
        Expr::Call(call) => deep(|| call_name(call)),
    }
}

fn call_name(call: &Call) -> String {
    let mut name = match call.name.as_str() {
        "trim" => "trimBoth".to_owned(),
        name => name.to_owned(),
    };
    if call.distinct {
        name.push_str("Distinct");
    }
    if !call.parameters.is_empty() {
        name = written(&name, &call.parameters);
    }
    name = written(&name, &call.arguments);
    match &call.over {
        None => name,
        Some(Over::Named(window)) => format!("{name} OVER {window}"),
        Some(Over::Window(window)) => format!("{name} OVER ({})", self::window(window)),
    }
}

/// `name(a, b)`.
pub(crate) fn written(name: &str, arguments: &[Expr]) -> String {
    format!("{name}({})", list(arguments))
}

/// One fraction among numbers makes fractions of all.
fn array(items: &[Expr]) -> String {
    let digits = |item: &Expr| match item {
        Expr::Number(digits) => Some(number(digits)),
        _ => None,
    };
    match items.iter().map(digits).collect::<Option<Vec<_>>>() {
        Some(numbers) if numbers.iter().any(|number| number.contains('.')) => {
            let point = |number: &String| {
                if number.contains('.') {
                    number.clone()
                } else {
                    format!("{number}.")
                }
            };
            numbers.iter().map(point).collect::<Vec<_>>().join(", ")
        }
        _ => list(items),
    }
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(display).collect::<Vec<_>>().join(", ")
}

fn number(digits: &str) -> String {
    if digits.parse::<i128>().is_ok() {
        return digits.to_owned();
    }
    let Ok(value) = digits.parse::<f64>() else {
        return digits.to_owned();
    };
    let mut name = crate::encode::float_text(value);
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

fn window(window: &Window) -> String {
    let mut parts = Vec::new();
    if !window.partition_by.is_empty() {
        parts.push(format!("PARTITION BY {}", list(&window.partition_by)));
    }
    if !window.order_by.is_empty() {
        let orders: Vec<_> = window
            .order_by
            .iter()
            .map(|order| {
                let direction = if order.descending { "DESC" } else { "ASC" };
                format!("{} {direction}", display(&order.expr))
            })
            .collect();
        parts.push(format!("ORDER BY {}", orders.join(", ")));
    }
    if let Some(frame) = &window.frame {
        parts.push(format!(
            "{} BETWEEN {} AND {}",
            if frame.rows { "ROWS" } else { "RANGE" },
            bound(frame.start),
            bound(frame.end)
        ));
    }
    parts.join(" ")
}

fn bound(bound: Bound) -> String {
    match bound {
        Bound::First => "UNBOUNDED PRECEDING".to_owned(),
        Bound::Preceding(rows) => format!("{rows} PRECEDING"),
        Bound::Current => "CURRENT ROW".to_owned(),
        Bound::Following(rows) => format!("{rows} FOLLOWING"),
        Bound::Last => "UNBOUNDED FOLLOWING".to_owned(),
    }
}
