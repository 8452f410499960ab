//! What may be asked of an engine, generated.

use proptest::option;
use proptest::prelude::*;
use unkey_tools::types::Patch;

use super::model::Refill;
use crate::support::*;

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Something happens to a key; which one is counted around those there are.
    Key(usize, OnKey),
    Create {
        credits: Option<(i64, Option<Refill>)>,
        enabled: bool,
        links: Value,
    },
    /// A request that changes no credits: its endpoint and body. It may well be refused.
    Ask(&'static str, Value),
    /// The clock moves, in ms.
    Pass(i64),
    /// The engine is closed and opened again.
    Reopen,
}

/// What happens to a key.
#[derive(Clone, Debug)]
pub(super) enum OnKey {
    Verify(Option<i64>),
    /// `keys.updateCredits`: its operation, and its value where there is one in the body.
    Credits(&'static str, Patch<i64>),
    Update {
        change: Change,
        enabled: bool,
        links: Value,
    },
    Reroll {
        grace: i64,
    },
    Delete {
        permanent: bool,
    },
    /// One of the requests that change what hangs on a key: its endpoint and what it names.
    Link(&'static str, Value),
}

/// What `keys.updateKey` says of credits.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Nothing,
    Unlimited,
    Remaining(i64),
    Refill(Option<Refill>),
}

pub(super) fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 1..40)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        12 => (any::<prop::sample::Index>(), on_key()).prop_map(|(which, what)| Act::Key(which.index(1_000), what)),
        3 => (option::of((balance(), option::of(refill()))), any::<bool>(), links())
            .prop_map(|(credits, enabled, links)| Act::Create { credits, enabled, links }),
        3 => other(),
        2 => pass().prop_map(Act::Pass),
        1 => Just(Act::Reopen),
    ]
}

fn on_key() -> impl Strategy<Value = OnKey> {
    let operation = prop::sample::select(vec!["set", "increment", "decrement"]);
    let endpoint = prop::sample::select(vec![
        "keys.addPermissions",
        "keys.removePermissions",
        "keys.setPermissions",
        "keys.addRoles",
        "keys.removeRoles",
        "keys.setRoles",
    ]);
    prop_oneof![
        6 => option::of(0..4_i64).prop_map(OnKey::Verify),
        3 => (operation, value())
            .prop_map(|(operation, value)| OnKey::Credits(operation, value)),
        3 => (change(), prop::bool::weighted(0.8), links())
            .prop_map(|(change, enabled, links)| OnKey::Update { change, enabled, links }),
        1 => prop_oneof![Just(0), 1..3 * DAY].prop_map(|grace| OnKey::Reroll { grace }),
        1 => any::<bool>().prop_map(|permanent| OnKey::Delete { permanent }),
        3 => (endpoint, prop::collection::vec(0..4_u8, 0..3))
            .prop_map(|(endpoint, which)| OnKey::Link(endpoint, json!(which))),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Nothing),
        Just(Change::Unlimited),
        balance().prop_map(Change::Remaining),
        option::of(refill()).prop_map(Change::Refill),
    ]
}

/// Small, so that balances run out; seldom so large that they could overflow.
fn balance() -> impl Strategy<Value = i64> {
    prop_oneof![9 => 0..8_i64, 1 => Just(i64::MAX)]
}

pub(super) fn refill() -> impl Strategy<Value = Refill> {
    (1..9_i64, option::of(1..=31_i8)).prop_map(|(amount, day)| Refill { amount, day })
}

fn value() -> impl Strategy<Value = Patch<i64>> {
    prop_oneof![
        1 => Just(Patch::Keep),
        1 => Just(Patch::Clear),
        6 => balance().prop_map(Patch::Set),
    ]
}

/// Mostly forwards: moments, hours, weeks.
fn pass() -> impl Strategy<Value = i64> {
    prop_oneof![
        1..HOUR,
        10 * HOUR..2 * DAY,
        20 * DAY..90 * DAY,
        -2 * DAY..0_i64
    ]
}

/// What hangs on a key, as fields of a request. The fourth role does not exist.
fn links() -> impl Strategy<Value = Value> {
    let names = |least| prop::collection::btree_set(0..least, 0..3_usize);
    (
        option::of(names(4_u8)),
        option::of(prop_oneof![9 => names(3_u8), 1 => names(4_u8)]),
        option::of(0..3_u8),
        option::of(names(3_u8)),
    )
        .prop_map(|(permissions, roles, owner, limits)| {
            let mut links = json!({});
            if let Some(which) = permissions {
                links["permissions"] = which.iter().map(|n| format!("slug.{n}")).collect();
            }
            if let Some(which) = roles {
                links["roles"] = which.iter().map(|n| format!("role{n}")).collect();
            }
            if let Some(n) = owner {
                links["externalId"] = json!(format!("owner{n}"));
            }
            if let Some(which) = limits {
                links["ratelimits"] = which.iter().map(|n| limit(*n)).collect();
            }
            links
        })
}

/// A limit that nothing here reaches.
fn limit(n: u8) -> Value {
    json!({"name": format!("limit{n}"), "limit": 1_000_000, "duration": DAY, "autoApply": n == 0})
}

fn other() -> impl Strategy<Value = Act> {
    let endpoints = prop::sample::select(vec![
        "permissions.createRole",
        "permissions.deleteRole",
        "permissions.createPermission",
        "permissions.deletePermission",
        "identities.createIdentity",
        "identities.updateIdentity",
        "identities.deleteIdentity",
        "ratelimit.setOverride",
        "ratelimit.deleteOverride",
        "ratelimit.limit",
    ]);
    (endpoints, 0..3_u8).prop_map(|(endpoint, n)| {
        let body = match endpoint {
            "permissions.createRole" => json!({"name": format!("role{n}")}),
            "permissions.deleteRole" => json!({"role": format!("role{n}")}),
            "permissions.createPermission" => {
                json!({"name": "a", "slug": format!("slug.{n}")})
            }
            "permissions.deletePermission" => json!({"permission": format!("slug.{n}")}),
            "identities.createIdentity" => {
                json!({"externalId": format!("owner{n}"), "ratelimits": [limit(n)]})
            }
            "identities.updateIdentity" => {
                json!({"identity": format!("owner{n}"), "ratelimits": [limit(n)]})
            }
            "identities.deleteIdentity" => json!({"identity": format!("owner{n}")}),
            "ratelimit.deleteOverride" => {
                json!({"namespace": "space", "identifier": format!("user{n}")})
            }
            _ => {
                json!({"namespace": "space", "identifier": format!("user{n}"), "limit": 3, "duration": MINUTE})
            }
        };
        Act::Ask(endpoint, body)
    })
}
