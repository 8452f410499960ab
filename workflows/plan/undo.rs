//! What takes an edit back.

use serde_json::{Map, Value, json};

use super::aspect::{Aspect, Aspects};
use super::decide::{UPDATE, fields};
use super::item::{Edit, Item, Work};

/// The work that takes `item` back after it was done; `None` where nothing does.
///
/// What somebody changed after it was done is not taken back: the undoing looks at each key first,
/// as every plan does.
pub(crate) fn undo(item: &Item) -> Option<Item> {
    let Work::Edit(edit) = &item.work else {
        return None;
    };
    let was: Aspects = edit
        .then
        .keys()
        .filter_map(|name| Some((name.clone(), item.saw.get(name)?.clone())))
        .collect();
    let (tool, arguments) = call(edit, item, &was)?;
    let mut saw = item.saw.clone();
    // A use after the change is no reason to let the change stand.
    saw.shift_remove(&Aspect::LastUsed.to_string());
    saw.extend(edit.then.clone());
    Some(Item {
        key: item.key.clone(),
        api_id: item.api_id.clone(),
        saw,
        work: Work::Edit(Edit {
            tool: tool.to_owned(),
            arguments,
            then: was,
            // What is left when it is undone is not known yet, and is looked up then.
            remaining: None,
        }),
    })
}

fn call(edit: &Edit, item: &Item, was: &Aspects) -> Option<(&'static str, Map<String, Value>)> {
    Some(match edit.tool.as_str() {
        "keys_update_credits" => {
            let operation = match edit.arguments.get("operation")?.as_str()? {
                "increment" => "decrement",
                _ => "increment",
            };
            let value = edit.arguments.get("value")?.clone();
            let arguments = fields([("operation", json!(operation)), ("value", value)]);
            ("keys_update_credits", arguments)
        }
        "keys_add_roles" => ("keys_remove_roles", edit.arguments.clone()),
        "keys_remove_roles" => ("keys_add_roles", edit.arguments.clone()),
        "keys_add_permissions" => ("keys_remove_permissions", edit.arguments.clone()),
        "keys_remove_permissions" => ("keys_add_permissions", edit.arguments.clone()),
        "keys_set_roles" => ("keys_set_roles", fields([("roles", had(was, "role "))])),
        "keys_set_permissions" => {
            let set = edit.arguments.get("permissions")?.as_array()?;
            // What it has afterwards and was not set comes from a role.
            let by_role = |slug: &str| {
                let name = Aspect::Permission(slug).to_string();
                edit.then.get(&name) == Some(&json!(true)) && !set.contains(&json!(slug))
            };
            let own = had(was, "permission ");
            let own: Vec<&str> = own
                .as_array()?
                .iter()
                .filter_map(Value::as_str)
                .filter(|slug| !by_role(slug))
                .collect();
            (
                "keys_set_permissions",
                fields([("permissions", json!(own))]),
            )
        }
        UPDATE => (UPDATE, update(edit, item, was)?),
        _ => return None,
    })
}

/// The arguments with which `keys_update_key` restores what was.
fn update(edit: &Edit, item: &Item, was: &Aspects) -> Option<Map<String, Value>> {
    let mut arguments = Map::new();
    for name in edit.arguments.keys() {
        let value = match name.as_str() {
            "credits" => credits(edit, item, was)?,
            name => was.get(name)?.clone(),
        };
        arguments.insert(name.clone(), value);
    }
    Some(arguments)
}

fn credits(edit: &Edit, item: &Item, was: &Aspects) -> Option<Value> {
    if was.get("limited") == Some(&json!(false)) {
        return Some(Value::Null);
    }
    let mut credits = Map::new();
    if was.contains_key("limited") {
        credits.insert("remaining".to_owned(), json!(edit.remaining?));
    }
    if edit.then.contains_key("refill") {
        credits.insert("refill".to_owned(), item.saw.get("refill")?.clone());
    }
    Some(Value::Object(credits))
}

/// The names behind `prefix` that were there.
fn had(was: &Aspects, prefix: &str) -> Value {
    let there = was.iter().filter(|(_, had)| **had == json!(true));
    there
        .filter_map(|(name, _)| name.strip_prefix(prefix))
        .collect()
}
