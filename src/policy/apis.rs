//! APIs that no call may concern: named in the call, or those of the key in it.

use serde_json::Value;

use super::refusal::Rule;
use super::{Case, Policy, Question, Refused};
use crate::observe::shown;
use crate::settings::{Names, is_api_id};

const RULE: &str = "deny-apis";

/// The APIs of `deny-apis`.
#[derive(Clone, Debug, Default)]
pub(super) struct DeniedApis {
    ids: Vec<String>,
    /// Names that have to be looked up.
    unknown: Vec<String>,
}

impl DeniedApis {
    pub(super) fn new(
        listed: &[String],
        names: &[Names],
        looks_up_apis: bool,
    ) -> Result<Self, String> {
        let mut denied = Self::default();
        for api in listed {
            if is_api_id(api) {
                denied.ids.push(api.clone());
                continue;
            }
            // The same name may stand for several: none of them may be meant.
            let known: Vec<_> = names
                .iter()
                .filter_map(|names| names.apis.get(api))
                .collect();
            if known.is_empty() && !looks_up_apis {
                return Err(format!(
                    "deny-apis: `{}` is no id of an API (api_xxxx) and no name that a profile gives; \
                     write the id",
                    shown::name(api)
                ));
            }
            if looks_up_apis {
                denied.unknown.push(api.clone());
            }
            denied.ids.extend(known.into_iter().cloned());
        }
        Ok(denied)
    }

    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

impl Policy {
    /// Whether the call concerns a denied API.
    pub(super) fn apis(
        &self,
        case: Case<'_>,
        looked_up: &[String],
        questions: &mut Vec<Question>,
    ) -> Result<(), Refused> {
        if self.rules.deny_apis.is_empty() {
            return Ok(());
        }
        let denied: Vec<&String> = self.apis.ids.iter().chain(looked_up).collect();
        let text = |field: &str| case.body.get(field).and_then(Value::as_str);
        if let Some(id) = text("apiId") {
            // Some databases take other letters for the same: what is no id is not compared.
            if !is_api_id(id) || denied.iter().any(|api| api.eq_ignore_ascii_case(id)) {
                return Err(self.denied_api(id));
            }
        }
        if let Some(key_id) = text("keyId") {
            let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if !key_id.bytes().all(is_id) {
                return Err(self.untold_api());
            }
            questions.extend(denied.iter().map(|api| Question::IsIn {
                key_id: key_id.to_owned(),
                api_id: (*api).clone(),
            }));
        }
        if let Some(key) = text("key") {
            questions.push(Question::HolderOf {
                key: unkey_tools::types::Secret::new(key),
                apis: denied.into_iter().cloned().collect(),
            });
        }
        Ok(())
    }

    /// That the names of denied APIs cannot be looked up.
    pub fn unreadable_apis(&self) -> Refused {
        let listed = self.apis.unknown.join("\", \"");
        self.refuse(
            Rule::list(RULE, &listed),
            "Which APIs have these names cannot be looked up.",
            "let the user look into the server's log.",
        )
    }

    /// Which key it is says where to look for it.
    pub(super) fn judge_holder(
        &self,
        apis: &[String],
        data: Option<&Value>,
    ) -> Result<Vec<Question>, Refused> {
        let key_id = data
            .and_then(|data| data.get("keyId"))
            .and_then(Value::as_str);
        let key_id = key_id.ok_or_else(|| self.untold_api())?;
        let each = apis.iter().map(|api_id| Question::IsIn {
            key_id: key_id.to_owned(),
            api_id: api_id.clone(),
        });
        Ok(each.collect())
    }

    /// The first key of a page that begins where the key would be.
    pub(super) fn judge_place(
        &self,
        api_id: &str,
        key_id: &str,
        data: Option<&Value>,
    ) -> Result<Vec<Question>, Refused> {
        let page = data.and_then(Value::as_array);
        let page = page.ok_or_else(|| self.untold_api())?;
        let first = page.first().and_then(|key| key.get("keyId"));
        match first.and_then(Value::as_str) {
            Some(first) if first.eq_ignore_ascii_case(key_id) => Err(self.denied_api(api_id)),
            _ => Ok(Vec::new()),
        }
    }

    fn denied_api(&self, id: &str) -> Refused {
        let next = "leave that API alone, or take the id of another one.";
        self.refuse(Rule::list(RULE, id), "", next)
    }

    fn untold_api(&self) -> Refused {
        let listed = self.rules.deny_apis.join("\", \"");
        self.refuse(
            Rule::list(RULE, &listed),
            "Whether the key is in such an API cannot be looked up with this root key.",
            "check the key's id; the root key needs `api.*.read_key` and `api.*.read_api`.",
        )
    }
}
