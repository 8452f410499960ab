//! Paths that came from a flag or a variable.
//!
//! A shell expands `~` and `$HOME`; a client's configuration, `--local='~/u.db'` and Docker do not.
//! A file of that very name would be made then, and another database used than before. So what
//! cannot be meant as a path stops the start.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::error::StartError;
use crate::observe::shown;

/// Words that configurations hold where nothing is set, or that stand for something else.
const WORDS: [&str; 22] = [
    "none",
    "null",
    "nil",
    "undefined",
    "nan",
    "memory",
    "default",
    "auto",
    "y",
    "n",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "stdin",
    "stdout",
    "stderr",
    "path",
    "...",
    "-",
];

/// How documentation calls a path that the reader is to choose.
const EXAMPLES: [&str; 4] = ["/path/to", "path/to", "/your/path", "/absolute/path"];

/// Schemes of addresses that name a file, elsewhere.
const SCHEMES: [&str; 6] = ["file", "sqlite", "sqlite3", "libsql", "jdbc", "unix"];

/// The path that `value` of the flag or variable `name` means, with `~` expanded.
///
/// # Errors
/// [`StartError::Usage`] with what to write, where it cannot be meant as a path.
pub(crate) fn path(name: &str, value: &OsStr) -> Result<PathBuf, StartError> {
    let home = etcetera::home_dir().ok();
    parse(value, home.as_deref())
        .map_err(|why| StartError::Usage(format!("{name}: `{}` {why}", shown_path(value))))
}

/// The same for a file, which the name of a folder cannot be.
///
/// # Errors
/// As [`path`].
pub(crate) fn file(name: &str, value: &OsStr) -> Result<PathBuf, StartError> {
    if value.to_string_lossy().ends_with(['/', '\\']) {
        let value = shown_path(value);
        return Err(StartError::Usage(format!(
            "{name}: `{value}` is a folder; name a file in it"
        )));
    }
    path(name, value)
}

/// A path as an error shows it.
fn shown_path(value: &OsStr) -> String {
    shown::name(&value.to_string_lossy())
}

fn parse(value: &OsStr, home: Option<&Path>) -> Result<PathBuf, String> {
    let Some(text) = value.to_str() else {
        // Bytes that are no text come from a shell's completion or a program, and are meant.
        return Ok(value.into());
    };
    if let Some(why) = no_path(text) {
        return Err(why);
    }
    let Some(rest) = text.strip_prefix('~') else {
        return Ok(text.into());
    };
    let inside = rest.trim_start_matches(['/', '\\']);
    match home {
        Some(home) if inside.is_empty() => Ok(home.to_owned()),
        Some(home) if inside.len() < rest.len() => Ok(home.join(inside)),
        Some(_) => Err(
            "names another user's home folder, which only a shell knows; write the \
                        whole path"
                .to_owned(),
        ),
        None => Err("needs a home folder, and there is none; write the whole path".to_owned()),
    }
}

/// Why `text` cannot be meant as a path.
fn no_path(text: &str) -> Option<String> {
    let bare = text.trim();
    if bare.is_empty() {
        return Some("names no file; write a path".to_owned());
    }
    if text.contains(char::is_control) {
        return Some("holds a line break or another control character; write a path".to_owned());
    }
    if text.split(['/', '\\']).any(looks_like_a_key) {
        return Some(
            "looks like a key and not like a path; a key goes into UNKEY_ROOT_KEY, or into a file"
                .to_owned(),
        );
    }
    if bare != text {
        return Some("has spaces around it; write it without".to_owned());
    }
    if text.starts_with('-') && text != "-" {
        return Some(format!(
            "is an option and no path; write ./{text} for a file of that name"
        ));
    }
    if text.starts_with(['"', '\'', '`']) || text.ends_with(['"', '\'', '`']) {
        return Some("has quotes around it, which no shell took away; write it without".to_owned());
    }
    if has_variable(text) {
        return Some(
            "holds a variable that nothing filled in; write the path itself, or ~ for the home \
             folder"
                .to_owned(),
        );
    }
    let lower = text.to_ascii_lowercase();
    if EXAMPLES
        .iter()
        .any(|example| Path::new(&lower).starts_with(example))
    {
        return Some("is an example from a documentation; write a path of your own".to_owned());
    }
    if lower.starts_with(':') || lower.ends_with(':') {
        return Some(
            "is no path; write `:memory:`, with both colons, for an engine that keeps nothing"
                .to_owned(),
        );
    }
    if WORDS.contains(&lower.as_str()) {
        return Some(format!(
            "is no path; leave the setting out, or write ./{text} for a file of that name"
        ));
    }
    let scheme = lower.split_once(':').map(|(scheme, _)| scheme);
    if lower.contains("://") || scheme.is_some_and(|scheme| SCHEMES.contains(&scheme)) {
        return Some("is an address; write the path alone, such as /srv/unkey.db".to_owned());
    }
    if text.contains(['?', '*']) {
        return Some(
            "holds a ? or a *, as addresses and patterns do; write the path of one file alone, \
             such as /srv/unkey.db"
                .to_owned(),
        );
    }
    if cfg!(unix) {
        return no_path_on_unix(text);
    }
    None
}

/// Why `text`, which may be a path elsewhere, cannot be meant as one here.
fn no_path_on_unix(text: &str) -> Option<String> {
    let mut letters = text.chars();
    let has_drive = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.next() == Some(':');
    if has_drive {
        return Some(
            "is a path of Windows, and this is another system; write one such as /srv/unkey.db"
                .to_owned(),
        );
    }
    text.contains('\\').then(|| {
        "holds a backslash, as paths of Windows do and what a shell would have taken away; write / \
         between folders, and spaces as they are"
            .to_owned()
    })
}

