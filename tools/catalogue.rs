//! Every operation, what is made of several, and how to find one.

use crate::operation::Entry;
use crate::{
    analytics, apis, apps, deploy, deployments, domains, environments, gateway, github, identities,
    keys, permissions, portal, projects, ratelimit, workflows,
};

/// Every operation, in the order a model sees them: service by service, and within one the
/// operations in alphabetical order, so that the list is the same on every start.
pub static CATALOGUE: [Entry; 80] = [
    Entry::of::<analytics::GetGatewayRequests>(),
    Entry::of::<analytics::GetRatelimits>(),
    Entry::of::<analytics::GetRuntimeLogs>(),
    Entry::of::<analytics::GetVerifications>(),
    Entry::of::<apis::CreateApi>(),
    Entry::of::<apis::DeleteApi>(),
    Entry::of::<apis::GetApi>(),
    Entry::of::<apis::ListKeys>(),
    Entry::of::<apps::CreateApp>(),
    Entry::of::<apps::DeleteApp>(),
    Entry::of::<apps::GetApp>(),
    Entry::of::<apps::ListApps>(),
    Entry::of::<apps::UpdateApp>(),
    Entry::of::<deploy::CreateDeployment>(),
    Entry::of::<deploy::GetDeployment>(),
    Entry::of::<deployments::CreateDeployment>(),
    Entry::of::<deployments::GetDeployment>(),
    Entry::of::<deployments::ListDeployments>(),
    Entry::of::<deployments::PromoteDeployment>(),
    Entry::of::<deployments::RollbackDeployment>(),
    Entry::of::<deployments::StartDeployment>(),
    Entry::of::<deployments::StopDeployment>(),
    Entry::of::<domains::CreateDomain>(),
    Entry::of::<domains::DeleteDomain>(),
    Entry::of::<domains::GetDomain>(),
    Entry::of::<domains::ListDomains>(),
    Entry::of::<domains::VerifyDomain>(),
    Entry::of::<environments::GetEnvironment>(),
    Entry::of::<environments::ListEnvironmentVariables>(),
    Entry::of::<environments::ListEnvironments>(),
    Entry::of::<environments::RemoveEnvironmentVariables>(),
    Entry::of::<environments::SetEnvironmentVariables>(),
    Entry::of::<environments::UpdateSettings>(),
    Entry::of::<gateway::ListPolicies>(),
    Entry::of::<gateway::SetPolicies>(),
    Entry::of::<gateway::UpdatePolicy>(),
    Entry::of::<github::InstallApp>(),
    Entry::of::<identities::CreateIdentity>(),
    Entry::of::<identities::DeleteIdentity>(),
    Entry::of::<identities::GetIdentity>(),
    Entry::of::<identities::ListIdentities>(),
    Entry::of::<identities::UpdateIdentity>(),
    Entry::of::<keys::AddPermissions>(),
    Entry::of::<keys::AddRoles>(),
    Entry::of::<keys::CreateKey>(),
    Entry::of::<keys::DeleteKey>(),
    Entry::of::<keys::GetKey>(),
    Entry::of::<keys::MigrateKeys>(),
    Entry::of::<keys::RemovePermissions>(),
    Entry::of::<keys::RemoveRoles>(),
    Entry::of::<keys::RerollKey>(),
    Entry::of::<keys::SetPermissions>(),
    Entry::of::<keys::SetRoles>(),
    Entry::of::<keys::UpdateCredits>(),
    Entry::of::<keys::UpdateKey>(),
    Entry::of::<keys::VerifyKey>(),
    Entry::of::<keys::Whoami>(),
    Entry::of::<permissions::CreatePermission>(),
    Entry::of::<permissions::CreateRole>(),
    Entry::of::<permissions::DeletePermission>(),
    Entry::of::<permissions::DeleteRole>(),
    Entry::of::<permissions::GetPermission>(),
    Entry::of::<permissions::GetRole>(),
    Entry::of::<permissions::ListPermissions>(),
    Entry::of::<permissions::ListRoles>(),
    Entry::of::<permissions::SetRolePermissions>(),
    Entry::of::<portal::CreateSession>(),
    Entry::of::<portal::ExchangeCode>(),
    Entry::of::<portal::ExchangeSession>(),
    Entry::of::<projects::CreateProject>(),
    Entry::of::<projects::DeleteProject>(),
    Entry::of::<projects::GetProject>(),
    Entry::of::<projects::ListProjects>(),
    Entry::of::<projects::UpdateProject>(),
    Entry::of::<ratelimit::DeleteOverride>(),
    Entry::of::<ratelimit::GetOverride>(),
    Entry::of::<ratelimit::Limit>(),
    Entry::of::<ratelimit::ListOverrides>(),
    Entry::of::<ratelimit::MultiLimit>(),
    Entry::of::<ratelimit::SetOverride>(),
];

/// What is made of several operations, in alphabetical order.
pub static WORKFLOWS: [Entry; 6] = [
    Entry::of_workflow::<workflows::KeysApply>(),
    Entry::of_workflow::<workflows::KeysExplain>(),
    Entry::of_workflow::<workflows::KeysFind>(),
    Entry::of_workflow::<workflows::KeysPlan>(),
    Entry::of_workflow::<workflows::UsageReport>(),
    Entry::of_workflow::<workflows::WorkspaceOverview>(),
];

/// Every tool: the operations, and what is made of them.
pub fn every() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().chain(&WORKFLOWS)
}

/// The tools that lists show.
pub fn listed() -> impl Iterator<Item = &'static Entry> {
    every().filter(|entry| entry.is_listed())
}

/// What an end user's cookie authorises, and no root key does.
const OF_PORTAL_USERS: [&str; 3] = [
    "portal.getVerifications",
    "portal.listKeys",
    "portal.rerollKey",
];

/// Whether `name` means an operation of Unkey that only a signed-in user of the customer portal
/// may call, so that it is no tool.
pub fn is_of_portal_users(name: &str) -> bool {
    let bare = bare(name);
    OF_PORTAL_USERS
        .iter()
        .any(|endpoint| *endpoint == name || tool_name(endpoint) == bare)
}

/// The name of the tool that stands for an endpoint: `keys_create_key` for `keys.createKey`.
fn tool_name(endpoint: &str) -> String {
    let mut name = String::new();
    for letter in endpoint.chars() {
        if letter == '.' || letter.is_ascii_uppercase() {
            name.push('_');
        }
        if letter != '.' {
            name.push(letter.to_ascii_lowercase());
        }
    }
    name
}

/// A name without what Unkey's hosted MCP server puts before it.
fn bare(name: &str) -> &str {
    let bare = name.strip_prefix("unkey_").unwrap_or(name);
    bare.strip_prefix("v2_").unwrap_or(bare)
}

/// The tool that `name` means: a tool's name, an endpoint (`keys.createKey`), or the names
/// that Unkey's hosted MCP server gives (`unkey_keys_create_key`, `unkey_v2_ratelimit_limit`).
pub fn find(name: &str) -> Option<&'static Entry> {
    let bare = bare(name);
    every()
        .find(|entry| entry.name == bare || !entry.is_workflow() && entry.endpoint == name)
        // A tool whose name would be too long has a shorter one.
        .or_else(|| {
            let mut entries = CATALOGUE.iter();
            entries.find(|entry| tool_name(entry.endpoint) == bare)
        })
}
