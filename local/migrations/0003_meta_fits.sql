-- The metadata of a key has room for as much as Unkey's database has: 64 KiB. What is larger fails
-- here as it does there.
CREATE TRIGGER keys_insert_meta BEFORE INSERT ON keys
WHEN octet_length(new.meta) > 65535
BEGIN SELECT RAISE(ABORT, 'the metadata of a key is larger than 65,535 bytes'); END;

CREATE TRIGGER keys_update_meta BEFORE UPDATE OF meta ON keys
WHEN octet_length(new.meta) > 65535
BEGIN SELECT RAISE(ABORT, 'the metadata of a key is larger than 65,535 bytes'); END;
