//! Identifiers that do not mix.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ID;

/// The identifier of a `Kind` of thing: text to everyone else, a type of its own to the compiler.
pub struct Id<Kind> {
    text: String,
    kind: PhantomData<fn() -> Kind>,
}

/// Names an API, `api_…`.
pub type ApiId = Id<kind::Api>;
/// Names a key, `key_…`. Not the key itself.
pub type KeyId = Id<kind::Key>;
/// Names an identity, `id_…`.
pub type IdentityId = Id<kind::Identity>;
/// Names a permission, `perm_…`.
pub type PermissionId = Id<kind::Permission>;
/// Names a role, `role_…`.
pub type RoleId = Id<kind::Role>;
/// Names a rate limit of a key or identity, `rl_…`.
pub type RatelimitId = Id<kind::Ratelimit>;
/// Names a rate-limit override, `rlor_…`.
pub type OverrideId = Id<kind::Override>;
/// Names a deployment, `d_…`.
pub type DeploymentId = Id<kind::Deployment>;

/// Names a project, `proj_…`.
pub type ProjectId = Id<kind::Project>;
/// Names an app, `app_…`.
pub type AppId = Id<kind::App>;
/// Names an environment of an app.
pub type EnvironmentId = Id<kind::Environment>;
/// Names a domain, `dom_…`.
pub type DomainId = Id<kind::Domain>;

/// What identifiers identify. Never built; they only tell ids apart.
pub mod kind {
    /// An API.
    #[derive(Debug)]
    pub enum Api {}
    /// A key.
    #[derive(Debug)]
    pub enum Key {}
    /// An identity.
    #[derive(Debug)]
    pub enum Identity {}
    /// A permission.
    #[derive(Debug)]
    pub enum Permission {}
    /// A role.
    #[derive(Debug)]
    pub enum Role {}
    /// A rate limit of a key or identity.
    #[derive(Debug)]
    pub enum Ratelimit {}
    /// A rate-limit override.
    #[derive(Debug)]
    pub enum Override {}
    /// A deployment.
    #[derive(Debug)]
    pub enum Deployment {}
    /// A project.
    #[derive(Debug)]
    pub enum Project {}
    /// An app.
    #[derive(Debug)]
    pub enum App {}
    /// An environment of an app.
    #[derive(Debug)]
    pub enum Environment {}
    /// A domain.
    #[derive(Debug)]
    pub enum Domain {}
}

impl<Kind> Id<Kind> {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<Kind> From<String> for Id<Kind> {
    fn from(text: String) -> Self {
        Self {
            text,
            kind: PhantomData,
        }
    }
}

impl<Kind> From<&str> for Id<Kind> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

// Derives would ask the same of `Kind`, which is only a mark.
impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        self.text.clone().into()
    }
}

impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<Kind> Eq for Id<Kind> {}

impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl<Kind> Hash for Id<Kind> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl<Kind> JsonSchema for Id<Kind> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 3, "maxLength": 255, "pattern": ID})
    }
}
