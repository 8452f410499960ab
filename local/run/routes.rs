//! Every operation that the engine offers, and what it does not offer.

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;
use unkey_tools::{
    SchemaValidator, analytics, apis, identities, keys, permissions, portal, ratelimit,
};

use crate::run::apply::{Access, Apply, Authentication, Context};
use crate::run::transaction::ExecutionMode;
use crate::wire::envelope;
use crate::wire::failure::{Code, Failure};

/// Every operation that the engine offers, in alphabetical order.
static ROUTES: [Route; 44] = [
    Route::of::<analytics::GetRatelimits>(),
    Route::of::<analytics::GetVerifications>(),
    Route::of::<apis::CreateApi>(),
    Route::of::<apis::DeleteApi>(),
    Route::of::<apis::GetApi>(),
    Route::of::<apis::ListKeys>(),
    Route::of::<identities::CreateIdentity>(),
    Route::of::<identities::DeleteIdentity>(),
    Route::of::<identities::GetIdentity>(),
    Route::of::<identities::ListIdentities>(),
    Route::of::<identities::UpdateIdentity>(),
    Route::of::<keys::AddPermissions>(),
    Route::of::<keys::AddRoles>(),
    Route::of::<keys::CreateKey>(),
    Route::of::<keys::DeleteKey>(),
    Route::of::<keys::GetKey>(),
    Route::of::<keys::MigrateKeys>(),
    Route::of::<keys::RemovePermissions>(),
    Route::of::<keys::RemoveRoles>(),
    Route::of::<keys::RerollKey>(),
    Route::of::<keys::SetPermissions>(),
    Route::of::<keys::SetRoles>(),
    Route::of::<keys::UpdateCredits>(),
    Route::of::<keys::UpdateKey>(),
    Route::of::<keys::VerifyKey>(),
    Route::of::<keys::Whoami>(),
    Route::of::<permissions::CreatePermission>(),
    Route::of::<permissions::CreateRole>(),
    Route::of::<permissions::DeletePermission>(),
    Route::of::<permissions::DeleteRole>(),
    Route::of::<permissions::GetPermission>(),
    Route::of::<permissions::GetRole>(),
    Route::of::<permissions::ListPermissions>(),
    Route::of::<permissions::ListRoles>(),
    Route::of::<permissions::SetRolePermissions>(),
    Route::of::<portal::CreateSession>(),
    Route::of::<portal::ExchangeCode>(),
    Route::of::<portal::ExchangeSession>(),
    Route::of::<ratelimit::DeleteOverride>(),
    Route::of::<ratelimit::GetOverride>(),
    Route::of::<ratelimit::Limit>(),
    Route::of::<ratelimit::ListOverrides>(),
    Route::of::<ratelimit::MultiLimit>(),
    Route::of::<ratelimit::SetOverride>(),
];

/// What Unkey offers and the engine does not: a service or an endpoint, and a sentence that says
/// why.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("analytics.getGatewayRequests", DEPLOY),
    ("analytics.getRuntimeLogs", DEPLOY),
    ("apps", DEPLOY),
    ("deploy", DEPLOY),
    ("deployments", DEPLOY),
    ("domains", DEPLOY),
    ("environments", DEPLOY),
    ("gateway", DEPLOY),
    ("github", DEPLOY),
    ("projects", DEPLOY),
];

const DEPLOY: &str = "The embedded engine has no deployments: it runs on this machine alone. Use \
                      Unkey's cloud or a self-hosted Unkey, without --local, to deploy.";

/// The bytes of an answer, envelope and all; none where the request goes on elsewhere.
pub(crate) type RouteResult = Result<Option<Vec<u8>>, Failure>;

/// An operation with its types erased.
pub(crate) struct Route {
    /// `<service>.<operation>`.
    pub(crate) endpoint: &'static str,
    pub(crate) access: Access,
    pub(crate) authentication: Authentication,
    make_schema: fn() -> Value,
    schema: OnceLock<SchemaValidator>,
    run: fn(&Value, &mut Context<'_>) -> RouteResult,
}

impl Route {
    const fn of<Op: Apply>() -> Self {
        Self {
            endpoint: Op::ENDPOINT,
            access: Op::ACCESS,
            authentication: Op::AUTHENTICATION,
            make_schema: Op::schema,
            schema: OnceLock::new(),
            run: run::<Op>,
        }
    }

