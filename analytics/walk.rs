//! Visits every expression of a question.

use crate::deep::deep;
use crate::tree::{
    Body, Distinct, Grouping, Item, JoinCondition, Order, Ordering, Over, Query, Select, Source,
    Term, Window,
};

/// Sees each expression; [`walk_term`] goes on to those inside.
pub(crate) trait Visitor {
    fn term(&mut self, term: &Term);
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
            walk_select_terms(select, visitor);
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
                visitor.term(filter);
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
                visitor.term(on);
            }
        }
    }
}

/// Visits the expressions of `select` itself, those of its FROM apart.
pub(crate) fn walk_select_terms(select: &Select, visitor: &mut impl Visitor) {
    for item in &select.items {
        if let Item::Term { term, .. } = item {
            visitor.term(term);
        }
    }
    for (term, _) in select.array_join.iter().flat_map(|join| &join.items) {
        visitor.term(term);
    }
    if let Distinct::On(by) = &select.distinct {
        for term in by {
            visitor.term(term);
        }
    }
    if let Grouping::By(by) = &select.group_by {
        for term in by {
            visitor.term(term);
        }
    }
    for term in [
        &select.filter,
        &select.having,
        &select.qualify,
        &select.limit,
        &select.offset,
    ]
    .into_iter()
    .flatten()
    {
        visitor.term(term);
    }
    for (_, window) in &select.windows {
        walk_window(window, visitor);
    }
    if let Ordering::By(orders) = &select.order_by {
        walk_orders(orders, visitor);
    }
    if let Some(limit_by) = &select.limit_by {
        visitor.term(&limit_by.limit);
        limit_by
            .offset
            .iter()
            .chain(&limit_by.by)
            .for_each(|term| visitor.term(term));
    }
}

/// Visits the expressions directly inside `term`, and into its subqueries.
pub(crate) fn walk_term(term: &Term, visitor: &mut impl Visitor) {
    deep(|| walk_inside(term, visitor));
}

fn walk_inside(term: &Term, visitor: &mut impl Visitor) {
    match term {
        Term::Call(call) => {
            call.parameters
                .iter()
                .chain(&call.arguments)
                .for_each(|term| visitor.term(term));
            if let Some(Over::Window(window)) = &call.over {
                walk_window(window, visitor);
            }
        }
        Term::Lambda(_, body) => visitor.term(body),
        Term::Array(items) | Term::Tuple(items) => items.iter().for_each(|term| visitor.term(term)),
        Term::Subquery(query) => walk_query(query, visitor),
        Term::Name(_) | Term::Number(_) | Term::Text(_) | Term::Bool(_) | Term::Null => {}
    }
}

fn walk_window(window: &Window, visitor: &mut impl Visitor) {
    window
        .partition_by
        .iter()
        .for_each(|term| visitor.term(term));
    walk_orders(&window.order_by, visitor);
}

fn walk_orders(orders: &[Order], visitor: &mut impl Visitor) {
    for order in orders {
        visitor.term(&order.term);
        if let Some(fill) = &order.fill {
            [&fill.from, &fill.to, &fill.step]
                .into_iter()
                .flatten()
                .for_each(|term| visitor.term(term));
        }
    }
}
