PRAGMA application_id = 1885434476; PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE node (
    number INTEGER PRIMARY KEY,
    id     BLOB NOT NULL UNIQUE,
    name   TEXT NOT NULL DEFAULT ''           -- from its newest card
) STRICT;
INSERT INTO node VALUES(1,X'8ac883dcdec274dd11464bf71ec41677afc63a797ce9bd8532550c7b766933ec','north.example');
INSERT INTO node VALUES(2,X'709f64afa6241c2e7f0edf7990ed6b85ba6819a33920a347f12be0d18f5023d7','south.example');
CREATE TABLE person (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    node   INTEGER NOT NULL REFERENCES node,
    handle TEXT NOT NULL,
    uuid   BLOB NOT NULL UNIQUE,
    UNIQUE (node, handle)
) STRICT;
INSERT INTO person VALUES(-2,2,'',X'3a8b602d698f80a995b2596be7b56271');
INSERT INTO person VALUES(-1,1,'',X'e2eddf5dd754876b819b8adb880fd3c4');
INSERT INTO person VALUES(1,1,'ada',X'e5b84bf9dacb86bd844335b181ecd90e');
INSERT INTO person VALUES(2,2,'bo',X'390145508053823a91b2a2aa527f06ef');
CREATE TABLE certificate (
    number     INTEGER PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    node       INTEGER NOT NULL REFERENCES node,
    recoveries INTEGER NOT NULL,
    hand_overs INTEGER NOT NULL,
    bytes      BLOB NOT NULL
) STRICT;
INSERT INTO certificate VALUES(1,X'edc3afa4b021332fc11b67acc89bee9c4cd0a23dcc1521dc16e3fd4c77f56150',1,0,0,X'84015820d4a07ea8402291b11873998499babdab1a5766ff0e2190537250ba09ad65ce2f5820cb855862c07617205332d4e172df2bf66139f5c31eef968944499e2531ff556480');
INSERT INTO certificate VALUES(2,X'19b67553954ff1e67577b5baae7a4d36ef0e23f2999d408c736746b55d2009d4',2,0,0,X'84015820e37b02fa164900b1605e980456b3fc2fa441e0598f409d891e45c0c1b52e713f5820b95626f326f0b817f83b02048be5601a87a65e3dbf63ba104d42758434b3d29780');
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
INSERT INTO room VALUES(1,X'faf5c5b651aaf6b6aac6097265eacdb936d3f0310a16e3bb43e926de31081986',X'faf5c5b651aa86b6aac6097265eacdb9',2,NULL,NULL,1,'','','group','',1,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO room VALUES(2,X'91f3ce49e66b913668db23aa4ede435fcad059c037f32bc179ac62d1e8369c40',X'91f3ce49e66b8136a8db23aa4ede435f',2,NULL,NULL,2,'','','group','',1,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO room VALUES(3,X'8e1f9cb195cad89a2adff9be7c7233233a2751b03242eaf03aeab7d175a8c72c',X'8e1f9cb195ca889aaadff9be7c723323',0,NULL,NULL,NULL,'Garden','','group','north.example',1,NULL,NULL,NULL,NULL,0,0,NULL,0,X'0200000000000000000400000000000000000500000000000000000600000000000000000700000000000000000800000000000000000900000000000000000a0000000000000000');
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
INSERT INTO line VALUES(1,0,1,-4473616837479241366,1,0,NULL,816599025877021207,NULL);
INSERT INTO line VALUES(2,0,2,9179375010916330415,2,0,NULL,NULL,NULL);
INSERT INTO line VALUES(3,0,1,1246258022212013913,1,0,NULL,816599025877021207,NULL);
INSERT INTO line VALUES(3,1,2,-1692868279378530182,2,0,NULL,NULL,NULL);
CREATE TABLE step (
    room   INTEGER NOT NULL,
    line   INTEGER NOT NULL,
    mine   INTEGER NOT NULL,
    other  INTEGER NOT NULL,
    theirs INTEGER NOT NULL,
    PRIMARY KEY (room, line, mine, other, theirs)
) STRICT, WITHOUT ROWID;
INSERT INTO step VALUES(3,0,3,1,1);
INSERT INTO step VALUES(3,1,0,0,2);
INSERT INTO step VALUES(3,1,3,0,3);
CREATE TABLE checkpoint (
    room  INTEGER NOT NULL,
    line  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    clock BLOB NOT NULL,
    PRIMARY KEY (room, line, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE operation (
    serial       INTEGER PRIMARY KEY,
    room         INTEGER NOT NULL REFERENCES room,
    line         INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    id           BLOB NOT NULL,
    id_prefix    INTEGER NOT NULL,            -- the first eight bytes, of which there may be two alike
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
INSERT INTO operation VALUES(1,1,0,0,X'31cfc9ba8da2e4dd24070eb815a2df53fd070d4667b12307acd8e6aabab326e4',3589309231114937565,1,7,117706168070373376,1,10,NULL,NULL,NULL,1,0,NULL,NULL,X'5b592bd496f059587a3e844fd684c1755fbf26c323b825fd3b060148b6dd792b58371694b98848b0e25656e00f52325edda5d74f444556d28f2a655eb7e97908',NULL,NULL,NULL);
INSERT INTO operation VALUES(2,2,0,0,X'62a6afe89286bbf67a2fd32679f6de13924e3c04b4716a172123038c77593adb',7108562475276483574,2,7,117706168076468224,1,9,NULL,NULL,NULL,2,0,NULL,NULL,X'53a3c1e2c2757b9846c5e1bebaf9c0e43e6ae3f68358818c1e20c67553cfe965534e6ffae88af956c09ab1e463f58443d1bb57d02c7470c66e78adaed2a91303',2,NULL,NULL);
INSERT INTO operation VALUES(3,3,0,0,X'8e1f9cb195cad89a2adff9be7c7233233a2751b03242eaf03aeab7d175a8c72c',-8205667709509511014,1,10,117706168087412736,1,34,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO operation VALUES(4,3,0,1,X'61ca6a6c83d111a2bd6450cf180596abcdc1319eeb3672db46f1dd93e55e2bd0',7046561581275091362,1,13,117706168087412737,1,NULL,NULL,NULL,NULL,2,1,NULL,NULL,X'a39b0972a837c2261f3f27498bc01d4fd6df6e7209e250a5e74de436dbfd5f1c836b4d392d9d14705f1a5919349fa70c42934a1e93d6c401ba7743b441a05906',NULL,NULL,NULL);
INSERT INTO operation VALUES(5,3,0,2,X'4ab50011b6895af573588162aac9ca184157205bab3f603b55516107f793a9b3',5383209005668195061,1,1,117706168092196864,1,29,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'cc0b674aeef0e7fd24ce805b38e5d2e308fdb24662b2e4bd5c87f6869d0169d23c1bfb219f76c2b93f86dea5b9f5f7049eb98d0e54d401da18bd8aeee1d94f01',NULL,NULL,NULL);
INSERT INTO operation VALUES(6,3,1,0,X'eabfdda442d60723c72fc9fa3f861f279104980f6a63e9fef5e8b26559b0f756',-1531261650716981469,2,4,117706168097177600,1,12,NULL,X'4ab50011b6895af573588162aac9ca184157205bab3f603b55516107f793a9b3',X'4ab50011b6895af573588162aac9ca184157205bab3f603b55516107f793a9b3',5383209005668195061,NULL,0,2,X'db0720ca8654ea0dfc69b4be7d491e194082f8a3c0470297e2b4f0d89d61bcc5e5183b547b62e8eaffc48f06dbc49d7aba8abc27947b0203baa18245fc836d0e',2,NULL,NULL);
INSERT INTO operation VALUES(7,3,1,1,X'fdab6f0246a07fc5ebe43fca2985e5f5f47cef32b921de534edd5d1b92bb8e02',-167918505530720315,2,1,117706168101961728,1,146,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'1915209497e7c867e55ba0069fd305232c4bcdfa4b8294dc23a9097e611fe4c9dabf3eaa96879547b6b95ce210cb40d2032859f54c017b9399cc4968d1dcc30d',2,NULL,NULL);
INSERT INTO operation VALUES(8,3,0,3,X'6fd38381a580bdbe06cc93aa854456b3442f6cc9edb7c150716a7400e1804549',8057928751146646974,1,1,117706168111529984,1,24,NULL,X'fdab6f0246a07fc5ebe43fca2985e5f5f47cef32b921de534edd5d1b92bb8e02',NULL,NULL,NULL,NULL,NULL,X'8a11ecbbf98b7cb2663371c90c2dcc6944192ff538878dc1cc5c99465c763f9276a809ef159009e093ced1b41dd8995c338ba76278c07c1ee013e4956033d90e',NULL,NULL,NULL);
INSERT INTO operation VALUES(9,3,1,2,X'01cf62ed0e2b701e4862eae805b8d784e5c40ed86875fac0057228e85be52890',130431684501532702,2,1,117706168112447488,1,32,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'3502385725d6eb09c397a143545f6cb97993df81ad0a6a52565ab44c64387f56bd6d64952142e593843f5ccfbce8fc0176a9edff911a61997b61fecea407510a',2,NULL,NULL);
INSERT INTO operation VALUES(10,3,1,3,X'a734d8f80fbc226ab21633e570428b14a492c9fe6303a89350c77df67341bcaa',-6398250610659155350,2,1,117706168186568704,1,20,NULL,X'6fd38381a580bdbe06cc93aa854456b3442f6cc9edb7c150716a7400e1804549',NULL,NULL,NULL,NULL,NULL,X'e0e251d07530b03043487e30f6f2243521ce84cd6fd18833c305bcc5e26c75b2ee17a678b81dac610c1dfbb5a640da4ee6a064722aaae9bad9b41c08118d9101',2,X'2f4eea7e5ec09d7b6624563b4b057356932957eefd9e2f3213e5a7f23a49a1d0',NULL);
INSERT INTO operation VALUES(11,3,1,4,X'df6300f0dbadaa0cb87f51b2c736406026e28027aba73295873b7500263f3979',-2350033546079524340,2,3,117706168190894080,1,NULL,NULL,NULL,X'a734d8f80fbc226ab21633e570428b14a492c9fe6303a89350c77df67341bcaa',-6398250610659155350,NULL,1,3,X'2bb3bef72944a4324fa9f73475947109356bb7c13202a53894b97956d6cf81e553b5bfd7609500e569c61bba6f2724ee485be1d01447edab0257750bf340720c',2,NULL,NULL);
CREATE TABLE text (
    number INTEGER PRIMARY KEY,               -- the operation's serial, or a later one
    bytes  BLOB NOT NULL
) STRICT;
INSERT INTO text VALUES(1,X'a1646e616d6563416461');
INSERT INTO text VALUES(2,X'a1646e616d6562426f');
INSERT INTO text VALUES(3,X'a2646e616d656647617264656e667363686f6f6c6d6e6f7274682e6578616d706c65');
INSERT INTO text VALUES(5,X'a167636f6e74656e747354686520746f6d61746f657320617265207570');
INSERT INTO text VALUES(6,X'a16576616c7565646c6f7665');
INSERT INTO text VALUES(7,X'a364747970656466696c6567636f6e74656e7471486f7720746f207761746572207468656d6b6174746163686d656e747381a464686173685820c09db148a4150852819ed57eefd3b45b79634571511f71af914a4aed87293eb8646e616d656977617465722e62696e6473697a651a00019000647479706578186170706c69636174696f6e2f6f637465742d73747265616d');
INSERT INTO text VALUES(8,X'a167636f6e74656e746e41726520796f752074686572653f');
INSERT INTO text VALUES(9,X'a167636f6e74656e74764576657279626f6479206865726520676f6573206f6e');
INSERT INTO text VALUES(10,X'0000000000000000000000000000000000000000');
CREATE TABLE wanted (
    room   INTEGER NOT NULL,
    serial INTEGER NOT NULL REFERENCES operation,
    PRIMARY KEY (room, serial)
) STRICT, WITHOUT ROWID;
CREATE TABLE announced (
    serial INTEGER PRIMARY KEY,
    room   INTEGER NOT NULL REFERENCES room,
    operation INTEGER NOT NULL UNIQUE REFERENCES operation
) STRICT;
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
    is_filed INTEGER NOT NULL DEFAULT 1 CHECK (is_filed IN (0, 1))  -- whether the indexes by sender have it (`MessageFiling`)
) STRICT;
INSERT INTO message VALUES(5,3,117706168092196864,2328396764,1,259,NULL,NULL,NULL,NULL,0);
INSERT INTO message VALUES(7,3,117706168101961728,1889494191,2,1059,NULL,NULL,NULL,NULL,1);
INSERT INTO message VALUES(8,3,117706168111529984,2328396764,1,3,NULL,NULL,NULL,NULL,0);
INSERT INTO message VALUES(9,3,117706168112447488,1889494191,2,3,NULL,NULL,NULL,NULL,1);
INSERT INTO message VALUES(10,3,117706168186568704,1889494191,2,9,117706168190894080,X'100000000100000004',NULL,NULL,1);
CREATE TABLE reaction (
    message INTEGER NOT NULL REFERENCES message,
    person  INTEGER NOT NULL REFERENCES person,
    value   TEXT,
    line    INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (message, person)
) STRICT, WITHOUT ROWID;
INSERT INTO reaction VALUES(5,2,'love',1,0);
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
INSERT INTO profile VALUES(1,1,'Ada',NULL,NULL,0,1,X'000000000000000000');
INSERT INTO profile VALUES(2,2,'Bo',NULL,NULL,0,1,X'000000000000000000');
CREATE TABLE naming (
    version INTEGER NOT NULL
) STRICT;
INSERT INTO naming VALUES(4);
CREATE TABLE participant (
    room INTEGER NOT NULL REFERENCES room,
    node INTEGER NOT NULL REFERENCES node,
    PRIMARY KEY (room, node)
) STRICT, WITHOUT ROWID;
INSERT INTO participant VALUES(1,1);
INSERT INTO participant VALUES(3,1);
INSERT INTO participant VALUES(2,2);
INSERT INTO participant VALUES(3,2);
CREATE TABLE log (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    incarnation INTEGER NOT NULL,
    starts      INTEGER NOT NULL,
    floor       INTEGER NOT NULL DEFAULT 0,   -- no serial up to here is given any more
    mark        BLOB                          -- of the last start or stop; also in a file beside this one
) STRICT;
INSERT INTO log VALUES(1,816599025877021207,1,0,X'0936f51d24c92723126d6bd11121f8c2');
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
INSERT INTO room_view VALUES(3,117706168087412736,1,117706168087412736,117706168186568704,10,10,5,4,2,1);
CREATE TABLE message_block (
    room   INTEGER NOT NULL REFERENCES room,
    level  INTEGER NOT NULL,                  -- 0 of messages, else of blocks of the level below
    time   INTEGER NOT NULL,
    tie    INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    count  INTEGER NOT NULL,                  -- of messages
    PRIMARY KEY (room, level, time, tie, serial)
) STRICT, WITHOUT ROWID;
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
INSERT INTO membership VALUES(1,3,1,1,2,117706168087412736,0,0,NULL,2,NULL,NULL,NULL,NULL,NULL);
INSERT INTO membership VALUES(2,3,2,2,1,117706168087412737,0,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE reading (
    person INTEGER NOT NULL,
    room   INTEGER NOT NULL,
    up_to  INTEGER NOT NULL,
    time   INTEGER NOT NULL,
    PRIMARY KEY (person, room, up_to)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading_apart (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    PRIMARY KEY (room, message, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading_news (
    room INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TABLE reading_exception (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    PRIMARY KEY (room, message, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading_named (
    room   INTEGER NOT NULL,
    prefix INTEGER NOT NULL,
    node   INTEGER NOT NULL,
    PRIMARY KEY (room, prefix, node)
) STRICT, WITHOUT ROWID;
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
INSERT INTO attachment VALUES(1,3,7,0,2,X'c09db148a4150852819ed57eefd3b45b79634571511f71af914a4aed87293eb8',102400,X'd8924dd471e882c2b62d6087fa020d4e',1796053590423,NULL,5,'application/octet-stream',NULL,NULL);
CREATE TABLE attachment_tally (
    room  INTEGER NOT NULL,
    kind  INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    bytes INTEGER NOT NULL,
    PRIMARY KEY (room, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO attachment_tally VALUES(3,0,0,0);
INSERT INTO attachment_tally VALUES(3,5,1,102400);
CREATE TABLE room_version (
    room     INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,
    messages INTEGER NOT NULL                 -- of these, changes of what messages show, but for who has read them
) STRICT;
INSERT INTO room_version VALUES(3,8,5);
CREATE TABLE avatar (
    is_person INTEGER NOT NULL CHECK (is_person IN (0, 1)),
    subject   INTEGER NOT NULL,
    blob      BLOB NOT NULL,
    PRIMARY KEY (is_person, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE mention (
    message INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    person  INTEGER NOT NULL REFERENCES person,
    room    INTEGER NOT NULL,
    PRIMARY KEY (message, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE answer (
    message INTEGER PRIMARY KEY,
    room    INTEGER NOT NULL,
    target  INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    time    INTEGER NOT NULL,                 -- milliseconds
    kind    INTEGER NOT NULL,
    room    INTEGER,
    message INTEGER,
    person  INTEGER,
    detail  INTEGER
) STRICT;
INSERT INTO event VALUES(1,1796053590201,10,3,NULL,1,NULL);
INSERT INTO event VALUES(2,1796053590201,6,3,NULL,1,2);
INSERT INTO event VALUES(3,1796053590201,6,3,NULL,2,1);
INSERT INTO event VALUES(4,1796053590274,1,3,5,1,NULL);
INSERT INTO event VALUES(5,1796053590366,4,3,5,2,NULL);
INSERT INTO event VALUES(6,1796053590366,16,NULL,NULL,1,1);
INSERT INTO event VALUES(7,1796053590459,1,3,7,2,NULL);
INSERT INTO event VALUES(8,1796053590500,2,3,7,2,NULL);
INSERT INTO event VALUES(9,1796053590569,1,3,8,1,NULL);
INSERT INTO event VALUES(10,1796053591654,1,3,9,2,NULL);
INSERT INTO event VALUES(11,1796053591729,1,3,10,2,NULL);
INSERT INTO event VALUES(12,1796053591784,3,3,10,2,NULL);
CREATE TABLE search_tail (
    room     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    message  INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    sender   INTEGER NOT NULL,
    PRIMARY KEY (room, position)
) STRICT, WITHOUT ROWID;
INSERT INTO search_tail VALUES(3,1,5,1796053590274,1);
INSERT INTO search_tail VALUES(3,2,7,1796053590423,2);
INSERT INTO search_tail VALUES(3,3,8,1796053590569,1);
INSERT INTO search_tail VALUES(3,4,9,1796053590583,2);
CREATE TABLE search_segment (
    room          INTEGER NOT NULL,
    id            INTEGER NOT NULL,
    documents     INTEGER NOT NULL,  -- erased ones included
    first_message INTEGER NOT NULL,
    last_message  INTEGER NOT NULL,
    first_time    INTEGER NOT NULL,
    last_time     INTEGER NOT NULL,
    pages         BLOB NOT NULL,     -- their ids, in the order of the words in them
    PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_documents (
    segment   INTEGER PRIMARY KEY,
    documents BLOB NOT NULL
) STRICT;
CREATE TABLE search_page (
    id   INTEGER PRIMARY KEY,
    data BLOB NOT NULL               -- always of one size
) STRICT;
CREATE TABLE search_free_page (
    id INTEGER PRIMARY KEY
) STRICT;
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
INSERT INTO account VALUES(1,'ada','$argon2id$v=19$m=19456,t=2,p=1$yGbjfGMmv7POhQnavTGbtg$nGiG4HuLEfB8dq3hhRucckCTzudepFraR1Uwv1SjBVY',1,1,1796053589941,NULL,NULL,1,0);
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
CREATE TABLE invite (
    code    BLOB PRIMARY KEY CHECK (length(code) = 32),  -- a hash
    maker   INTEGER REFERENCES account (person),
    uses    INTEGER NOT NULL CHECK (uses > 0),           -- left
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE setup_code (
    code    BLOB PRIMARY KEY CHECK (length(code) = 32),  -- a hash
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE preference (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    person   INTEGER NOT NULL REFERENCES account (person),
    type     INTEGER NOT NULL,
    switches INTEGER NOT NULL CHECK (switches BETWEEN 0 AND 7),  -- bits
    updated  INTEGER NOT NULL,
    UNIQUE (person, type)
) STRICT;
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
INSERT INTO notification VALUES(1,X'82ed0454eee64c9f96890008462f133a',1,5,1796053590366,NULL,1,3,5,2,NULL,NULL,NULL,NULL);
CREATE TABLE notification_tally (
    recipient INTEGER NOT NULL,
    type      INTEGER NOT NULL,
    is_read   INTEGER NOT NULL,
    count     INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (recipient, type, is_read)
) STRICT, WITHOUT ROWID;
INSERT INTO notification_tally VALUES(1,5,0,1);
CREATE TABLE message_notice (
    person       INTEGER NOT NULL REFERENCES account (person),
    room         INTEGER NOT NULL,
    covered      INTEGER NOT NULL,         -- up to this message, by notifications read or deleted
    notification INTEGER REFERENCES notification (id) ON DELETE SET NULL,  -- the unread one
    PRIMARY KEY (person, room)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE idempotency (
    person  INTEGER NOT NULL,
    key     BLOB NOT NULL CHECK (length(key) = 32),
    request BLOB NOT NULL CHECK (length(request) = 32),
    kind    INTEGER NOT NULL,
    result  INTEGER NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (person, key)
) STRICT;
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    time    INTEGER NOT NULL,
    actor   INTEGER,                       -- NULL: the command line, or the node itself
    action  TEXT NOT NULL,
    subject TEXT,
    address TEXT NOT NULL,
    detail  TEXT
) STRICT;
INSERT INTO audit VALUES(1,1796053589871,NULL,'peer.add','709f64afa6241c2e7f0edf7990ed6b85ba6819a33920a347f12be0d18f5023d7','',NULL);
INSERT INTO audit VALUES(2,1796053589941,1,'user.register','ada','127.0.0.1','administrator');
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
INSERT INTO peer VALUES(2,X'709f64afa6241c2e7f0edf7990ed6b85ba6819a33920a347f12be0d18f5023d7',X'8258b38a015820709f64afa6241c2e7f0edf7990ed6b85ba6819a33920a347f12be0d18f5023d7584784015820e37b02fa164900b1605e980456b3fc2fa441e0598f409d891e45c0c1b52e713f5820b95626f326f0b817f83b02048be5601a87a65e3dbf63ba104d42758434b3d297806d736f7574682e6578616d706c6576687474703a2f2f3132372e302e302e313a33343031338101a16a6174746163686d656e741a0400000063616c6cf41b000001a22d22df2f58400f62c84dfef84b68c13414b0ecb8fce497e68717c3c1cb59c013e2f7863778793ad9efdbb1ea94e44257538d0fccccfdc3b956b90b97e042e23a967c8f001606',1,1,0,0,NULL,NULL,NULL,'http://127.0.0.1:34013',NULL,1796053589889,1796053591652,NULL,X'0ee19241a1f13a0984b2808e8e560377');
CREATE TABLE peer_room (
    peer    INTEGER NOT NULL REFERENCES peer (number) ON DELETE CASCADE,
    room    INTEGER NOT NULL,
    clock   BLOB NOT NULL,                 -- as on the wire
    digest  BLOB,                          -- of the clock that both had when they were the same
    checked INTEGER,                       -- when that was
    serial  INTEGER,                       -- up to which of our serials that was
    PRIMARY KEY (peer, room)
) STRICT, WITHOUT ROWID;
INSERT INTO peer_room VALUES(2,1,X'818458208ac883dcdec274dd11464bf71ec41677afc63a797ce9bd8532550c7b766933ec821bc1ea853044d7e96a00f680',X'1a9790a0724d99704cc7b5dd6a63992565aa6ae3712eb687df9c3f95294f07c7',1796053591661,9);
INSERT INTO peer_room VALUES(2,2,X'81845820709f64afa6241c2e7f0edf7990ed6b85ba6819a33920a347f12be0d18f5023d7821b7f63b0f021c3ebaf00f680',X'77121298f33cd808e2a66d7b8607fea435feada1e3711798d7f9406e25a59510',1796053591661,9);
INSERT INTO peer_room VALUES(2,3,X'82845820709f64afa6241c2e7f0edf7990ed6b85ba6819a33920a347f12be0d18f5023d7821be881b944e41db07a04f6808458208ac883dcdec274dd11464bf71ec41677afc63a797ce9bd8532550c7b766933ec821b114b9911786d8f5903f680',X'0b48b943b4ea42db6ae03dd2126eb1f89d2c1c1611892fed31260e38f6cbc7d3',1796053591789,11);
CREATE TABLE room_blob (
    room INTEGER NOT NULL,
    blob BLOB NOT NULL,
    PRIMARY KEY (room, blob)
) STRICT, WITHOUT ROWID;
INSERT INTO room_blob VALUES(3,X'c09db148a4150852819ed57eefd3b45b79634571511f71af914a4aed87293eb8');
CREATE TABLE operation_id (
    prefix INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    PRIMARY KEY (prefix, serial)
) STRICT, WITHOUT ROWID;
INSERT INTO operation_id VALUES(-8205667709509511014,3);
INSERT INTO operation_id VALUES(-6398250610659155350,10);
INSERT INTO operation_id VALUES(-2350033546079524340,11);
INSERT INTO operation_id VALUES(-1531261650716981469,6);
INSERT INTO operation_id VALUES(-167918505530720315,7);
INSERT INTO operation_id VALUES(130431684501532702,9);
INSERT INTO operation_id VALUES(3589309231114937565,1);
INSERT INTO operation_id VALUES(5383209005668195061,5);
INSERT INTO operation_id VALUES(7046561581275091362,4);
INSERT INTO operation_id VALUES(7108562475276483574,2);
INSERT INTO operation_id VALUES(8057928751146646974,8);
CREATE TABLE operation_new (
    prefix INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    PRIMARY KEY (prefix, serial)
) STRICT, WITHOUT ROWID;
CREATE TABLE witness (
    room INTEGER NOT NULL,
    line INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    run  BLOB NOT NULL,
    PRIMARY KEY (room, line)
) STRICT, WITHOUT ROWID;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('person',2);
INSERT INTO sqlite_sequence VALUES('audit',2);
INSERT INTO sqlite_sequence VALUES('room',3);
INSERT INTO sqlite_sequence VALUES('session',1);
INSERT INTO sqlite_sequence VALUES('membership',2);
INSERT INTO sqlite_sequence VALUES('event',12);
INSERT INTO sqlite_sequence VALUES('notification',1);
INSERT INTO sqlite_sequence VALUES('attachment',1);
CREATE INDEX node_by_name ON node (name) WHERE name <> '';
CREATE INDEX room_erasure ON room (deleted) WHERE is_deleted = 1 AND is_erased = 0;
CREATE UNIQUE INDEX operation_place ON operation (room, line, seq);
CREATE INDEX operation_room ON operation (room, serial);
CREATE INDEX operation_target ON operation (room, target_key) WHERE target_key IS NOT NULL;
CREATE INDEX operation_kind ON operation (room, kind) WHERE kind >= 10;
CREATE INDEX announced_room ON announced (room, serial);
CREATE INDEX message_order ON message (room, time, tie) WHERE flags & 1 AND flags & 10;
CREATE INDEX message_sender ON message (room, sender, time, tie) WHERE is_filed AND flags & 1 AND flags & 10;
CREATE INDEX message_type ON message (room, flags & 1560, time, tie)
    WHERE flags & 1 AND flags & 10 AND flags & 1560;
CREATE INDEX message_room ON message (room) WHERE flags & 1 AND flags & 10;
CREATE INDEX message_author ON message (sender, room) WHERE is_filed;
CREATE INDEX message_unfiled ON message (sender, room) WHERE NOT is_filed;
CREATE INDEX message_pinned ON message (room, time, tie) WHERE flags & 4 AND flags & 1 AND flags & 10;
CREATE INDEX reaction_person ON reaction (person, message) WHERE value IS NOT NULL;
CREATE INDEX profile_room ON profile (room);
CREATE INDEX profile_name ON profile (name) WHERE is_closed = 0;
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
CREATE INDEX participant_node ON participant (node, room);
CREATE INDEX room_activity ON room_view (activity, room);
CREATE INDEX membership_person ON membership (person, room);
CREATE INDEX membership_node ON membership (room, node);
CREATE INDEX membership_joined ON membership (room, joined, id);
CREATE INDEX membership_position ON membership (room, position) WHERE position IS NOT NULL;
CREATE INDEX membership_seen ON membership (room, seen) WHERE seen IS NOT NULL;
CREATE INDEX membership_place ON membership (room, place_time, place_tie) WHERE place_time IS NOT NULL;
CREATE INDEX reading_apart_person ON reading_apart (person, room, message);
CREATE INDEX reading_exception_person ON reading_exception (person, room);
CREATE INDEX reading_named_node ON reading_named (room, node);
CREATE INDEX attachment_message ON attachment (message, ordinal) WHERE message IS NOT NULL;
CREATE INDEX attachment_upload ON attachment (created) WHERE message IS NULL;
CREATE INDEX attachment_own ON attachment (person, id) WHERE message IS NULL;
CREATE INDEX attachment_room ON attachment (room, id) WHERE message IS NOT NULL;
CREATE INDEX attachment_kind ON attachment (room, kind, id) WHERE message IS NOT NULL;
CREATE INDEX attachment_blob ON attachment (blob);
CREATE UNIQUE INDEX attachment_uuid ON attachment (uuid) WHERE uuid IS NOT NULL;
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
CREATE INDEX avatar_blob ON avatar (blob);
CREATE INDEX mention_person ON mention (person, room, message);
CREATE INDEX answer_target ON answer (room, target, message);
CREATE INDEX account_by_activity ON account (is_active, handle);
CREATE INDEX account_admin ON account (is_active) WHERE is_admin = 1;
CREATE INDEX session_of_person ON session (person, last_used);
CREATE UNIQUE INDEX token_of_person ON session (person, name) WHERE name IS NOT NULL;
CREATE INDEX session_by_expiry ON session (expires) WHERE expires IS NOT NULL;
CREATE INDEX invite_by_expiry ON invite (expires);
CREATE INDEX preference_sending ON preference (type, person) WHERE switches & 6 <> 0;
CREATE INDEX notification_of_person ON notification (recipient, created);
CREATE INDEX notification_by_type ON notification (recipient, type, created);
CREATE INDEX notification_by_reading ON notification (recipient, read IS NULL, created);
CREATE INDEX notification_by_room ON notification (recipient, room, created) WHERE room IS NOT NULL;
CREATE INDEX notification_about ON notification (message) WHERE message IS NOT NULL;
CREATE INDEX notification_by_time ON notification (created);
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
CREATE UNIQUE INDEX message_notice_open ON message_notice (notification) WHERE notification IS NOT NULL;
CREATE INDEX outbox_due ON outbox (due) WHERE state = 0;
CREATE INDEX outbox_waiting ON outbox (person) WHERE state = 0;
CREATE INDEX outbox_of_notification ON outbox (notification) WHERE notification IS NOT NULL;
CREATE INDEX outbox_about ON outbox (message, person) WHERE message IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (way) WHERE state = 3;
CREATE INDEX outbox_ended ON outbox (ended) WHERE ended IS NOT NULL;
CREATE INDEX outbox_of_person ON outbox (person, way, ended) WHERE ended IS NOT NULL;
CREATE INDEX idempotency_by_time ON idempotency (created);
CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_by_action ON audit (action, time);
CREATE INDEX audit_by_actor ON audit (actor, time);
CREATE INDEX peer_room_by_room ON peer_room (room);
COMMIT;
