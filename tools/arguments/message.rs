//! The words for what was wrong with arguments.

use std::fmt::Write as _;

use crate::nearest::nearest;
use crate::schema::{CLEAR, Input};
use crate::shorten::shorten;
use crate::validator::Presence;
use crate::validator::kind::Kind;
use crate::validator::violation::{Mistake, Step, Violation};

/// A mistake in words, one sentence for each field.
pub(crate) fn messages(violation: &Violation, input: &Input) -> Vec<String> {
    let place = place(&violation.at);
    let inside = |name: &str| {
        if violation.at.is_empty() {
            format!("`{name}`")
        } else {
            format!("`{place}.{name}`")
        }
    };
    match &violation.mistake {
        Mistake::Missing(names) => names
            .iter()
            .map(|name| format!("{}: is required", inside(name)))
            .collect(),
        Mistake::Unknown { names, known } => {
            let known = || {
                let clear =
                    (violation.at.is_empty() && !input.clearable.is_empty()).then_some(CLEAR);
                known.iter().map(String::as_str).chain(clear)
            };
            let meant = |name: &str| match nearest(name, known()) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None if known().next().is_none() => "send {}, it takes none".to_owned(),
                None => format!("expected one of {}", listing(known())),
            };
            names
                .iter()
                .map(|name| {
                    let shown = inside(&shorten(name));
                    format!("{shown}: unknown field; {}", meant(name))
                })
                .collect()
        }
        mistake => {
            let place = if place.is_empty() {
                "arguments"
            } else {
                &place
            };
            let words = match mistake {
                Mistake::Type {
                    got: "null",
                    or_null: false,
                    want,
                } => null(violation, *want, input),
                mistake => message(mistake),
            };
            vec![format!("`{place}`: {words}")]
        }
    }
}

/// What to say to a `null` where none is taken. The clients that send one mean "unset", or "empty".
fn null(violation: &Violation, want: Kind, input: &Input) -> String {
    let (takes_empty, presence) = match input.validator.at(&violation.at) {
        Some((validator, presence)) => (validator.takes_empty(), presence),
        None => (false, Presence::Required),
    };
    let empty = match want {
        Kind::Array if takes_empty => "; send [] to empty it",
        Kind::Object if takes_empty => "; send {} to empty it",
        _ => "",
    };
    match presence {
        Presence::Optional => format!("takes no null, leave it out to keep it{empty}"),
        Presence::Required => format!("is required and must be {}, got null{empty}", a(want)),
        Presence::Item => format!("must be {}, got null", a(want)),
    }
}

fn message(mistake: &Mistake) -> String {
    match mistake {
        Mistake::Type { got, want, or_null } => {
            let null = if *or_null { " or null" } else { "" };
            format!("must be {}{null}, got {got}", a(*want))
        }
        Mistake::Choice {
            of,
            sent,
            is_required,
        } => {
            let how_many = if *is_required { "exactly" } else { "at most" };
            let names = |names: &[String]| listing(names.iter().map(String::as_str));
            let got = if sent.is_empty() {
                "none".to_owned()
            } else {
                names(sent)
            };
            format!("send {how_many} one of {}; got {got}", names(of))
        }
        Mistake::NoneOf(fields) => {
            let fields = listing(fields.iter().map(String::as_str));
            format!("send at least one of {fields}")
        }
        Mistake::NotOneOf(choices) => {
            format!(
                "must be one of {}",
                listing(choices.iter().map(String::as_str))
            )
        }
        Mistake::Pattern { pattern, .. } => format!("must match {pattern}"),
        Mistake::Bound { got, want, keyword } => {
            let side = if *keyword == "minimum" {
                "least"
            } else {
                "most"
            };
            format!("must be at {side} {want}, got {got}")
        }
        Mistake::NotMultiple { got, of } => format!("must be a multiple of {of}, got {got}"),
        Mistake::TooWide { got, bound } => {
            let side = if *bound < 0 { "least" } else { "most" };
            format!("must be at {side} {bound}, got {got}")
        }
        Mistake::Size { got, want, keyword } => {
            let (side, of) = keyword.split_at(3);
            let side = if side == "min" { "least" } else { "most" };
            let of = match of {
                "Length" => "character",
                "Items" => "item",
                _ => "field",
            };
            let plural = if *want == 1 { "" } else { "s" };
            format!("must have at {side} {want} {of}{plural}, has {got}")
        }
        Mistake::Missing(_) | Mistake::Unknown { .. } => String::new(),
    }
}

const fn a(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a boolean",
        Kind::Number => "a number",
        Kind::Integer => "an integer",
        Kind::String => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

pub(super) fn place(at: &[Step]) -> String {
    let mut place = String::new();
    for step in at {
        match step {
            Step::Field(name) => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(name);
            }
            Step::Item(index) => {
                // Writing to a string does not fail.
                let _ = write!(place, "[{index}]");
            }
        }
    }
    place
}

