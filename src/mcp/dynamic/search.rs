//! Finds tools by words, over their names, titles and descriptions.

use std::collections::BTreeSet;

use unkey_tools::Entry;

/// How much of a query is looked at.
const QUERY_CHARS: usize = 200;

/// What a word counts for by where it stands.
const IN_NAME: f64 = 4.0;
const IN_TITLE: f64 = 3.0;
const IN_DESCRIPTION: f64 = 1.0;

/// The tools that `query` fits, the best first.
pub(super) fn search(
    query: &str,
    entries: impl Iterator<Item = &'static Entry>,
) -> Vec<&'static Entry> {
    let documents: Vec<Document> = entries.map(Document::of).collect();
    let query: String = query.chars().take(QUERY_CHARS).collect();
    let mut scores = vec![0.0; documents.len()];
    for word in stems(&query) {
        let found: Vec<f64> = documents
            .iter()
            .map(|document| document.weight(&word))
            .collect();
        let in_many = found.iter().filter(|weight| **weight > 0.0).count();
        if in_many == 0 {
            continue;
        }
        // A word that every tool has tells them apart less than one that few have.
        let rarity = (1.0 + count(documents.len()) / count(in_many)).ln();
        for (score, weight) in scores.iter_mut().zip(found) {
            *score += weight * rarity;
        }
    }
    let mut ranked: Vec<(f64, &Document)> = scores
        .into_iter()
        .zip(&documents)
        .filter(|(score, _)| *score > 0.0)
        .collect();
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranked
        .into_iter()
        .map(|(_, document)| document.entry)
        .collect()
}

/// The words of a tool.
struct Document {
    entry: &'static Entry,
    name: BTreeSet<String>,
    title: BTreeSet<String>,
    description: BTreeSet<String>,
}

impl Document {
    fn of(entry: &'static Entry) -> Self {
        Self {
            entry,
            name: stems(entry.name),
            title: stems(entry.title),
            description: stems(&entry.input().description),
        }
    }

    fn weight(&self, word: &str) -> f64 {
        [
            (&self.name, IN_NAME),
            (&self.title, IN_TITLE),
            (&self.description, IN_DESCRIPTION),
        ]
        .into_iter()
        .filter_map(|(words, weight)| words.contains(word).then_some(weight))
        .sum()
    }
}

/// The words of a text, in the singular where that is plain.
fn stems(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.len() > 1)
        .map(|word| {
            word.strip_suffix('s')
                .filter(|stem| stem.len() > 2 && !stem.ends_with('s'))
                .unwrap_or(word)
                .to_owned()
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a hundred tools")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<&'static str> {
        let entries = search(query, unkey_tools::listed());
        entries.into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn a_tool_is_found_by_the_words_of_its_name_in_any_order_and_number() {
        assert_eq!(found("create a key")[0], "keys_create_key");
        assert_eq!(found("overrides set")[0], "ratelimit_set_override");
        assert!(found("zzz qqq").is_empty());
        assert!(found("").is_empty());
    }
}
