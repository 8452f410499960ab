//! The clauses of one SELECT, as the parser read them.

use sqlparser::ast;

use crate::error::{QueryError, Result};
use crate::sql::Expr;

/// ORDER BY and LIMIT, which the parser puts behind a union and not behind its last SELECT.
#[derive(Clone, Copy, Default)]
pub(super) struct Tail<'q> {
    pub(super) order_by: Option<&'q ast::OrderByKind>,
    pub(super) limit: Option<&'q ast::LimitClause>,
}

impl<'q> Tail<'q> {
    pub(super) fn of(query: &'q ast::Query) -> Result<Self> {
        let order_by = query.order_by.as_ref();
        if order_by.is_some_and(|order_by| order_by.interpolate.is_some()) {
            return Err(QueryError::unsupported("INTERPOLATE"));
        }
        Ok(Self {
            order_by: order_by.map(|order_by| &order_by.kind),
            limit: query.limit_clause.as_ref(),
        })
    }

    pub(super) fn is_empty(self) -> bool {
        self.order_by.is_none() && self.limit.is_none()
    }
}

/// The clauses of one SELECT, but for FROM.
pub(super) struct Clauses<'q> {
    pub(super) items: &'q [ast::SelectItem],
    pub(super) distinct: Option<&'q ast::Distinct>,
    /// PREWHERE and WHERE.
    pub(super) filters: Vec<Expr<'q>>,
    pub(super) group_by: Option<&'q ast::GroupByExpr>,
    pub(super) having: Option<&'q ast::Expr>,
    pub(super) windows: &'q [ast::NamedWindowDefinition],
    pub(super) tail: Tail<'q>,
}

impl<'q> Clauses<'q> {
    /// A SELECT list alone.
    pub(super) const fn of_items(items: &'q [ast::SelectItem], tail: Tail<'q>) -> Self {
        Self {
            items,
            distinct: None,
            filters: Vec::new(),
            group_by: None,
            having: None,
            windows: &[],
            tail,
        }
    }

    pub(super) fn of(select: &'q ast::Select, tail: Tail<'q>) -> Result<Self> {
        if select.top.is_some() {
            return Err(QueryError::unsupported("TOP").hint("Write LIMIT 5 at the end."));
        }
        if select.qualify.is_some() {
            return Err(QueryError::unsupported("QUALIFY")
                .hint("Name the window function in a subquery, and write WHERE around it."));
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
        let filters = [&select.prewhere, &select.selection];
        Ok(Self {
            distinct: select.distinct.as_ref(),
            filters: filters
                .into_iter()
                .flatten()
                .map(Expr::read)
                .collect::<Result<_>>()?,
            group_by: Some(&select.group_by),
            having: select.having.as_ref(),
            windows: &select.named_window,
            ..Self::of_items(&select.projection, tail)
        })
    }
}
