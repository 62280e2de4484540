import Configuration
import Testing

struct ParleyCommandsTests {
    private let table = ParleyCommands.table

    private func read(
        _ line: String, environment: [String: String] = [:], file: String = ""
    ) throws(UsageFault) -> Settings {
        let arguments = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        guard case .run(let call) = try table.read(arguments, environment: environment) else {
            throw .commandMissing(usage: "help")
        }
        return try call.settings(try ConfigurationFile(Array(file.utf8), name: "parley.conf"))
    }

    @Test(
        arguments: [
            ("serve", "serve", [:]), ("user add alice --admin", "user add", ["NAME": "alice"]),
            ("user list --json", "user list", [:]), ("user deactivate alice", "user deactivate", ["NAME": "alice"]),
            ("user reset-password alice --password-stdin", "user reset-password", ["NAME": "alice"]),
            ("peer add https://South.example/ --key ab", "peer add", ["URL": "https://south.example"]),
            ("peer add --key ab --name south", "peer add", [:]), ("peer list", "peer list", [:]),
            ("peer pause south", "peer pause", ["PEER": "south"]),
            ("peer resume south", "peer resume", ["PEER": "south"]),
            ("peer remove south", "peer remove", ["PEER": "south"]),
            ("peer accept south", "peer accept", ["PEER": "south"]),
            ("room list", "room list", [:]), ("room appoint 7 alice", "room appoint", ["ROOM": "7", "USER": "alice"]),
            ("status", "status", [:]), ("verify --rebuild", "verify", [:]), ("digest", "digest", [:]),
            ("digest general", "digest", ["ROOM": "general"]),
            ("operations r --format jsonl", "operations", ["ROOM": "r"]),
            ("backup f", "backup", ["FILE": "f"]), ("restore f", "restore", ["FILE": "f"]),
            ("export r", "export", ["ROOM": "r"]),
            ("import f", "import", ["FILE": "f"]), ("key show", "key show", [:]),
            ("key export f", "key export", ["FILE": "f"]),
            ("key import f", "key import", ["FILE": "f"]), ("key hand-over", "key hand-over", [:]),
            ("--data d user --json add --admin -- --odd", "user add", ["NAME": "--odd"]),
            ("backup -", "backup", ["FILE": "-"]),
        ] as [(String, String, [String: String])])
    func `every command of the contract`(line: String, command: String, operands: [String: String]) throws {
        let settings = try read(line)
        #expect(settings.command == command)
        for name in ["NAME", "URL", "PEER", "ROOM", "USER", "FILE"] {
            #expect(settings.operand(name) == operands[name])
        }
    }

    @Test func `what is left out has its preset`() throws {
        let settings = try read("serve")
        #expect(settings.text("data") == "./parley-data")
        #expect(settings.endpoints("listen").map(\.description) == ["127.0.0.1:8080"])
        #expect(settings.text("registration") == "invite" && settings.text("log-format") == "text")
        #expect(settings.size("max-upload") == 64 << 20 && settings.milliseconds("email-delay") == 900_000)
        #expect(settings.urls("public-url") == [] && settings.endpoints("smtp") == [] && settings.text("name") == nil)
        #expect(!settings.isOn("json") && !settings.isOn("metrics-open") && settings.place(of: "listen") == nil)
        #expect(settings.networks("trusted-proxy") == [] && settings.text("rate-limits") == "on")
    }

