//! What codes mean: of Unkey's errors, and of verifications that say no.

/// A code, what it means, and what helps.
struct Code {
    code: &'static str,
    means: &'static str,
    helps: &'static str,
}

const CODES: &[Code] = &[
    // Verifications: answers, not errors.
    code("VALID", "The key may do what was asked.", "Nothing."),
    code(
        "NOT_FOUND",
        "No key has this plain text in what the root key may see. It is mistyped, deleted, rerolled, of another \
         workspace, or of an API that this root key may not verify.",
        "Look for it by its first characters with keys_find; give the root key `api.*.verify_key` where one API \
         is not enough.",
    ),
    code(
        "DISABLED",
        "The key, or its API, is switched off.",
        "keys_update_key with enabled true, once somebody has said why it was off.",
    ),
    code(
        "EXPIRED",
        "The key's time is over.",
        "keys_update_key with a later expiresAt, or a new key.",
    ),
    code(
        "USAGE_EXCEEDED",
        "The key's credits are used up.",
        "keys_update_credits, or a refill; keys_explain says when the next one comes.",
    ),
    code(
        "RATE_LIMITED",
        "A limit of the key or of its identity was reached.",
        "Wait until the window ends (keys_explain says when), or raise the limit where it is set.",
    ),
    code(
        "INSUFFICIENT_PERMISSIONS",
        "The key lacks a permission that the verification asked for.",
        "keys_add_permissions or keys_add_roles, if the owner is meant to have it.",
    ),
    code(
        "FORBIDDEN",
        "The caller's address is not on the list of the key's API.",
        "Call from an allowed address, or change the list in the dashboard (unkey-mcp api for the embedded engine).",
    ),
    code(
        "INSUFFICIENT_CREDITS",
        "The key has credits, but fewer than this verification costs.",
        "keys_update_credits, or a lower cost.",
    ),
    // Who calls.
    code(
        "malformed",
        "The request carries no root key in the form `Authorization: Bearer …`.",
        "Set UNKEY_ROOT_KEY for stdio, or a header over HTTP; see docs/clients.md.",
    ),
    code(
        "authentication/key_not_found",
        "Nobody knows the root key: it is mistyped, deleted, or of another installation, or a key of an API's user.",
        "Make a root key in the dashboard under Settings, Root Keys (unkey-mcp root-key for the embedded engine).",
    ),
    code(
        "key_disabled",
        "The root key is switched off.",
        "Enable it in the dashboard, or use another.",
    ),
    code(
        "insufficient_permissions",
        "The root key may not do this. The message names what would do.",
        "Add one of these to the root key; unkey://permissions says what each tool needs.",
    ),
    code(
        "forbidden",
        "Something other than a permission keeps the call from going through: the root key's end, a portal that is off.",
        "Mend what the message names.",
    ),
    code(
        "workspace_disabled",
        "The workspace is switched off.",
        "Ask Unkey's support.",
    ),
    // What is asked for.
    code(
        "invalid_input",
        "The request is not as Unkey wants it. Each field that is wrong is named.",
        "Mend these fields and call again.",
    ),
    code(
        "precondition_failed",
        "The state of something does not allow it: the API keeps no recoverable keys, the key has no credits, a portal \
         is incomplete.",
        "Mend what the message names first.",
    ),
    code(
        "protected_resource",
        "It is protected against deleting.",
        "Switch the protection off in the dashboard, if it is really meant to go.",
    ),
    code(
        "api_not_found",
        "No API has this id in what the root key may see.",
        "workspace_overview lists the known ones.",
    ),
    code(
        "key_not_found",
        "No key has this id in what the root key may see.",
        "Find it with keys_find.",
    ),
    code(
        "identity_not_found",
        "No identity has this id or external id.",
        "identities_list_identities.",
    ),
    code(
        "role_not_found",
        "No role has this id or name.",
        "permissions_list_roles.",
    ),
    code(
        "permission_not_found",
        "No permission has this id or slug.",
        "permissions_list_permissions.",
    ),
    code(
        "ratelimit_namespace_not_found",
        "No namespace of rate limits has this name or id, or the root key may not see it.",
        "The first ratelimit_limit in it makes one, where the root key may.",
    ),
    code(
        "ratelimit_namespace_gone",
        "The namespace was deleted, and its name cannot be used again.",
        "Take another name, or ask Unkey's support.",
    ),
    code(
        "ratelimit_override_not_found",
        "The identifier has no override here.",
        "ratelimit_list_overrides.",
    ),
    code(
        "portal_not_found",
        "No portal has this id or slug, or the root key may not use it.",
        "See the dashboard.",
    ),
    code(
        "migration_not_found",
        "No migration has this id.",
        "Ask Unkey for one (unkey-mcp migration for the embedded engine).",
    ),
    code(
        "identity_already_exists",
        "Another identity has this external id.",
        "identities_update_identity changes it.",
    ),
    code(
        "role_already_exists",
        "Another role has this name.",
        "Use that one, or another name.",
    ),
    code(
        "permission_already_exists",
        "Another permission has this slug.",
        "Use that one, or another slug.",
    ),
    code(
        "key_space_not_found",
        "The SQL names a key_space_id that is not of this workspace.",
        "workspace_overview tells them.",
    ),
    code(
        "analytics_not_configured",
        "This installation keeps no analytics.",
        "Set it up (Unkey's operator), or do without.",
    ),
    code(
        "analytics_connection_failed",
        "Unkey cannot reach its analytics.",
        "Try again in a while.",
    ),
    // Queries, and requests as a whole.
    code(
        "portal_session_not_found",
        "The code or token of a portal session is wrong, spent or over.",
        "Make another link with portal_create_session.",
    ),
    code(
        "permissions_query_syntax_error",
        "The permission query cannot be read. The message says where.",
        "Write names with AND, OR and parentheses, such as `a.read AND (b.read OR b.write)`.",
    ),
    code(
        "invalid_analytics_query",
        "The SQL cannot be read, or names a column that is not there.",
        "unkey://analytics/schema has the columns.",
    ),
    code(
        "invalid_analytics_table",
        "The SQL reads from a table that is not there, or not for queries.",
        "unkey://analytics/schema has the tables.",
    ),
    code(
        "invalid_analytics_function",
        "The SQL uses a function that is not allowed.",
        "unkey://analytics/schema has those that are.",
    ),
    code(
        "invalid_analytics_query_type",
        "The SQL is no SELECT.",
        "Ask with one SELECT.",
    ),
    code(
        "query_range_exceeds_retention",
        "The SQL asks for a time of which nothing is kept any more.",
        "Begin at the day that the message names.",
    ),
    code(
        "query_execution_timeout",
        "The query took too long.",
        "A shorter time, a coarser table, fewer columns.",
    ),
    code(
        "query_memory_limit_exceeded",
        "The query needs too much memory, or its result is too large.",
        "A shorter time, a coarser table, fewer columns, or an aggregate.",
    ),
    code(
        "query_rows_limit_exceeded",
        "The query reads too many rows.",
        "A shorter time or a coarser table.",
    ),
    code(
        "query_quota_exceeded",
        "The workspace has asked as much as it may for now.",
        "Wait for the next hour.",
    ),
    code(
        "workspace_rate_limited",
        "The workspace has sent as many requests as it may for now.",
        "Wait, then call less often.",
    ),
    code(
        "request_body_too_large",
        "The request has more bytes than Unkey reads.",
        "Send less at once.",
    ),
    code(
        "request_timeout",
        "Unkey took too long over the request.",
        "Look whether it happened, then try again.",
    ),
    // What is deployed.
    code(
        "project_not_found",
        "No project has this id or slug, or the root key may not see it.",
        "projects_list_projects.",
    ),
    code(
        "app_not_found",
        "No app of the project has this id or slug, or the root key may not see it.",
        "apps_list_apps.",
    ),
    code(
        "environment_not_found",
        "No environment of the app has this id or slug, or the root key may not see it.",
        "environments_list_environments.",
    ),
    code(
        "deployment_not_found",
        "No deployment has this id, or the root key may not see it.",
        "deployments_list_deployments.",
    ),
    code(
        "domain_not_found",
        "No custom domain has this id or name, or the root key may not see it.",
        "domains_list_domains.",
    ),
    code(
        "policy_not_found",
        "The environment has no gateway policy with this id: setting all policies gives them new ones.",
        "gateway_list_policies.",
    ),
    code(
        "project_already_exists",
        "Another project has this slug.",
        "Use that one, or another slug.",
    ),
    code(
        "app_already_exists",
        "Another app of the project has this slug.",
        "Use that one, or another slug.",
    ),
    code(
        "domain_already_exists",
        "The domain is taken, perhaps by another workspace.",
        "domains_list_domains; or prove with DNS that it is yours (domains_verify_domain).",
    ),
    code(
        "custom_domain_limit_exceeded",
        "The workspace has as many custom domains as its plan allows. No permission is missing.",
        "Delete one that is not needed, or change the plan.",
    ),
    code(
        "invalid_environment_settings",
        "The settings do not fit each other, or what the workspace may have.",
        "Mend what the message names; environments_get_environment shows the settings.",
    ),
    // Unkey itself.
    code(
        "unexpected_error",
        "Unkey failed.",
        "Try again; name the request id to Unkey's support.",
    ),
    code(
        "service_unavailable",
        "A part of Unkey is not there just now.",
        "Try again in a while.",
    ),
];

