//! What to do where Unkey is older, or newer, than what it was asked for.

use unkey_tools::{Entry, FieldProblem, Newer};

use super::queries;
use crate::backend::Failure;
use crate::key_advice::Issuer;

/// What to do next, where Unkey refused what came after it or what it has no longer.
pub(super) fn next_step(entry: &Entry, failure: &Failure, issuer: Issuer) -> Option<String> {
    match failure {
        Failure::UnknownPath => missing_operation(entry),
        // It may be a proxy's way to say the same.
        Failure::Garbled { status: 404, .. } => missing_operation(entry)
            .map(|missing| format!("if it was Unkey that answered, {missing}")),
        Failure::Refused { error, .. } if error.error.status == 400 => {
            let problems = error.error.errors.as_deref().unwrap_or_default();
            let messages: Vec<&str> = problems.iter().map(|one| one.message.as_str()).collect();
            refused_fields(entry, &messages, issuer)
                .or_else(|| narrower_forms(problems).filter(|_| issuer == Issuer::Unkey))
                .or_else(|| queries::next_step(entry, &error.error.detail, issuer))
        }
        _ => None,
    }
}

/// A form that was narrower in June 2026: the keyword that a longer or freer value breaks, the fields
/// that had it, and the form in words.
type Narrower = (&'static str, &'static [&'static str], &'static str);

const NARROWER: [Narrower; 5] = [
    (
        "pattern",
        &["name", "slug", "permission", "permissions", "role", "roles"],
        "names of APIs, roles and permissions of a letter, then letters, digits and `._-`",
    ),
    (
        "minLength",
        &["name", "slug", "permission", "permissions", "role", "roles"],
        "at least 3 letters for names of APIs, roles and permissions",
    ),
    (
        "maxLength",
        &["namespace", "identifier"],
        "at most 255 for namespaces and identifiers",
    ),
    ("maxLength", &["name"], "at most 255 for names of APIs"),
    (
        "maxLength",
        &["permissions", "roles"],
        "at most 100 for the roles and permissions of a key",
    ),
];

/// What to say where Unkey refused the form of arguments that were found to be right, and that form
/// was narrower once.
fn narrower_forms(problems: &[FieldProblem]) -> Option<String> {
    let was_broken = |(keyword, fields, _): &&Narrower| {
        problems.iter().any(|problem| {
            let mut place = problem.location.rsplit(['/', '.']);
            place.next() == Some(keyword) && place.any(|part| fields.contains(&part))
        })
    };
    let broken = NARROWER.iter().filter(was_broken);
    let forms: Vec<&str> = broken.map(|(_, _, words)| *words).collect();
    (!forms.is_empty()).then(|| {
        format!(
            "correct the arguments as the message says and call again. They have the form that Unkey \
             asks for since August 2026; a self-hosted one that is older may ask for a narrower one: \
             {}.",
            forms.join("; ")
        )
    })
}

fn missing_operation(entry: &Entry) -> Option<String> {
    if let Some(instead) = entry.retired {
        return Some(format!(
            "this Unkey is newer than {}, which it has no longer. {instead}",
            entry.endpoint
        ));
    }
    let newer = entry.newer_operation()?;
    Some(format!(
        "this Unkey is older than {}, which came after June 2026: {}. If it is not older, check \
         --api-url (UNKEY_API_URL).",
        entry.endpoint,
        newer.instead()
    ))
}

/// What to do without the fields that the server does not know.
fn refused_fields(entry: &Entry, messages: &[&str], issuer: Issuer) -> Option<String> {
    let unknown = messages
        .iter()
        .filter(|message| message.starts_with("additional propert"))
        // Between the quotes, one in two.
        .flat_map(|message| message.split('\'').skip(1).step_by(2));
    // What to do instead, and without which fields.
    let mut without: Vec<(&str, Vec<String>)> = Vec::new();
    for field in unknown {
        let newer = entry.newer.iter().find(|newer| newer.of() == Some(field));
        // A field that June's Unkey has, and that passed here, is one that a yet older server lacks.
        let passed = || is_field(entry, field).then_some("leave it out");
        let Some(instead) = newer.map(Newer::instead).or_else(passed) else {
            continue;
        };
        let field = format!("`{field}`");
        match without.iter_mut().find(|(known, _)| *known == instead) {
            Some((_, fields)) => fields.push(field),
            None => without.push((instead, vec![field])),
        }
    }
    let without: Vec<String> = without
        .iter()
        .map(|(instead, fields)| format!("{}: {instead}", fields.join(" and ")))
        .collect();
    let who = match issuer {
        Issuer::Unkey => "this Unkey is older than",
        Issuer::Engine => "the embedded engine does not take",
    };
    (!without.is_empty()).then(|| format!("{who} {}.", without.join("; and ")))
}

/// Whether the request has that field.
fn is_field(entry: &Entry, field: &str) -> bool {
    let fields = entry.input().body_schema();
    fields
        .pointer("/properties")
        .is_some_and(|fields| fields.get(field).is_some())
}