    @Test func `a flag goes over the environment, that over the file`() throws {
        let file = "listen = 127.0.0.1:1\nname = of the file # ours\nlisten = 127.0.0.1:2, [::1]:2\nmax-upload=1K\n"
        let environment = [
            "PARLEY_LISTEN": "127.0.0.1:3, unix:/s", "PARLEY_MAX_UPLOAD": "2K", "HOME": "/", "PARLEY_DATA": "d",
        ]
        var settings = try read("serve", file: file)
        #expect(settings.endpoints("listen").map(\.description) == ["127.0.0.1:1", "127.0.0.1:2", "[::1]:2"])
        #expect(settings.text("name") == "of the file")
        #expect(settings.place(of: "name") == .line(file: "parley.conf", 2, name: "name"))
        settings = try read("serve", environment: environment, file: file)
        #expect(settings.endpoints("listen").map(\.description) == ["127.0.0.1:3", "unix:/s"])
        #expect(settings.size("max-upload") == 2_048 && settings.text("data") == "d")
        #expect(settings.place(of: "max-upload") == .variable("PARLEY_MAX_UPLOAD"))
        settings = try read(
            "serve --listen localhost:4 --listen=[::1]:4 --max-upload=3K", environment: environment, file: file)
        #expect(settings.endpoints("listen").map(\.description) == ["localhost:4", "[::1]:4"])
        #expect(settings.size("max-upload") == 3_072 && settings.place(of: "max-upload") == .flag("--max-upload"))
    }

    @Test func `a toggle can be set anywhere, and off again`() throws {
        #expect(try read("serve --metrics-open").isOn("metrics-open"))
        #expect(try read("serve", file: "metrics-open = yes").isOn("metrics-open"))
        #expect(try !read("serve --metrics-open=off", environment: ["PARLEY_METRICS_OPEN": "1"]).isOn("metrics-open"))
    }

