//! `OVER (…)`.

use sqlparser::ast;

use super::expr::read_exprs;
use super::select::order;
use crate::ast::{Bound, Frame, Window};
use crate::error::{QueryError, Result};

pub(super) fn window(spec: &ast::WindowSpec) -> Result<Window> {
    if spec.window_name.is_some() {
        return Err(QueryError::unsupported(
            "A window that extends another window",
        ));
    }
    Ok(Window {
        partition_by: read_exprs(&spec.partition_by)?,
        order_by: spec.order_by.iter().map(order).collect::<Result<_>>()?,
        frame: spec.window_frame.as_ref().map(frame).transpose()?,
    })
}

fn frame(frame: &ast::WindowFrame) -> Result<Frame> {
    let rows = match frame.units {
        ast::WindowFrameUnits::Rows => true,
        ast::WindowFrameUnits::Range => false,
        ast::WindowFrameUnits::Groups => return Err(QueryError::unsupported("GROUPS in a window")),
    };
    Ok(Frame {
        rows,
        start: bound(&frame.start_bound)?,
        end: frame.end_bound.as_ref().map_or(Ok(Bound::Current), bound)?,
    })
}

fn bound(bound: &ast::WindowFrameBound) -> Result<Bound> {
    use ast::WindowFrameBound as Written;
    Ok(match bound {
        Written::CurrentRow => Bound::Current,
        Written::Preceding(None) => Bound::First,
        Written::Following(None) => Bound::Last,
        Written::Preceding(Some(distance)) => Bound::Preceding(number(distance)?),
        Written::Following(Some(distance)) => Bound::Following(number(distance)?),
    })
}

fn number(expression: &ast::Expr) -> Result<u64> {
    expression.to_string().parse().map_err(|_| {
        QueryError::query(format!(
            "The frame of a window is given in whole numbers, not `{expression}`."
        ))
    })
}
