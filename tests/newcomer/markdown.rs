//! The code blocks of the documentation.

use std::path::Path;

/// What people read.
pub(crate) const DOCUMENTS: [&str; 9] = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/behaviour.md",
    "docs/clients.md",
    "docs/configuration.md",
    "docs/installing.md",
    "docs/operating.md",
    "docs/security.md",
    "local/README.md",
];

/// A block of code.
#[derive(Debug)]
pub(crate) struct Block {
    /// The heading that it stands under.
    pub(crate) section: String,
    pub(crate) language: String,
    pub(crate) text: String,
}

impl Block {
    /// Whether it is a configuration file of ours, and not a client's.
    pub(crate) fn is_ours(&self) -> bool {
        let begins = |line: &str| line.starts_with("[policy") || line.starts_with("[profiles");
        self.language == "toml" && self.text.lines().any(begins)
    }
}

/// The code blocks of a document of the repository, indented ones too.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut blocks = Vec::new();
    let mut section = String::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (fence, open.as_mut()) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => {
                open = Some(Block {
                    section: section.clone(),
                    language: language.to_owned(),
                    text: String::new(),
                });
            }
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => {
                if let Some(heading) = line.strip_prefix('#') {
                    heading
                        .trim_start_matches('#')
                        .trim()
                        .clone_into(&mut section);
                }
            }
        }
    }
    assert!(open.is_none(), "{document} ends within a block");
    blocks
}

/// The commands of a shell block, each split into words. Knows quotes, comments and lines that go
/// on; variables stay as they are.
pub(crate) fn commands(shell: &str) -> Vec<Vec<String>> {
    let joined = shell.replace("\\\n", " ");
    joined
        .lines()
        .map(words)
        .filter(|words| !words.is_empty())
        .collect()
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            Some(mark) if letter == mark => quote = None,
            None if letter == '\'' || letter == '"' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            None if letter == '#' && word.is_none() => break,
            Some(_) | None => word.get_or_insert_default().push(letter),
        }
    }
    assert_eq!(quote, None, "a quote stays open: {line}");
    words.extend(word);
    words
}

#[test]
fn what_is_to_be_copied_is_ascii() {
    for document in DOCUMENTS {
        for block in blocks(document) {
            if ["sh", "json", "toml"].contains(&block.language.as_str()) {
                // A client refuses a header with an ellipsis before the server can say what is wrong.
                assert!(block.text.is_ascii(), "{document}: {}", block.text);
            }
        }
    }
}