    @Test func `what belongs to another command is left alone`() throws {
        let settings = try read(
            "status", environment: ["PARLEY_LISTEN": "nonsense", "PARLEY_SMTP": "", "PARLEY_SERVICE_HOST": "10.0.0.1"],
            file: "listen = nonsense\nname =\n")
        #expect(settings.command == "status")
        // `--name` of a peer is for one call: the node's own name in the file is another.
        #expect(
            try read("peer add http://a", environment: ["PARLEY_NAME": "x"], file: "name = north").text("name") == nil)
    }

    @Test(arguments: [
        ("serve --lisen 127.0.0.1:80", "unknown option --lisen; did you mean --listen?"),
        ("serve --xyzzy", "unknown option --xyzzy"), ("serve -x", "unknown option -x"),
        ("--lisen a serve", "unknown option --lisen; did you mean --listen?"),
        ("status --admin", "unknown option --admin of parley status"),
        ("serve --listen 80", "--listen takes IP:PORT, localhost:PORT, [V6]:PORT or unix:PATH, not '80'"),
        ("serve --listen", "--listen needs a value: IP:PORT, localhost:PORT, [V6]:PORT or unix:PATH"),
        ("serve --listen --json", "--listen needs a value: IP:PORT, localhost:PORT, [V6]:PORT or unix:PATH"),
        ("serve --listen=", "--listen needs a value: IP:PORT, localhost:PORT, [V6]:PORT or unix:PATH"),
        ("serve --max-upload 64MB", "--max-upload takes a size such as 512K, 64M or 1G, from 1 to 1024G, not '64MB'"),
        ("serve --email-delay 30", "--email-delay takes a time such as 30s, 15m, 12h or 7d, from 0 to 7d, not '30'"),
        ("serve --registration maybe", "--registration takes open, invite or closed, not 'maybe'"),
        (
            "serve --trusted-proxy 10.0.0.1/8",
            "--trusted-proxy takes ADDRESS/BITS such as 10.0.0.0/8 or fd00::/8, not '10.0.0.1/8'"
        ),
        (
            "serve --public-url https://a/b",
            "--public-url takes a URL such as https://chat.example.org, without a path, not 'https://a/b'"
        ),
        ("serve --name a --name b", "--name is given twice"),
        ("status --json=maybe", "--json takes on or off, not 'maybe'"),
        ("serv", "unknown command 'serv'; did you mean parley serve?"),
        ("peer ad x", "unknown command 'peer ad'; did you mean parley peer add?"),
        ("user add", "NAME is missing\nusage: parley user add NAME [--display-name TEXT] [--admin] [--password-stdin]"),
        (
            "peer add --key ab",
            "URL is missing\nusage: parley peer add URL [--key KEY] [--name NAME]\n       parley peer add --key KEY --name NAME"
        ),
        ("peer add south", "URL takes a URL such as https://chat.example.org, without a path, not 'south'"),
        ("room appoint 7", "USER is missing\nusage: parley room appoint ROOM USER"),
        ("status 7 now", "'now' is one argument too many\nusage: parley status [ROOM]"),
        ("backup ''", "FILE takes a text, not ''"),
        ("room", "a command is missing\nusage: parley room list\n       parley room appoint ROOM USER"),
        ("", "a command is missing\nusage: parley COMMAND [OPTION]…   (parley --help lists the commands)"),
        ("dance", "unknown command 'dance'\nusage: parley COMMAND [OPTION]…   (parley --help lists the commands)"),
        ("room dance", "unknown command 'room dance'\nusage: parley room list\n       parley room appoint ROOM USER"),
        (
            "\u{1B}[2J",
            "unknown command '\\u{1b}[2J'\nusage: parley COMMAND [OPTION]…   (parley --help lists the commands)"
        ),
    ])
    func `misuse is told in plain words`(line: String, message: String) {
        let fault = #expect(throws: UsageFault.self) { try read(line) }
        #expect(fault?.description == message)
        #expect(UsageFault.exitCode == 2)
    }

    @Test func `a wrong value names the place it came from`() {
        func message(environment: [String: String] = [:], file: String = "") -> String? {
            #expect(throws: UsageFault.self) { try read("serve", environment: environment, file: file) }?.description
        }
        #expect(
            message(environment: ["PARLEY_LOG_LEVEL": "loud"])
                == "PARLEY_LOG_LEVEL takes debug, info, warning or error, not 'loud'")
        #expect(
            message(environment: ["PARLEY_LISEN": "x"]) == "unknown variable PARLEY_LISEN; did you mean PARLEY_LISTEN?")
        #expect(
            message(file: "\n# ok\nlog-level = loud")
                == "parley.conf:3: log-level takes debug, info, warning or error, not 'loud'")
        #expect(message(file: "lisen = x") == "parley.conf:1: unknown option lisen; did you mean listen?")
        #expect(message(file: "json = on") == "parley.conf:1: unknown option json")
        #expect(
            message(file: "data = x")
                == "parley.conf:1: data can't be set in the file, only on the command line or in the environment")
        #expect(message(file: "name = a\nname = b") == "parley.conf:2: name is given twice")
        #expect(message(file: "name") == "parley.conf:1: expected a line of the form key = value")
        let long = String(repeating: "é", count: 200)
        #expect(message(file: "smtp = \(long)")?.hasSuffix("not '\(String(repeating: "é", count: 50))…'") == true)
    }

    @Test func `the table keeps its own rules`() throws {
        var kinds: [String: Bool] = [:]
        for command in table.commands {
            var names: Set<String> = []
            for option in command.options + table.common {
                #expect(names.insert(option.name).inserted, "\(command.name) has --\(option.name) twice")
                let isToggle = option.kind == .toggle
                #expect(
                    kinds.updateValue(isToggle, forKey: option.name) ?? isToggle == isToggle, "--\(option.name) differs"
                )
                #expect(isToggle == option.placeholder.isEmpty)
                if let preset = option.preset { #expect(option.kind.value(of: preset) != nil) }
                #expect(option.name.allSatisfy { $0.isLowercase || $0 == "-" })
            }
            let optional = command.operands.drop { !$0.isOptional }
            #expect(optional.allSatisfy { $0.isOptional }, "\(command.name) has an optional operand in the middle")
            #expect(command.operands.flatMap(\.substitutes).allSatisfy(names.contains))
        }
        #expect(Set(table.commands.map(\.name)).count == table.commands.count)
    }
}
