//! One SELECT.

use sqlparser::ast;

use super::expr::{name_of, read_expr, read_exprs};
use super::source::source;
use super::window::window;
use crate::ast::{
    ArrayJoin, Distinct, Expr, Fill, Grouping, Item, Order, Ordering, Select, Source,
};
use crate::error::{QueryError, Result};

pub(super) fn select(select: &ast::Select) -> Result<Select> {
    if select.top.is_some() {
        return Err(QueryError::unsupported("TOP").hint("Write LIMIT 5 at the end."));
    }
    let others = [
        select.into.is_some(),
        !select.lateral_views.is_empty(),
        !select.connect_by.is_empty(),
        !select.cluster_by.is_empty(),
        !select.distribute_by.is_empty(),
        !select.sort_by.is_empty(),
    ];
    if others.contains(&true) {
        return Err(QueryError::unsupported("This clause of SELECT")
            .hint("Write WHERE, GROUP BY, HAVING, ORDER BY and LIMIT."));
    }
    let (from, array_join) = from(&select.from)?;
    let mut filter = None;
    for part in [&select.prewhere, &select.selection].into_iter().flatten() {
        let part = read_expr(part)?;
        filter = Some(match filter {
            None => part,
            Some(before) => Expr::operator("and", vec![before, part]),
        });
    }
    Ok(Select {
        distinct: distinct(select.distinct.as_ref())?,
        items: select.projection.iter().map(item).collect::<Result<_>>()?,
        from,
        array_join,
        filter,
        group_by: group_by(&select.group_by)?,
        having: select.having.as_ref().map(read_expr).transpose()?,
        windows: select
            .named_window
            .iter()
            .map(
                |ast::NamedWindowDefinition(name, expression)| match expression {
                    ast::NamedWindowExpr::WindowSpec(spec) => Ok((name_of(name), window(spec)?)),
                    ast::NamedWindowExpr::NamedWindow(_) => Err(QueryError::unsupported(
                        "A window named after another window",
                    )),
                },
            )
            .collect::<Result<_>>()?,
        qualify: select.qualify.as_ref().map(read_expr).transpose()?,
        ..Select::default()
    })
}

fn distinct(distinct: Option<&ast::Distinct>) -> Result<Distinct> {
    Ok(match distinct {
        None | Some(ast::Distinct::All) => Distinct::No,
        Some(ast::Distinct::Distinct) => Distinct::Rows,
        Some(ast::Distinct::On(by)) => Distinct::On(read_exprs(by)?),
    })
}

fn item(item: &ast::SelectItem) -> Result<Item> {
    match item {
        ast::SelectItem::UnnamedExpr(expression) => Ok(Item::Expr {
            expr: read_expr(expression)?,
            alias: None,
        }),
        ast::SelectItem::ExprWithAlias { expr, alias } => Ok(Item::Expr {
            expr: read_expr(expr)?,
            alias: Some(name_of(alias)),
        }),
        ast::SelectItem::Wildcard(options) => star(None, options),
        ast::SelectItem::QualifiedWildcard(
            ast::SelectItemQualifiedWildcardKind::ObjectName(name),
            options,
        ) => star(Some(super::source::plain_name(name)), options),
        _ => Err(QueryError::query(format!("Invalid SQL syntax: {item}"))),
    }
}

fn star(qualifier: Option<String>, options: &ast::WildcardAdditionalOptions) -> Result<Item> {
    if options.opt_replace.is_some() || options.opt_ilike.is_some() {
        return Err(QueryError::unsupported("`* REPLACE`"));
    }
    let except = match &options.opt_except {
        None => Vec::new(),
        Some(except) => std::iter::once(&except.first_element)
            .chain(&except.additional_elements)
            .map(name_of)
            .collect(),
    };
    Ok(Item::Star { qualifier, except })
}

/// How many tables may stand in one FROM.
const TABLES: usize = 100;

fn from(tables: &[ast::TableWithJoins]) -> Result<(Option<Source>, Option<ArrayJoin>)> {
    if tables.len() > TABLES {
        return Err(QueryError::query("Analytics query is too complex").hint("Join fewer tables."));
    }
    let mut array_join = None;
    let mut all: Option<Source> = None;
    for table in tables {
        let (next, arrays) = source(table)?;
        array_join = array_join.or(arrays);
        all = Some(match all {
            None => next,
            Some(left) => Source::Join {
                left: Box::new(left),
                right: Box::new(next),
                kind: crate::ast::JoinKind::Cross,
                condition: crate::ast::JoinCondition::None,
            },
        });
    }
    Ok((all, array_join))
}

fn group_by(group_by: &ast::GroupByExpr) -> Result<Grouping> {
    let (modifiers, grouping) = match group_by {
        ast::GroupByExpr::All(modifiers) => (modifiers, Grouping::All),
        ast::GroupByExpr::Expressions(by, modifiers) if by.is_empty() => {
            (modifiers, Grouping::None)
        }
        ast::GroupByExpr::Expressions(by, modifiers) => (modifiers, Grouping::By(read_exprs(by)?)),
    };
    // The totals travel beside the rows, and Unkey's API sends the rows only.
    match modifiers
        .iter()
        .find(|modifier| !matches!(modifier, ast::GroupByWithModifier::Totals))
    {
        None => Ok(grouping),
        Some(modifier) => Err(QueryError::unsupported(&format!("GROUP BY … {modifier}"))
            .hint("Ask one query for each level instead.")),
    }
}

pub(super) fn ordering(kind: &ast::OrderByKind) -> Result<Ordering> {
    match kind {
        ast::OrderByKind::All(options) => Ok(Ordering::All {
            descending: descending(options),
        }),
        ast::OrderByKind::Expressions(orders) => Ok(Ordering::By(
            orders.iter().map(order).collect::<Result<_>>()?,
        )),
    }
}

fn descending(options: &ast::OrderByOptions) -> bool {
    matches!(options.sort, Some(ast::OrderBySort::Desc))
}

pub(super) fn order(order: &ast::OrderByExpr) -> Result<Order> {
    let optional = |part: &Option<ast::Expr>| part.as_ref().map(read_expr).transpose();
    Ok(Order {
        expr: read_expr(&order.expr)?,
        descending: descending(&order.options),
        nulls_first: order.options.nulls_first.unwrap_or(false),
        fill: match &order.with_fill {
            None => None,
            Some(fill) => Some(Fill {
                from: optional(&fill.from)?,
                to: optional(&fill.to)?,
                step: optional(&fill.step)?,
            }),
        },
    })
}
