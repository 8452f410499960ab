//! How an operation fails: one code per error that Unkey documents, and one table of what each
//! means on the wire.

use rusqlite::{Error, ffi};
use unkey_tools::FieldProblem;

use crate::domain::vault::VaultError;
use crate::system::random::NoRandomness;
use crate::system::trouble::{NotKept, Trouble};

const DOCUMENTATION: &str = "https://unkey.com/docs/errors/";

/// Why an operation did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The caller is told, and can do something about it.
    Refused(Refusal),
    /// The database failed. The caller learns only that; the log learns why.
    Broken(Error),
    /// The tables refuse what the request asks for. The caller is told what; the log learns why.
    NotStored {
        /// What was not carried out, in a sentence.
        what: String,
        /// Why.
        error: Error,
    },
    /// The transaction that held the operation was not kept. The writer has logged why.
    NotKept(NotKept),
    /// The plain text of a key cannot be stored or read. The caller is told, and so is the log.
    Vault(VaultError),
    /// Something else failed that the caller cannot mend. The text is for the log.
    Unexpected(String),
    /// The handler panicked.
    Panicked,
}

/// An error as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Which error it is.
    pub(crate) code: Code,
    /// What happened, in a sentence.
    pub(crate) detail: String,
    /// Mistakes in single fields; sent only with the statuses that have such a list.
    pub(crate) errors: Vec<FieldProblem>,
    /// Whether it is always sent as `application/json`: see [`crate::Answer::validation`].
    pub(crate) validation: bool,
}

impl Code {
    /// A failure with this code. `detail` is a sentence for the caller.
    pub(crate) fn because(self, detail: impl Into<String>) -> Failure {
        Failure::Refused(Refusal {
            code: self,
            detail: detail.into(),
            errors: Vec::new(),
            validation: false,
        })
    }
}

impl Failure {
    /// What the caller is told.
    pub(crate) fn into_refusal(self) -> Refusal {
        // Unkey answers a panic where it answers a body that breaks its schema.
        let panicked = matches!(self, Self::Panicked);
        let (code, detail) = match self {
            Self::Refused(refusal) => return refusal,
            Self::Broken(error) => (
                Code::ServiceUnavailable,
                match Trouble::from(&error) {
                    // A rule of the tables, and no trouble with the file.
                    Trouble::Other => "The database could not carry out the request.".to_owned(),
                    trouble => NotKept::undone(trouble).to_string(),
                },
            ),
            Self::NotStored { what, error } => (
                Code::ServiceUnavailable,
                match Trouble::from(&error) {
                    Trouble::Other => what,
                    trouble => NotKept::undone(trouble).to_string(),
                },
            ),
            Self::NotKept(why) => (Code::ServiceUnavailable, why.to_string()),
            Self::Vault(error) => (Code::ServiceUnavailable, error.for_caller()),
            Self::Unexpected(_) | Self::Panicked => (
                Code::UnexpectedError,
                "An unexpected error occurred while processing your request.".to_owned(),
            ),
        };
        Refusal {
            code,
            detail,
            errors: Vec::new(),
            validation: panicked,
        }
    }
}

impl Failure {
    /// For `map_err`: `what` says what of a request was not carried out, and `why` says which rule of
    /// the tables it broke, if that is why.
    pub(crate) fn not_stored(what: String, why: &'static str) -> impl FnOnce(Error) -> Self {
        move |error| Self::NotStored {
            what: if breaks_a_rule(&error) {
                format!("{what}: {why}")
            } else {
                format!("{what}; the server's log says why.")
            },
            error,
        }
    }

    /// Whether it is known that the request changed nothing.
    pub(crate) const fn changed_nothing(&self) -> bool {
        match self {
            Self::NotKept(why) => why.undone,
            _ => true,
        }
    }
}

