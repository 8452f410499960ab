//! Numbers rows by their keys: rows with equal keys get one number.

use std::rc::Rc;

use crate::column::{Column, Pool, Value};
use crate::hash::Table;

/// Groups rows by any number of columns. Groups are numbered in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    parts: Vec<Part>,
    /// For each part: what the parts before it came to, and its own code, to a number.
    levels: Vec<Table<(u32, u64), u32>>,
}

/// Turns the values of one column into codes: equal values have equal codes.
#[derive(Debug, Default)]
struct Part {
    texts: Table<Box<str>, u64>,
    /// The codes of the pool that was seen last.
    pool: Option<(Rc<Pool>, Vec<u64>)>,
    /// The codes of the shared values that were seen last.
    coded: Option<(Rc<Column>, Vec<u64>)>,
}

const UNKNOWN: u64 = u64::MAX;

impl Keys {
    /// The number of each row's group.
    pub(crate) fn groups(&mut self, columns: &[Column], rows: usize) -> Vec<u32> {
        let mut atoms = Vec::new();
        for column in columns {
            split(column, &mut atoms);
        }
        self.parts.resize_with(atoms.len(), Part::default);
        self.levels.resize_with(atoms.len(), Table::default);
        let mut groups = vec![0; rows];
        for ((atom, part), level) in atoms.iter().zip(&mut self.parts).zip(&mut self.levels) {
            let mut last = None;
            for (group, code) in groups.iter_mut().zip(part.codes(atom)) {
                let key = (*group, code);
                *group = match last {
                    Some((same, found)) if same == key => found,
                    _ => {
                        let next = u32::try_from(level.len()).unwrap_or(u32::MAX);
                        *level.entry(key).or_insert(next)
                    }
                };
                last = Some((key, *group));
            }
        }
        groups
    }

    /// How many groups there are.
    pub(crate) fn len(&self) -> usize {
        self.levels.last().map_or(0, Table::len)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.levels
            .iter()
            .map(|level| level.len() * 32)
            .sum::<usize>()
            + self
                .parts
                .iter()
                .map(|part| part.texts.len() * 48)
                .sum::<usize>()
    }
}

/// Columns of plain values: a tuple is its parts, and what may be NULL is a flag and a value.
fn split(column: &Column, atoms: &mut Vec<Column>) {
    match column {
        Column::Tuples { parts, .. } => parts.iter().for_each(|part| split(part, atoms)),
        Column::Nullable { nulls, values } => {
            atoms.push(Column::Ints(
                nulls.iter().map(|null| i64::from(*null)).collect(),
            ));
            let mut values = values.as_ref().plain();
            if let Column::Ints(values) = &mut values {
                for (value, null) in values.iter_mut().zip(nulls) {
                    if *null {
                        *value = 0;
                    }
                }
            }
            split(&values, atoms);
        }
        Column::Same { value, .. } if is_compound(value) => split(&column.plain(), atoms),
        Column::Coded { values, .. } if is_compound(values) => split(&column.plain(), atoms),
        other => atoms.push(other.clone()),
    }
}

fn is_compound(column: &Column) -> bool {
    matches!(column, Column::Tuples { .. } | Column::Nullable { .. })
}

impl Part {
    fn codes(&mut self, column: &Column) -> Vec<u64> {
        match column {
            Column::Ints(values) => values.iter().map(|value| value.cast_unsigned()).collect(),
            Column::Floats(values) => values.iter().map(|value| bits(*value)).collect(),
            Column::Texts { ids, pool } => self.text_codes(ids, pool),
            Column::Same { value, rows } => {
                vec![self.codes(value).first().copied().unwrap_or(0); *rows]
            }
            Column::Coded { codes, values } => {
                let known = match self.coded.take() {
                    Some((seen, known)) if Rc::ptr_eq(&seen, values) => known,
                    _ => self.codes(values),
                };
                let found = codes
                    .iter()
                    .map(|code| known.get(*code as usize).copied().unwrap_or(0))
                    .collect();
                self.coded = Some((Rc::clone(values), known));
                found
            }
            other => (0..other.len())
                .map(|row| self.intern(&spelled(&other.value(row))))
                .collect(),
        }
    }

    fn text_codes(&mut self, ids: &[u32], pool: &Rc<Pool>) -> Vec<u64> {
        let mut known = match self.pool.take() {
            Some((seen, known)) if Rc::ptr_eq(&seen, pool) => known,
            _ => vec![UNKNOWN; pool.len()],
        };
        let mut codes = Vec::with_capacity(ids.len());
        for id in ids {
            codes.push(match known.get_mut(*id as usize) {
                Some(code) => {
                    if *code == UNKNOWN {
                        *code = self.intern(pool.get(*id));
                    }
                    *code
                }
                None => UNKNOWN,
            });
        }
        self.pool = Some((Rc::clone(pool), known));
        codes
    }

    fn intern(&mut self, text: &str) -> u64 {
        if let Some(code) = self.texts.get(text) {
            return *code;
        }
        let code = self.texts.len() as u64;
        self.texts.insert(text.into(), code);
        code
    }
}

/// Zeros are equal whatever their sign, and so are all NaN.
fn bits(value: f64) -> u64 {
    if value == 0.0 {
        0
    } else if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

fn spelled(value: &Value) -> String {
    format!("{value:?}")
}
