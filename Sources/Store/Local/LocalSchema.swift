/// What belongs to this node's people and is never replicated: their accounts and ways in, what they are told and
/// how, and what is left to do about it.
///
/// A part of the store's schema, which puts the parts together. No table here refers to one of another part: those
/// can be derived anew from the log, row by row, and these can't. `person`, `room` and `message` are numbers that
/// survive that; who derives the tables anew compares them.
package enum LocalSchema {
    package static let sql: StaticString = """
        CREATE TABLE account (
            person         INTEGER PRIMARY KEY,
            handle         TEXT NOT NULL UNIQUE,   -- kept for ever: nobody else gets it
            password       TEXT,                   -- Argon2id; NULL where nobody can sign in
            is_admin       INTEGER NOT NULL CHECK (is_admin IN (0, 1)),
            is_active      INTEGER NOT NULL CHECK (is_active IN (0, 1)),
            created        INTEGER NOT NULL,
            closed         INTEGER,                -- when its owner closed it
            email          TEXT,
            share_presence INTEGER NOT NULL DEFAULT 1 CHECK (share_presence IN (0, 1)),
            notices_from   INTEGER NOT NULL DEFAULT 0,  -- messages up to here make no `message` notification
            CHECK (closed IS NULL OR (password IS NULL AND email IS NULL AND is_admin = 0 AND is_active = 0))
        ) STRICT;
        CREATE INDEX account_by_activity ON account (is_active, handle);
        CREATE INDEX account_admin ON account (is_active) WHERE is_admin = 1;

        -- Sign-ins and named tokens: whatever lets somebody in with each request.
        CREATE TABLE session (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            secret     BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),  -- a hash
            person     INTEGER NOT NULL REFERENCES account (person),
            name       TEXT,                       -- of a named token; NULL in a sign-in
            scopes     INTEGER NOT NULL,           -- bits
            created    INTEGER NOT NULL,
            last_used  INTEGER,
            expires    INTEGER,
            address    TEXT NOT NULL,
            user_agent TEXT NOT NULL
        ) STRICT;
        CREATE INDEX session_of_person ON session (person, last_used);
        CREATE UNIQUE INDEX token_of_person ON session (person, name) WHERE name IS NOT NULL;
        CREATE INDEX session_by_expiry ON session (expires) WHERE expires IS NOT NULL;

        CREATE TABLE invite (
            code    BLOB PRIMARY KEY CHECK (length(code) = 32),  -- a hash
            maker   INTEGER REFERENCES account (person),
            uses    INTEGER NOT NULL CHECK (uses > 0),           -- left
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX invite_by_expiry ON invite (expires);

        -- Each code that was printed is good until there is an account.
        CREATE TABLE setup_code (
            code    BLOB PRIMARY KEY CHECK (length(code) = 32),  -- a hash
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- What somebody has set; a type without a row is at its defaults.
        CREATE TABLE preference (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            person   INTEGER NOT NULL REFERENCES account (person),
            type     INTEGER NOT NULL,
            switches INTEGER NOT NULL CHECK (switches BETWEEN 0 AND 7),  -- bits
            updated  INTEGER NOT NULL,
            UNIQUE (person, type)
        ) STRICT;
        -- Who is told of messages in other ways than in a list.
        CREATE INDEX preference_sending ON preference (type, person) WHERE switches & 6 <> 0;

        -- No words of a message are here: a notification says what it is about, and is put in words when it is shown.
        CREATE TABLE notification (
            id        INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid      BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            recipient INTEGER NOT NULL REFERENCES account (person),
            type      INTEGER NOT NULL,
            created   INTEGER NOT NULL,
            read      INTEGER,                     -- when
            ways      INTEGER NOT NULL CHECK (ways BETWEEN 0 AND 7),  -- bits
            room      INTEGER,
            message   INTEGER,
            actor     INTEGER,
            count     INTEGER,                     -- messages it stood for when it was read
            title     TEXT,                        -- given by whoever made or changed it
            body      TEXT,
            data      BLOB
        ) STRICT;
        CREATE INDEX notification_of_person ON notification (recipient, created);
        CREATE INDEX notification_by_type ON notification (recipient, type, created);
        CREATE INDEX notification_by_reading ON notification (recipient, read IS NULL, created);
        CREATE INDEX notification_by_room ON notification (recipient, room, created) WHERE room IS NOT NULL;
        CREATE INDEX notification_about ON notification (message) WHERE message IS NOT NULL;
        CREATE INDEX notification_by_time ON notification (created);

        -- How many there are of each sort, so that no list is counted. Triggers, because no change may miss it.
        CREATE TABLE notification_tally (
            recipient INTEGER NOT NULL,
            type      INTEGER NOT NULL,
            is_read   INTEGER NOT NULL,
            count     INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (recipient, type, is_read)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER notification_added AFTER INSERT ON notification BEGIN
            INSERT INTO notification_tally VALUES (new.recipient, new.type, new.read IS NOT NULL, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER notification_removed AFTER DELETE ON notification BEGIN
            UPDATE notification_tally SET count = count - 1
            WHERE recipient = old.recipient AND type = old.type AND is_read = (old.read IS NOT NULL);
        END;
        CREATE TRIGGER notification_read AFTER UPDATE OF read ON notification
        WHEN (old.read IS NULL) <> (new.read IS NULL) BEGIN
            UPDATE notification_tally SET count = count - 1
            WHERE recipient = old.recipient AND type = old.type AND is_read = (old.read IS NOT NULL);
            INSERT INTO notification_tally VALUES (new.recipient, new.type, new.read IS NOT NULL, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
        END;

        -- How far somebody was told of a room's messages.
        CREATE TABLE message_notice (
            person       INTEGER NOT NULL REFERENCES account (person),
            room         INTEGER NOT NULL,
            covered      INTEGER NOT NULL,         -- up to this message, by notifications read or deleted
            notification INTEGER REFERENCES notification (id) ON DELETE SET NULL,  -- the unread one
            PRIMARY KEY (person, room)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX message_notice_open ON message_notice (notification) WHERE notification IS NOT NULL;

        CREATE TABLE device (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            person       INTEGER NOT NULL REFERENCES account (person),
            endpoint     TEXT NOT NULL,
            name         TEXT NOT NULL,
            created      INTEGER NOT NULL,
            last_success INTEGER,
            last_failure INTEGER,
            last_error   TEXT,
            UNIQUE (person, endpoint)
        ) STRICT;

        -- What is to be sent, and for a while what was.
        CREATE TABLE outbox (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            way          INTEGER NOT NULL,
            person       INTEGER NOT NULL REFERENCES account (person),
            device       INTEGER,                  -- of a push; it may be gone
            notification INTEGER,                  -- NULL where none was made of it; it may be gone
            type         INTEGER NOT NULL,
            room         INTEGER,
            message      INTEGER,
            state        INTEGER NOT NULL,
            created      INTEGER NOT NULL,
            due          INTEGER NOT NULL,
            attempts     INTEGER NOT NULL DEFAULT 0,
            ended        INTEGER,
            last_error   TEXT,
            CHECK ((state = 0) = (ended IS NULL))
        ) STRICT;
        CREATE INDEX outbox_due ON outbox (due) WHERE state = 0;
        CREATE INDEX outbox_waiting ON outbox (person) WHERE state = 0;
        CREATE INDEX outbox_of_notification ON outbox (notification) WHERE notification IS NOT NULL;
        CREATE INDEX outbox_about ON outbox (message, person) WHERE message IS NOT NULL;
        CREATE INDEX outbox_failed ON outbox (way) WHERE state = 3;
        CREATE INDEX outbox_ended ON outbox (ended) WHERE ended IS NOT NULL;
        CREATE INDEX outbox_of_person ON outbox (person, way, ended) WHERE ended IS NOT NULL;

        -- What a retried request made the first time. Neither the request nor its key can be read from it.
        CREATE TABLE idempotency (
            person  INTEGER NOT NULL,
            key     BLOB NOT NULL CHECK (length(key) = 32),
            request BLOB NOT NULL CHECK (length(request) = 32),
            kind    INTEGER NOT NULL,
            result  INTEGER NOT NULL,
            created INTEGER NOT NULL,
            UNIQUE (person, key)
        ) STRICT;
        CREATE INDEX idempotency_by_time ON idempotency (created);

        CREATE TABLE audit (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            time    INTEGER NOT NULL,
            actor   INTEGER,                       -- NULL: the command line, or the node itself
            action  TEXT NOT NULL,
            subject TEXT,
            address TEXT NOT NULL,
            detail  TEXT
        ) STRICT;
        CREATE INDEX audit_by_time ON audit (time);
        CREATE INDEX audit_by_action ON audit (action, time);
        CREATE INDEX audit_by_actor ON audit (actor, time);

        -- People who have closed their account and want all that they wrote deleted, and how far that is done: all their messages
        -- in rooms before this one, and in it up to this one.
        CREATE TABLE erasure (
            person  INTEGER PRIMARY KEY REFERENCES account (person),
            room    INTEGER NOT NULL DEFAULT 0,
            message INTEGER NOT NULL DEFAULT 0,
            due     INTEGER NOT NULL DEFAULT 0     -- milliseconds: when it was put off
        ) STRICT;

        CREATE TABLE setting (
            key   TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
