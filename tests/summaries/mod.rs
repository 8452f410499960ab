//! The summaries of results: what each says, that none lies, and that nobody else speaks in them.

mod planted;
mod shown;
mod truth;

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use unkey_mcp::summary::Asked;
use unkey_tools::{CATALOGUE, Entry, find};

use crate::support::sample;

/// 2026-03-10 12:00:00 UTC, Unix ms: when all of this happens.
const NOON: i64 = 1_773_144_000_000;

/// A call and its answer.
#[derive(Deserialize)]
struct Case {
    tool: String,
    /// Those of the tool's sample, where it has none of its own.
    arguments: Option<Value>,
    answer: Value,
}

impl Case {
    fn entry(&self) -> &'static Entry {
        find(&self.tool).unwrap()
    }

    /// What Unkey is sent.
    fn body(&self) -> Value {
        let arguments = self.arguments.clone().unwrap_or_else(|| sample(&self.tool));
        let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
        self.entry().prepare(arguments, time(NOON)).unwrap()
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn time(now: i64) -> Timestamp {
    Timestamp::from_millisecond(now).unwrap()
}

/// What is said of that answer at that time.
fn summary(entry: &Entry, body: &Value, answer: &Value, now: i64) -> Option<String> {
    Asked::new(entry, body)?.summary(answer, time(now))
}

#[test]
fn every_summary_has_been_read() {
    let cases = cases();
    let mut toolsets: Vec<&str> = CATALOGUE.iter().map(|tool| tool.toolset.name()).collect();
    toolsets.dedup();
    for toolset in toolsets {
        let mut text = String::new();
        for case in &cases {
            let entry = case.entry();
            if entry.toolset.name() == toolset {
                let said = summary(entry, &case.body(), &case.answer, NOON);
                writeln!(text, "{}: {}", entry.name, said.unwrap()).unwrap();
            }
        }
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("summaries_of_{toolset}"), text);
        });
    }
}

#[test]
fn every_tool_says_one_to_six_short_sentences() {
    let cases = cases();
    for entry in &CATALOGUE {
        let of_tool: Vec<&Case> = cases
            .iter()
            .filter(|case| case.tool == entry.name)
            .collect();
        assert!(!of_tool.is_empty(), "{} has no case", entry.name);
        for case in of_tool {
            let said = summary(entry, &case.body(), &case.answer, NOON).unwrap();
            let sentences: Vec<&str> = said.split_inclusive(". ").collect();
            assert!((1..=6).contains(&sentences.len()), "{said}");
            let longest = sentences.iter().map(|one| one.chars().count()).max();
            assert!(longest <= Some(160) && said.ends_with('.'), "{said}");
        }
    }
}

#[test]
fn an_answer_of_a_form_that_is_not_known_has_no_summary() {
    let entry = find("keys_get_key").unwrap();
    let body = json!({"keyId": "key_1"});
    for answer in [
        json!({}),
        json!({"data": {}}),
        json!({"data": {"keyId": 5}}),
        json!(null),
    ] {
        assert_eq!(summary(entry, &body, &answer, NOON), None, "{answer}");
    }
}
