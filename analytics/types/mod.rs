//! What all other modules speak of: types, values, times and tables.

mod calendar;
mod columns;
mod encode;
mod kind;
mod tables;
mod unit;
mod value;

pub(crate) use calendar::{
    DAY, DAY_MS, date_of, day_plus_months, day_text, parse_moment, start_of_months, weekday,
};
pub(crate) use columns::Field;
pub(crate) use encode::{float_text, json, text_of_value};
pub(crate) use kind::Type;
pub use tables::Dataset;
pub(crate) use tables::{Period, Table};
pub(crate) use unit::Unit;
pub(crate) use value::{Value, compare, float_to_int, int_of, int_to_float};