    /// The schema of its bodies, compiled on first use.
    pub(crate) fn schema(&self) -> &SchemaValidator {
        self.schema
            .get_or_init(|| SchemaValidator::of(&(self.make_schema)()))
    }

    /// Carries the operation out. Without an answer, the writer has to begin it anew.
    pub(crate) fn run(&self, body: &Value, cx: &mut Context<'_>) -> RouteResult {
        (self.run)(body, cx)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Route").field(&self.endpoint).finish()
    }
}

fn run<Op: Apply>(body: &Value, cx: &mut Context<'_>) -> RouteResult {
    // The schema takes 1.0 and 1e3 for integers, as JSON Schema says; the server's types do not.
    let read = Op::deserialize(body).or_else(|error| {
        if cx.request.has_fractional_zero {
            return Err(error);
        }
        Op::deserialize(&with_plain_zeros(body))
    });
    let operation = read.map_err(|_| {
        Code::InvalidInput
            .because("The request body is invalid. The request body was not valid JSON.")
    })?;
    let reply = match cx.tx.mode {
        ExecutionMode::Reading => operation.apply_reading(cx)?,
        ExecutionMode::Writing => Some(operation.apply(cx)?),
    };
    let answer = |reply| envelope::success(&reply, &cx.request.id);
    reply.map(answer).transpose()
}

/// The body with 0 for `-0`, which the server takes for an integer and `serde_json` does not.
fn with_plain_zeros(body: &Value) -> Value {
    match body {
        Value::Number(number) if number.as_f64().is_some_and(is_negative_zero) => 0.into(),
        Value::Array(items) => items.iter().map(with_plain_zeros).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            fields
                .map(|(name, value)| (name.clone(), with_plain_zeros(value)))
                .collect()
        }
        other => other.clone(),
    }
}

fn is_negative_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}

/// The route of an endpoint.
pub(crate) fn find(endpoint: &str) -> Option<&'static Route> {
    let found = ROUTES.binary_search_by_key(&endpoint, |route| route.endpoint);
    ROUTES.get(found.ok()?)
}

/// Whether the engine carries out the operation with that endpoint, such as `keys.verifyKey`.
pub fn supports(endpoint: &str) -> bool {
    find(endpoint).is_some()
}

/// For how long [`crate::Engine::call`] keeps the thread that calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Microseconds as a rule: handing the call to another thread would cost more.
    Memory,
    /// As long as reads of a file may take.
    Disk,
    /// Up to ten seconds of a core, and much memory: few should run at once.
    Query,
}

/// What a call of that endpoint costs; one without an operation costs nothing.
pub fn cost(endpoint: &str) -> Cost {
    match find(endpoint).map(|route| route.access) {
        None | Some(Access::Count) => Cost::Memory,
        Some(Access::Read | Access::Write) => Cost::Disk,
        Some(Access::Query) => Cost::Query,
    }
}

/// Why the engine does not offer the operation with that endpoint, where Unkey does.
pub fn why_not(endpoint: &str) -> Option<&'static str> {
    let known = unkey_tools::find(endpoint).filter(|entry| entry.endpoint == endpoint);
    let (service, _) = known?.endpoint.split_once('.')?;
    let (_, why) = UNSUPPORTED
        .iter()
        .find(|(name, _)| [service, endpoint].contains(name))?;
    Some(why)
}

#[cfg(test)]
mod tests {
    use unkey_tools::CATALOGUE;

    use super::*;

    #[test]
    fn every_operation_is_offered_or_the_reason_is_given() {
        for entry in &CATALOGUE {
            let offered = supports(entry.endpoint);
            assert_ne!(
                offered,
                why_not(entry.endpoint).is_some(),
                "{}",
                entry.endpoint
            );
        }
    }

    #[test]
    fn routes_are_sorted() {
        assert!(ROUTES.is_sorted_by_key(|route| route.endpoint));
    }

    #[test]
    fn every_schema_compiles_and_asks_for_what_it_requires() {
        for route in &ROUTES {
            let schema = (route.make_schema)();
            let validator = SchemaValidator::compile(&schema).unwrap();
            let asked = schema["required"].as_array().map_or(0, Vec::len);
            let empty = if schema["type"] == "array" {
                Value::Array(Vec::new())
            } else {
                Value::Object(serde_json::Map::new())
            };
            let found = validator.check(&empty, 20).violations;
            let expected = usize::from(asked > 0 || schema.get("minItems").is_some());
            assert_eq!(found.len(), expected, "{}: {found:?}", route.endpoint);
        }
    }
}
