//! The SELECT list: which columns there are, and what they are called.

use std::collections::BTreeMap;

use sqlparser::ast;

use super::Planner;
use crate::bind::{Binder, BoundExpr, Scope};
use crate::error::{QueryError, Result};
use crate::sql::{Expr, display, plain_name};

/// How many columns all SELECTs may have together.
const MOST_COLUMNS: usize = 64;

impl Planner<'_> {
    /// The columns of the result, unbound.
    pub(super) fn items<'q>(
        &self,
        written: &'q [ast::SelectItem],
        scope: &Scope,
    ) -> Result<Vec<Item<'q>>> {
        self.columns.set(self.columns.get() + written.len());
        if self.columns.get() > MOST_COLUMNS {
            return Err(
                QueryError::query("Analytics query projects too many columns").hint(&format!(
                    "All its SELECTs together may have {MOST_COLUMNS}."
                )),
            );
        }
        let mut items = Vec::new();
        for item in written {
            match item {
                ast::SelectItem::UnnamedExpr(expr) => {
                    let expr = Expr::read(expr)?;
                    items.push(Item {
                        name: item_name(&expr, scope),
                        alias: None,
                        value: Written::Expr(expr),
                    });
                }
                ast::SelectItem::ExprWithAlias { expr, alias } => items.push(Item {
                    name: alias.value.clone(),
                    alias: Some(&alias.value),
                    value: Written::Expr(Expr::read(expr)?),
                }),
                ast::SelectItem::Wildcard(options) => star(None, options, scope, &mut items)?,
                ast::SelectItem::QualifiedWildcard(
                    ast::SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) => star(Some(&plain_name(name)), options, scope, &mut items)?,
                _ => return Err(QueryError::syntax(item)),
            }
        }
        Ok(items)
    }
}

/// One column of the result.
pub(super) struct Item<'q> {
    pub(super) name: String,
    alias: Option<&'q str>,
    value: Written<'q>,
}

enum Written<'q> {
    Expr(Expr<'q>),
    /// A column that `*` stands for, whatever aliases say.
    Column(BoundExpr),
}

impl<'q> Item<'q> {
    pub(super) fn bind(&self, binder: &Binder<'_, 'q>) -> Result<BoundExpr> {
        match (&self.value, self.alias) {
            (Written::Column(column), _) => Ok(column.clone()),
            (Written::Expr(expr), Some(alias)) => binder.bind_alias(alias, expr),
            (Written::Expr(expr), None) => binder.bind(expr),
        }
    }
}

fn star(
    qualifier: Option<&String>,
    options: &ast::WildcardAdditionalOptions,
    scope: &Scope,
    items: &mut Vec<Item<'_>>,
) -> Result<()> {
    if options.opt_replace.is_some() || options.opt_ilike.is_some() {
        return Err(QueryError::unsupported("`* REPLACE`"));
    }
    let except = options.opt_except.as_ref();
    let is_left_out = |name: &str| {
        except.is_some_and(|except| {
            let mut all = except
                .additional_elements
                .iter()
                .chain([&except.first_element]);
            all.any(|other| other.value == *name)
        })
    };
    let before = items.len();
    for (index, column) in scope.columns.iter().enumerate() {
        let wanted = qualifier.is_none_or(|qualifier| column.qualifiers.contains(qualifier));
        if wanted && !column.name.is_empty() && !is_left_out(&column.name) {
            items.push(Item {
                name: scope.star_name(index),
                alias: None,
                value: Written::Column(BoundExpr::column(index, scope.kind(index)?)),
            });
        }
    }
    if items.len() == before {
        return Err(QueryError::query("`*` stands for no column here."));
    }
    Ok(())
}

/// What each alias stands for.
pub(super) fn aliases<'q>(items: &[Item<'q>]) -> Result<BTreeMap<String, Expr<'q>>> {
    let mut aliases = BTreeMap::new();
    for item in items {
        let (Some(alias), Written::Expr(expr)) = (item.alias, &item.value) else {
            continue;
        };
        let before = aliases.insert(alias.to_owned(), expr.clone());
        // Functions are known however they are spelled.
        let same = |before: Expr<'_>| display(&before).eq_ignore_ascii_case(&display(expr));
        if before.is_some_and(|before| !same(before)) {
            return Err(
                QueryError::query(format!("Multiple expressions for alias {alias}."))
                    .hint("Give each column a name of its own."),
            );
        }
    }
    Ok(aliases)
}

/// The name of a column without an alias: qualified only where its short name means another.
fn item_name(expr: &Expr<'_>, scope: &Scope) -> String {
    if let Expr::Name(parts) = expr
        && let (Some(place), Some(last)) = (scope.find(parts), parts.last())
        && scope.find(std::slice::from_ref(last)) != Some(place)
    {
        return parts.join(".");
    }
    display(expr)
}
