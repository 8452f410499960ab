//! Which rows of a table a SELECT needs, and how far events must be summed up for it.

use super::Planner;
use super::bound::Bound;
use super::input::{Input, TableInput};
use crate::bind::{AggregateCall, BoundExpr, Node};
use crate::emit::{Grain, Part};
use crate::grow_stack::grow_stack;
use crate::types::{Field, Table, Type, Value};

pub(super) fn is_sum(field: Field) -> bool {
    matches!(field, Field::Count | Field::Sum(_))
}

impl Planner<'_> {
    /// The SQL of an input for `bound`, which loses the filters that the tables follow by themselves.
    pub(super) fn input_sql(&self, input: &mut Input, bound: &mut Bound) -> String {
        let mut parts = Vec::new();
        for table in input.tables() {
            let mut part = Part::all();
            if table.is_filtered {
                bound
                    .filters
                    .retain(|filter| !narrow(*table, filter, &mut part));
            }
            parts.push((*table, part));
        }
        for (table, part) in &mut parts {
            part.grain = grain(*table, bound);
        }
        if let Input::Table(table) = input
            && let [(_, part)] = parts.as_mut_slice()
            && let Some(counted) = counted(*table, bound)
        {
            part.grain = Grain::Labels;
            *bound = counted;
        }
        let mut parts = parts.into_iter().map(|(_, part)| part);
        self.render(input, &mut || parts.next())
    }

    /// The SQL of an input of which every row is needed.
    pub(super) fn whole_sql(&self, input: &Input) -> String {
        self.render(input, &mut || None)
    }

    fn render(&self, input: &Input, part: &mut dyn FnMut() -> Option<Part>) -> String {
        match input {
            Input::Sql(sql) => sql.clone(),
            Input::Table(table) => {
                let part = part().unwrap_or_else(Part::all);
                self.view.table(table.table, part)
            }
            Input::Join(join) => grow_stack(|| {
                let left = self.render(&join.left, part);
                let right = self.render(&join.right, part);
                join.sql(&left, &right)
            }),
        }
    }
}

/// Narrows `part` to what `filter` lets through, if it is a bound on the table's time.
fn narrow(table: TableInput, filter: &BoundExpr, part: &mut Part) -> bool {
    let Node::Call {
        name, arguments, ..
    } = &filter.expr
    else {
        return false;
    };
    let [a, b] = arguments.as_slice() else {
        return false;
    };
    let is_time = |side: &BoundExpr| matches!(side.expr, Node::Column(index) if table.field(index) == Some(Field::Time));
    let (bound, time_first) = match (is_time(a), is_time(b)) {
        (true, false) => (b, true),
        (false, true) => (a, false),
        _ => return false,
    };
    let Some(moment) = moment(table.table, bound) else {
        return false;
    };
    let from = |moment| Some(table.table.first_from(moment));
    let after = moment.saturating_add(1);
    let (lower, upper) = match (name.as_str(), time_first) {
        ("equals", _) => (from(moment), from(after)),
        ("greaterOrEquals", true) | ("lessOrEquals", false) => (from(moment), None),
        ("greater", true) | ("less", false) => (from(after), None),
        ("less", true) | ("greater", false) => (None, from(moment)),
        ("lessOrEquals", true) | ("greaterOrEquals", false) => (None, from(after)),
        _ => return false,
    };
    if let Some(lower) = lower {
        part.from = part.from.max(lower);
    }
    if let Some(upper) = upper {
        part.to = part.to.min(upper);
    }
    true
}

/// A constant that `time` is compared with, in Unix milliseconds, if it is one exactly.
fn moment(table: Table, bound: &BoundExpr) -> Option<i64> {
    let Node::Constant(Value::Int(value)) = bound.expr else {
        return None;
    };
    match (&bound.kind, table.is_raw()) {
        (kind, _) if *kind == Type::U64 && value < 0 => None,
        // The raw table's milliseconds are compared with seconds as they are.
        (Type::Int { .. } | Type::DateTime, true) => Some(value),
        (_, true) => None,
        (Type::Date, _) => value.checked_mul(crate::types::DAY_MS),
        (Type::DateTime, _) => value.checked_mul(1000),
        (kind @ Type::DateTime64(_), _) => {
            let (ticks, scale) = (
                i128::from(value) * 1000,
                i128::from(kind.ticks_per_second()),
            );
            (ticks % scale == 0).then(|| i64::try_from(ticks / scale).ok())?
        }
        _ => None,
    }
}

