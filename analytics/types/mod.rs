//! What all other modules speak of: types, values, times and tables.

mod calendar;
mod encode;
mod kind;
mod tables;
mod unit;
mod value;

pub(crate) use calendar::{
    DAY, DAY_MS, date_of, day_plus_months, day_text, parse_moment, start_of_months, weekday,
};
pub(crate) use encode::{float_text, json, text_of_value};
pub(crate) use kind::Type;
pub(crate) use tables::{Field, HINT, Table};
pub(crate) use unit::Unit;
pub(crate) use value::{Value, compare, float_to_int, int_of, int_to_float};
