//! What to do about a root key that is missing, wrong or not enough: it depends on who makes the
//! root keys.

use unkey_tools::Grant;

use crate::dispatch::Facts;
use crate::root_key::{KeySource, Mistake, Transport};

/// Who makes the root keys that a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// Unkey, on its cloud or self-hosted.
    Unkey,
    /// The embedded engine.
    Engine,
}

const DASHBOARD: &str = "Root keys are made in Unkey's dashboard under Settings, Root Keys.";

const HTTP_FIX: &str = "Send it in the header MCP-UNKEY-BEARER-AUTH (or MCP-UNKEY-V2-ROOT-KEY, or \
     Authorization: Bearer unkey_xxxx); with mcp-remote: --header \
     MCP-UNKEY-BEARER-AUTH:${UNKEY_ROOT_KEY} and UNKEY_ROOT_KEY in the `env` block of the client's \
     configuration.";

const STDIO_FIX: &str = "Set UNKEY_ROOT_KEY in the `env` block of the client's MCP configuration (not \
     every client hands on what a shell exports), or name a file with UNKEY_ROOT_KEY_FILE, or let \
     the user run `unkey-mcp login`, or sign in with the Unkey CLI; then restart the client. To try the tools without an account, add `--local` \
     to the arguments of unkey-mcp.";

const ENGINE_HTTP_FIX: &str = "This server is reached over a network, so it asks for one of its \
     engine's root keys, in the header MCP-UNKEY-BEARER-AUTH (or MCP-UNKEY-V2-ROOT-KEY, or \
     Authorization: Bearer unkey_xxxx).";

const ENGINE_CREATE: &str = "Whoever runs the server makes one with `unkey-mcp root-key create --name \
     NAME --permissions all` (and the same --local=PATH, where it has one).";

const ENGINE_NEEDS_NONE: &str = "With --local on your own machine no root key is needed: remove \
     UNKEY_ROOT_KEY, UNKEY_ROOT_KEY_FILE or the header that holds the key from the client's \
     configuration and restart the client.";

/// What is wrong with the root key of a call, and what to do about it.
pub fn explain(mistake: &Mistake, issuer: Issuer) -> String {
    let advice = match (issuer, mistake) {
        (
            Issuer::Unkey,
            Mistake::Missing {
                empty: Some(KeySource::Named(_)),
                ..
            },
        ) => {
            "Set it in the `env` block of the client's MCP configuration, or change root-key-env in the \
             profile, then restart the client."
                .to_owned()
        }
        (Issuer::Unkey, Mistake::Missing { over, .. }) => {
            let fix = match over {
                Transport::Http => HTTP_FIX,
                Transport::Stdio => STDIO_FIX,
            };
            format!("{fix} {DASHBOARD}")
        }
        (Issuer::Engine, Mistake::Missing { .. }) => format!("{ENGINE_HTTP_FIX} {ENGINE_CREATE}"),
        (Issuer::Engine, _) => ENGINE_NEEDS_NONE.to_owned(),
        (Issuer::Unkey, Mistake::Placeholder { .. }) => {
            "The client did not fill in the variable; set it in the `env` block of the client's MCP \
             configuration, or put the root key itself there, without braces, then restart the client."
                .to_owned()
        }
        (Issuer::Unkey, Mistake::Unreadable { .. }) => {
            "Use the key alone, such as unkey_xxxx, with or without `Bearer ` before it.".to_owned()
        }
        (Issuer::Unkey, Mistake::File { .. }) => {
            "Mend the file, or set UNKEY_ROOT_KEY.".to_owned()
        }
    };
    format!("{mistake} {advice}")
}

/// What to do where a root key is not known: the next step after a 401.
pub fn unknown(issuer: Issuer) -> String {
    match issuer {
        Issuer::Unkey => "the root key is not valid here: check that it is whole, not deleted, and of \
                          this workspace and address; make one in Unkey's dashboard under Settings, \
                          Root Keys."
            .to_owned(),
        Issuer::Engine => format!(
            "the root key is none of the embedded engine's. {ENGINE_NEEDS_NONE} Or use one that the \
             engine knows. {ENGINE_CREATE}"
        ),
    }
}

/// What to do where a root key may not make a call: the next step after a 403 that says `detail`.
pub fn not_allowed(issuer: Issuer, facts: &Facts, detail: &str) -> String {
    let is_named = |grant: &&&Grant| detail.contains(&grant.to_string());
    let possible = facts.possible.iter().filter(is_named);
    let needed: Vec<&&Grant> = facts.needed.iter().chain(possible).collect();
    let mut grants: Vec<String> = needed.iter().map(ToString::to_string).collect();
    // Who makes a root key needs all of them; who mends one, what it lacks.
    if issuer == Issuer::Unkey && grants.iter().any(|grant| detail.contains(grant)) {
        grants.retain(|grant| detail.contains(grant));
    }
    match issuer {
        Issuer::Unkey => format!(
            "let the user give the root key what is missing in Unkey's dashboard under Settings, Root \
             Keys, or use a key that has it{}{}.",
            if grants.is_empty() {
                ""
            } else {
                "; this call asks for "
            },
            grants.join(", ")
        ),
        Issuer::Engine => format!(
            "let the user make a root key that has what is missing, with `unkey-mcp root-key create \
             --name NAME --permissions '{}'`, or call without a root key, as the engine's owner.",
            grants.join(",")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_the_engine_nothing_sends_anyone_to_a_dashboard() {
        let place = KeySource::Variable;
        let (over, empty, text) = (Transport::Http, None, None);
        let reason = "gone".to_owned();
        let mistakes = [
            Mistake::Missing { over, empty },
            Mistake::Unreadable {
                place: place.clone(),
            },
            Mistake::Placeholder {
                place: place.clone(),
                text,
            },
            Mistake::File { place, reason },
        ];
        let mut said: Vec<String> = mistakes
            .iter()
            .map(|mistake| explain(mistake, Issuer::Engine))
            .collect();
        said.push(unknown(Issuer::Engine));
        for entry in &unkey_tools::CATALOGUE {
            let facts = Facts::new(entry, &serde_json::Value::Null);
            said.push(not_allowed(Issuer::Engine, &facts, ""));
        }
        for text in said {
            assert!(!text.contains("dashboard"), "{text}");
        }
    }

    #[test]
    fn every_advice_of_unkeys_says_where_root_keys_are_made() {
        for over in [Transport::Http, Transport::Stdio] {
            let missing = Mistake::Missing { over, empty: None };
            assert!(explain(&missing, Issuer::Unkey).contains("dashboard"));
        }
        assert!(unknown(Issuer::Unkey).contains("dashboard"));
    }
}
