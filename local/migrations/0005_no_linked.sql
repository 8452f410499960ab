-- Whether a key has permissions, roles or limits is asked of their tables, in the statement that
-- reads the key.
ALTER TABLE keys DROP COLUMN linked;
