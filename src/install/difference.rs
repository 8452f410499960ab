//! What a change to a text looks like, with no secret in it.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::observe::shown;

/// How many lines around a change are shown.
const CONTEXT: usize = 2;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const FAINT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// Names of what nobody else may see.
const SECRET_NAMES: [&str; 7] = [
    "key",
    "token",
    "secret",
    "passw",
    "auth",
    "credential",
    "cookie",
];

/// The lines that differ, coloured, and some around them. Values that may be secrets, of other servers
/// too, are not in it.
pub(super) fn difference(old: &str, new: &str) -> String {
    let texts = TextDiff::from_lines(old, new);
    let mut shown = String::new();
    for (number, group) in texts.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            let _ = writeln!(shown, "{FAINT}  …{PLAIN}");
        }
        for change in group
            .iter()
            .flat_map(|operation| texts.iter_changes(operation))
        {
            let (sign, colour) = match change.tag() {
                ChangeTag::Delete => ('-', RED),
                ChangeTag::Insert => ('+', GREEN),
                ChangeTag::Equal => (' ', FAINT),
            };
            let line = without_secrets(change.value().trim_end_matches(['\r', '\n']));
            let _ = writeln!(shown, "{colour}{sign} {line}{PLAIN}");
        }
    }
    shown
}

/// A line of a configuration, without the value of what is called a secret.
fn without_secrets(line: &str) -> String {
    let separator = line.find([':', '=']);
    let Some((name, value)) = separator.and_then(|at| line.split_at_checked(at + 1)) else {
        return shown::redact(line).into_owned();
    };
    let lower = name.to_ascii_lowercase();
    let is_secret = SECRET_NAMES.iter().any(|secret| lower.contains(secret));
    // What begins something that lines follow, or names a variable or a file, is no secret.
    let says_nothing = value.trim().is_empty()
        || value.trim_end().ends_with(['{', '['])
        || ["true", "false"].contains(&value.trim().trim_end_matches(','))
        || value.contains('$')
        || lower.contains("_file")
        || lower.contains("env_vars");
    if !is_secret || says_nothing {
        return shown::redact(line).into_owned();
    }
    let comma = if value.trim_end().ends_with(',') {
        ","
    } else {
        ""
    };
    format!("{}{}", shown::redact(name), format_args!(" …{comma}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_shown_with_a_little_around_it() {
        let old = "a\nb\nc\nd\ne\nf\ng\n";
        let shown = difference(old, "a\nb\nc\nd\nE\nf\ng\n");
        for line in ["  c", "  d", "- e", "+ E", "  f"] {
            assert!(shown.contains(line), "{line}: {shown}");
        }
        assert!(!shown.contains("  b"), "{shown}");
    }

    #[test]
    fn no_secret_of_any_server_is_shown() {
        let old = "{\n  \"API_TOKEN\": \"hush\",\n  \"UNKEY_ROOT_KEY\": \"unkey_3ZZZhushhush\",\n  \
                   \"x\": \"sk_live_4fJ8kQ2mZx9LpR7v\"\n}\n";
        let shown = difference(old, "{}\n");
        for secret in ["hush", "4fJ8"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("API_TOKEN"), "{shown}");
        let ours = "\"UNKEY_ROOT_KEY\": \"${env:UNKEY_ROOT_KEY}\"";
        assert!(without_secrets(ours).contains("${env:"));
        let file = "\"UNKEY_ROOT_KEY_FILE\": \"/home/ada/root-key\"";
        assert!(without_secrets(file).contains("/home/ada/root-key"));
    }
}
