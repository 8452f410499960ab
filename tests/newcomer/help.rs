//! `--help` and `tools` at a terminal.

use serde_json::Value;
use unkey_tools::{Toolset, listed};

use super::markdown::commands;
use crate::support::Binary;

const COMMANDS: [&[&str]; 12] = [
    &[],
    &["stdio"],
    &["serve"],
    &["install"],
    &["doctor"],
    &["tools"],
    &["call"],
    &["root-key"],
    &["api"],
    &["export"],
    &["completions"],
    &["man"],
];

async fn printed(arguments: &[&str], columns: Option<&str>) -> String {
    let mut binary = Binary::new(arguments);
    if let Some(columns) = columns {
        binary = binary.env("COLUMNS", columns);
    }
    let ended = binary.run("").await;
    assert!(ended.status.success(), "{arguments:?}: {ended:?}");
    ended.stdout
}

fn widest(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or_default()
}

#[tokio::test]
async fn help_and_tools_fit_the_terminal() {
    for command in COMMANDS {
        let text = printed(&[command, &["--help"]].concat(), Some("80")).await;
        assert!(
            widest(&text) <= 80,
            "{command:?}: {}\n{text}",
            widest(&text)
        );
    }
    for columns in ["80", "100", "60"] {
        let text = printed(&["tools", "--toolsets=all"], Some(columns)).await;
        let widest = widest(&text);
        assert!(widest <= columns.parse().unwrap(), "{widest} of {columns}");
        for entry in listed() {
            assert!(text.contains(entry.name), "{}", entry.name);
        }
    }
}

#[tokio::test]
async fn a_terminal_of_no_width_still_gets_every_tool() {
    for columns in ["1", "0", "-3", "wide"] {
        let text = printed(&["tools", "--toolsets=all"], Some(columns)).await;
        for entry in listed() {
            assert!(text.contains(entry.name), "{}", entry.name);
        }
    }
}

#[tokio::test]
async fn every_toolset_says_what_it_costs() {
    for columns in [None, Some("80")] {
        let text = printed(&["tools", "--toolsets=all"], columns).await;
        for toolset in Toolset::ALL {
            let flag = format!("--toolsets={}", toolset.name());
            let json = printed(&["tools", "--json", &flag], None).await;
            let bytes = json.trim_end().len();
            let list: Value = serde_json::from_str(&json).unwrap();
            let tools = list["tools"].as_array().unwrap().len();
            let row = text
                .lines()
                .find(|line| line.split_whitespace().next() == Some(toolset.name()));
            let cells: Vec<&str> = row.unwrap().split_whitespace().skip(1).collect();
            let expected = [tools, bytes, bytes / 4].map(|number| number.to_string());
            assert_eq!(cells, expected, "{}", toolset.name());
        }
        assert!(text.contains("estimate"), "{text}");
    }
}

#[tokio::test]
async fn the_estimate_is_within_a_tenth_of_what_a_tokenizer_counts() {
    let json = printed(&["tools", "--json"], None).await;
    let counted = tiktoken_rs::o200k_base_singleton().count_ordinary(json.trim_end());
    let estimated = json.trim_end().len() / 4;
    assert!(
        estimated.abs_diff(counted) * 10 < counted,
        "{estimated} for {counted}"
    );
}

#[tokio::test]
async fn help_ends_with_examples_that_are_understood() {
    for command in COMMANDS {
        let text = printed(&[command, &["--help"]].concat(), None).await;
        let (_, examples) = text.split_once("Example").expect(&text);
        let mut seen = 0;
        for line in examples.lines().filter(|line| line.starts_with("  ")) {
            // What stands apart from the command says what it is for.
            let line = line.trim_start().split("  ").next().unwrap();
            let line = line.split(" | ").next().unwrap();
            let words = commands(line).remove(0);
            let at = words.iter().position(|word| word == "unkey-mcp").unwrap();
            let example = words[at + 1..].iter().map(String::as_str);
            printed(&example.chain(["--help"]).collect::<Vec<_>>(), None).await;
            seen += 1;
        }
        assert!(seen > 0, "{command:?}");
    }
}

#[tokio::test]
async fn flags_are_grouped_by_what_they_are_about() {
    let serve = printed(&["serve", "--help"], None).await;
    for heading in ["Who may reach it:", "Which Unkey:", "Which tools:"] {
        assert!(serve.contains(heading), "{heading}: {serve}");
    }
    let stdio = printed(&["stdio", "--help"], None).await;
    assert!(stdio.contains("Which tools:"), "{stdio}");
}
