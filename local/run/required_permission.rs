//! What a caller must hold to be allowed something.

/// What a caller must hold to be allowed something.
///
/// Dotted permissions are compared literally: `api.*.read_key` covers one API only because every
/// requirement names both forms. Those with a path are covered as `domain::resource_name` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequiredPermission {
    /// This permission.
    One(String),
    /// All of these. The first that is not met is reported.
    All(Vec<RequiredPermission>),
    /// One of these.
    Any(Vec<RequiredPermission>),
}

impl RequiredPermission {
    /// `action` on every `kind` of thing.
    pub(crate) fn everywhere(kind: &str, action: &str) -> Self {
        Self::One(format!("{kind}.*.{action}"))
    }

    /// `action` on the one `kind` of thing with that id.
    pub(crate) fn exactly_on(kind: &str, id: &str, action: &str) -> Self {
        Self::One(format!("{kind}.{id}.{action}"))
    }

    /// `action` on every `kind` of thing, or on the one with that id.
    pub(crate) fn on(kind: &str, id: &str, action: &str) -> Self {
        Self::everywhere(kind, action).or(Self::exactly_on(kind, id, action))
    }

    /// The same, where Unkey's server names the one thing first.
    pub(crate) fn on_id_first(kind: &str, id: &str, action: &str) -> Self {
        Self::exactly_on(kind, id, action).or(Self::everywhere(kind, action))
    }

    /// This, or the other.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::Any(mut all) => {
                all.push(other);
                Self::Any(all)
            }
            one => Self::Any(vec![one, other]),
        }
    }

    /// This, and the other.
    pub(crate) fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other);
                Self::All(all)
            }
            one => Self::All(vec![one, other]),
        }
    }

    /// The permissions in a row, without brackets around those that belong together: so does
    /// Unkey's server write them.
    pub(crate) fn names(&self) -> String {
        let join = |all: &[Self], between: &str| {
            let names: Vec<String> = all.iter().map(Self::names).collect();
            names.join(between)
        };
        match self {
            Self::One(permission) => permission.clone(),
            Self::All(all) => join(all, " and "),
            Self::Any(all) => join(all, " or "),
        }
    }
}
