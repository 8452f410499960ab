//! JSON with and without comments.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstNode, CstObject, CstObjectProp, CstRootNode};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::client::Syntax;
use super::edit::{Unfit, is_ours};
use super::entry::{FIELDS, INPUT, names_input};

/// What Windows's editors put before a text.
const MARK: char = '\u{feff}';

/// The field of an entry that holds variables.
const ENV: &str = "env";

/// VS Code's list of what it asks for.
const INPUTS: &str = "inputs";

/// `text` with `fields` in the entry at `path`: the list of servers and a name. `input` is added to what
/// VS Code asks for, unless it is there.
pub(super) fn put(
    text: &str,
    syntax: Syntax,
    path: &[&str; 2],
    fields: &Map<String, Value>,
    input: Option<&Value>,
) -> Result<String, Unfit> {
    let (mark, root) = parse(text, syntax)?;
    let whole = root.object_value_or_create().ok_or_else(no_object)?;
    if let Some(input) = input {
        ask(&whole, input)?;
    }
    let [list, name] = *path;
    let servers = match child(&whole, list)? {
        Some(servers) => servers,
        None => new_object(&whole, list)?,
    };
    if let Some(entry) = child(&servers, name)? {
        merge(&entry, fields)?;
    } else {
        // What stood in one line would be half in one and half in many.
        whole.ensure_multiline();
        if !servers.properties().is_empty() {
            servers.ensure_multiline();
        }
        servers.append(name, value(&fields.clone().into()));
    }
    Ok(format!("{mark}{root}"))
}

/// `text` without the entry at `path`, and without what VS Code asked for on its behalf.
pub(super) fn take(text: &str, syntax: Syntax, path: &[&str; 2]) -> Result<String, Unfit> {
    let (mark, root) = parse(text, syntax)?;
    let Some(whole) = root.value() else {
        return Ok(text.to_owned());
    };
    let whole = whole.as_object().ok_or_else(no_object)?;
    let [list, name] = *path;
    let Some(servers) = child(&whole, list)? else {
        return Ok(text.to_owned());
    };
    let Some(entry) = property(&servers, name)? else {
        return Ok(text.to_owned());
    };
    let asked = entry
        .to_serde_value()
        .is_some_and(|entry| names_input(&entry));
    entry.remove();
    let is_needed = servers
        .to_serde_value()
        .is_some_and(|rest| names_input(&rest));
    if asked && !is_needed {
        forget(&whole)?;
    }
    Ok(format!("{mark}{root}"))
}