/// All codes.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|code| code.code)
}

/// What `code` means, in Markdown: a code alone, or the end of an error's address.
pub(super) fn explain(code: &str) -> Option<String> {
    let named =
        |known: &&Code| known.code.eq_ignore_ascii_case(code) || ends_with(code, known.code);
    let Code { code, means, helps } = CODES.iter().find(named)?;
    Some(format!("# {code}\n\n{means}\n\nWhat helps: {helps}\n"))
}

/// Whether `address` is that of a code: `unkey/data/key_not_found` of `key_not_found`.
fn ends_with(address: &str, code: &str) -> bool {
    address
        .strip_suffix(code)
        .is_some_and(|rest| rest.ends_with('/'))
}

const fn code(code: &'static str, means: &'static str, helps: &'static str) -> Code {
    Code { code, means, helps }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_alone_and_at_the_end_of_an_errors_address() {
        for code in ["RATE_LIMITED", "rate_limited", "unkey/data/api_not_found"] {
            assert!(explain(code).is_some(), "{code}");
        }
        assert_eq!(explain("found"), None);
        assert_eq!(explain(""), None);
    }

    #[test]
    fn what_august_brought_is_explained_too() {
        for code in [
            "unkey/limits/custom_domain_limit_exceeded",
            "unkey/data/app_not_found",
            "unkey/data/deployment_not_found",
            "unkey/application/invalid_environment_settings",
            "user/unprocessable_entity/query_execution_timeout",
        ] {
            assert!(explain(code).is_some(), "{code}");
        }
    }

    #[test]
    fn a_root_key_that_nobody_knows_is_not_a_key_that_is_not_there() {
        let root_key = explain("unkey/authentication/key_not_found").unwrap();
        assert!(root_key.contains("root key"), "{root_key}");
        let key = explain("unkey/data/key_not_found").unwrap();
        assert!(key.contains("keys_find"), "{key}");
    }
}
