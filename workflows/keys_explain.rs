//! `keys_explain`: why a key, or an identifier of a rate limit, is refused.
//!
//! It looks at settings and at what was recorded, and makes no verification: even one that costs
//! nothing would be recorded, and would count as the last use.

use serde::Deserialize as _;
use serde_json::{Map, Value};
use unkey_tools::types::Key;
use unkey_tools::workflows::{Cause, ExplainedKey, Explanation, KeysExplain, Unread};

use crate::apis::resolve;
use crate::context::Context;
use crate::explain_causes::{Facts, causes, for_customer};
use crate::explain_identifier::explain_identifier;
use crate::explain_limits::limits_of_key;
use crate::explain_outcomes::Outcomes;
use crate::operations::CallError;
use crate::permission_query::Query;
use crate::report::{Report, WorkflowError};
use crate::selection::{owner, remaining};
use crate::text::iso;

/// Explains a refusal.
pub(crate) async fn keys_explain(
    request: KeysExplain,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let by_key = request.key.is_some() || request.key_id.is_some();
    match (&request.namespace, &request.identifier) {
        (Some(namespace), Some(identifier)) if !by_key => {
            explain_identifier(namespace, identifier, &request, cx).await
        }
        (None, None) if request.key.is_some() != request.key_id.is_some() => {
            explain_key(&request, cx).await
        }
        _ => Err(WorkflowError::mistake(
            "give either `key` (the key itself), or `keyId`, or `namespace` and `identifier`, and \
             nothing of the others",
        )),
    }
}

async fn explain_key(request: &KeysExplain, cx: &Context<'_>) -> Result<Report, WorkflowError> {
    let query = request.permissions.as_deref().map(Query::parse).transpose();
    let query = query.map_err(|what| {
        WorkflowError::mistake(format!(
            "`permissions`: {what}; write names with AND, OR and parentheses, such as `a.read AND \
             (b.read OR b.write)`"
        ))
    })?;
    let Some(key) = find(request, cx).await? else {
        return not_found(request.key.is_some());
    };
    let mut unread = Vec::new();
    let outcomes = Outcomes::of_key(key.key_id.as_str(), cx).await;
    let outcomes = outcomes.unwrap_or_else(|error| {
        unread.push(of("outcomes", &error));
        Outcomes::default()
    });
    let limits = limits_of_key(&key, cx).await;
    let limits = limits.unwrap_or_else(|(limits, error)| {
        unread.push(of("what is left of the limits", &error));
        limits
    });
    let held = key.permissions.clone().unwrap_or_default();
    let missing = query.as_ref().map(|query| query.missing(&held));
    let missing = missing.unwrap_or_default();
    let facts = Facts {
        key: &key,
        now: cx.clock.now(),
        cost: request.cost.unwrap_or(1),
        asks_for_permissions: query.is_some(),
        lacks_permissions: !missing.is_empty(),
        is_of_another_api: is_of_another_api(request, &key, cx).await?,
        limits: &limits,
        outcomes: &outcomes,
    };
    let causes = causes(&facts);
    let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
    let explanation = Explanation {
        code: causes
            .first()
            .map_or("VALID", |cause| &cause.code)
            .to_owned(),
        for_customer: for_customer(causes.first(), &facts),
        key: Some(told(&key, missing, facts.now)),
        limits: (!limits.is_empty()).then_some(limits),
        outcomes: outcomes.told(),
        unread: (!unread.is_empty()).then_some(unread),
        causes,
    };
    report(explanation)
}

/// The report of an explanation; its summary says the causes.
pub(crate) fn report(explanation: Explanation) -> Result<Report, WorkflowError> {
    let mut summary = vec![format!("{}.", explanation.code)];
    if explanation.causes.is_empty() {
        summary.push("Nothing that is known stands in the way now.".to_owned());
    }
    for cause in explanation.causes.iter().take(3) {
        summary.push(format!("{} {}", cause.why, cause.mend));
    }
    if explanation.unread.is_some() {
        summary.push("Not all could be read: `unread` says what.".to_owned());
    }
    Report::new(explanation, None, summary)
}

