//! `keys_verify_key` · `POST /v2/keys.verifyKey`

use std::sync::Arc;

use unkey_analytics::Event;
use unkey_tools::keys::{CheckedRatelimit, Verification, VerifyKey};
use unkey_tools::types::Identity;

use super::common::limits;
use super::common::migration::{Migrating, find_migrating};
use crate::domain::api_key;
use crate::domain::permission_query::Query;
use crate::prelude::*;
use crate::store::{
    BalanceHint, Keys, VerifiableApi, VerifiableApis, VerifiableKey, VerifiableKeys, some,
};

/// Where the engine says that verifications happen.
const REGION: &str = "local";

impl Apply for VerifyKey {
    const ACCESS: Access = Access::Count;

    fn schema() -> Value {
        let credits = schema::object(
            &["cost"],
            &json!({"cost": schema::integer(0, 1_000_000_000_000)}),
        );
        let ratelimit = schema::open_object(
            &["name"],
            &json!({
                "name": schema::text(3, 255),
                "cost": schema::at_least(0),
                "limit": schema::at_least(0),
                "duration": schema::at_least(0),
            }),
        );
        schema::object(
            &["key"],
            &json!({
                "key": schema::text(1, 512),
                "tags": schema::list(20, &schema::text(1, 512)),
                "permissions": schema::text(1, 1_000),
                "credits": credits,
                "ratelimits": {"type": "array", "items": ratelimit},
                "migrationId": {"type": "string", "maxLength": 256},
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Verification>, Failure> {
        let verified = verify(self, cx)?;
        verified.ok_or_else(|| Failure::Unexpected("the writer hands over to nobody".to_owned()))
    }

    fn apply_reading(self, cx: &mut Context<'_>) -> Result<Option<Data<Verification>>, Failure> {
        verify(self, cx)
    }
}

/// Verifies a key. `None` hands over to the writer: only while reading, and before anything is
/// counted.
fn verify(request: VerifyKey, cx: &mut Context<'_>) -> Result<Option<Data<Verification>>, Failure> {
    let found = match find(cx, &request)? {
        Lookup::Found(found) => found,
        Lookup::NotFound => return Ok(Some(not_found().into())),
        Lookup::FirstUse => return Ok(None),
    };
    let query = request.permissions.as_deref().map(Query::parse).transpose();
    let query = query.map_err(|error| Code::QuerySyntax.because(error.to_string()))?;
    if cx.is_reading() && cx.shared.events.are_too_many() {
        return Ok(None);
    }
    let Some(mut verdict) = evaluate(cx, &found, query.as_ref(), &request)? else {
        return Ok(None);
    };
    let verification = show(cx, &found.key, &mut verdict)?;
    let event = event(cx, &found.key, &verdict, request.tags.unwrap_or_default());
    cx.record(event);
    Ok(Some(verification.into()))
}

/// What became of looking the key up.
enum Lookup {
    Found(Found),
    NotFound,
    /// The key was brought by a migration and is used for the first time.
    FirstUse,
}

/// What is verified.
struct Found {
    key: Arc<VerifiableKey>,
    api: Arc<VerifiableApi>,
}

/// The key and its API, if the caller may verify it. Who may not is not told that there is one.
fn find(cx: &mut Context<'_>, request: &VerifyKey) -> Result<Lookup, Failure> {
    let hash = api_key::hash(request.key.reveal());
    let mut found = cx.snapshot(&cx.shared.keys, &hash, |db| VerifiableKeys(db).find(&hash))?;
    if let (None, Some(id)) = (&found, &request.migration_id) {
        found = match find_migrating(cx, request.key.reveal(), id)? {
            Migrating::Key(key) => Some(key),
            Migrating::Unknown => None,
            Migrating::FirstUse => return Ok(Lookup::FirstUse),
        };
    }
    let Some(key) = found.filter(|key| key.workspace_id == cx.workspace()) else {
        return Ok(Lookup::NotFound);
    };
    let api = cx.snapshot(&cx.shared.apis, &key.key_space_id, |db| {
        VerifiableApis(db).find(&key.key_space_id)
    })?;
    let may_verify = |api: &Arc<VerifiableApi>| {
        let by_api = || RequiredPermission::on("api", &api.id, "verify_key");
        let by_path = || {
            let path = format!("keyspaces/{}/keys/{}", key.key_space_id, key.id);
            cx.at_path(&path, "verify_key")
        };
        !api.deleted && (cx.caller.has(&by_api()) || cx.caller.has(&by_path()))
    };
    Ok(api
        .filter(may_verify)
        .map_or(Lookup::NotFound, |api| Lookup::Found(Found { key, api })))
}

fn not_found() -> Verification {
    Verification {
        valid: false,
        code: "NOT_FOUND".to_owned(),
        key_id: None,
        name: None,
        meta: None,
        expires: None,
        credits: None,
        enabled: None,
        permissions: None,
        roles: None,
        identity: None,
        ratelimits: None,
    }
}

/// How a verification ended.
struct Verdict {
    code: &'static str,
    /// Whether the key was looked at any further than whether it is switched on and not expired.
    examined: bool,
    /// What was spent of the balance.
    spent: i64,
    /// The balance, where the last step told it.
    balance: Option<i64>,
    ratelimits: Option<Vec<CheckedRatelimit>>,
}

impl Verdict {
    const fn new(code: &'static str) -> Self {
        Self {
            code,
            examined: true,
            spent: 0,
            balance: None,
            ratelimits: None,
        }
    }
}

/// Goes through what decides a key's use, in order. A step that refuses leaves what later steps
/// would have used up untouched; what an earlier one counted stays counted. `None` hands over to
/// the writer.
fn evaluate(
    cx: &Context<'_>,
    found: &Found,
    query: Option<&Query>,
    request: &VerifyKey,
) -> Result<Option<Verdict>, Failure> {
    if let Some(refused) = refuse(cx, found, query) {
        return Ok(Some(refused));
    }
    let key = &found.key;
    let selected = limits::select(key, request.ratelimits.as_deref().unwrap_or_default())?;
    let cost = request.credits.as_ref().map_or(1, |credits| credits.cost);
    // What is spent must be written. The writer begins anew, so this is asked before the limits
    // count.
    if cx.is_reading() && cost > 0 && can_spend(cx, key, cost)? {
        return Ok(None);
    }
    let ratelimits = limits::check(cx, &selected);
    let exceeded = |limits: &Vec<CheckedRatelimit>| limits.iter().any(|limit| limit.exceeded);
    if ratelimits.as_ref().is_some_and(exceeded) {
        return Ok(Some(Verdict {
            ratelimits,
            ..Verdict::new("RATE_LIMITED")
        }));
    }
    let verdict = Verdict {
        ratelimits,
        ..Verdict::new("VALID")
    };
    match &key.balance {
        Some(hint) if cost > 0 => spend(cx, key, hint, cost, verdict).map(Some),
        _ => Ok(Some(verdict)),
    }
}

/// What refuses a key before its limits and credits matter.
fn refuse(cx: &Context<'_>, Found { key, api }: &Found, query: Option<&Query>) -> Option<Verdict> {
    let unexamined = |code| Verdict {
        examined: false,
        ..Verdict::new(code)
    };
    if !key.enabled {
        return Some(unexamined("DISABLED"));
    }
    if key.expires.is_some_and(|expires| cx.now() >= expires) {
        return Some(unexamined("EXPIRED"));
    }
    if !may_come_from(api, cx.request.caller_ip.as_deref()) {
        return Some(Verdict::new("FORBIDDEN"));
    }
    let holds = |slug: &str| key.permissions.iter().any(|held| held == slug);
    if query.is_some_and(|query| !query.is_met(&holds)) {
        return Some(Verdict::new("INSUFFICIENT_PERMISSIONS"));
    }
    None
}

/// Whether the key has the cost to spend: probably, since the writer asks again; or certainly not.
fn can_spend(cx: &Context<'_>, key: &VerifiableKey, cost: i64) -> Result<bool, Failure> {
    let Some(hint) = &key.balance else {
        return Ok(false);
    };
    if hint.get() >= cost {
        return Ok(true);
    }
    let left = Keys(cx.db()).remaining(&key.id)?;
    left.inspect(|left| hint.set(*left));
    Ok(left.is_some_and(|left| left >= cost))
}

/// Takes the cost from the balance, or refuses.
fn spend(
    cx: &Context<'_>,
    key: &VerifiableKey,
    hint: &BalanceHint,
    cost: i64,
    verdict: Verdict,
) -> Result<Verdict, Failure> {
    let balance = if cx.is_reading() {
        // There was too little in this same transaction, or the writer would do this.
        None
    } else {
        Keys(cx.db()).spend(&key.id, cost)?
    };
    let Some(balance) = balance else {
        // Whoever comes next asks the database first, and so does not wait for the writer in vain.
        hint.set(0);
        return Ok(Verdict {
            code: "USAGE_EXCEEDED",
            ..verdict
        });
    };
    hint.set(balance);
    Ok(Verdict {
        spent: cost,
        balance: Some(balance),
        ..verdict
    })
}

fn may_come_from(api: &VerifiableApi, address: Option<&str>) -> bool {
    api.allowed_addresses.is_empty()
        || address.is_some_and(|address| api.allowed_addresses.iter().any(|known| known == address))
}

fn show(
    cx: &Context<'_>,
    key: &VerifiableKey,
    verdict: &mut Verdict,
) -> Result<Verification, Failure> {
    let credits = match verdict.balance {
        None if key.balance.is_some() => Keys(cx.db()).remaining(&key.id)?,
        balance => balance,
    };
    Ok(Verification {
        valid: verdict.code == "VALID",
        code: verdict.code.to_owned(),
        key_id: Some(key.id.as_str().into()),
        name: key.name.clone(),
        meta: key.meta.clone(),
        expires: key.expires.filter(|expires| *expires != 0),
        credits,
        enabled: Some(key.enabled),
        permissions: some(key.permissions.clone()),
        roles: some(key.roles.clone()),
        identity: key.identity.as_ref().map(|identity| owner(identity, key)),
        ratelimits: verdict.ratelimits.take(),
    })
}

/// The owner, without the limits that limits of the key take the place of.
fn owner(identity: &Identity, key: &VerifiableKey) -> Identity {
    let replaced = |name: &str| key.ratelimits.iter().any(|limit| limit.name == name);
    let limits = identity.ratelimits.iter().flatten();
    let limits = limits.filter(|limit| !replaced(&limit.name));
    Identity {
        ratelimits: some(limits.cloned().collect()),
        id: identity.id.clone(),
        external_id: identity.external_id.clone(),
        meta: identity.meta.clone(),
    }
}

fn event(cx: &Context<'_>, key: &VerifiableKey, verdict: &Verdict, tags: Vec<String>) -> Event {
    let identity = key.identity.as_ref();
    Event::Verification(unkey_analytics::Verification {
        request_id: cx.request.id.clone(),
        time: cx.now(),
        workspace_id: key.workspace_id.clone(),
        key_space_id: key.key_space_id.clone(),
        identity_id: identity.map_or_else(String::new, |owner| owner.id.to_string()),
        external_id: identity.map_or_else(String::new, |owner| owner.external_id.clone()),
        key_id: key.id.clone(),
        region: REGION.to_owned(),
        outcome: verdict.code.to_owned(),
        tags: if verdict.examined { tags } else { Vec::new() },
        spent_credits: verdict.spent,
        latency: cx.latency(),
    })
}
