-- When keys were last used, Unix milliseconds. Small rows that change often stand apart from large
-- ones that do not, so that many uses change few pages.
CREATE TABLE last_uses (
    key_id TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO last_uses SELECT id, last_used_at FROM keys WHERE last_used_at IS NOT NULL;
ALTER TABLE keys DROP COLUMN last_used_at;