/// Something that could not be read.
pub(crate) fn of(what: &str, error: &CallError) -> Unread {
    Unread {
        what: what.to_owned(),
        why: error.reason(),
    }
}

/// Looks the key up; none where there is no such key, or none that the root key may read.
async fn find(request: &KeysExplain, cx: &Context<'_>) -> Result<Option<Key>, WorkflowError> {
    let (tool, name, value) = match (&request.key, &request.key_id) {
        (Some(key), _) => ("keys_whoami", "key", key.reveal().to_owned()),
        (None, Some(id)) => ("keys_get_key", "keyId", id.as_str().to_owned()),
        (None, None) => return Ok(None),
    };
    let arguments = Map::from_iter([(name.to_owned(), Value::from(value))]);
    match cx.read(tool, arguments).await {
        Ok(mut answer) => {
            let data = answer.get_mut("data").map(Value::take).unwrap_or_default();
            let key = Key::deserialize(data).map_err(|_| {
                WorkflowError::failed(
                    tool,
                    CallError::of(None, "a key of a form that is not known"),
                )
            })?;
            Ok(Some(key))
        }
        Err(error) if error.status == Some(404) => Ok(None),
        Err(error) => Err(WorkflowError::failed(tool, error)),
    }
}

fn not_found(by_plain_text: bool) -> Result<Report, WorkflowError> {
    let why = if by_plain_text {
        "No key of this text is known: it is mistyped or cut short, deleted, of a deleted API or of \
         another workspace, or this root key may not read it."
    } else {
        "There is no key of this id: it is mistyped, deleted, of a deleted API or of another \
         workspace, or this root key may not read it."
    };
    let cause = Cause {
        code: "NOT_FOUND".to_owned(),
        why: why.to_owned(),
        mend:
            "Compare the whole key; look for the owner's keys with keys_find; where none is there, \
               issue a new one."
                .to_owned(),
    };
    report(Explanation {
        code: cause.code.clone(),
        causes: vec![cause],
        for_customer:
            "Your API key is not known to us: please check that the whole key is sent, or \
                       ask us for a new one."
                .to_owned(),
        ..Explanation::default()
    })
}

/// Whether the key belongs to another API than the one it is used for; nothing where that cannot be
/// known.
async fn is_of_another_api(
    request: &KeysExplain,
    key: &Key,
    cx: &Context<'_>,
) -> Result<Option<bool>, WorkflowError> {
    let Some(api) = &request.api else {
        return Ok(None);
    };
    let (apis, _) = resolve(Some(std::slice::from_ref(api)), cx).await?;
    let Some(api) = apis.first() else {
        return Ok(None);
    };
    let id = key.key_id.as_str();
    // A list that begins at the key has it first, if it has it at all.
    let arguments = Map::from_iter([
        ("apiId".to_owned(), Value::from(api.id.clone())),
        ("limit".to_owned(), 1.into()),
        ("cursor".to_owned(), id.into()),
    ]);
    Ok(match cx.read("apis_list_keys", arguments).await {
        Ok(answer) => {
            let first = answer.pointer("/data/0/keyId").and_then(Value::as_str);
            Some(first != Some(id))
        }
        Err(_) => None,
    })
}

fn told(key: &Key, missing: Vec<String>, now: i64) -> ExplainedKey {
    let refill = key
        .credits
        .as_ref()
        .and_then(|credits| credits.refill.as_ref());
    ExplainedKey {
        key_id: Some(key.key_id.clone()),
        start: Some(key.start.clone()),
        name: key.name.clone(),
        external_id: owner(key).map(str::to_owned),
        meta: key.meta.clone(),
        enabled: key.enabled,
        expires: key.expires.map(iso),
        updated_at: key.updated_at.map(iso),
        last_used_at: key.last_used_at.map(iso),
        remaining: remaining(key),
        refill: refill.and_then(|refill| crate::explain_causes::next_refill(refill, now)),
        permissions: key.permissions.clone(),
        missing: (!missing.is_empty()).then_some(missing),
    }
}
