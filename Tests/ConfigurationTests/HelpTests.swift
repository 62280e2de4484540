import Configuration
import Testing

struct HelpTests {
    private let table = ParleyCommands.table

    private func help(_ arguments: String...) throws -> String {
        guard case .help(let text) = try table.read(arguments) else {
            Issue.record("\(arguments) is no call for help")
            return ""
        }
        return text
    }

    @Test func `no line is wider than a terminal, and nothing trails`() throws {
        var texts = [try help("--help"), try help("help", "user"), try help("-h", "peer")]
        for command in table.commands { texts.append(try help("--help", command.name)) }
        for command in table.commands { texts.append(try help(arguments: command.words + ["--help"])) }
        for text in texts {
            for line in text.split(separator: "\n") { #expect(line.count <= 80 && line.last != " ", "\(line)") }
            #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        }
    }

    private func help(arguments: [String]) throws -> String {
        guard case .help(let text) = try table.read(arguments) else { return "" }
        return text
    }

    @Test func `the overview names every command and the common options`() throws {
        let text = try help("--help")
        for command in table.commands { #expect(text.contains("\n  \(command.name)")) }
        #expect(
            text.hasPrefix("usage: parley COMMAND [OPTION]…\n\n") && text.contains("--data DIR")
                && text.contains("--json"))
        #expect(try help("help") == text)
    }

    @Test func `help on a command, to the byte`() throws {
        #expect(
            try help("peer", "add", "--help") == """
                usage: parley peer add URL [--key KEY] [--name NAME]
                       parley peer add --key KEY --name NAME

                Makes another node a peer, and knocks there.
                It fetches the other node's card, prints the fingerprint of its key and keeps to
                that key from then on. Without a URL it admits a peer that will call us. Doing
                it twice changes nothing.

                Options:
                  --key KEY    the node id that the peer must have
                  --name NAME  what to call the peer

                Options of every command:
                  --data DIR              the folder with the database, the key and parley.conf
                                          (default ./parley-data)
                  --passphrase-file PATH  a file whose first line is the passphrase that the
                                          node's key lies under
                  --json                  print JSON for programs instead of tables for people

                """)
        #expect(try help("help", "peer", "add") == help("peer", "add", "https://x.example", "--help"))
    }

    @Test func `help on serve names every option with its preset`() throws {
        let text = try help("serve", "--help")
        for name in [
            "listen", "public-url", "trusted-proxy", "allow-origin", "allow-private-addresses", "rate-limits", "name",
            "registration", "max-upload", "max-fetch", "peer-storage", "smtp", "sendmail", "mail-from", "email-delay",
            "log-format",
            "log-level",
            "metrics-open", "require-sealed",
        ] { #expect(text.contains("\n  --\(name)")) }
        #expect(text.contains("(default 64M)") && text.contains("PARLEY_MAX_UPLOAD"))
    }
}