/// Whether a row is not taken for what stands in it or in others.
fn breaks_a_rule(error: &Error) -> bool {
    let unique = [
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_UNIQUE,
    ];
    match error {
        Error::ToSqlConversionFailure(_) => true,
        Error::SqliteFailure(code, _) => unique.contains(&code.extended_code),
        _ => false,
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::Unexpected(error.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

/// An error that Unkey documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// No such API, or it was deleted.
    ApiNotFound,
    /// No such identity.
    IdentityNotFound,
    /// No such key, or it was deleted.
    KeyNotFound,
    /// No such migration.
    MigrationNotFound,
    /// No such override.
    OverrideNotFound,
    /// No such permission.
    PermissionNotFound,
    /// No such portal.
    PortalNotFound,
    /// No such rate-limit namespace.
    NamespaceNotFound,
    /// No such role.
    RoleNotFound,
    /// The root key acts on a workspace that does not exist.
    WorkspaceNotFound,
    /// The rate-limit namespace was deleted.
    NamespaceGone,
    /// An identity with that external id exists.
    IdentityExists,
    /// A permission with that slug exists.
    PermissionExists,
    /// A role with that name exists.
    RoleExists,
    /// The body is wrong.
    InvalidInput,
    /// The permission query does not parse.
    QuerySyntax,
    /// The credential does not have the form it must have.
    Malformed,
    /// The root key does not exist.
    RootKeyNotFound,
    /// The portal session does not exist, was used or has expired.
    PortalSessionNotFound,
    /// The caller may not do this at all.
    Forbidden,
    /// The root key lacks a permission.
    InsufficientPermissions,
    /// The root key is switched off.
    KeyDisabled,
    /// The workspace is switched off.
    WorkspaceDisabled,
    /// The thing is protected against deletion.
    Protected,
    /// Something must be set up first.
    PreconditionFailed,
    /// The path names no operation.
    NotFound,
    /// The analytics query is wrong, or took too much of something.
    Analytics(unkey_analytics::Code),
    /// Too much of the caller's is under way.
    TooManyRequests,
    /// Something failed that must not.
    UnexpectedError,
    /// The database failed.
    ServiceUnavailable,
}

/// What a code means on the wire.
pub(crate) struct Meaning {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The kind of error in a few words.
    pub(crate) title: &'static str,
    /// `<system>/<category>/<specific>`, the end of the documentation's address.
    path: &'static str,
}

impl Meaning {
    /// The address of the page that documents the error.
    pub(crate) fn link(&self) -> String {
        format!("{DOCUMENTATION}{}", self.path)
    }

    const fn of_analytics(code: unkey_analytics::Code) -> Self {
        use unkey_analytics::Code;
        let path = match code {
            Code::InvalidAnalyticsQuery => "user/bad_request/invalid_analytics_query",
            Code::InvalidAnalyticsTable => "user/bad_request/invalid_analytics_table",
            Code::InvalidAnalyticsFunction => "user/bad_request/invalid_analytics_function",
            Code::InvalidAnalyticsQueryType => "user/bad_request/invalid_analytics_query_type",
            Code::QueryRangeExceedsRetention => "user/bad_request/query_range_exceeds_retention",
            Code::QueryExecutionTimeout => "user/unprocessable_entity/query_execution_timeout",
            Code::QueryMemoryLimitExceeded => {
                "user/unprocessable_entity/query_memory_limit_exceeded"
            }
            Code::QueryRowsLimitExceeded => "user/unprocessable_entity/query_rows_limit_exceeded",
        };
        let (status, title) = match code {
            Code::QueryExecutionTimeout
            | Code::QueryMemoryLimitExceeded
            | Code::QueryRowsLimitExceeded => (422, "Unprocessable Entity"),
            _ => (400, "Bad Request"),
        };
        Self {
            status,
            title,
            path,
        }
    }

    /// Whether the error carries a list of mistakes, be it empty.
    pub(crate) const fn has_errors(&self) -> bool {
        matches!(self.status, 400 | 408 | 413 | 499)
    }
}

impl Code {
    /// What the code means on the wire.
    pub(crate) const fn meaning(self) -> Meaning {
        let (status, title, path) = match self {
            Self::ApiNotFound => (404, "Not Found", "unkey/data/api_not_found"),
            Self::IdentityNotFound => (404, "Not Found", "unkey/data/identity_not_found"),
            Self::KeyNotFound => (404, "Not Found", "unkey/data/key_not_found"),
            Self::MigrationNotFound => (404, "Not Found", "unkey/data/migration_not_found"),
            Self::OverrideNotFound => (404, "Not Found", "unkey/data/ratelimit_override_not_found"),
            Self::PermissionNotFound => (404, "Not Found", "unkey/data/permission_not_found"),
            Self::PortalNotFound => (404, "Not Found", "unkey/data/portal_not_found"),
            Self::NamespaceNotFound => {
                (404, "Not Found", "unkey/data/ratelimit_namespace_not_found")
            }
            Self::RoleNotFound => (404, "Not Found", "unkey/data/role_not_found"),
            Self::WorkspaceNotFound => (404, "Not Found", "unkey/data/workspace_not_found"),
            Self::NotFound => (404, "Not Found", "unkey/data/not_found"),
            Self::NamespaceGone => (410, "Resource Gone", "unkey/data/ratelimit_namespace_gone"),
            Self::IdentityExists => (
                409,
                "Conflicting Resource",
                "unkey/data/identity_already_exists",
            ),
            Self::PermissionExists => (
                409,
                "Conflicting Resource",
                "unkey/data/permission_already_exists",
            ),
            Self::RoleExists => (
                409,
                "Conflicting Resource",
                "unkey/data/role_already_exists",
            ),
            Self::InvalidInput => (400, "Bad Request", "unkey/application/invalid_input"),
            Self::QuerySyntax => (
                400,
                "Bad Request",
                "user/bad_request/permissions_query_syntax_error",
            ),
            Self::TooManyRequests => (
                429,
                "Too Many Requests",
                "user/too_many_requests/workspace_rate_limited",
            ),
            Self::Analytics(code) => return Meaning::of_analytics(code),
            Self::Malformed => (400, "Bad Request", "unkey/authentication/malformed"),
            Self::RootKeyNotFound => (401, "Unauthorized", "unkey/authentication/key_not_found"),
            Self::PortalSessionNotFound => (
                401,
                "Unauthorized",
                "unkey/authentication/portal_session_not_found",
            ),
            Self::Forbidden => (403, "Forbidden", "unkey/authorization/forbidden"),
            Self::InsufficientPermissions => (
                403,
                "Insufficient Permissions",
                "unkey/authorization/insufficient_permissions",
            ),
            Self::KeyDisabled => (403, "Key is disabled", "unkey/authorization/key_disabled"),
            Self::WorkspaceDisabled => (
                403,
                "Workspace is disabled",
                "unkey/authorization/workspace_disabled",
            ),
            Self::Protected => (
                412,
                "Resource is protected",
                "unkey/application/protected_resource",
            ),
            Self::PreconditionFailed => (
                412,
                "Precondition Failed",
                "unkey/application/precondition_failed",
            ),
            Self::UnexpectedError => (
                500,
                "Internal Server Error",
                "unkey/application/unexpected_error",
            ),
            // Unkey sends this code with 500, not with 503.
            Self::ServiceUnavailable => (
                500,
                "Internal Server Error",
                "unkey/application/service_unavailable",
            ),
        };
        Meaning {
            status,
            title,
            path,
        }
    }
}
