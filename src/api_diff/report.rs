//! What differs, in words and as JSON.

use std::fmt::Write as _;

use serde_json::Value;

use super::api::Caller;
use super::comparison::{Comparison, FieldChange, OtherOperation, RESPONSE};
use super::fields::Keywords;
use crate::observe::shown;

/// The comparison as JSON.
pub(super) fn json(comparison: &Comparison) -> String {
    // Strings, numbers and lists of them are all JSON.
    serde_json::to_string_pretty(comparison).unwrap_or_default() + "\n"
}

/// The comparison for a person.
pub(super) fn words(comparison: &Comparison) -> String {
    let mut text = summary(comparison);
    section(
        &mut text,
        "New in the document, and no tool:",
        &comparison.new,
    );
    section(
        &mut text,
        "Tools that the document has not:",
        &comparison.gone,
    );
    if !comparison.changed.is_empty() {
        text.push_str("\nChanged in the document:\n");
    }
    for operation in &comparison.changed {
        line(
            &mut text,
            1,
            &format!("{} ({})", operation.operation, operation.tool),
        );
        if let Some(caller) = &operation.caller {
            line(&mut text, 2, &format!("caller: {}", authorised(caller)));
        }
        if let Some(deprecated) = operation.deprecated {
            let told = if deprecated {
                "deprecated now"
            } else {
                "not deprecated any more"
            };
            line(&mut text, 2, told);
        }
        for field in &operation.fields {
            line(&mut text, 2, &change(field));
        }
    }
    text
}

fn summary(comparison: &Comparison) -> String {
    let document = match comparison.document.as_str() {
        "" => "the document",
        title => title,
    };
    let mut text = format!(
        "unkey-mcp {} beside {}: {} operations in both, ",
        env!("CARGO_PKG_VERSION"),
        shown::escaped(document),
        comparison.compared
    );
    if comparison.is_empty() {
        text.push_str("and nothing differs.\n");
    } else {
        let _ = writeln!(
            text,
            "{} of them changed; {} new, {} gone.",
            comparison.changed.len(),
            comparison.new.len(),
            comparison.gone.len()
        );
    }
    if !comparison.left_out.is_empty() {
        let _ = writeln!(
            text,
            "Left out, since no root key may call it: {}.",
            comparison.left_out.join(", ")
        );
    }
    text
}

fn section(text: &mut String, heading: &str, operations: &[OtherOperation]) {
    if operations.is_empty() {
        return;
    }
    let _ = write!(text, "\n{heading}\n");
    for one in operations {
        let more = match (&one.caller, one.tool) {
            (caller @ Caller::Other(_), _) => format!(" ({})", authorised(caller)),
            (_, Some(tool)) => format!(" ({tool})"),
            (_, None) => String::new(),
        };
        line(text, 1, &format!("{}{more}", one.operation));
    }
}

/// Who may call an operation, in words.
fn authorised(caller: &Caller) -> String {
    match caller {
        Caller::RootKey => "authorised by a root key".to_owned(),
        Caller::Anyone => "needs no root key".to_owned(),
        Caller::Unsaid => "not said".to_owned(),
        Caller::Other(schemes) => {
            format!("authorised by {}, not by a root key", schemes.join(" or "))
        }
    }
}

/// A line of which parts come from the document, which may hold anything.
fn line(text: &mut String, indent: usize, said: &str) {
    let _ = writeln!(text, "{:1$}{2}", "", indent * 2, shown::escaped(said));
}

fn change(change: &FieldChange) -> String {
    let FieldChange { of, field, .. } = change;
    let what = match change.change {
        "new" => format!("new: {}", told(&change.document)),
        "gone" => "gone".to_owned(),
        _ => {
            let keywords = change.catalogue.keys().chain(change.document.keys());
            let mut keywords: Vec<&str> = keywords.copied().collect();
            keywords.sort_unstable();
            keywords.dedup();
            let changes = keywords.into_iter().map(|keyword| {
                keyword_change(
                    of,
                    keyword,
                    change.catalogue.get(keyword),
                    change.document.get(keyword),
                )
            });
            changes.collect::<Vec<_>>().join("; ")
        }
    };
    format!("{of} {field}: {what}")
}

/// A new field in a few words.
fn told(keywords: &Keywords) -> String {
    let kind = keywords.get("type").map_or("of any type".to_owned(), bare);
    let mut told = vec![kind];
    for (keyword, value) in keywords {
        match *keyword {
            // A new object is described by its fields.
            "type" | "additionalProperties" => {}
            "required" => told.push("required".to_owned()),
            "nullable" => told.push("or null".to_owned()),
            "uniqueItems" => told.push("each item once".to_owned()),
            keyword => told.push(format!("{keyword} {}", bare(value))),
        }
    }
    told.join(", ")
}

fn keyword_change(
    of: &str,
    keyword: &str,
    catalogue: Option<&Value>,
    document: Option<&Value>,
) -> String {
    let takes = if of == RESPONSE { "gives" } else { "takes" };
    match (keyword, catalogue, document) {
        ("required", _, Some(_)) => "required now".to_owned(),
        ("required", _, None) => "optional now".to_owned(),
        ("nullable", _, Some(_)) => "takes null now".to_owned(),
        ("nullable", _, None) => "takes no null any more".to_owned(),
        ("additionalProperties", _, Some(_)) => "takes other fields too now".to_owned(),
        ("additionalProperties", _, None) => "takes no other fields any more".to_owned(),
        ("uniqueItems", _, Some(_)) => "takes each item once now".to_owned(),
        ("uniqueItems", _, None) => "takes items more than once now".to_owned(),
        ("enum", Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            let only = |these: &[Value], others: &[Value]| {
                let only = these.iter().filter(|choice| !others.contains(choice));
                only.map(bare).collect::<Vec<_>>().join(", ")
            };
            let (new, gone) = (only(theirs, ours), only(ours, theirs));
            match (new.as_str(), gone.as_str()) {
                (new, "") => format!("{takes} {new} too"),
                ("", gone) => format!("{takes} {gone} no longer"),
                (new, gone) => format!("{takes} {new} too, and {gone} no longer"),
            }
        }
        (keyword, ours, theirs) => {
            let none = || "none".to_owned();
            format!(
                "{keyword} is {}, here {}",
                theirs.map_or_else(none, bare),
                ours.map_or_else(none, bare)
            )
        }
    }
}

/// A value without quotes.
fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(bare).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}
