/// What is derived from the log for those who look at it (Spec/storage.md): all but what a comment calls *local*, which nobody can
/// derive and a rebuild keeps.
///
/// No words lie here. Texts and names of files stand in `text`, where they can be erased.
enum ViewSchema {
    static let sql: StaticString = """
        -- What a group or direct room comes to, beside its fields.
        CREATE TABLE room_view (
            room          INTEGER PRIMARY KEY REFERENCES room,
            created       INTEGER NOT NULL,           -- hybrid time, of what founded or first opened it
            creator       INTEGER NOT NULL REFERENCES person,
            updated       INTEGER NOT NULL,           -- hybrid time of the last operation that wrote a field
            activity      INTEGER NOT NULL,           -- hybrid time of the last message, or of the founding
            last_message  INTEGER,                    -- in canonical order
            newest        INTEGER NOT NULL,           -- local: the last message that ever came into sight; 0 for none
            messages      INTEGER NOT NULL,           -- shown ones and graves
            countable     INTEGER NOT NULL,           -- shown ones that are no `system` messages
            members       INTEGER NOT NULL,
            local_members INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX room_activity ON room_view (activity, room);

        -- Of a room's messages, in canonical order, some dozens each, up to a place; some dozens of these; and so on (`MessageBlocks`).
        CREATE TABLE message_block (
            room   INTEGER NOT NULL REFERENCES room,
            level  INTEGER NOT NULL,                  -- 0 of messages, else of blocks of the level below
            time   INTEGER NOT NULL,
            tie    INTEGER NOT NULL,
            serial INTEGER NOT NULL,
            count  INTEGER NOT NULL,                  -- of messages
            PRIMARY KEY (room, level, time, tie, serial)
        ) STRICT, WITHOUT ROWID;

        -- Everybody who is in a room.
        CREATE TABLE membership (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            room     INTEGER NOT NULL REFERENCES room,
            person   INTEGER NOT NULL REFERENCES person,
            node     INTEGER NOT NULL REFERENCES node,
            is_local INTEGER NOT NULL GENERATED ALWAYS AS (node = 1) VIRTUAL,
            role     INTEGER NOT NULL,                -- 1 member, 2 admin
            joined   INTEGER NOT NULL,                -- hybrid time of the grant
            is_muted INTEGER NOT NULL DEFAULT 0 CHECK (is_muted IN (0, 1)),  -- local
            -- Of people of this node. Read is what came up to `position`, in order of arrival, beside what was read apart.
            position INTEGER,                         -- local
            seen     INTEGER,                         -- local: `position`, once they have read anything since they joined
            read     INTEGER NOT NULL DEFAULT 0,      -- of the room's countable messages those that are read, or their own
            last_read INTEGER,                        -- local: milliseconds
            -- Of people elsewhere. Read is what stands up to here, in canonical order, but for exceptions.
            place_time INTEGER,
            place_tie  INTEGER,
            place_message INTEGER,
            heard      INTEGER,                       -- local: milliseconds, when that was told
            UNIQUE (room, person)
        ) STRICT;
        CREATE INDEX membership_person ON membership (person, room);
        CREATE INDEX membership_node ON membership (room, node);
        CREATE INDEX membership_joined ON membership (room, joined, id);
        CREATE INDEX membership_position ON membership (room, position) WHERE position IS NOT NULL;
        CREATE INDEX membership_seen ON membership (room, seen) WHERE seen IS NOT NULL;
        CREATE INDEX membership_place ON membership (room, place_time, place_tie) WHERE place_time IS NOT NULL;

        -- Local: when somebody read up to where, or, of people elsewhere, was heard to have.
        CREATE TABLE reading (
            person INTEGER NOT NULL,
            room   INTEGER NOT NULL,
            up_to  INTEGER NOT NULL,
            time   INTEGER NOT NULL,
            PRIMARY KEY (person, room, up_to)
        ) STRICT, WITHOUT ROWID;

        -- Local: what somebody of this node read by itself.
        CREATE TABLE reading_apart (
            room    INTEGER NOT NULL,
            message INTEGER NOT NULL,
            person  INTEGER NOT NULL,
            time    INTEGER NOT NULL,
            PRIMARY KEY (room, message, person)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reading_apart_person ON reading_apart (person, room, message);

        -- Local: rooms in which people of this node have read something, and others were not told yet.
        CREATE TABLE reading_news (
            room INTEGER NOT NULL UNIQUE
        ) STRICT;

        -- Of people elsewhere: up to their place, what they have not read; behind it, what they have.
        CREATE TABLE reading_exception (
            room    INTEGER NOT NULL,
            message INTEGER NOT NULL,
            person  INTEGER NOT NULL,
            is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
            PRIMARY KEY (room, message, person)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reading_exception_person ON reading_exception (person, room);

        -- Messages that a register of a node names, here or not, by the first eight bytes of their ids.
        CREATE TABLE reading_named (
            room   INTEGER NOT NULL,
            prefix INTEGER NOT NULL,
            node   INTEGER NOT NULL,
            PRIMARY KEY (room, prefix, node)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reading_named_node ON reading_named (room, node);

        -- Files of messages, and uploads that no message carries yet. An upload, and what its bytes were found to be, are local.
        CREATE TABLE attachment (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            room    INTEGER NOT NULL REFERENCES room,
            message INTEGER,                          -- NULL for an upload
            ordinal INTEGER NOT NULL,                 -- in its message; of an upload 1 once it is claimed by one
            person  INTEGER NOT NULL REFERENCES person,
            blob    BLOB NOT NULL,
            size    INTEGER NOT NULL,
            uuid    BLOB,                             -- of a message's
            created INTEGER NOT NULL,                 -- milliseconds: of the upload, or the message
            name    INTEGER,                          -- of an upload: the text that holds its name
            kind    INTEGER,                          -- as the bytes were found to be; NULL before they were here
            content_type TEXT,
            width   INTEGER,
            height  INTEGER
        ) STRICT;
        CREATE INDEX attachment_message ON attachment (message, ordinal) WHERE message IS NOT NULL;
        CREATE INDEX attachment_upload ON attachment (created) WHERE message IS NULL;
        CREATE INDEX attachment_own ON attachment (person, id) WHERE message IS NULL;
        CREATE INDEX attachment_room ON attachment (room, id) WHERE message IS NOT NULL;
        CREATE INDEX attachment_kind ON attachment (room, kind, id) WHERE message IS NOT NULL;
        CREATE INDEX attachment_blob ON attachment (blob);
        CREATE UNIQUE INDEX attachment_uuid ON attachment (uuid) WHERE uuid IS NOT NULL;

        -- How many files the messages of a room have, by their kind (0 where that isn't known). Triggers, because no change may miss it.
        CREATE TABLE attachment_tally (
            room  INTEGER NOT NULL,
            kind  INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            bytes INTEGER NOT NULL,
            PRIMARY KEY (room, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER attachment_added AFTER INSERT ON attachment WHEN new.message IS NOT NULL BEGIN
            INSERT INTO attachment_tally VALUES (new.room, coalesce(new.kind, 0), 1, new.size)
            ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + excluded.bytes;
        END;
        CREATE TRIGGER attachment_removed AFTER DELETE ON attachment WHEN old.message IS NOT NULL BEGIN
            UPDATE attachment_tally SET count = count - 1, bytes = bytes - old.size
            WHERE room = old.room AND kind = coalesce(old.kind, 0);
        END;
        CREATE TRIGGER attachment_changed AFTER UPDATE OF room, message, kind, size ON attachment BEGIN
            UPDATE attachment_tally SET count = count - 1, bytes = bytes - old.size
            WHERE old.message IS NOT NULL AND room = old.room AND kind = coalesce(old.kind, 0);
            INSERT INTO attachment_tally SELECT new.room, coalesce(new.kind, 0), 1, new.size
            WHERE new.message IS NOT NULL
            ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + excluded.bytes;
        END;

        -- Local: counts up with each change of what a room, its first members and its last message show that is not seen in its
        -- row of `room_view`. For those who keep rooms and messages in memory; triggers, because no change may miss it.
        CREATE TABLE room_version (
            room     INTEGER PRIMARY KEY,
            version  INTEGER NOT NULL,
            messages INTEGER NOT NULL                 -- of these, changes of what messages show, but for who has read them
        ) STRICT;
        CREATE TRIGGER version_message_changed AFTER UPDATE OF flags, edited, text, shown ON message BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 1)
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_message_removed AFTER DELETE ON message BEGIN
            INSERT INTO room_version VALUES (old.room, 1, 1)
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_membership_added AFTER INSERT ON membership BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_membership_changed AFTER UPDATE OF joined, seen, place_time, place_tie ON membership BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_membership_removed AFTER DELETE ON membership BEGIN
            INSERT INTO room_version VALUES (old.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_reading_apart_added AFTER INSERT ON reading_apart BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_reading_apart_removed AFTER DELETE ON reading_apart BEGIN
            INSERT INTO room_version VALUES (old.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_reading_exception_added AFTER INSERT ON reading_exception BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_reading_exception_changed AFTER UPDATE ON reading_exception BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_reading_exception_removed AFTER DELETE ON reading_exception BEGIN
            INSERT INTO room_version VALUES (old.room, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_room_changed AFTER UPDATE ON room BEGIN
            INSERT INTO room_version VALUES (new.number, 1, 0) ON CONFLICT DO UPDATE SET version = version + 1;
        END;
        CREATE TRIGGER version_file_added AFTER INSERT ON attachment WHEN new.message IS NOT NULL BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 1)
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_file_changed AFTER UPDATE ON attachment WHEN new.message IS NOT NULL BEGIN
            INSERT INTO room_version VALUES (new.room, 1, 1)
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_file_removed AFTER DELETE ON attachment WHEN old.message IS NOT NULL BEGIN
            INSERT INTO room_version VALUES (old.room, 1, 1)
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_reaction_added AFTER INSERT ON reaction BEGIN
            INSERT INTO room_version SELECT room, 1, 1 FROM message WHERE serial = new.message
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_reaction_changed AFTER UPDATE ON reaction BEGIN
            INSERT INTO room_version SELECT room, 1, 1 FROM message WHERE serial = new.message
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;
        CREATE TRIGGER version_reaction_removed AFTER DELETE ON reaction BEGIN
            INSERT INTO room_version SELECT room, 1, 1 FROM message WHERE serial = old.message
            ON CONFLICT DO UPDATE SET version = version + 1, messages = messages + 1;
        END;

        -- Pictures of rooms and of people.
        CREATE TABLE avatar (
            is_person INTEGER NOT NULL CHECK (is_person IN (0, 1)),
            subject   INTEGER NOT NULL,
            blob      BLOB NOT NULL,
            PRIMARY KEY (is_person, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX avatar_blob ON avatar (blob);

        CREATE TABLE mention (
            message INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            person  INTEGER NOT NULL REFERENCES person,
            room    INTEGER NOT NULL,
            PRIMARY KEY (message, ordinal)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX mention_person ON mention (person, room, message);

        -- Answers, by the first eight bytes of the id that they name.
        CREATE TABLE answer (
            message INTEGER PRIMARY KEY,
            room    INTEGER NOT NULL,
            target  INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX answer_target ON answer (room, target, message);

        -- Local: what happened here, for those who resume. `seq` is in order of arrival; the last row is never removed.
        CREATE TABLE event (
            seq     INTEGER PRIMARY KEY AUTOINCREMENT,
            time    INTEGER NOT NULL,                 -- milliseconds
            kind    INTEGER NOT NULL,
            room    INTEGER,
            message INTEGER,
            person  INTEGER,
            detail  INTEGER
        ) STRICT;
        """
}
