-- The engine's tables. This file is never edited after a release, only followed by another.
-- Times are Unix milliseconds. Ids are text, `<prefix>_…`, as Unkey makes them.

-- What the engine must remember of itself.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `generation` counts the commits after which a cached snapshot may be wrong.
-- `refilled_day` is the last UTC day, counted from 1970-01-01, whose refills were applied.
INSERT INTO settings (name, value) VALUES ('generation', 1);

CREATE TABLE workspaces (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    enabled    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;

-- The hidden half of an API: where its keys live.
CREATE TABLE key_spaces (
    id             TEXT PRIMARY KEY,
    workspace_id   TEXT NOT NULL REFERENCES workspaces (id),
    store_encrypted INTEGER NOT NULL DEFAULT 0,
    default_prefix TEXT,
    default_bytes  INTEGER,
    created_at     INTEGER NOT NULL,
    deleted_at     INTEGER
) STRICT;

CREATE TABLE apis (
    id                TEXT PRIMARY KEY,
    workspace_id      TEXT NOT NULL REFERENCES workspaces (id),
    -- Without a key space the API cannot hold keys.
    key_space_id      TEXT UNIQUE REFERENCES key_spaces (id),
    name              TEXT NOT NULL,
    -- Addresses that may verify, with commas between them; absent: all may.
    ip_whitelist      TEXT,
    delete_protection INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    deleted_at        INTEGER
) STRICT;

CREATE TABLE identities (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    external_id  TEXT NOT NULL,
    meta         TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER,
    deleted_at   INTEGER
) STRICT;

-- The external id of a deleted identity may be used again.
CREATE UNIQUE INDEX identities_by_external_id ON identities (workspace_id, external_id)
    WHERE deleted_at IS NULL;

CREATE TABLE key_migrations (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    algorithm    TEXT NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
    id                   TEXT PRIMARY KEY,
    -- Base64 of the SHA-256 of the key, or what a migration brought along. Deleted keys keep theirs.
    hash                 TEXT NOT NULL UNIQUE,
    key_space_id         TEXT NOT NULL REFERENCES key_spaces (id),
    workspace_id         TEXT NOT NULL REFERENCES workspaces (id),
    -- Set for root keys alone: the workspace they act on.
    for_workspace_id     TEXT,
    start                TEXT NOT NULL,
    name                 TEXT,
    meta                 TEXT,
    identity_id          TEXT REFERENCES identities (id),
    enabled              INTEGER NOT NULL DEFAULT 1,
    expires              INTEGER,
    -- Absent: unlimited.
    remaining            INTEGER,
    refill_amount        INTEGER,
    -- Absent: every day.
    refill_day           INTEGER,
    last_refill_at       INTEGER,
    pending_migration_id TEXT REFERENCES key_migrations (id),
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER,
    last_used_at         INTEGER,
    deleted_at           INTEGER,
    CHECK (remaining >= 0)
) STRICT;

CREATE INDEX keys_by_key_space ON keys (key_space_id, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_by_identity ON keys (identity_id) WHERE identity_id IS NOT NULL;
CREATE INDEX keys_to_refill ON keys (id) WHERE refill_amount IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX keys_for_workspace ON keys (for_workspace_id) WHERE for_workspace_id IS NOT NULL;

-- The plain text of recoverable keys, encrypted.
CREATE TABLE encrypted_keys (
    key_id     TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
    ciphertext BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE permissions (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name         TEXT NOT NULL,
    slug         TEXT NOT NULL COLLATE NOCASE,
    description  TEXT,
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, slug),
    -- Some requests may name longer ones, and fail here as they do with Unkey's database.
    CHECK (length(slug) <= 128)
) STRICT;

CREATE TABLE roles (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name         TEXT NOT NULL COLLATE NOCASE,
    description  TEXT,
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, name)
) STRICT;

CREATE TABLE keys_permissions (
    key_id        TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    permission_id TEXT NOT NULL REFERENCES permissions (id) ON DELETE CASCADE,
    PRIMARY KEY (key_id, permission_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_permissions_by_permission ON keys_permissions (permission_id);

CREATE TABLE keys_roles (
    key_id  TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (key_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_roles_by_role ON keys_roles (role_id);

CREATE TABLE roles_permissions (
    role_id       TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    permission_id TEXT NOT NULL REFERENCES permissions (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, permission_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX roles_permissions_by_permission ON roles_permissions (permission_id);

-- Limits of keys and identities: each row belongs to one or the other.
CREATE TABLE ratelimits (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    key_id       TEXT REFERENCES keys (id) ON DELETE CASCADE,
    identity_id  TEXT REFERENCES identities (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    "limit"      INTEGER NOT NULL,
    duration     INTEGER NOT NULL,
    auto_apply   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER,
    UNIQUE (key_id, name),
    UNIQUE (identity_id, name),
    CHECK ((key_id IS NULL) <> (identity_id IS NULL))
) STRICT;

CREATE TABLE ratelimit_namespaces (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    deleted_at   INTEGER,
    UNIQUE (workspace_id, name)
) STRICT;

CREATE TABLE ratelimit_overrides (
    -- Counts up, so that overrides have an order of creation.
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    namespace_id TEXT NOT NULL REFERENCES ratelimit_namespaces (id),
    identifier   TEXT NOT NULL,
    "limit"      INTEGER NOT NULL,
    duration     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER,
    deleted_at   INTEGER,
    UNIQUE (namespace_id, identifier)
) STRICT;

CREATE TABLE portal_configs (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    slug         TEXT NOT NULL,
    enabled      INTEGER NOT NULL DEFAULT 1,
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, slug)
) STRICT;

-- What a session link carries. It is exchanged once.
CREATE TABLE portal_session_tokens (
    -- The hash of the token.
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    config_id    TEXT NOT NULL REFERENCES portal_configs (id),
    external_id  TEXT NOT NULL,
    -- JSON: a list of permissions.
    permissions  TEXT NOT NULL,
    preview      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    exchanged_at INTEGER
) STRICT;

CREATE TABLE portal_sessions (
    -- The hash of the token.
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    config_id    TEXT NOT NULL REFERENCES portal_configs (id),
    external_id  TEXT NOT NULL,
    permissions  TEXT NOT NULL,
    preview      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

-- Who changed what, written in the transaction of the change.
CREATE TABLE audit_log (
    number         INTEGER PRIMARY KEY,
    workspace_id   TEXT NOT NULL REFERENCES workspaces (id),
    time           INTEGER NOT NULL,
    request_id     TEXT NOT NULL,
    event          TEXT NOT NULL,
    actor_type     TEXT NOT NULL,
    actor_id       TEXT NOT NULL,
    actor_name     TEXT NOT NULL,
    -- What was changed: its kind and id, and what it was connected with, if anything.
    resource_type  TEXT NOT NULL,
    resource_id    TEXT NOT NULL,
    other_type     TEXT,
    other_id       TEXT
) STRICT;

CREATE INDEX audit_log_by_time ON audit_log (workspace_id, time);
