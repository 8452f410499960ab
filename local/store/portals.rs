//! The tables `portal_configs`, `portal_session_tokens` and `portal_sessions`.
//!
//! Tokens are secrets: their rows are named by their hashes.

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;

/// The tables of the portal.
#[derive(Clone, Copy)]
pub(crate) struct Portals<'a>(pub(crate) &'a Connection);

/// The configuration of a portal.
#[derive(Debug)]
pub(crate) struct Portal {
    pub(crate) id: String,
    pub(crate) enabled: bool,
}

/// A link to a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSessionToken<'a> {
    /// The token's hash.
    pub(crate) id: &'a str,
    pub(crate) config_id: &'a str,
    pub(crate) external_id: &'a str,
    /// JSON: a list of permissions.
    pub(crate) permissions: &'a str,
    pub(crate) preview: bool,
    /// Unix ms.
    pub(crate) expires_at: i64,
}

/// A link that was exchanged.
#[derive(Debug)]
pub(crate) struct Exchanged {
    pub(crate) workspace_id: String,
    pub(crate) config_id: String,
}

impl Portals<'_> {
    /// The portal of that id or slug.
    pub(crate) fn find(self, workspace_id: &str, name: &str) -> rusqlite::Result<Option<Portal>> {
        self.0.optional_row(
            "SELECT id, enabled FROM portal_configs WHERE workspace_id = ?1 AND ?2 IN (slug, id)",
            [workspace_id, name],
            |row| {
                Ok(Portal {
                    id: row.get("id")?,
                    enabled: row.get("enabled")?,
                })
            },
        )
    }

    /// Inserts a portal.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        id: &str,
        slug: &str,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO portal_configs (id, workspace_id, slug, created_at)
             VALUES (?1, ?2, ?3, ?4)",
            params![id, workspace_id, slug, now],
        )
    }

    /// Inserts a link to a session.
    pub(crate) fn insert_token(
        self,
        workspace_id: &str,
        token: &NewSessionToken<'_>,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO portal_session_tokens (id, workspace_id, config_id, external_id,
                                                permissions, preview, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                token.id,
                workspace_id,
                token.config_id,
                token.external_id,
                token.permissions,
                token.preview,
                now,
                token.expires_at,
            ],
        )
    }

    /// Marks the link of that id as used, if it has neither been used nor run out.
    pub(crate) fn exchange(self, id: &str, now: i64) -> rusqlite::Result<Option<Exchanged>> {
        self.0.optional_row(
            "UPDATE portal_session_tokens SET exchanged_at = ?2
             WHERE id = ?1 AND exchanged_at IS NULL AND expires_at > ?2
             RETURNING workspace_id, config_id",
            params![id, now],
            |row| {
                Ok(Exchanged {
                    workspace_id: row.get("workspace_id")?,
                    config_id: row.get("config_id")?,
                })
            },
        )
    }

    /// Inserts the session that the link `token_id` leads to.
    pub(crate) fn insert_session(
        self,
        id: &str,
        token_id: &str,
        expires_at: i64,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO portal_sessions (id, workspace_id, config_id, external_id, permissions,
                                          preview, created_at, expires_at)
             SELECT ?1, workspace_id, config_id, external_id, permissions, preview, ?3, ?4
             FROM portal_session_tokens WHERE id = ?2",
            params![id, token_id, now, expires_at],
        )
    }
}
