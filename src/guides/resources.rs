//! Resources: what a model reads when it needs it, instead of in every list.

use std::fmt::Write as _;

use unkey_tools::CATALOGUE;

use super::errors;

/// Something to read.
#[derive(Debug)]
pub struct Resource {
    /// Its address.
    pub uri: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What is in it.
    pub description: &'static str,
    text: fn() -> String,
}

/// Many resources of one kind.
#[derive(Debug)]
pub struct Template {
    /// The form of their addresses.
    pub uri: &'static str,
    /// Their name.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What is in them.
    pub description: &'static str,
}

/// How the address of what is known of an error begins.
const ERRORS: &str = "unkey://errors/";

/// The plan that stands at `uri`, if one may.
pub fn plan_at(uri: &str) -> Option<&str> {
    uri.strip_prefix("unkey://plan/")
}

/// What there is to read.
pub const RESOURCES: &[Resource] = &[
    Resource {
        uri: "unkey://analytics/schema",
        name: "analytics_schema",
        title: "Tables for analytics",
        description: "Tables, columns and outcomes, for SQL of the analytics tools.",
        text: || include_str!("resources/analytics_schema.md").to_owned(),
    },
    Resource {
        uri: "unkey://analytics/recipes",
        name: "analytics_recipes",
        title: "Questions and their SQL",
        description: "SQL that answers what people ask, ready to be changed.",
        text: || include_str!("resources/analytics_recipes.md").to_owned(),
    },
    Resource {
        uri: "unkey://permissions",
        name: "permissions",
        title: "Permissions by tool",
        description: "What a root key must be allowed, tool by tool.",
        text: permissions,
    },
];

/// What there is to read by name.
pub const TEMPLATES: &[Template] = &[
    Template {
        uri: "unkey://plan/{id}",
        name: "plan",
        title: "A plan of keys_plan",
        description: "What it would do, or did, to which keys, and until when it can be begun.",
    },
    Template {
        uri: "unkey://errors/{code}",
        name: "error",
        title: "What an error means",
        description: "A code of Unkey's errors (key_not_found) or of a verification (RATE_LIMITED): cause and cure.",
    },
];

/// What a template's variable can be, as far as that is known.
pub fn values(variable: &str) -> Vec<&'static str> {
    match variable {
        "code" => errors::codes().collect(),
        _ => Vec::new(),
    }
}

/// What stands at `uri`, in Markdown.
pub fn read(uri: &str) -> Option<String> {
    if let Some(code) = uri.strip_prefix(ERRORS) {
        return errors::explain(code);
    }
    let found = RESOURCES.iter().find(|resource| resource.uri == uri)?;
    Some((found.text)())
}

fn permissions() -> String {
    let mut text = String::from(
        "# Permissions by tool\n\nA permission on everything (`api.*.create_key`) or on one thing \
         (`api.api_xxxx.create_key`), where there is such a form. Give a root key what its job needs.\n\n",
    );
    for entry in CATALOGUE.iter().filter(|entry| entry.is_listed()) {
        let grants: Vec<String> = entry
            .grants
            .iter()
            .map(|grant| format!("`{grant}`"))
            .collect();
        let grants = if grants.is_empty() {
            "none".to_owned()
        } else {
            grants.join(", ")
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "- {}: {grants}", entry.name);
    }
    text
}
