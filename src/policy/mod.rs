//! What an operator forbids, whatever a root key may do.
//!
//! [`Policy::check`] judges a call by itself: the operation, its body, the time. Some calls do not
//! say all of it (the API of a key, what a role holds); then it returns [`Question`]s, which only
//! read, and judges the answers. What cannot be looked up is refused.

mod apis;
mod budget;
mod keys;
mod namespaces;
mod question;
mod refusal;
mod spent;
mod wildcards;

use std::num::NonZeroU32;
use std::path::Path;

use serde_json::Value;
use unkey_tools::Entry;
use unkey_tools::nearest::nearest;

use self::apis::DeniedApis;
pub use self::budget::{Budget, Taken};
use self::namespaces::DeniedNamespaces;
pub use self::question::Question;
pub use self::refusal::Refused;
use self::refusal::Rule;
pub use self::spent::Spent;
use crate::observe::shown;
use crate::settings::Names;
use crate::settings::file::PolicyRules;

/// What an operator forbids.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rules: PolicyRules,
    /// The file that says so, fit to be shown.
    file: String,
    apis: DeniedApis,
    namespaces: DeniedNamespaces,
    tools: Vec<&'static str>,
}

/// A call that is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The operation.
    pub entry: &'static Entry,
    /// What would be sent.
    pub body: &'a Value,
    /// The time, in Unix milliseconds.
    pub now: i64,
}

impl Policy {
    /// The rules of `file`, where profiles give `names`. `looks_up_apis`: other names of APIs can be
    /// looked up.
    ///
    /// # Errors
    /// What a rule names that does not exist, or that nothing could match.
    pub fn new(
        rules: PolicyRules,
        file: &Path,
        names: &[Names],
        looks_up_apis: bool,
    ) -> Result<Self, String> {
        let tools: Result<Vec<_>, String> =
            rules.deny_tools.iter().map(|tool| find(tool)).collect();
        Ok(Self {
            apis: DeniedApis::new(&rules.deny_apis, names, looks_up_apis)?,
            namespaces: DeniedNamespaces::new(&rules.deny_namespaces)?,
            tools: tools?,
            file: shown::path(file),
            rules,
        })
    }

    /// The names of denied APIs whose ids have to be looked up.
    pub fn unknown_apis(&self) -> &[String] {
        self.apis.unknown()
    }

    /// How many writes there may be in an hour.
    pub const fn max_writes(&self) -> Option<NonZeroU32> {
        self.rules.max_writes
    }

    /// Judges a call. `looked_up` are the ids of the APIs that [`Self::unknown_apis`] names.
    ///
    /// # Errors
    /// [`Refused`] where it breaks a rule, whatever the answers to questions would be.
    pub fn check(&self, case: Case<'_>, looked_up: &[String]) -> Result<Vec<Question>, Refused> {
        let mut questions = Vec::new();
        if self.tools.contains(&case.entry.name) {
            return Err(self.refuse(
                Rule::list("deny-tools", case.entry.name),
                "",
                "tell the user that the operator denies this tool.",
            ));
        }
        self.apis(case, looked_up, &mut questions)?;
        self.namespaces(case)?;
        if !case.entry.effect.is_read_only() {
            self.keys(case, &mut questions)?;
            self.wildcards(case, &mut questions)?;
        }
        Ok(questions)
    }

    /// Judges a call by the answer to a question: Unkey's envelope, or nothing where it was not
    /// answered.
    ///
    /// # Errors
    /// [`Refused`] where it breaks a rule, or that cannot be told.
    pub fn judge(
        &self,
        question: &Question,
        answer: Option<&Value>,
        now: i64,
    ) -> Result<Vec<Question>, Refused> {
        let data = answer.and_then(|envelope| envelope.get("data"));
        match question {
            Question::HolderOf { apis, .. } => self.judge_holder(apis, data),
            Question::IsIn { api_id, key_id } => self.judge_place(api_id, key_id, data),
            Question::Reroll { .. } => self.judge_reroll(data, now),
            Question::Credits { added, .. } => self.judge_credits(*added, data),
            Question::Role { name } => self.judge_role(name, data),
        }
        .map(|question| question.into_iter().collect())
    }

    fn refuse(&self, rule: Rule, what: impl Into<String>, next: impl Into<String>) -> Refused {
        Refused {
            rule,
            file: self.file.clone(),
            what: what.into(),
            next: next.into(),
        }
    }
}

/// How many writes a call is: each key of an import and each limit of a list is one.
pub fn writes(body: &Value) -> u32 {
    let items = match body {
        Value::Array(items) => Some(items),
        body => body.get("keys").and_then(Value::as_array),
    };
    let count = items.map_or(1, Vec::len).max(1);
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn find(tool: &str) -> Result<&'static str, String> {
    if let Some(entry) = unkey_tools::find(tool) {
        return Ok(entry.name);
    }
    let names = unkey_tools::CATALOGUE.iter().map(|entry| entry.name);
    let hint = nearest(tool, names).map_or_else(
        || "`unkey-mcp tools --toolsets all` lists them".to_owned(),
        |name| format!("did you mean `{name}`?"),
    );
    Err(format!(
        "deny-tools: there is no tool `{}`; {hint}",
        shown::name(tool)
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names of all fields in a schema.
    fn fields<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
        let named = schema.get("properties").and_then(Value::as_object);
        for (name, field) in named.into_iter().flatten() {
            found.insert(name);
            fields(field, found);
        }
        if let Some(items) = schema.get("items") {
            fields(items, found);
        }
    }

    /// A rule that looks for a field misses the same thing under another name.
    #[test]
    fn every_field_that_may_name_an_api_a_key_or_a_namespace_is_known_here() {
        let judged = ["apiId", "keyId", "key", "keys", "namespace"];
        // An app's settings, and what only looks.
        let other = [
            "keyauth",
            "keyspaceId",
            "keyspaces",
            "openapi",
            "openapiSpecPath",
            "revalidateKeysCache",
        ];
        for entry in &unkey_tools::CATALOGUE {
            let mut found = BTreeSet::new();
            fields(&entry.input().full_schema, &mut found);
            for name in found {
                let lower = name.to_ascii_lowercase();
                let suspect = ["api", "key", "namespace"]
                    .iter()
                    .any(|word| lower.contains(word));
                let known = judged.contains(&name) || other.contains(&name);
                assert!(known || !suspect, "{}: `{name}`", entry.name);
            }
        }
    }

    #[test]
    fn a_policy_without_rules_forbids_nothing_and_asks_nothing() {
        let policy = Policy::default();
        let body = serde_json::json!({"apiId": "api_1", "keyId": "key_1", "namespace": "n"});
        for entry in &unkey_tools::CATALOGUE {
            let case = Case {
                entry,
                body: &body,
                now: 0,
            };
            assert_eq!(policy.check(case, &[]), Ok(Vec::new()), "{}", entry.name);
        }
    }
}
