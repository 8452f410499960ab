//! Clients that show a model the names alone search over names, titles and descriptions: the words
//! that people use find the right tool.

use unkey_tools::{Entry, listed};

/// How much a word counts that stands in a name, a title or a description.
const WEIGHTS: [usize; 3] = [4, 2, 1];

/// Words that say nothing of what is looked for.
const EMPTY: [&str; 6] = ["of", "this", "the", "a", "who", "is"];

/// What stays of a word without its ending.
fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    for ending in ["ed", "s"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 2) {
            return stem.to_owned();
        }
    }
    word
}

fn stems(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(stem).collect()
}

/// The default list's tools, those that say most of the words first.
fn found(query: &str) -> Vec<&'static str> {
    let words: Vec<String> = query
        .split(' ')
        .filter(|word| !EMPTY.contains(word))
        .map(stem)
        .collect();
    // Who has more of the words comes first, whatever the weight of one.
    let score = |entry: &Entry| {
        let texts = [entry.name, entry.title, &entry.input().description].map(stems);
        let weights = words.iter().map(|word| {
            let each = texts.iter().zip(WEIGHTS);
            each.map(|(text, weight)| usize::from(text.contains(word)) * weight)
                .sum::<usize>()
        });
        let weights: Vec<usize> = weights.collect();
        let matched = weights.iter().filter(|weight| **weight > 0).count();
        (matched, weights.iter().sum::<usize>())
    };
    let mut tools: Vec<((usize, usize), &str)> = listed()
        .filter(|entry| entry.toolset.is_default())
        .map(|entry| (score(entry), entry.name))
        .collect();
    tools.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    tools.into_iter().map(|(_, name)| name).take(3).collect()
}

#[test]
fn the_words_that_people_use_find_the_right_tool_among_the_first_three() {
    for (query, expected) in [
        ("usage statistics of keys", "usage_report"),
        ("who owns this key", "keys_find"),
        ("why refused", "keys_explain"),
        ("list apis", "workspace_overview"),
        ("rate limit", "ratelimit_limit"),
        ("unused keys", "keys_find"),
        ("rotate", "keys_plan"),
        ("import keys", "keys_plan"),
    ] {
        let found = found(query);
        assert!(found.contains(&expected), "{query}: {found:?}");
    }
}
