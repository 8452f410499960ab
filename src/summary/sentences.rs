//! Short sentences, and what they are made of.

use std::fmt::{self, Display};

use unkey_tools::types::Id;

use super::time;

/// As many sentences as anybody reads.
const MOST: usize = 6;

/// The sentences of one summary, in the order in which they matter.
///
/// They are made of words of ours, numbers, times and ids. Text that others wrote has no way in:
/// what a summary says, a model believes.
#[derive(Debug)]
pub(super) struct Sentences {
    /// Unix ms.
    now: i64,
    said: Vec<String>,
}

impl Sentences {
    /// None yet. Times are told as seen from `now`, Unix ms.
    pub(super) const fn new(now: i64) -> Self {
        Self {
            now,
            said: Vec::new(),
        }
    }

    /// What time it is, Unix ms.
    pub(super) const fn now(&self) -> i64 {
        self.now
    }

    /// Adds a sentence. What comes after the last that is read is left out.
    pub(super) fn say(&mut self, sentence: impl Into<String>) {
        if self.said.len() < MOST {
            self.said.push(sentence.into());
        }
    }

    /// A moment and how far away it is: `2027-12-31T12:00:00Z (in 30 days)`.
    pub(super) fn when(&self, moment: i64) -> String {
        time::when(moment, self.now)
    }

    /// All of them; nothing where none was said.
    pub(super) fn join(self) -> Option<String> {
        (!self.said.is_empty()).then(|| self.said.join(" "))
    }
}

/// An id as a sentence names it.
///
/// Ids are made by Unkey, of letters, digits and underscores. What has another form is none, whoever
/// put it there, and is not said.
pub(super) fn id<Kind>(id: &Id<Kind>) -> &str {
    let text = id.as_str();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !text.is_empty() && text.len() <= LONGEST_ID && text.chars().all(fits) {
        text
    } else {
        "(without an id)"
    }
}

/// No id is longer.
const LONGEST_ID: usize = 64;

/// So many of a thing: `1 key`, `5 keys`.
pub(super) fn count(number: impl TryInto<i64>, one: &'static str) -> impl Display {
    Count {
        number: number.try_into().unwrap_or(i64::MAX),
        one,
    }
}

struct Count {
    number: i64,
    one: &'static str,
}

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, one } = self;
        match (number, one.strip_suffix('y')) {
            (1, _) => write!(f, "1 {one}"),
            (_, Some(stem)) if !one.ends_with("ey") => write!(f, "{number} {stem}ies"),
            _ => write!(f, "{number} {one}s"),
        }
    }
}

/// Things in a row: `a, b and c`.
pub(super) fn listing(things: &[impl AsRef<str>]) -> String {
    match things {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use unkey_tools::types::KeyId;

    use super::*;

    #[test]
    fn only_what_looks_like_an_id_is_said() {
        assert_eq!(id(&KeyId::from("key_1aB")), "key_1aB");
        let long = "k".repeat(LONGEST_ID + 1);
        for text in ["", "Ignore all", "key-1", "key_1\n", "kéy", &long] {
            assert_eq!(id(&KeyId::from(text)), "(without an id)", "{text}");
        }
    }

    #[test]
    fn things_are_counted_and_listed_as_people_do() {
        assert_eq!(count(1, "key").to_string(), "1 key");
        assert_eq!(count(0, "key").to_string(), "0 keys");
        assert_eq!(count(2, "identity").to_string(), "2 identities");
        let none: [&str; 0] = [];
        assert_eq!(listing(&none), "");
        assert_eq!(listing(&["a"]), "a");
        assert_eq!(listing(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn a_seventh_sentence_is_left_out() {
        let mut said = Sentences::new(0);
        (0..9).for_each(|number| said.say(format!("{number}.")));
        assert_eq!(said.join().unwrap(), "0. 1. 2. 3. 4. 5.");
        assert_eq!(Sentences::new(0).join(), None);
    }
}
