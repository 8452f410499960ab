//! Keeps answers within what a model can be expected to read.

use serde_json::Value;

/// The field that says what was left out.
const LEFT_OUT: &str = "leftOut";

/// How far lists are looked for in an answer.
const DEPTH: usize = 8;

/// Texts that are no longer than this are left whole.
const TEXT_BYTES: usize = 64;

/// What stands where the text of an error was cut.
const CUT: &str = "… (cut: too long for --max-answer)";

/// How much room what is left out is told in.
const TOLD_BYTES: usize = 512;

/// Cuts `envelope` to `most` bytes of JSON: lists at a whole item, the longest first. What was left out,
/// and how to get it, stands in a field beside the rest.
pub(crate) fn fit(envelope: &mut Value, most: usize) {
    let mut size = bytes(envelope);
    if size <= most {
        return;
    }
    let room = most.saturating_sub(TOLD_BYTES);
    let mut told = Vec::new();
    // Each round shortens the largest part; a part that is shortened is not the largest again.
    while size > room {
        let Some(path) = largest(envelope, DEPTH) else {
            break;
        };
        let Some(part) = envelope.pointer_mut(&path) else {
            break;
        };
        let excess = size - room;
        let words = shorten(part, excess);
        told.push(format!(
            "{}: {words}",
            path.trim_start_matches('/').replace('/', ".")
        ));
        let now = bytes(envelope);
        if now >= size {
            break;
        }
        size = now;
    }
    told.truncate(5);
    let next =
        "ask for less at once (limit, or LIMIT in SQL), or for the rest by what the call filters";
    let words = format!(
        "the answer was too long for --max-answer; {}; {next}",
        told.join("; ")
    );
    if let Value::Object(members) = envelope {
        members.shift_insert(0, LEFT_OUT.to_owned(), words.into());
    }
}

/// Cuts the text of an error to `most` bytes, before the last words, which say what to do next.
pub(super) fn fit_error(text: &mut String, most: usize) {
    if text.len() <= most {
        return;
    }
    let next = text
        .rfind("\nNext: ")
        .filter(|at| text.len() - at <= most / 2)
        .unwrap_or(text.len());
    let last_words = text.split_off(next);
    cut(text, most.saturating_sub(CUT.len() + last_words.len()));
    text.push_str(CUT);
    text.push_str(&last_words);
}

/// Takes all of a text away behind so many bytes, at a whole character.
fn cut(text: &mut String, most: usize) {
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at));
    text.truncate(end.unwrap_or_default());
}

/// Takes at least `excess` bytes away, if there are so many.
fn shorten(part: &mut Value, excess: usize) -> String {
    match part {
        Value::Array(items) => {
            let all = items.len();
            let mut left = excess;
            while left > 0
                && let Some(item) = items.pop()
            {
                left = left.saturating_sub(bytes(&item) + 1);
            }
            format!("{} of {all} shown", items.len())
        }
        Value::String(text) => {
            let keep = text.len().saturating_sub(excess);
            cut(text, keep);
            "cut".to_owned()
        }
        Value::Object(members) => {
            let count = members.len();
            members.clear();
            format!("{count} members left out")
        }
        _ => String::new(),
    }
}

/// Where the largest list or text is; where there is neither, the largest object within `data`.
fn largest(value: &Value, depth: usize) -> Option<String> {
    let data = value.get("data")?;
    let largest_of = |fits: fn(&str, &Value) -> bool| {
        let mut best: Option<(usize, String)> = None;
        collect(data, "/data", depth, &mut |path, part| {
            let size = bytes(part);
            if fits(path, part) && best.as_ref().is_none_or(|(most, _)| size > *most) {
                best = Some((size, path.to_owned()));
            }
        });
        best.map(|(_, path)| path)
    };
    largest_of(|_, part| match part {
        // What is too long in the only item is cut there.
        Value::Array(items) => items.len() > 1,
        Value::String(text) => text.len() > TEXT_BYTES,
        _ => false,
    })
    .or_else(|| {
        largest_of(|path, part| {
            path != "/data" && part.as_object().is_some_and(|members| !members.is_empty())
        })
    })
}

/// Calls `each` with every part, outer ones first.
fn collect(value: &Value, path: &str, depth: usize, each: &mut impl FnMut(&str, &Value)) {
    each(path, value);
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match value {
        // The items of a list go as a whole.
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(member, &format!("{path}/{name}"), depth, each);
            }
        }
        Value::Array(items) if items.len() == 1 => {
            if let Some(item) = items.first() {
                collect(item, &format!("{path}/0"), depth, each);
            }
        }
        _ => {}
    }
}

fn bytes(value: &Value) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fitted(mut envelope: Value, most: usize) -> Value {
        fit(&mut envelope, most);
        assert!(bytes(&envelope) <= most, "{} of {most}", bytes(&envelope));
        envelope
    }

    #[test]
    fn an_answer_that_fits_stays_as_it_is() {
        let envelope = json!({"meta": {"requestId": "req_1"}, "data": [1, 2, 3]});
        assert_eq!(fitted(envelope.clone(), 2_000), envelope);
    }

    #[test]
    fn a_list_is_cut_at_a_whole_item_and_says_how_many_there_were() {
        let keys: Vec<Value> = (0..1_000)
            .map(|id| json!({"keyId": format!("key_{id}")}))
            .collect();
        let envelope = fitted(json!({"meta": {"requestId": "req_1"}, "data": keys}), 4_000);
        let shown = envelope["data"].as_array().unwrap();
        assert!(shown.len() > 100);
        assert_eq!(
            shown[shown.len() - 1]["keyId"],
            format!("key_{}", shown.len() - 1)
        );
        let told = envelope["leftOut"].as_str().unwrap();
        assert!(
            told.contains(&format!("data: {} of 1000 shown", shown.len())),
            "{told}"
        );
    }

    #[test]
    fn what_is_in_the_only_item_is_cut_too() {
        let roles: Vec<Value> = (0..2_000).map(|id| json!(format!("role {id}"))).collect();
        let meta = json!({"long": "ä".repeat(30_000)});
        let data = json!([{"roles": roles, "meta": meta, "keyId": "key_1"}]);
        let envelope = fitted(json!({"meta": {}, "data": data}), 4_000);
        assert_eq!(envelope["data"][0]["keyId"], "key_1");
    }

    #[test]
    fn an_object_of_many_members_goes_where_nothing_else_can() {
        let meta: serde_json::Map<String, Value> = (0..5_000)
            .map(|name| (format!("name{name}"), json!(1)))
            .collect();
        let envelope = fitted(
            json!({"meta": {}, "data": {"keyId": "key_1", "meta": meta}}),
            4_000,
        );
        assert_eq!(envelope["data"], json!({"keyId": "key_1", "meta": {}}));
    }
}
