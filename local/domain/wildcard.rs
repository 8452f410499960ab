//! The patterns of rate-limit overrides.

/// Whether `pattern` covers all of `text`. A `*` stands for any characters on one line, also for
/// none; everything else stands for itself.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = match rest.rsplit_once('*') {
        Some((middle, end)) => (Some(middle), end),
        None => (None, rest),
    };
    // Each part is taken where it first occurs: a later place would leave less for the others.
    for part in middle.into_iter().flat_map(|middle| middle.split('*')) {
        let Some((gap, rest)) = text.split_once(part) else {
            return false;
        };
        if gap.contains('\n') {
            return false;
        }
        text = rest;
    }
    text.strip_suffix(end)
        .is_some_and(|gap| !gap.contains('\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, tried in every way there is.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => {
                let line = text.iter().take_while(|next| **next != '\n').count();
                (0..=line).any(|taken| slowly(rest, &text[taken..]))
            }
            Some((next, rest)) => text
                .split_first()
                .is_some_and(|(first, text)| first == next && slowly(rest, text)),
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "anyone"),
            ("user_*", "user_"),
            ("user_*", "user_123"),
            ("*@unkey.com", "a@unkey.com"),
            ("a*b*c", "a__b__b__c"),
            ("a**c", "abc"),
            ("größe_*", "größe_ü"),
            ("*é", "caffé"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_covers_the_whole_text_or_nothing() {
        for (pattern, text) in [
            ("user", "user_1"),
            ("user_*", "a_user_1"),
            ("*_admin", "x_admin_y"),
            ("a*a", "a"),
            ("ab*ba", "aba"),
            ("User_*", "user_1"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_special_in_other_patterns_stands_for_itself() {
        assert!(matches("a.b*", "a.b1"));
        assert!(!matches("a.b*", "axb1"));
        assert!(matches("[x]?*(y)", "[x]?-(y)"));
        assert!(!matches("user_?", "user_1"));
        assert!(matches(r"\*", r"\anything"));
    }

    #[test]
    fn a_star_ends_with_the_line() {
        assert!(!matches("a*", "a\nb"));
        assert!(matches("a*\n*b", "a1\n2b"));
    }

    proptest! {
        #[test]
        fn it_agrees_with_trying_everything(pattern in "[aé*\n]{0,8}", text in "[aé\n]{0,10}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(
                matches(&pattern, &text),
                slowly(&letters(&pattern), &letters(&text))
            );
        }
    }
}
