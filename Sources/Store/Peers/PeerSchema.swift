/// The nodes that this one talks to, and what each is known to have.
package enum PeerSchema {
    package static let sql: StaticString = """
        -- Nodes that an administrator wants as peers, and those that knock. Cards are kept as they came.
        CREATE TABLE peer (
            number       INTEGER PRIMARY KEY,      -- of its row in `node`
            node         BLOB NOT NULL UNIQUE CHECK (length(node) = 32),
            card         BLOB,                     -- NULL for one that was added by its key and has not called yet
            is_pinned    INTEGER NOT NULL CHECK (is_pinned IN (0, 1)),   -- else it knocks
            agrees       INTEGER NOT NULL CHECK (agrees IN (0, 1)),
            is_paused    INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
            has_ended    INTEGER NOT NULL CHECK (has_ended IN (0, 1)),
            other_node   BLOB,                     -- whom its URL shows instead
            name         TEXT,                     -- given by an administrator
            url          TEXT,                     -- given by an administrator
            seen_url     TEXT,                     -- that of its card when an administrator added or accepted it
            address      TEXT,                     -- from where it knocked
            created      INTEGER NOT NULL,
            last_contact INTEGER,
            last_error   TEXT,
            cursor       BLOB                      -- how far its log is known here
        ) STRICT;

        -- What a peer has said that it has of a room, as far as we have it as well.
        CREATE TABLE peer_room (
            peer    INTEGER NOT NULL REFERENCES peer (number) ON DELETE CASCADE,
            room    INTEGER NOT NULL,
            clock   BLOB NOT NULL,                 -- as on the wire
            digest  BLOB,                          -- of the clock that both had when they were the same
            checked INTEGER,                       -- when that was
            serial  INTEGER,                       -- up to which of our serials that was
            PRIMARY KEY (peer, room)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX peer_room_by_room ON peer_room (room);

        -- Blobs that are here for a room, beside the files that this node's people sent there: fetched of its nodes, its own picture,
        -- or imported with it. From then on they are given to others there.
        CREATE TABLE room_blob (
            room INTEGER NOT NULL,
            blob BLOB NOT NULL,
            PRIMARY KEY (room, blob)
        ) STRICT, WITHOUT ROWID;
        """
}
