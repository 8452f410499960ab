//! Names of files with secrets, and of variables.

use std::fmt;

/// The longest name.
const LONGEST: usize = 128;

/// How many random letters a name has that nothing else gives one.
const RANDOM: usize = 12;

/// Variables that a shell, a loader or an interpreter obeys.
const OBEYED: [&str; 7] = [
    "PATH",
    "HOME",
    "SHELL",
    "IFS",
    "ENV",
    "BASH_ENV",
    "NODE_OPTIONS",
];

/// The same, by how they begin.
const OBEYED_STARTS: [&str; 2] = ["LD_", "DYLD_"];

/// The name of a file with a secret: it stays in its folder, and is not hidden there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileName(String);

impl FileName {
    /// The name that `text` is, if it is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let is_name = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(inside)
            && !text.starts_with(['.', '-']);
        is_name.then(|| Self(text.to_owned()))
    }

    /// One that nothing has.
    pub(super) fn random() -> Self {
        Self(random_letters())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters for a name that nothing has.
pub(super) fn random_letters() -> String {
    let letter = || fastrand::alphanumeric().to_ascii_lowercase();
    std::iter::repeat_with(letter).take(RANDOM).collect()
}

/// The name of a variable in an environment file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct VariableName(String);

impl VariableName {
    /// The name that `text` is.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_name = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(inside)
            && !text.starts_with(|first: char| first.is_ascii_digit());
        if !is_name {
            return Err("a variable has letters, digits and `_`, and begins with no digit");
        }
        let upper = text.to_ascii_uppercase();
        if OBEYED.contains(&&*upper) || OBEYED_STARTS.iter().any(|start| upper.starts_with(start)) {
            return Err("the system itself obeys that variable; choose another name");
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VariableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_leads_nowhere_else() {
        for name in ["key_2cGKbMxRyIzhCxo1Idjz8q", "a", "my-key.txt", "1"] {
            assert!(FileName::parse(name).is_some(), "{name}");
        }
        let long = "a".repeat(LONGEST + 1);
        for name in [
            "", ".", "..", ".hidden", "../x", "a/b", "a\\b", "a b", "-f", "é", "a\0", &long,
        ] {
            assert!(FileName::parse(name).is_none(), "{name}");
        }
        assert!(FileName::parse(FileName::random().as_str()).is_some());
    }

    #[test]
    fn a_variable_is_one_that_nothing_obeys() {
        for name in ["UNKEY_ROOT_KEY", "_a1", "key"] {
            assert!(VariableName::parse(name).is_ok(), "{name}");
        }
        for name in ["", "1A", "A-B", "A B", "A=B", "A\nB", "Ä", "$A"] {
            assert!(VariableName::parse(name).is_err(), "{name}");
        }
        for name in [
            "PATH",
            "path",
            "LD_PRELOAD",
            "DYLD_INSERT_LIBRARIES",
            "NODE_OPTIONS",
        ] {
            let why = VariableName::parse(name).unwrap_err();
            assert!(why.contains("obeys"), "{name}: {why}");
        }
    }
}
