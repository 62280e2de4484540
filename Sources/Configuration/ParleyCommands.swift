/// The commands of `parley`. The program binds what each of them does to its words.
package enum ParleyCommands {
    package static let table = CommandTable(
        program: "parley",
        about: "Parley is a chat node: an organisation's rooms, replicated with the nodes of others.",
        common: [
            Option(
                "data", "DIR", .text, from: .flagAndEnvironment, preset: "./parley-data",
                "the folder with the database, the key and parley.conf"),
            Option(
                "passphrase-file", "PATH", .text, from: .flagAndEnvironment,
                "a file whose first line is the passphrase that the node's key lies under"),
            Option("json", "", .toggle, from: .flag, "print JSON for programs instead of tables for people"),
        ],
        commands: [serve] + users + peers + rooms + health + copies + keys)

    private static let serve = Command(
        "serve", [], ServeOptions.all,
        """
        Runs the node until it is told to stop.
        At the first start it makes the data folder and the node's key, and prints the recovery key and the \
        set-up code. It prints "parley: ready on http://HOST:PORT" once it accepts connections. SIGTERM lets \
        what is under way finish, and ends it with 0.
        """)

    // MARK: People, peers, rooms

    private static let passwordFromInput = Option(
        "password-stdin", "", .toggle, from: .flag, "read the password from standard input instead of making one up")

    private static let users = [
        Command(
            "user add", [.init("NAME")],
            [
                Option("display-name", "TEXT", .text, from: .flag, "the name that others see"),
                Option("admin", "", .toggle, from: .flag, "make the person an administrator of the node"),
                passwordFromInput,
            ], "Adds a person to this node."),
        Command("user list", [], [], "Lists the people of this node."),
        Command("user deactivate", [.init("NAME")], [], "Closes a person's sessions and lets none be opened."),
        Command("user reset-password", [.init("NAME")], [passwordFromInput], "Gives a person a new password."),
    ]

    private static let peers = [
        Command(
            "peer add", [.init("URL", .url, orElse: ["key", "name"])],
            [
                Option("key", "KEY", .text, from: .flag, "the node id that the peer must have"),
                Option("name", "NAME", .text, from: .flag, "what to call the peer"),
            ],
            """
            Makes another node a peer, and knocks there.
            It fetches the other node's card, prints the fingerprint of its key and keeps to that key from then on. \
            Without a URL it admits a peer that will call us. Doing it twice changes nothing.
            """),
        Command("peer list", [], [], "Lists the peers, and who has knocked."),
        Command("peer pause", [peer], [], "Stops exchanging with a peer, for the time being."),
        Command("peer resume", [peer], [], "Exchanges with a paused peer again."),
        Command("peer remove", [peer], [], "Makes a peer a stranger."),
        Command("peer accept", [peer], [], "Makes a node that has knocked a peer."),
    ]

    /// A peer's name, URL or key.
    private static let peer = Command.Operand("PEER")
    private static let room = Command.Operand("ROOM")
    private static let file = Command.Operand("FILE")

    private static let rooms = [
        Command("room list", [], [], "Lists the rooms on this node."),
        Command(
            "room appoint", [room, .init("USER")], [],
            """
            Names an admin in a room that has none left.
            Only the organisation that founded the room can do so.
            """),
    ]

    // MARK: Care

    private static let health = [
        Command(
            "status", [.init("ROOM", optional: true)], [],
            "Says how the node is, or which of its other nodes have the same of a room."),
        Command(
            "verify", [],
            [Option("rebuild", "", .toggle, from: .flag, "derive all tables anew; local ids stay")],
            "Checks every hash, signature and derived table."),
        Command(
            "digest", [.init("ROOM", optional: true)], [],
            """
            Prints the hash of a room's state, or of all rooms'.
            Nodes that have the same state of a room print the same hash.
            """),
        Command(
            "operations", [room],
            [
                Option(
                    "format", "FORMAT", .choice(["cborseq", "jsonl"]), from: .flag, preset: "cborseq",
                    "a CBOR sequence, or JSON lines")
            ],
            """
            Writes out the operations of a room as they were signed.
            Header, signature and payload of each go to standard output, so that anyone can check them with other \
            software.
            """),
    ]

    private static let copies = [
        Command(
            "backup", [file], [],
            """
            Copies everything into one file.
            Database, key and attachments, as they were at one moment; the node may run meanwhile. Whoever has the \
            file can be this node: keep it as safe as the data folder.
            """),
        Command("restore", [file], [], "Makes a data folder from a backup; the folder must be empty."),
        Command("export", [room], [], "Writes a room to standard output, as JSON lines with its attachments."),
        Command("import", [file], [], "Reads a room that was exported."),
    ]

    private static let keys = [
        Command("key show", [], [], "Prints the node's id and public keys."),
        Command("key export", [file], [], "Copies the node's key into a file that only you can read."),
        Command("key import", [file], [], "Takes over a key that was exported; the node must be new."),
        Command(
            "key hand-over", [],
            [
                Option(
                    "recovery-key-stdin", "", .toggle, from: .flag,
                    "sign with the recovery key, read from standard input, because the old key is lost or stolen")
            ],
            "Replaces the node's key; its id stays."),
    ]
}
