//! What a person should know of a plan for many keys.

use unkey_workflows::Outline;

use super::Facts;
use crate::confirm::lookup::{Lookup, Unknown};
use crate::confirm::words::{count, quoted};

/// What the plan of that id would do.
pub(super) fn plan(id: &str, lookup: &Lookup<'_>) -> Facts {
    let mut facts = Facts::bare("plan", id, Err(Unknown::Unread));
    let Some(outline) = lookup.plan() else {
        return facts;
    };
    facts.what = format!("{} (plan {})", outline.deed(), quoted(id));
    facts.name = outline.deed();
    facts.in_use = outline.ends_keys_in_use();
    facts.settings = settings(outline);
    facts
}

fn settings(outline: &Outline) -> Vec<String> {
    let plan = &outline.plan;
    let mut settings = Vec::new();
    for api in plan.by_api.iter().flatten() {
        let keys = count(api.count, "key", "keys");
        settings.push(format!("{keys} of the API {}", quoted(&api.of)));
    }
    if let Some(used) = plan.used_lately {
        let were = if used == 1 { "was" } else { "were" };
        settings.push(format!(
            "{} {were} used in the 7 days before the plan was made",
            count(used, "key", "keys")
        ));
    }
    settings.extend(plan.notes.iter().flatten().cloned());
    if outline.begun {
        settings.push("It was begun already: this goes on with what is left".to_owned());
    }
    settings.push(format!("Made at {}", outline.made_at));
    settings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outline(kind: &str, used: Option<u64>, undoes: Option<&str>) -> Outline {
        let change = serde_json::from_value(json!({"kind": kind})).unwrap();
        let plan = json!({
            "keys": 1200, "usedLately": used, "byApi": [{"of": "payments", "count": 1200}],
            "examples": [], "cannotCount": 0, "cost": {"reads": 0, "writes": 1200},
        });
        Outline {
            plan_id: "plan_1".to_owned(),
            made_at: "2026-11-01T00:00:00Z".to_owned(),
            expires: "2026-11-02T00:00:00Z".to_owned(),
            begun: false,
            undoes: undoes.map(str::to_owned),
            change,
            plan: serde_json::from_value(plan).unwrap(),
        }
    }

    #[test]
    fn what_ends_keys_in_use_is_typed_and_what_does_not_is_not() {
        for (kind, used, undoes, typed) in [
            ("delete", Some(3), None, true),
            ("disable", Some(3), None, true),
            ("rotate", Some(3), None, true),
            ("delete", None, None, false),
            ("enable", Some(3), None, false),
            ("disable", Some(3), Some("plan_0"), false),
        ] {
            let outline = outline(kind, used, undoes);
            assert_eq!(
                outline.ends_keys_in_use(),
                typed,
                "{kind} {used:?} {undoes:?}"
            );
        }
    }

    #[test]
    fn a_person_is_told_which_keys_are_meant_and_how_many_are_in_use() {
        let outline = outline("delete", Some(1), None);
        assert_eq!(outline.deed(), "delete 1200 keys");
        let told = settings(&outline).join("\n");
        assert!(
            told.contains("1,200 keys of the API \"payments\""),
            "{told}"
        );
        assert!(told.contains("1 key was used in the 7 days"), "{told}");
    }
}