/// How far events must be summed up so that the answer is the same.
fn grain(table: TableInput, bound: &Bound) -> Grain {
    let read = bound.filters.iter().chain(bound.group_by.iter().flatten());
    let outputs = || bound.outputs().chain(&bound.having);
    let splits = !table.table.is_raw()
        && table.may_split
        && bound.group_by.is_some()
        && outputs().all(|output| !output.contains(&mut |node| !fits(table, node)))
        && read.clone().all(|read| !table.is_read(read, is_sum));
    if !splits {
        return Grain::Rows;
    }
    let reads_time = |expr| table.is_read(expr, |field| field == Field::Time);
    if table.reads_time || read.chain(outputs()).any(reads_time) {
        Grain::Events
    } else {
        Grain::Labels
    }
}

/// `bound` over the labels of raw events instead of the events, if nothing else of them is read: what
/// counts them sums up how many have the same labels.
fn counted(table: TableInput, bound: &Bound) -> Option<Bound> {
    if !table.table.is_raw() || bound.group_by.is_none() {
        return None;
    }
    let width = table.table.columns().len();
    let count = BoundExpr::column(width, Type::I64);
    let mut counted = bound.clone();
    let summed = counted.change_outputs(|output| {
        Ok(output.rewrite(&mut |part| {
            let Node::Aggregate(call) = &part.expr else {
                return None;
            };
            let counts = call.name == "count" && !call.distinct && call.arguments.is_empty();
            counts.then(|| BoundExpr {
                kind: part.kind.clone(),
                expr: Node::Aggregate(Box::new(AggregateCall {
                    name: "sum",
                    arguments: vec![count.clone()],
                    ..call.as_ref().clone()
                })),
            })
        }))
    });
    summed.ok()?;
    let of_events = |field| !matches!(field, Field::Label | Field::Tags | Field::Always(_));
    // A sum that is kept may be the argument of an aggregate, but not of a filter or a group.
    let unsummed = |field| of_events(field) && !matches!(field, Field::Sum(_));
    let outputs = || counted.outputs().chain(&counted.having);
    let read = counted
        .filters
        .iter()
        .chain(counted.group_by.iter().flatten());
    let fits = |node: &Node| match node {
        Node::Aggregate(call) if call.arguments.iter().any(|a| a.key() == count.key()) => true,
        node => fits(table, node),
    };
    let same = outputs().all(|output| {
        !table.is_read(output, unsummed) && !output.contains(&mut |node| !fits(node))
    });
    let labels_alone = read.into_iter().all(|read| !table.is_read(read, of_events));
    (same && labels_alone).then_some(counted)
}

/// Whether a part of an output comes to the same if several rows stand for one.
fn fits(table: TableInput, node: &Node) -> bool {
    let Node::Aggregate(call) = node else {
        return true;
    };
    let reads = |part: &BoundExpr| table.is_read(part, is_sum);
    match (call.name, call.distinct, call.arguments.as_slice()) {
        ("sum", false, [argument]) => {
            is_linear(table, argument) && !call.condition.iter().any(reads)
        }
        ("min" | "max" | "any" | "uniq" | "uniqExact" | "groupUniqArray", _, _)
        | ("count", true, _) => !AggregateCall::parts(call).any(reads),
        _ => false,
    }
}

/// Whether the value of a row is the sum of those of the rows that stand for it.
fn is_linear(table: TableInput, expr: &BoundExpr) -> bool {
    match &expr.expr {
        Node::Column(index) => table.field(*index).is_some_and(is_sum),
        Node::Constant(Value::Int(0) | Value::Null) => true,
        Node::Call {
            name, arguments, ..
        } if matches!(name.as_str(), "if" | "multiIf") => {
            let last = arguments.len().saturating_sub(1);
            arguments.iter().enumerate().all(|(index, argument)| {
                if index == last || index % 2 == 1 {
                    grow_stack(|| is_linear(table, argument))
                } else {
                    !table.is_read(argument, is_sum)
                }
            })
        }
        _ => false,
    }
}
