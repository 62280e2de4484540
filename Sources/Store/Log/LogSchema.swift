package import SQLite

/// The file's schema: one entry for each version that it ever had.
package enum StoreSchema {
    /// `parl`, in the file's header.
    package static let applicationID: Int32 = 0x7061_726C

    package static let current = Schema(
        applicationID: applicationID,
        migrations: [
            Migration(version: 1) { transaction in
                try transaction.connection.execute(logTables)
                try transaction.connection.execute(ViewSchema.sql)
                try transaction.connection.execute(SearchSchema.sql)
                try transaction.connection.execute(LocalSchema.sql)
                try transaction.connection.execute(PeerSchema.sql)
            },
            StoredSchema.migration,
        ])

    /// The log, and what the fold of a room makes of it (Spec/storage.md).
    ///
    /// A *serial* numbers what this node took in, in that order, and is never given again: it is an operation's rowid
    /// and a message's number. A *line* is a feed or a branch of one, numbered within its room; a line's number and a seq say which
    /// operation is meant wherever two short numbers are better than 32 bytes.
    private static let logTables: StaticString = """
        -- Number 1 is this node itself.
        CREATE TABLE node (
            number INTEGER PRIMARY KEY,
            id     BLOB NOT NULL UNIQUE,
            name   TEXT NOT NULL DEFAULT ''           -- from its newest card
        ) STRICT;
        CREATE INDEX node_by_name ON node (name) WHERE name <> '';

        -- Everybody whose name was met. The node itself has the empty handle, and minus its number.
        CREATE TABLE person (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            node   INTEGER NOT NULL REFERENCES node,
            handle TEXT NOT NULL,
            uuid   BLOB NOT NULL UNIQUE,
            UNIQUE (node, handle)
        ) STRICT;

        CREATE TABLE certificate (
            number     INTEGER PRIMARY KEY,
            hash       BLOB NOT NULL UNIQUE,
            node       INTEGER NOT NULL REFERENCES node,
            recoveries INTEGER NOT NULL,
            hand_overs INTEGER NOT NULL,
            bytes      BLOB NOT NULL
        ) STRICT;

        -- What the fields hold is derived; the first six columns are not.
        CREATE TABLE room (
            number      INTEGER PRIMARY KEY AUTOINCREMENT,
            id          BLOB NOT NULL UNIQUE,
            uuid        BLOB NOT NULL UNIQUE,
            nature      INTEGER NOT NULL,             -- 0 group, 1 direct, 2 directory
            first       INTEGER REFERENCES person,    -- of a direct room
            second      INTEGER REFERENCES person,
            node        INTEGER REFERENCES node,      -- of a directory
            name        TEXT NOT NULL DEFAULT '',
            details     TEXT NOT NULL DEFAULT '',
            type        TEXT NOT NULL DEFAULT 'group',
            school      TEXT NOT NULL DEFAULT '',
            is_group    INTEGER NOT NULL DEFAULT 1 CHECK (is_group IN (0, 1)),
            client      ANY,
            property    ANY,
            extra       BLOB,
            avatar      BLOB,
            is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
            is_deleted  INTEGER NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
            deleted     INTEGER,                      -- hybrid time
            is_erased   INTEGER NOT NULL DEFAULT 0 CHECK (is_erased IN (0, 1)),
            writers     BLOB
        ) STRICT;

        CREATE INDEX room_erasure ON room (deleted) WHERE is_deleted = 1 AND is_erased = 0;

        CREATE TABLE line (
            room        INTEGER NOT NULL REFERENCES room,
            number      INTEGER NOT NULL,
            node        INTEGER NOT NULL REFERENCES node,
            epoch       INTEGER NOT NULL,
            certificate INTEGER NOT NULL REFERENCES certificate,
            start       INTEGER NOT NULL,
            base        INTEGER,                      -- the line that a branch grows from, at the seq before
            incarnation INTEGER,                      -- of our log, where we write it ourselves
            passed_end  INTEGER,                      -- the last seq passed on, where that is not the last of all
            PRIMARY KEY (room, number)
        ) STRICT, WITHOUT ROWID;

        -- An operation's dependency on another line, where that is new to its own.
        CREATE TABLE step (
            room   INTEGER NOT NULL,
            line   INTEGER NOT NULL,
            mine   INTEGER NOT NULL,
            other  INTEGER NOT NULL,
            theirs INTEGER NOT NULL,
            PRIMARY KEY (room, line, mine, other, theirs)
        ) STRICT, WITHOUT ROWID;

        -- A whole clock, every some dozens of steps: of each line the last seq in the operation's past.
        CREATE TABLE checkpoint (
            room  INTEGER NOT NULL,
            line  INTEGER NOT NULL,
            seq   INTEGER NOT NULL,
            clock BLOB NOT NULL,
            PRIMARY KEY (room, line, seq)
        ) STRICT, WITHOUT ROWID;

        -- A header is kept as its fields, from which the signed bytes are made again: there is only one encoding.
        CREATE TABLE operation (
            serial       INTEGER PRIMARY KEY,
            room         INTEGER NOT NULL REFERENCES room,
            line         INTEGER NOT NULL,
            seq          INTEGER NOT NULL,
            id           BLOB NOT NULL,
            id_prefix    INTEGER NOT NULL,            -- the first eight bytes
            author       INTEGER NOT NULL REFERENCES person,
            kind         INTEGER NOT NULL,            -- 0 for one that we don't know
            time         INTEGER NOT NULL,
            counts       INTEGER NOT NULL DEFAULT 1,
            payload_size INTEGER,                     -- where the header names a payload
            unknown_kind TEXT,
            deps         BLOB,
            target       BLOB,                        -- an operation's id
            target_key   INTEGER,                     -- its first eight bytes, or a person
            target_role  INTEGER,                     -- of a person: 0 none, 1 member, 2 admin
            target_line  INTEGER,                     -- where it is a message in its past
            target_seq   INTEGER,
            signature    BLOB,
            source       INTEGER REFERENCES node,     -- who brought it; NULL for what was made here
            payload_hash BLOB,                        -- where the payload isn't here
            text         INTEGER                      -- the payload's number, where it came later than the operation
        ) STRICT;
        CREATE UNIQUE INDEX operation_place ON operation (room, line, seq);
        CREATE INDEX operation_room ON operation (room, serial);
        CREATE INDEX operation_target ON operation (room, target_key) WHERE target_key IS NOT NULL;
        CREATE INDEX operation_kind ON operation (room, kind) WHERE kind >= 10;

        -- Where an operation is found by the first eight bytes of its id, of which there may be two alike; first in the second (`Filing`).
        CREATE TABLE operation_id (
            prefix INTEGER NOT NULL,
            serial INTEGER NOT NULL,
            PRIMARY KEY (prefix, serial)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE operation_new (
            prefix INTEGER NOT NULL,
            serial INTEGER NOT NULL,
            PRIMARY KEY (prefix, serial)
        ) STRICT, WITHOUT ROWID;

        -- What people wrote: payloads, and what edits made of them. A row is put behind all others, never changes its size and is never
        -- deleted: what is erased is overwritten with zeros where it stands. `secure_delete` alone would not do: when rows are
        -- moved to another page, what they leave behind on the old one is not overwritten.
        CREATE TABLE text (
            number INTEGER PRIMARY KEY,               -- the operation's serial, or a later one
            bytes  BLOB NOT NULL
        ) STRICT;

        -- What proves the last operation of a line where its own signature isn't applied: the headers behind `seq`, up to a signature,
        -- as a continuation. Once there is more of the line it means nothing.
        CREATE TABLE witness (
            room INTEGER NOT NULL,
            line INTEGER NOT NULL,
            seq  INTEGER NOT NULL,
            run  BLOB NOT NULL,
            PRIMARY KEY (room, line)
        ) STRICT, WITHOUT ROWID;

        -- Payloads to be asked for.
        CREATE TABLE wanted (
            room   INTEGER NOT NULL,
            serial INTEGER NOT NULL REFERENCES operation,
            PRIMARY KEY (room, serial)
        ) STRICT, WITHOUT ROWID;

        -- Where an operation was passed on later than it came: its newest place among what peers are told.
        CREATE TABLE announced (
            serial INTEGER PRIMARY KEY,
            room   INTEGER NOT NULL REFERENCES room,
            operation INTEGER NOT NULL UNIQUE REFERENCES operation
        ) STRICT;
        CREATE INDEX announced_room ON announced (room, serial);

        CREATE TABLE register (
            serial INTEGER PRIMARY KEY,
            room   INTEGER NOT NULL REFERENCES room,
            node   INTEGER NOT NULL REFERENCES node,
            source INTEGER REFERENCES node,
            bytes  BLOB NOT NULL,
            UNIQUE (room, node)
        ) STRICT;

        CREATE TABLE fork (
            room   INTEGER NOT NULL REFERENCES room,
            node   INTEGER NOT NULL REFERENCES node,
            epoch  INTEGER NOT NULL,
            seq    INTEGER NOT NULL,                  -- the lowest with two operations, seen or proved
            proof_seq INTEGER,
            serial INTEGER UNIQUE,
            source INTEGER REFERENCES node,
            proof  BLOB,
            PRIMARY KEY (room, node, epoch)
        ) STRICT;

        CREATE TABLE message (
            serial  INTEGER PRIMARY KEY REFERENCES operation,
            room    INTEGER NOT NULL,
            time    INTEGER NOT NULL,
            tie     INTEGER NOT NULL,                 -- the first four bytes of the origin
            sender  INTEGER NOT NULL REFERENCES person,
            flags   INTEGER NOT NULL,                 -- `StoreRecords.Flags`: 1 counts, 2 has content, 4 is pinned, 8 is deleted, …
            edited  INTEGER,                          -- hybrid time; of a deleted one, when it was deleted
            detail  BLOB,                             -- which operations say so, where not the post alone
            text    INTEGER,                          -- the payload's number, where it came later
            shown   INTEGER,                          -- what its edits made of it, in the same form
            is_filed INTEGER NOT NULL DEFAULT 1 CHECK (is_filed IN (0, 1))  -- whether the indexes by sender have it (`Filing`)
        ) STRICT;
        -- What is shown, and graves.
        CREATE INDEX message_order ON message (room, time, tie) WHERE flags & 1 AND flags & 10;
        CREATE INDEX message_sender ON message (room, sender, time, tie) WHERE is_filed AND flags & 1 AND flags & 10;
        -- Graves, and what is of another type than `text`, which is most.
        CREATE INDEX message_type ON message (room, flags & 1560, time, tie)
            WHERE flags & 1 AND flags & 10 AND flags & 1560;
        CREATE INDEX message_room ON message (room) WHERE flags & 1 AND flags & 10;
        -- All that somebody wrote, also what doesn't count.
        CREATE INDEX message_author ON message (sender, room) WHERE is_filed;
        CREATE INDEX message_unfiled ON message (sender, room) WHERE NOT is_filed;
        CREATE INDEX message_pinned ON message (room, time, tie) WHERE flags & 4 AND flags & 1 AND flags & 10;

        CREATE TABLE reaction (
            message INTEGER NOT NULL REFERENCES message,
            person  INTEGER NOT NULL REFERENCES person,
            value   TEXT,
            line    INTEGER NOT NULL,
            seq     INTEGER NOT NULL,
            PRIMARY KEY (message, person)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reaction_person ON reaction (person, message) WHERE value IS NOT NULL;

        CREATE TABLE profile (
            person    INTEGER PRIMARY KEY REFERENCES person,
            room      INTEGER NOT NULL REFERENCES room,
            name      TEXT NOT NULL,
            avatar    BLOB,
            extra     BLOB,
            is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
            is_known  INTEGER NOT NULL CHECK (is_known IN (0, 1)),
            writers   BLOB
        ) STRICT;
        CREATE INDEX profile_room ON profile (room);
        CREATE INDEX profile_name ON profile (name) WHERE is_closed = 0;

        -- Counts up whenever somebody, or a node, is called otherwise, for those who keep names in memory. One row.
        CREATE TABLE naming (
            version INTEGER NOT NULL
        ) STRICT;
        INSERT INTO naming VALUES (0);
        CREATE TRIGGER profile_added AFTER INSERT ON profile BEGIN
            UPDATE naming SET version = version + 1;
        END;
        CREATE TRIGGER profile_changed AFTER UPDATE ON profile BEGIN
            UPDATE naming SET version = version + 1;
        END;
        CREATE TRIGGER profile_removed AFTER DELETE ON profile BEGIN
            UPDATE naming SET version = version + 1;
        END;
        CREATE TRIGGER node_renamed AFTER UPDATE OF name ON node BEGIN
            UPDATE naming SET version = version + 1;
        END;

        -- The nodes with a member.
        CREATE TABLE participant (
            room INTEGER NOT NULL REFERENCES room,
            node INTEGER NOT NULL REFERENCES node,
            PRIMARY KEY (room, node)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX participant_node ON participant (node, room);

        -- One row: which log this is.
        CREATE TABLE log (
            id          INTEGER PRIMARY KEY CHECK (id = 1),
            incarnation INTEGER NOT NULL,
            starts      INTEGER NOT NULL,
            floor       INTEGER NOT NULL DEFAULT 0,   -- no serial up to here is given any more
            mark        BLOB                          -- of the last start or stop; also in a file beside this one
        ) STRICT;
        INSERT INTO log VALUES (1, 0, 0, 0, NULL);
        """
}