/// The text as a tree that keeps every character, and the mark before it.
fn parse(text: &str, syntax: Syntax) -> Result<(&str, CstRootNode), Unfit> {
    let body = text.strip_prefix(MARK).unwrap_or(text);
    let mark = text.strip_suffix(body).unwrap_or_default();
    let lenient = syntax == Syntax::Jsonc;
    let options = ParseOptions {
        allow_comments: lenient,
        allow_trailing_commas: lenient,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let body = if body.trim().is_empty() { "{}\n" } else { body };
    let root = CstRootNode::parse(body, &options).map_err(|error| Unfit::Broken {
        line: error.line_display(),
        column: error.column_display(),
        why: error.kind().to_string(),
    })?;
    if !lenient {
        strict(body)?;
    }
    Ok((mark, root))
}

/// What the parser lets pass in spite of its options, and the client does not.
fn strict(body: &str) -> Result<(), Unfit> {
    let read: Result<IgnoredAny, _> = serde_json::from_str(body);
    read.map(drop).map_err(|error| Unfit::Broken {
        line: error.line(),
        column: error.column(),
        why: "not JSON, which has no comments and no comma after the last item".to_owned(),
    })
}

/// The file's whole value, where it can be read.
pub(super) fn read(text: &str, syntax: Syntax) -> Result<Value, Unfit> {
    let (_, root) = parse(text, syntax)?;
    let whole = match root.value() {
        Some(whole) => whole.as_object().ok_or_else(no_object)?.to_serde_value(),
        None => None,
    };
    Ok(whole.unwrap_or_else(|| Map::new().into()))
}

/// How often the object at `path` names the field `name`.
pub(super) fn count(text: &str, syntax: Syntax, path: &[&str], name: &str) -> usize {
    let Ok((_, root)) = parse(text, syntax) else {
        return 0;
    };
    let mut object = root.object_value();
    for step in path {
        object = object.and_then(|object| object.object_value(step));
    }
    object.map_or(0, |object| named(&object, name).count())
}

fn no_object() -> Unfit {
    Unfit::Shape("the file holds something else than one JSON object".to_owned())
}

fn named(object: &CstObject, name: &str) -> impl Iterator<Item = CstObjectProp> {
    let properties = object.properties().into_iter();
    properties.filter(move |property| property.decoded_name().as_deref() == Some(name))
}

/// The only property of that name. Of two, programs differ in which one they take.
fn property(object: &CstObject, name: &str) -> Result<Option<CstObjectProp>, Unfit> {
    let mut found = named(object, name);
    let first = found.next();
    match found.next() {
        Some(_) => Err(Unfit::Shape(format!(
            "`{name}` stands there twice; delete one of them"
        ))),
        None => Ok(first),
    }
}

/// The object in the property of that name.
fn child(object: &CstObject, name: &str) -> Result<Option<CstObject>, Unfit> {
    let Some(property) = property(object, name)? else {
        return Ok(None);
    };
    let wrong = || Unfit::Shape(format!("`{name}` holds something else than an object"));
    property.object_value().map(Some).ok_or_else(wrong)
}

fn new_object(parent: &CstObject, name: &str) -> Result<CstObject, Unfit> {
    let property = parent.append(name, CstInputValue::Object(Vec::new()));
    let lost = || Unfit::Shape(format!("`{name}` cannot be added"));
    property.object_value().ok_or_else(lost)
}

/// Makes those fields of the entry that are a server's be `fields`.
fn merge(entry: &CstObject, fields: &Map<String, Value>) -> Result<(), Unfit> {
    for field in FIELDS.into_iter().filter(|field| *field != ENV) {
        set(entry, field, fields.get(field))?;
    }
    let wanted = fields.get(ENV).and_then(Value::as_object);
    let Some(variables) = child(entry, ENV)? else {
        return set(entry, ENV, fields.get(ENV));
    };
    for property in variables.properties() {
        let name = property.decoded_name().unwrap_or_default();
        if is_ours(&name) {
            set(
                &variables,
                &name,
                wanted.and_then(|wanted| wanted.get(&name)),
            )?;
        }
    }
    for (name, value) in wanted.into_iter().flatten() {
        set(&variables, name, Some(value))?;
    }
    if variables.properties().is_empty() {
        set(entry, ENV, None)?;
    }
    Ok(())
}

/// Sets a field, or takes it away; what is so already keeps its form.
fn set(object: &CstObject, name: &str, wanted: Option<&Value>) -> Result<(), Unfit> {
    match (property(object, name)?, wanted) {
        (Some(there), Some(wanted)) => {
            if there.to_serde_value().as_ref() != Some(wanted) {
                there.set_value(value(wanted));
            }
        }
        (Some(there), None) => there.remove(),
        (None, Some(wanted)) => {
            object.append(name, value(wanted));
        }
        (None, None) => {}
    }
    Ok(())
}

/// Adds what VS Code is to ask for.
fn ask(whole: &CstObject, input: &Value) -> Result<(), Unfit> {
    let inputs = match property(whole, INPUTS)? {
        None => {
            whole.insert(0, INPUTS, value(&Value::Array(vec![input.clone()])));
            return Ok(());
        }
        Some(inputs) => inputs.array_value().ok_or_else(no_array)?,
    };
    if !inputs.elements().iter().any(is_our_input) {
        inputs.append(value(input));
    }
    Ok(())
}

/// Takes out what VS Code asked for.
fn forget(whole: &CstObject) -> Result<(), Unfit> {
    let Some(property) = property(whole, INPUTS)? else {
        return Ok(());
    };
    let inputs = property.array_value().ok_or_else(no_array)?;
    let ours = inputs.elements().into_iter().find(is_our_input);
    if let Some(ours) = ours {
        ours.remove();
    }
    if inputs.elements().is_empty() {
        property.remove();
    }
    Ok(())
}

fn no_array() -> Unfit {
    Unfit::Shape(format!("`{INPUTS}` holds something else than a list"))
}

fn is_our_input(element: &CstNode) -> bool {
    let value = element.to_serde_value();
    value.is_some_and(|value| value.get("id").and_then(Value::as_str) == Some(INPUT))
}

/// The value as the tree takes it.
fn value(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(is) => CstInputValue::Bool(*is),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(self::value).collect()),
        Value::Object(fields) => {
            let fields = fields.iter();
            CstInputValue::Object(
                fields
                    .map(|(name, field)| (name.clone(), self::value(field)))
                    .collect(),
            )
        }
    }
}
