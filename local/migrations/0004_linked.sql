-- What a key was ever given of its own: 1 permissions, 2 roles, 4 limits; they add up. Most have
-- nothing, and a verification of those need not look for any.
ALTER TABLE keys ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;

UPDATE keys SET linked = linked | 1 WHERE id IN (SELECT key_id FROM keys_permissions);
UPDATE keys SET linked = linked | 2 WHERE id IN (SELECT key_id FROM keys_roles);
UPDATE keys SET linked = linked | 4 WHERE id IN (SELECT key_id FROM ratelimits);

-- A statement with a trigger keeps a journal of its own, and ending it costs the more, the more its
-- savepoint has changed. The engine measures metadata before it writes it.
DROP TRIGGER keys_insert_meta;
DROP TRIGGER keys_update_meta;
