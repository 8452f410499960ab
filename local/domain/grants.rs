//! Every permission that a root key can have.

/// Every permission that a root key can have, in the form that covers all resources.
///
/// Those of operations that the engine does not offer, and those that no operation asks for yet,
/// are among them: a root key that may do everything has them too.
pub const EVERY_GRANT: &[&str] = &[
    "api.*.create_api",
    "api.*.create_key",
    "api.*.decrypt_key",
    "api.*.delete_api",
    "api.*.delete_key",
    "api.*.encrypt_key",
    "api.*.read_analytics",
    "api.*.read_api",
    "api.*.read_key",
    "api.*.update_api",
    "api.*.update_key",
    "api.*.verify_key",
    "app.*.delete_app",
    "app.*.read_app",
    "app.*.update_app",
    "environment.*.create_deployment",
    "environment.*.create_domain",
    "environment.*.delete_domain",
    "environment.*.promote_deployment",
    "environment.*.read_deployment",
    "environment.*.read_domain",
    "environment.*.read_environment",
    "environment.*.read_environment_variables",
    "environment.*.read_policies",
    "environment.*.remove_environment_variables",
    "environment.*.rollback_deployment",
    "environment.*.set_environment_variables",
    "environment.*.set_policies",
    "environment.*.start_deployment",
    "environment.*.stop_deployment",
    "environment.*.update_environment",
    "environment.*.update_policy",
    "environment.*.verify_domain",
    "identity.*.create_identity",
    "identity.*.delete_identity",
    "identity.*.read_identity",
    "identity.*.update_identity",
    "portal.*.create_portal_session",
    "project.*.create_app",
    "project.*.create_deployment",
    "project.*.create_project",
    "project.*.delete_project",
    "project.*.read_deployment",
    "project.*.read_gateway_requests",
    "project.*.read_project",
    "project.*.read_runtime_logs",
    "project.*.update_project",
    "ratelimit.*.create_namespace",
    "ratelimit.*.delete_namespace",
    "ratelimit.*.delete_override",
    "ratelimit.*.limit",
    "ratelimit.*.list_overrides",
    "ratelimit.*.read_analytics",
    "ratelimit.*.read_namespace",
    "ratelimit.*.read_override",
    "ratelimit.*.set_override",
    "ratelimit.*.update_namespace",
    "rbac.*.add_permission_to_key",
    "rbac.*.add_permission_to_role",
    "rbac.*.add_role_to_key",
    "rbac.*.create_permission",
    "rbac.*.create_role",
    "rbac.*.delete_permission",
    "rbac.*.delete_role",
    "rbac.*.read_permission",
    "rbac.*.read_role",
    "rbac.*.remove_permission_from_key",
    "rbac.*.remove_permission_from_role",
    "rbac.*.remove_role_from_key",
    "rbac.*.update_permission",
    "rbac.*.update_role",
    "workspace.*.install_github",
];

#[cfg(test)]
mod tests {
    use unkey_tools::CATALOGUE;

    use super::*;

    #[test]
    fn what_every_operation_asks_for_can_be_had() {
        for entry in &CATALOGUE {
            for grant in entry.grants {
                let grant = grant.to_string();
                assert!(EVERY_GRANT.contains(&grant.as_str()), "{grant}");
            }
        }
    }
}
