/// The tables of the search index.
///
/// SQLite's `secure_delete` overwrites what is deleted, but not the copies that stay behind in the unused part
/// of a page when its rows were moved to a neighbour. Rows of different sizes, or rows that come and go, are moved.
/// So words stand in one table only, `search_page`, whose rows all have one size, are added at the end, never
/// deleted, and overwritten where they are: SQLite has no reason to move one.
package enum SearchSchema {
    package static let sql: StaticString = """
        -- The newest messages of each room. Their words are looked up in their texts.
        CREATE TABLE search_tail (
            room     INTEGER NOT NULL,
            position INTEGER NOT NULL,
            message  INTEGER NOT NULL,
            time     INTEGER NOT NULL,
            sender   INTEGER NOT NULL,
            PRIMARY KEY (room, position)
        ) STRICT, WITHOUT ROWID;

        -- Some dozens to thousands of messages of a room, and where their words stand.
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

        -- Which messages they are, with their times.
        CREATE TABLE search_documents (
            segment   INTEGER PRIMARY KEY,
            documents BLOB NOT NULL
        ) STRICT;

        -- Words, and the messages that have them.
        CREATE TABLE search_page (
            id   INTEGER PRIMARY KEY,
            data BLOB NOT NULL               -- always of one size
        ) STRICT;

        -- Pages of zeros, to be used again.
        CREATE TABLE search_free_page (
            id INTEGER PRIMARY KEY
        ) STRICT;
        """
}

/// What is wrong with an index that does not say what we wrote.
package enum SearchFault: Error, Equatable {
    case malformedPage
    case malformedDocuments(segment: Int64)
    case malformedSegment
    case missingPage(Int64)
}

/// How many messages are put together.
package struct SearchShape: Sendable {
    /// So many messages of a room become its next segment.
    package var tail = 64
    /// Segments are merged when, together with those behind them, they reach the next of these sizes.
    package var sizes = [512, 4_096]

    /// So many smaller ones of a room are merged whatever their size.
    package static let smallSegmentsMax = 16

    package init() {}

    package init(tail: Int, sizes: [Int]) {
        self.tail = tail
        self.sizes = sizes
    }

    /// No segment is made of more than these at once, so that none is ever twice as large.
    var largest: Int { sizes.last ?? tail }
}

/// A message as search knows it. Room, message and sender are numbers of the caller's.
package struct SearchDocument: Sendable, Equatable {
    package let room: Int64
    package let message: Int64
    /// Milliseconds. The newest is found first.
    package let time: Int64
    /// From 0 up to 2⁵⁶ − 1.
    package let sender: Int64

    package init(room: Int64, message: Int64, time: Int64, sender: Int64) {
        self.room = room
        self.message = message
        self.time = time
        self.sender = sender
    }

    /// A word that no text has, so that a sender is looked up as words are: eight bytes, of which the first is
    /// less than that of any word.
    static func senderKey(_ sender: Int64) -> UInt64 {
        1 << 56 | UInt64(truncatingIfNeeded: sender) & (1 << 56 - 1)
    }

    static func senderWord(_ sender: Int64) -> [UInt8] {
        let key = senderKey(sender)
        return (0..<8).map { UInt8(truncatingIfNeeded: key >> UInt64(56 - 8 * $0)) }
    }
}