/// Whether a part of a path looks like a key. A file's name has a dot, or reads as words.
fn looks_like_a_key(part: &str) -> bool {
    !part.contains('.') && shown::is_root_key(part)
}

/// Whether something stands in `text` that a shell or a client fills in.
fn has_variable(text: &str) -> bool {
    let dollar = text.match_indices('$').any(|(at, _)| {
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| next.is_ascii_alphabetic() || "_{(".contains(next))
    });
    // %NAME%, as Windows writes it: every second part is a name.
    let percent = text.split('%').skip(1).step_by(2).any(|name| {
        !name.is_empty()
            && text.contains(&format!("%{name}%"))
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    });
    let enclosed = ['{', '<', '['].into_iter().zip(['}', '>', ']']);
    let placeholder = enclosed
        .flat_map(|(open, close)| text.split(open).skip(1).map(move |rest| (rest, close)))
        .any(|(rest, close)| {
            rest.split_once(close)
                .is_some_and(|(name, _)| is_name(name))
        });
    dollar || percent || placeholder || text.contains("{{") || text.contains('`')
}

/// Whether `text` is what people call something that is to be filled in.
fn is_name(text: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || " _-.:/".contains(letter);
    text.contains(|letter: char| letter.is_ascii_alphabetic()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PathBuf, String> {
        parse(OsStr::new(text), Some(Path::new("/home/ada")))
    }

    #[test]
    fn a_tilde_is_the_home_folder() {
        for (text, path) in [
            ("~", "/home/ada"),
            ("~/u.db", "/home/ada/u.db"),
            ("~//a/u.db", "/home/ada/a/u.db"),
            ("./~/u.db", "./~/u.db"),
            ("a~/u.db", "a~/u.db"),
        ] {
            assert_eq!(read(text).unwrap(), PathBuf::from(path), "{text}");
        }
        assert!(read("~eve/u.db").unwrap_err().contains("another user"));
        let homeless = parse(OsStr::new("~/u.db"), None).unwrap_err();
        assert!(homeless.contains("whole path"), "{homeless}");
    }

    #[test]
    fn paths_stay_as_they_are() {
        for text in [
            "unkey.db",
            "./None",
            "a b/c d.db",
            "/srv/50%/100%.db",
            "/srv/ünkey.db",
            "a{1}/u[2].db",
            "paths/to/u.db",
            "a-b/--c.db",
            "./-",
            "unkey_production.db",
            "cash$/u.db",
            "..",
            "memory.db",
        ] {
            assert_eq!(read(text).unwrap(), PathBuf::from(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_as_a_path_says_what_to_write() {
        for (text, said) in [
            ("", "names no file"),
            ("  ", "names no file"),
            ("$HOME/u.db", "variable"),
            ("${HOME}/u.db", "variable"),
            ("/srv/$(hostname)/u.db", "variable"),
            ("/srv/`hostname`/u.db", "variable"),
            ("%APPDATA%\\u.db", "variable"),
            ("/a/%USER_1%/u.db", "variable"),
            ("{{ data }}/u.db", "variable"),
            ("<path>", "variable"),
            ("{HOME}/u.db", "variable"),
            ("/srv/{data-dir}/u.db", "variable"),
            ("/home/<you>/u.db", "variable"),
            ("[data folder]/u.db", "variable"),
            ("-", "leave the setting out, or write ./-"),
            ("--read-only", "is an option"),
            ("-v", "is an option"),
            ("u.db?mode=ro", "write the path of one file alone"),
            ("*.db", "write the path of one file alone"),
            ("/path/to/unkey.db", "an example"),
            ("stderr", "./stderr"),
            ("TRUE", "./TRUE"),
            (":memory", "`:memory:`, with both colons"),
            ("memory:", "`:memory:`, with both colons"),
            ("::memory::", "`:memory:`, with both colons"),
            ("memory", "./memory"),
            (" true ", "spaces around it"),
            ("true\n", "control character"),
            ("a\0b", "control character"),
            ("None", "./None"),
            ("null", "leave the setting out"),
            ("undefined", "leave the setting out"),
            ("\"u.db\"", "quotes"),
            ("'u.db'", "quotes"),
            ("'u.db", "quotes"),
            ("file:u.db", "address"),
            ("file:///srv/u.db", "address"),
            ("sqlite://u.db", "address"),
            ("https://x.example/u.db", "address"),
            ("unkey_3ZZZrootkeyzzz", "UNKEY_ROOT_KEY"),
            ("/srv/unkey_3ZZZrootkeyzzz", "UNKEY_ROOT_KEY"),
            ("Bearer unkey_3ZZZrootkeyzzz", "UNKEY_ROOT_KEY"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(said), "{text:?}: {why}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_of_windows_is_none_here() {
        for (text, said) in [
            ("C:\\data\\unkey.db", "of Windows"),
            ("c:/data/unkey.db", "of Windows"),
            ("C:unkey.db", "of Windows"),
            ("\\\\server\\share\\u.db", "/ between folders"),
            (".\\u.db", "/ between folders"),
            ("my\\ data/u.db", "spaces as they are"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(said), "{text:?}: {why}");
        }
    }

    #[test]
    fn a_key_in_the_place_of_a_path_is_not_repeated() {
        let refused = path("--local", OsStr::new("/srv/unkey_3ZZZrootkeyzzz"));
        let text = refused.unwrap_err().to_string();
        assert!(text.contains("--local"), "{text}");
        assert!(
            !text.contains("3ZZZ") && !text.contains("unkey_3"),
            "{text}"
        );
    }
}
