//! The services of Unkey's API, as groups of tools that can be switched on and off.

/// One service's tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Toolset {
    /// Questions in SQL about what happened.
    Analytics,
    /// APIs: the namespaces that hold keys.
    Apis,
    /// What is deployed.
    Apps,
    /// Deployments of container images, as older servers have them.
    Deploy,
    /// Versions of apps that run.
    Deployments,
    /// Names at which apps answer.
    Domains,
    /// Where and how apps run.
    Environments,
    /// What is done with requests before they reach an app.
    Gateway,
    /// Repositories to deploy from.
    Github,
    /// Owners of keys, with shared metadata and limits.
    Identities,
    /// Keys and their credits, limits, roles and permissions.
    Keys,
    /// Permissions and roles of the workspace.
    Permissions,
    /// Sessions of the hosted customer portal.
    Portal,
    /// Groups of apps.
    Projects,
    /// Rate limits for any identifier, and their overrides.
    Ratelimit,
    /// What is made of several operations.
    Workflows,
}

impl Toolset {
    /// Every toolset, in alphabetical order.
    pub const ALL: [Self; 16] = [
        Self::Analytics,
        Self::Apis,
        Self::Apps,
        Self::Deploy,
        Self::Deployments,
        Self::Domains,
        Self::Environments,
        Self::Gateway,
        Self::Github,
        Self::Identities,
        Self::Keys,
        Self::Permissions,
        Self::Portal,
        Self::Projects,
        Self::Ratelimit,
        Self::Workflows,
    ];

    /// The service's name, as in `/v2/<service>.<operation>`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Analytics => "analytics",
            Self::Apis => "apis",
            Self::Apps => "apps",
            Self::Deploy => "deploy",
            Self::Deployments => "deployments",
            Self::Domains => "domains",
            Self::Environments => "environments",
            Self::Gateway => "gateway",
            Self::Github => "github",
            Self::Identities => "identities",
            Self::Keys => "keys",
            Self::Permissions => "permissions",
            Self::Portal => "portal",
            Self::Projects => "projects",
            Self::Ratelimit => "ratelimit",
            Self::Workflows => "workflows",
        }
    }

    /// Whether it is about keys and limits, which nearly everyone comes for, and not about
    /// deploying apps. Others have to be asked for.
    pub const fn is_default(self) -> bool {
        !matches!(
            self,
            Self::Apps
                | Self::Deploy
                | Self::Deployments
                | Self::Domains
                | Self::Environments
                | Self::Gateway
                | Self::Github
                | Self::Projects
        )
    }

    /// The toolset of that name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }
}
