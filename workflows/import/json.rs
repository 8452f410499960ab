//! JSON: a list of objects, objects one after the other, or objects that hold such a list as `keys`.
//! It is read value by value, so that a file's size does not matter.

use std::fmt;
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{ImportError, Rows, Sink};

pub(super) fn read<S: Sink>(text: impl BufRead, rows: &mut Rows<'_, S>) -> Result<(), ImportError> {
    let mut json = serde_json::Deserializer::from_reader(text);
    while json.end().is_err() {
        Top(rows)
            .deserialize(&mut json)
            .map_err(ImportError::Json)?;
    }
    Ok(())
}

/// A value at the top: a list of rows, a row, or an object with a list of rows.
struct Top<'r, 'a, S>(&'r mut Rows<'a, S>);

impl<'de, S: Sink> DeserializeSeed<'de> for Top<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Top<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        List {
            rows: self.0,
            verbatim: false,
        }
        .visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut fields = Map::new();
        let mut had_list = false;
        while let Some(name) = object.next_key::<String>()? {
            // `export` writes the migration before the keys: their hashes are Unkey's already.
            let verbatim = fields.contains_key("migrationId");
            match name.as_str() {
                "keys" | "data" if !had_list => {
                    had_list = true;
                    let rows = &mut *self.0;
                    object.next_value_seed(List { rows, verbatim })?;
                }
                _ if had_list => {
                    object.next_value::<IgnoredAny>()?;
                }
                _ => {
                    fields.insert(name, object.next_value()?);
                }
            }
        }
        if had_list {
            if let Some(Value::String(id)) = fields.remove("migrationId") {
                self.0.read.migration_id = Some(id);
            }
        } else {
            self.0.take(fields, false);
        }
        Ok(())
    }
}

/// A list of rows.
struct List<'r, 'a, S> {
    rows: &'r mut Rows<'a, S>,
    verbatim: bool,
}

impl<'de, S: Sink> DeserializeSeed<'de> for List<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for List<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(row) = list.next_element::<Value>()? {
            match row {
                Value::Object(fields) => self.rows.take(fields, self.verbatim),
                _ => self.rows.broken("it is no object"),
            }
        }
        Ok(())
    }
}
