//! Visits every expression of a question.

use crate::ast::{
    Body, Distinct, Expr, Grouping, Item, JoinCondition, Order, Ordering, Over, Query, Select,
    Source, Window,
};
use crate::deep::deep;

/// Sees each expression; [`walk_expr`] goes on to those inside.
pub(crate) trait Visitor {
    fn expr(&mut self, expr: &Expr);
}

/// Visits the expressions of `query` and of every query inside it.
pub(crate) fn walk_query(query: &Query, visitor: &mut impl Visitor) {
    for (_, inner) in &query.with {
        walk_query(inner, visitor);
    }
    match &query.body {
        Body::Set { left, right, .. } => {
            deep(|| walk_query(left, visitor));
            deep(|| walk_query(right, visitor));
        }
        Body::Select(select) => {
            if let Some(from) = &select.from {
                walk_source(from, visitor);
            }
            walk_select_exprs(select, visitor);
        }
    }
}

/// Visits the conditions of WHERE in `query` and in the queries behind its FROM.
pub(crate) fn walk_filters(query: &Query, visitor: &mut impl Visitor) {
    for (_, inner) in &query.with {
        walk_filters(inner, visitor);
    }
    match &query.body {
        Body::Set { left, right, .. } => {
            deep(|| walk_filters(left, visitor));
            deep(|| walk_filters(right, visitor));
        }
        Body::Select(select) => {
            let mut sources: Vec<_> = select.from.iter().collect();
            while let Some(source) = sources.pop() {
                match source {
                    Source::Table { .. } => {}
                    Source::Query { query, .. } => walk_filters(query, visitor),
                    Source::Join { left, right, .. } => {
                        sources.extend([left.as_ref(), right.as_ref()]);
                    }
                }
            }
            if let Some(filter) = &select.filter {
                visitor.expr(filter);
            }
        }
    }
}

fn walk_source(source: &Source, visitor: &mut impl Visitor) {
    match source {
        Source::Table { .. } => {}
        Source::Query { query, .. } => walk_query(query, visitor),
        Source::Join {
            left,
            right,
            condition,
            ..
        } => {
            deep(|| walk_source(left, visitor));
            deep(|| walk_source(right, visitor));
            if let JoinCondition::On(on) = condition {
                visitor.expr(on);
            }
        }
    }
}

/// Visits the expressions of `select` itself, those of its FROM apart.
pub(crate) fn walk_select_exprs(select: &Select, visitor: &mut impl Visitor) {
    for item in &select.items {
        if let Item::Expr { expr, .. } = item {
            visitor.expr(expr);
        }
    }
    for (expr, _) in select.array_join.iter().flat_map(|join| &join.items) {
        visitor.expr(expr);
    }
    if let Distinct::On(by) = &select.distinct {
        for expr in by {
            visitor.expr(expr);
        }
    }
    if let Grouping::By(by) = &select.group_by {
        for expr in by {
            visitor.expr(expr);
        }
    }
    for expr in [
        &select.filter,
        &select.having,
        &select.qualify,
        &select.limit,
        &select.offset,
    ]
    .into_iter()
    .flatten()
    {
        visitor.expr(expr);
    }
    for (_, window) in &select.windows {
        walk_window(window, visitor);
    }
    if let Ordering::By(orders) = &select.order_by {
        walk_orders(orders, visitor);
    }
    if let Some(limit_by) = &select.limit_by {
        visitor.expr(&limit_by.limit);
        limit_by
            .offset
            .iter()
            .chain(&limit_by.by)
            .for_each(|expr| visitor.expr(expr));
    }
}

/// Visits the expressions directly inside `expr`, and into its subqueries.
pub(crate) fn walk_expr(expr: &Expr, visitor: &mut impl Visitor) {
    deep(|| walk_inside(expr, visitor));
}

fn walk_inside(expr: &Expr, visitor: &mut impl Visitor) {
    match expr {
        Expr::Call(call) => {
            call.parameters
                .iter()
                .chain(&call.arguments)
                .for_each(|expr| visitor.expr(expr));
            if let Some(Over::Window(window)) = &call.over {
                walk_window(window, visitor);
            }
        }
        Expr::Lambda(_, body) => visitor.expr(body),
        Expr::Array(items) | Expr::Tuple(items) => items.iter().for_each(|expr| visitor.expr(expr)),
        Expr::Subquery(query) => walk_query(query, visitor),
        Expr::Name(_) | Expr::Number(_) | Expr::Text(_) | Expr::Bool(_) | Expr::Null => {}
    }
}

fn walk_window(window: &Window, visitor: &mut impl Visitor) {
    window
        .partition_by
        .iter()
        .for_each(|expr| visitor.expr(expr));
    walk_orders(&window.order_by, visitor);
}

fn walk_orders(orders: &[Order], visitor: &mut impl Visitor) {
    for order in orders {
        visitor.expr(&order.expr);
        if let Some(fill) = &order.fill {
            [&fill.from, &fill.to, &fill.step]
                .into_iter()
                .flatten()
                .for_each(|expr| visitor.expr(expr));
        }
    }
}
