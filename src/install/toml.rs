//! TOML, which Codex reads.

use serde_json::{Map, Value};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, value};

use super::edit::{Unfit, is_ours};
use super::entry::FIELDS;

/// The field of an entry that holds variables.
const ENV: &str = "env";

/// `text` with `fields` in the entry `name` of the table `list`.
pub(super) fn put(
    text: &str,
    list: &str,
    name: &str,
    fields: &Map<String, Value>,
) -> Result<String, Unfit> {
    let mut document = parse(text)?;
    let servers = document.entry(list).or_insert_with(|| {
        let mut servers = Table::new();
        // Nothing stands in it but further tables, so that it needs no heading.
        servers.set_implicit(true);
        servers.into()
    });
    let servers = table(servers, list)?;
    if let Some(entry) = servers.get_mut(name) {
        merge(table(entry, name)?, fields)?;
    } else {
        let mut entry = Table::new();
        for (field, wanted) in fields {
            entry.insert(field, item(wanted));
        }
        servers.insert(name, entry.into());
    }
    Ok(ended_as(text, document.to_string()))
}

/// `text` without the entry `name` of the table `list`.
pub(super) fn take(text: &str, list: &str, name: &str) -> Result<String, Unfit> {
    let mut document = parse(text)?;
    let Some(servers) = document.get_mut(list) else {
        return Ok(text.to_owned());
    };
    let servers = table(servers, list)?;
    if servers.remove(name).is_none() {
        return Ok(text.to_owned());
    }
    Ok(ended_as(text, document.to_string()))
}

/// The file's whole value, where it can be read.
pub(super) fn read(text: &str) -> Result<Value, Unfit> {
    parse(text)?;
    toml::from_str(text).map_err(|error| Unfit::Shape(error.message().to_owned()))
}

fn parse(text: &str) -> Result<DocumentMut, Unfit> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or(text);
        let column = before.rsplit('\n').next().unwrap_or_default();
        Unfit::Broken {
            line: before.matches('\n').count() + 1,
            column: column.chars().count() + 1,
            // The message alone: the error's full form quotes the line, which may hold a key.
            why: error.message().to_owned(),
        }
    })
}

fn table<'item>(item: &'item mut Item, name: &str) -> Result<&'item mut dyn TableLike, Unfit> {
    let wrong = || Unfit::Shape(format!("`{name}` holds something else than a table"));
    item.as_table_like_mut().ok_or_else(wrong)
}

/// Makes those fields of the entry that are a server's be `fields`.
fn merge(entry: &mut dyn TableLike, fields: &Map<String, Value>) -> Result<(), Unfit> {
    for field in FIELDS.into_iter().filter(|field| *field != ENV) {
        set(entry, field, fields.get(field));
    }
    let wanted = fields.get(ENV).and_then(Value::as_object);
    let Some(variables) = entry.get_mut(ENV) else {
        set(entry, ENV, fields.get(ENV));
        return Ok(());
    };
    let variables = table(variables, ENV)?;
    let there: Vec<String> = variables.iter().map(|(name, _)| name.to_owned()).collect();
    for name in there.iter().filter(|name| is_ours(name)) {
        set(variables, name, wanted.and_then(|wanted| wanted.get(name)));
    }
    for (name, value) in wanted.into_iter().flatten() {
        set(variables, name, Some(value));
    }
    if variables.is_empty() {
        entry.remove(ENV);
    }
    Ok(())
}

/// Sets a field, or takes it away; what is so already keeps its form.
fn set(table: &mut dyn TableLike, name: &str, wanted: Option<&Value>) {
    match (table.get_mut(name), wanted) {
        (Some(there), Some(wanted)) if is(there, wanted) => {}
        (Some(there), Some(wanted)) => *there = item(wanted),
        (Some(_), None) => {
            table.remove(name);
        }
        (None, Some(wanted)) => {
            table.insert(name, item(wanted));
        }
        (None, None) => {}
    }
}

/// Whether an item is this value, however it is written.
fn is(item: &Item, wanted: &Value) -> bool {
    match wanted {
        Value::String(text) => item.as_str() == Some(text),
        Value::Array(items) => item.as_array().is_some_and(|array| {
            let texts = array.iter().map(toml_edit::Value::as_str);
            texts.eq(items.iter().map(Value::as_str))
        }),
        Value::Object(fields) => item.as_table_like().is_some_and(|table| {
            let same = |(name, value): (&String, &Value)| {
                table.get(name).is_some_and(|item| is(item, value))
            };
            table.len() == fields.len() && fields.iter().all(same)
        }),
        _ => false,
    }
}

/// A value as TOML. Entries hold texts, lists of texts and tables of texts alone.
fn item(wanted: &Value) -> Item {
    let text = |wanted: &Value| wanted.as_str().unwrap_or_default().to_owned();
    match wanted {
        Value::Array(items) => value(items.iter().map(text).collect::<Array>()),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, field)| (name.as_str(), text(field)));
            value(fields.collect::<InlineTable>())
        }
        other => value(text(other)),
    }
}

/// The new text with the ends of lines that the old one has.
fn ended_as(old: &str, new: String) -> String {
    let is_windows =
        old.contains("\r\n") && old.matches('\n').count() == old.matches("\r\n").count();
    if is_windows {
        new.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        new
    }
}
