//! The summary of every operation.

use serde_json::Value;
use unkey_tools::{
    analytics, apis, apps, deploy, deployments, domains, environments, gateway, github, identities,
    keys, permissions, portal, projects, ratelimit,
};

use super::{Asked, Summarise};

/// How the results of an operation come to speak.
pub(super) struct Summary {
    /// The tool's name.
    pub(super) tool: &'static str,
    /// Keeps what was asked.
    pub(super) ask: fn(&Value) -> serde_json::Result<Asked>,
}

impl Summary {
    const fn of<Op: Summarise + Send>() -> Self {
        Self {
            tool: Op::NAME,
            ask: Asked::of::<Op>,
        }
    }
}

/// One for every operation, in the catalogue's order.
pub(super) static SUMMARIES: [Summary; 80] = [
    Summary::of::<analytics::GetGatewayRequests>(),
    Summary::of::<analytics::GetRatelimits>(),
    Summary::of::<analytics::GetRuntimeLogs>(),
    Summary::of::<analytics::GetVerifications>(),
    Summary::of::<apis::CreateApi>(),
    Summary::of::<apis::DeleteApi>(),
    Summary::of::<apis::GetApi>(),
    Summary::of::<apis::ListKeys>(),
    Summary::of::<apps::CreateApp>(),
    Summary::of::<apps::DeleteApp>(),
    Summary::of::<apps::GetApp>(),
    Summary::of::<apps::ListApps>(),
    Summary::of::<apps::UpdateApp>(),
    Summary::of::<deploy::CreateDeployment>(),
    Summary::of::<deploy::GetDeployment>(),
    Summary::of::<deployments::CreateDeployment>(),
    Summary::of::<deployments::GetDeployment>(),
    Summary::of::<deployments::ListDeployments>(),
    Summary::of::<deployments::PromoteDeployment>(),
    Summary::of::<deployments::RollbackDeployment>(),
    Summary::of::<deployments::StartDeployment>(),
    Summary::of::<deployments::StopDeployment>(),
    Summary::of::<domains::CreateDomain>(),
    Summary::of::<domains::DeleteDomain>(),
    Summary::of::<domains::GetDomain>(),
    Summary::of::<domains::ListDomains>(),
    Summary::of::<domains::VerifyDomain>(),
    Summary::of::<environments::GetEnvironment>(),
    Summary::of::<environments::ListEnvironmentVariables>(),
    Summary::of::<environments::ListEnvironments>(),
    Summary::of::<environments::RemoveEnvironmentVariables>(),
    Summary::of::<environments::SetEnvironmentVariables>(),
    Summary::of::<environments::UpdateSettings>(),
    Summary::of::<gateway::ListPolicies>(),
    Summary::of::<gateway::SetPolicies>(),
    Summary::of::<gateway::UpdatePolicy>(),
    Summary::of::<github::InstallApp>(),
    Summary::of::<identities::CreateIdentity>(),
    Summary::of::<identities::DeleteIdentity>(),
    Summary::of::<identities::GetIdentity>(),
    Summary::of::<identities::ListIdentities>(),
    Summary::of::<identities::UpdateIdentity>(),
    Summary::of::<keys::AddPermissions>(),
    Summary::of::<keys::AddRoles>(),
    Summary::of::<keys::CreateKey>(),
    Summary::of::<keys::DeleteKey>(),
    Summary::of::<keys::GetKey>(),
    Summary::of::<keys::MigrateKeys>(),
    Summary::of::<keys::RemovePermissions>(),
    Summary::of::<keys::RemoveRoles>(),
    Summary::of::<keys::RerollKey>(),
    Summary::of::<keys::SetPermissions>(),
    Summary::of::<keys::SetRoles>(),
    Summary::of::<keys::UpdateCredits>(),
    Summary::of::<keys::UpdateKey>(),
    Summary::of::<keys::VerifyKey>(),
    Summary::of::<keys::Whoami>(),
    Summary::of::<permissions::CreatePermission>(),
    Summary::of::<permissions::CreateRole>(),
    Summary::of::<permissions::DeletePermission>(),
    Summary::of::<permissions::DeleteRole>(),
    Summary::of::<permissions::GetPermission>(),
    Summary::of::<permissions::GetRole>(),
    Summary::of::<permissions::ListPermissions>(),
    Summary::of::<permissions::ListRoles>(),
    Summary::of::<permissions::SetRolePermissions>(),
    Summary::of::<portal::CreateSession>(),
    Summary::of::<portal::ExchangeCode>(),
    Summary::of::<portal::ExchangeSession>(),
    Summary::of::<projects::CreateProject>(),
    Summary::of::<projects::DeleteProject>(),
    Summary::of::<projects::GetProject>(),
    Summary::of::<projects::ListProjects>(),
    Summary::of::<projects::UpdateProject>(),
    Summary::of::<ratelimit::DeleteOverride>(),
    Summary::of::<ratelimit::GetOverride>(),
    Summary::of::<ratelimit::Limit>(),
    Summary::of::<ratelimit::ListOverrides>(),
    Summary::of::<ratelimit::MultiLimit>(),
    Summary::of::<ratelimit::SetOverride>(),
];

#[cfg(test)]
mod tests {
    use unkey_tools::CATALOGUE;

    use super::*;

    #[test]
    fn every_operation_has_a_summary() {
        let tools = SUMMARIES.iter().map(|summary| summary.tool);
        assert!(tools.eq(CATALOGUE.iter().map(|entry| entry.name)));
    }
}
