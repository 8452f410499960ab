//! Queries, and what is said of texts that are none.

use proptest::prelude::*;

use super::*;

fn met(query: &str, held: &[&str]) -> bool {
    Query::parse(query)
        .unwrap()
        .is_met(&|slug| held.contains(&slug))
}

fn complaint(query: &str) -> String {
    Query::parse(query).unwrap_err().to_string()
}

#[test]
fn and_binds_tighter_than_or() {
    assert!(met("a OR b AND c", &["a"]));
    assert!(!met("(a OR b) AND c", &["a"]));
    assert!(met("(a OR b) AND c", &["a", "c"]));
    assert!(met("a AND b OR c", &["c"]));
    assert!(met(" ((a)) ", &["a"]));
}

#[test]
fn operators_are_whole_words_in_any_case() {
    assert!(met("a and b", &["a", "b"]));
    assert!(met("a oR b", &["b"]));
    assert!(met("ANDROID", &["ANDROID"]));
    assert!(met("or.x", &["or.x"]));
    assert!(met("a AND(b)", &["a", "b"]));
}

#[test]
fn slugs_are_compared_letter_by_letter() {
    assert!(!met("documents.read", &["documents.*"]));
    assert!(!met("documents.*", &["documents.read"]));
    assert!(met("documents.*", &["documents.*"]));
    assert!(!met("Documents.read", &["documents.read"]));
    assert!(met("a-b_c:d/e.*", &["a-b_c:d/e.*"]));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let operand = "Expected a permission identifier or opening parenthesis.";
    let extra = "The query appears to have extra content after a valid expression.";
    let unclosed = "Every opening parenthesis must have a matching closing parenthesis.";
    for (query, words) in [
        (
            " \t\r\n",
            "Unexpected end of input. Please provide a valid permission query.".to_owned(),
        ),
        ("a AND", format!("Unexpected end of query. {operand}")),
        ("a OR ", format!("Unexpected end of query. {operand}")),
        ("(", format!("Unexpected end of query. {operand}")),
        (
            "AND a",
            format!("Unexpected token 'AND' at position 0. {operand}"),
        ),
        (
            "a or and",
            format!("Unexpected token 'and' at position 5. {operand}"),
        ),
        (
            "a AND )",
            format!("Unexpected token ')' at position 6. {operand}"),
        ),
        (
            "a b",
            format!("Unexpected token 'b' at position 2. {extra}"),
        ),
        (
            "NOT a",
            format!("Unexpected token 'a' at position 4. {extra}"),
        ),
        ("a)", format!("Unexpected token ')' at position 1. {extra}")),
        (
            "(a",
            format!("Missing closing parenthesis ')' at position 2. {unclosed}"),
        ),
        (
            "(a b)",
            format!("Missing closing parenthesis ')' at position 3. {unclosed}"),
        ),
        (
            "()",
            "Empty parentheses found at position 1. Parentheses must contain at least one \
             permission or expression."
                .to_owned(),
        ),
        (
            "@a",
            format!("Unexpected character '@' at position 0. {operand}"),
        ),
        (
            "a AND é",
            format!("Unexpected character 'é' at position 6. {operand}"),
        ),
        (
            "perm1 @ perm2",
            format!(
                "Unexpected token 'invalid character '@' at position 6 in query' at position \
                 6. {extra}"
            ),
        ),
    ] {
        assert_eq!(complaint(query), words, "{query:?}");
    }
}

#[test]
fn the_deepest_query_that_is_allowed_is_answered() {
    let deep = format!("{}a{}", "(".repeat(499), ")".repeat(499));
    assert!(met(&deep, &["a"]));
    assert!(Query::parse(&"(".repeat(1_000)).is_err());
    let mixed = format!("{}a{}", "(a AND (b OR ".repeat(70), "))".repeat(70));
    assert!(met(&mixed, &["a"]));
    assert!(!met(&mixed, &["b"]));
}

/// A query as text, and whether it is met where exactly `a` and `b` are held.
fn query() -> impl Strategy<Value = (String, bool)> {
    let slug = prop_oneof![
        Just(("a".to_owned(), true)),
        Just(("b".to_owned(), true)),
        Just(("c".to_owned(), false)),
    ];
    slug.prop_recursive(5, 40, 2, |inner| {
        (inner.clone(), inner, any::<bool>()).prop_map(|((a, x), (b, y), all)| {
            if all {
                (format!("({a}) AND ({b})"), x && y)
            } else {
                (format!("({a} OR {b})"), x || y)
            }
        })
    })
}

proptest! {
    #[test]
    fn a_query_is_met_as_its_parts_say((text, expected) in query()) {
        prop_assert_eq!(met(&text, &["a", "b"]), expected);
    }

    #[test]
    fn any_text_is_a_query_or_gets_a_complaint(text in "[ab()@é ANDOR]{0,30}") {
        if let Err(error) = Query::parse(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
