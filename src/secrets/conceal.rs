//! Secrets that stand where they do not belong: an answer that says back what it was sent, an error
//! that quotes it.

use serde_json::{Map, Value};
use unkey_tools::types::Secret;

use crate::observe::shown;

/// What stands in the place of a secret.
pub(super) const CONCEALED: &str = "[secret]";

/// The shortest text that is looked for. What is shorter stands in other words by chance.
const SHORTEST: usize = 8;

/// Secrets that are known, and looked for in what is shown.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<Secret>);

impl Known {
    /// Looks for this one too, and for the parts of it that are secret by themselves: a key without
    /// its prefix, the code in an address.
    pub(super) fn add(&mut self, secret: &Secret) {
        let text = secret.reveal();
        if text.len() >= SHORTEST {
            self.0.push(secret.clone());
        }
        let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let parts = parts.filter(|part| *part != text && shown::may_be_key(part));
        self.0.extend(parts.map(Secret::new));
        // A whole one first: what is left of it then would be its prefix alone.
        self.0
            .sort_by_key(|secret| std::cmp::Reverse(secret.reveal().len()));
    }

    /// Takes them out of a text.
    pub(super) fn conceal(&self, text: &mut String) {
        for secret in &self.0 {
            if text.contains(secret.reveal()) {
                *text = text.replace(secret.reveal(), CONCEALED);
            }
        }
    }

    /// Takes them out of all texts in a value, and out of the names in it.
    pub(super) fn conceal_in(&self, value: &mut Value) {
        if !self.0.is_empty() {
            each_text(value, &mut |text| self.conceal(text));
        }
    }
}

/// Takes out of all texts in a value what looks like a secret.
pub(super) fn redact(value: &mut Value) {
    each_text(value, &mut |text| *text = shown::redact(text).into_owned());
}

/// Takes out of a text what looks like a secret, but for words that stand in `said`.
pub(super) fn redact_but(text: &mut String, said: &Value) {
    let said = said.to_string();
    let is_said = |word: &str| said.contains(word);
    *text = shown::redact_unless(text, is_said).into_owned();
}

fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(members) => {
            let named = std::mem::take(members).into_iter();
            *members = named
                .map(|(mut name, mut member)| {
                    change(&mut name);
                    each_text(&mut member, change);
                    (name, member)
                })
                .collect::<Map<_, _>>();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_found_whole_and_in_its_parts() {
        let mut known = Known::default();
        known.add(&Secret::new("sk_live_4fJ8kQ2mZx9LpR7v"));
        known.add(&Secret::new("https://x.example/p?code=9LpR7v4fJ8kQ2mZx"));
        let mut value = json!({
            "a": ["key sk_live_4fJ8kQ2mZx9LpR7v!", {"4fJ8kQ2mZx9LpR7v": 1}],
            "b": "sk_live_ of x.example",
            "c": "code 9LpR7v4fJ8kQ2mZx",
        });
        known.conceal_in(&mut value);
        assert_eq!(
            value,
            json!({
                "a": ["key [secret]!", {"[secret]": 1}],
                "b": "sk_live_ of x.example",
                "c": "code [secret]",
            })
        );
    }

    #[test]
    fn what_is_short_stands_in_other_words_by_chance() {
        let mut known = Known::default();
        known.add(&Secret::new("pro"));
        let mut text = "production".to_owned();
        known.conceal(&mut text);
        assert_eq!(text, "production");
    }
}
