package import SQLite

/// How much is kept of each node: what came with the second schema.
package enum StoredSchema {
    package static let migration = Migration(version: 2, sql: sql)

    private static let sql: StaticString = """
        -- In bytes, what is kept here of what another node wrote.
        CREATE TABLE stored (
            node       INTEGER PRIMARY KEY REFERENCES node,
            operations INTEGER NOT NULL DEFAULT 0,
            blobs      INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        -- Of whom a blob is kept, 1 being this node: whoever's message named it first in the room, or whose picture it is.
        ALTER TABLE room_blob ADD COLUMN node INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE room_blob ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
        UPDATE room_blob SET (node, size) = (
            SELECT p.node, a.size FROM attachment a JOIN person p ON p.number = a.person
            WHERE a.blob = room_blob.blob AND a.room = room_blob.room AND a.message IS NOT NULL AND p.node <> 1
            ORDER BY a.id LIMIT 1)
        WHERE EXISTS (
            SELECT 1 FROM attachment a JOIN person p ON p.number = a.person
            WHERE a.blob = room_blob.blob AND a.room = room_blob.room AND a.message IS NOT NULL AND p.node <> 1);

        -- Triggers, because no change may miss it.
        CREATE TRIGGER room_blob_added AFTER INSERT ON room_blob WHEN new.node <> 1 BEGIN
            INSERT INTO stored (node, blobs) VALUES (new.node, new.size)
            ON CONFLICT DO UPDATE SET blobs = blobs + excluded.blobs;
        END;
        CREATE TRIGGER room_blob_removed AFTER DELETE ON room_blob BEGIN
            UPDATE stored SET blobs = blobs - old.size WHERE node = old.node;
        END;
        CREATE TRIGGER room_blob_changed AFTER UPDATE OF node, size ON room_blob BEGIN
            UPDATE stored SET blobs = blobs - old.size WHERE node = old.node;
            INSERT INTO stored (node, blobs) SELECT new.node, new.size WHERE new.node <> 1
            ON CONFLICT DO UPDATE SET blobs = blobs + excluded.blobs;
        END;

        -- What `stored` must say: a header counts for 260 bytes and its deps.
        CREATE VIEW recounted AS SELECT node, sum(operations) AS operations, sum(blobs) AS blobs FROM (
            SELECT p.node, sum(260 + coalesce(length(o.deps), 0)
                    + CASE WHEN o.payload_hash IS NULL THEN coalesce(o.payload_size, 0) ELSE 0 END) AS operations,
                0 AS blobs
            FROM operation o JOIN person p ON p.number = o.author WHERE p.node <> 1 GROUP BY p.node
            UNION ALL SELECT node, 0, sum(size) FROM room_blob WHERE node <> 1 GROUP BY node
        ) GROUP BY node;
        INSERT INTO stored SELECT * FROM recounted;

        -- The node whose payload was refused because too much of it was kept; of these nothing is asked for.
        ALTER TABLE wanted ADD COLUMN refused INTEGER;
        CREATE INDEX wanted_asked ON wanted (room) WHERE refused IS NULL;
        CREATE INDEX wanted_refused ON wanted (refused) WHERE refused IS NOT NULL;
        """
}