/// Names, quoted and separated by commas.
pub(crate) fn listing<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use crate::find;

    /// What `keys_update_key` says of a field of that value.
    fn said_of(field: &str, value: Value) -> Vec<String> {
        let mut arguments = serde_json::Map::new();
        arguments.insert("keyId".to_owned(), json!("key_1"));
        arguments.insert(field.to_owned(), value);
        let tool = find("keys_update_key").unwrap();
        tool.prepare(arguments, Timestamp::UNIX_EPOCH)
            .unwrap_err()
            .mistakes()
            .to_vec()
    }

    #[test]
    fn every_mistake_has_words() {
        let limit = |more: Value| {
            let mut limit =
                json!({"name": "calls", "limit": 1, "duration": 1000, "autoApply": true});
            limit
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            json!([limit])
        };
        for (field, value, words) in [
            (
                "name",
                json!(5),
                "`name`: must be a string or null, got number",
            ),
            (
                "enabled",
                json!("maybe"),
                "`enabled`: must be a boolean, got string",
            ),
            (
                "roles",
                json!(["a", 5]),
                "`roles[1]`: must be a string, got number",
            ),
            (
                "meta",
                json!([]),
                "`meta`: must be an object or null, got array",
            ),
            (
                "expires",
                json!(1.5),
                "`expires`: must be an integer or null, got number",
            ),
            (
                "externalId",
                json!("a b"),
                "`externalId`: must match ^[a-zA-Z0-9_.-]+$",
            ),
            (
                "ratelimits",
                limit(json!({"duration": 1})),
                "`ratelimits[0].duration`: must be at least 1000, got 1",
            ),
            (
                "ratelimits",
                limit(json!({"name": "ab"})),
                "`ratelimits[0].name`: must have at least 3 characters, has 2",
            ),
            (
                "ratelimits",
                limit(json!({"names": "x"})),
                "`ratelimits[0].names`: unknown field; did you mean `name`?",
            ),
            (
                "ratelimits",
                limit(json!({"zone": "x"})),
                "`ratelimits[0].zone`: unknown field; expected one of `name`, `limit`, `duration`, `autoApply`",
            ),
            (
                "credits",
                json!({"refill": {"amount": 1}}),
                "`credits.refill.interval`: is required",
            ),
            (
                "credits",
                json!({"refill": {"amount": 1, "interval": "weekly"}}),
                "`credits.refill.interval`: must be one of `daily`, `monthly`",
            ),
            (
                "clera",
                json!(["name"]),
                "`clera`: unknown field; did you mean `clear`?",
            ),
        ] {
            assert_eq!(said_of(field, value), [words]);
        }
    }

    #[test]
    fn sizes_and_upper_bounds_have_words() {
        for (tool, arguments, words) in [
            (
                "apis_list_keys",
                json!({"apiId": "api_1", "limit": 500}),
                "`limit`: must be at most 100, got 500",
            ),
            (
                "apis_create_api",
                json!({"name": "x".repeat(300)}),
                "`name`: must have at most 256 characters, has 300",
            ),
            (
                "keys_add_roles",
                json!({"keyId": "key_1", "roles": []}),
                "`roles`: must have at least 1 item, has 0",
            ),
            (
                "environments_update_settings",
                json!({"project": "acme", "app": "site", "environment": "preview", "vCpus": 0.3}),
                "`vCpus`: must be a multiple of 0.25, got 0.3",
            ),
        ] {
            let arguments = arguments.as_object().unwrap().clone();
            let said = find(tool)
                .unwrap()
                .prepare(arguments, Timestamp::UNIX_EPOCH)
                .unwrap_err();
            assert_eq!(said.mistakes(), [words]);
        }
    }

    #[test]
    fn a_tool_without_fields_takes_none() {
        let tool = find("github_install_app").unwrap();
        let arguments = json!({"x": 1}).as_object().unwrap().clone();
        let refused = tool.prepare(arguments, Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(refused.mistakes()[0].starts_with("`x`"), "{refused}");
        assert!(
            tool.prepare(serde_json::Map::new(), Timestamp::UNIX_EPOCH)
                .is_ok()
        );
    }

    #[test]
    fn a_null_where_a_value_must_be_says_what_such_a_field_needs() {
        for (tool, arguments, words) in [
            (
                "keys_verify_key",
                json!({"key": null}),
                "`key`: is required and must be a string, got null",
            ),
            (
                "keys_add_roles",
                json!({"keyId": "key_1", "roles": null}),
                "`roles`: is required and must be an array, got null",
            ),
            (
                "keys_set_roles",
                json!({"keyId": "key_1", "roles": null}),
                "`roles`: is required and must be an array, got null; send [] to empty it",
            ),
            (
                "keys_set_roles",
                json!({"keyId": "key_1", "roles": [null]}),
                "`roles[0]`: must be a string, got null",
            ),
            (
                "keys_update_key",
                json!({"keyId": "key_1", "credits": {"refill": {"interval": null, "amount": 1}}}),
                "`credits.refill.interval`: is required and must be a string, got null",
            ),
        ] {
            let arguments = arguments.as_object().unwrap().clone();
            let said = find(tool)
                .unwrap()
                .prepare(arguments, Timestamp::UNIX_EPOCH)
                .unwrap_err();
            assert_eq!(said.mistakes(), [words]);
        }
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let arguments = json!({"keyId": 5, "roles": "x", "colour": 1});
        let said = find("keys_add_roles")
            .unwrap()
            .prepare(
                arguments.as_object().unwrap().clone(),
                Timestamp::UNIX_EPOCH,
            )
            .unwrap_err();
        assert_eq!(said.mistakes().len(), 3, "{said}");
    }
}
