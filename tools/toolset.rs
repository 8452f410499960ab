//! The services of Unkey's API, as groups of tools that can be switched on and off.

/// One service's tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Toolset {
    /// Questions in SQL about past verifications.
    Analytics,
    /// APIs: the namespaces that hold keys.
    Apis,
    /// Deployments of container images.
    Deploy,
    /// Owners of keys, with shared metadata and limits.
    Identities,
    /// Keys and their credits, limits, roles and permissions.
    Keys,
    /// Permissions and roles of the workspace.
    Permissions,
    /// Sessions of the hosted customer portal.
    Portal,
    /// Rate limits for any identifier, and their overrides.
    Ratelimit,
}

impl Toolset {
    /// Every toolset, in alphabetical order.
    pub const ALL: [Self; 8] = [
        Self::Analytics,
        Self::Apis,
        Self::Deploy,
        Self::Identities,
        Self::Keys,
        Self::Permissions,
        Self::Portal,
        Self::Ratelimit,
    ];

    /// The service's name, as in `/v2/<service>.<operation>`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Analytics => "analytics",
            Self::Apis => "apis",
            Self::Deploy => "deploy",
            Self::Identities => "identities",
            Self::Keys => "keys",
            Self::Permissions => "permissions",
            Self::Portal => "portal",
            Self::Ratelimit => "ratelimit",
        }
    }

    /// The toolset of that name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }
}
