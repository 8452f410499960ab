//! Fields that take words where Unkey takes Unix ms.

use serde_json::{Map, Value, json};

use super::{NULLABLE, each_schema};

/// Marks a time in Unix ms. It never leaves this crate: lists show a twin of the field.
pub(crate) const TIME: &str = "x-time";

/// The words of every twin.
const WORDS: &str = "Instead: `2027-12-31` (its end, UTC) or `30d` from now.";

/// The name of the twin that takes the time of `field` in words.
pub(crate) fn twin_of(field: &str) -> String {
    format!("{field}At")
}

/// Puts a twin beside every time.
pub(super) fn offer_twins(schema: &mut Value) {
    each_schema(schema, &mut |schema| {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            let named = std::mem::take(properties).into_iter();
            *properties = named.flat_map(with_twin).collect::<Map<_, _>>();
        }
    });
}

fn with_twin((name, field): (String, Value)) -> impl Iterator<Item = (String, Value)> {
    let twin = field.get(TIME).is_some().then(|| {
        let mut twin = Map::from_iter([
            ("type".to_owned(), json!("string")),
            ("description".to_owned(), json!(WORDS)),
        ]);
        let mark = field.get(NULLABLE).cloned();
        twin.extend(mark.map(|mark| (NULLABLE.to_owned(), mark)));
        (twin_of(&name), Value::Object(twin))
    });
    std::iter::once((name, field)).chain(twin)
}
