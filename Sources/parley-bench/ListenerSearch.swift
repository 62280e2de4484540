import EventLoop

/// Finds out who listens at an address of this machine.
enum ListenerSearch {
    /// The process that listens there; of several (a master and its workers) the one that the others come
    /// from. Nil where it can't be seen: another user's, or not on this machine.
    static func pid(at address: SocketAddress) -> Int32? {
        guard let port = address.port else { return nil }
        let inodes = inodes(listeningAt: port)
        guard !inodes.isEmpty else { return nil }
        let links = Set(inodes.map { "socket:[\($0)]" })
        let holders = ProcessFile.numbers(in: "/proc").filter { pid in
            ProcessFile.names(in: "/proc/\(pid)/fd").contains { name in
                ProcessFile.link("/proc/\(pid)/fd/\(name)").map(links.contains) ?? false
            }
        }
        return holders.sorted().first { pid in
            guard let status = ProcessFile.status(pid), let parent = Int32(status[1]) else { return false }
            return !holders.contains(parent)
        }
    }

    /// The inodes of the sockets that listen at this port, at whatever address.
    static func inodes(listeningAt port: UInt16) -> [Substring] {
        ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { inodes(listeningAt: port, in: ProcessFile.text($0) ?? "") }
    }

    /// `table` is a `/proc/net/tcp`: a line's second word is `ADDRESS:PORT` in hexadecimal, the fourth the
    /// state, of which 0A is listening, and the tenth the inode.
    static func inodes(listeningAt port: UInt16, in table: String) -> [Substring] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 9, words[3] == "0A", let colon = words[1].lastIndex(of: ":"),
                UInt16(words[1][words[1].index(after: colon)...], radix: 16) == port
            else { return nil }
            return words[9]
        }
    }
}
