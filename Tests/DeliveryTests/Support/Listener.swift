import EventLoop
import Glibc
import Synchronization

/// A server of the simplest kind: a thread that takes connections, and one for each of them.
final class Listener: Sendable {
    let port: UInt16
    private let number: Int32

    init(_ serve: @escaping @Sendable (Line) -> Void) {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(number, $0, length) == 0 && listen(number, 128) == 0, "no listener")
                precondition(getsockname(number, $0, &length) == 0, "no name")
            }
        }
        self.number = number
        port = UInt16(bigEndian: address.sin_port)
        do {
            _ = try Thread(name: "listener") {
                while true {
                    let accepted = accept(number, nil, nil)
                    guard accepted >= 0 else { return }
                    _ = try? Thread(name: "line") {
                        serve(Line(accepted))
                        Glibc.close(accepted)
                    }
                }
            }
        } catch {
            preconditionFailure("no thread: \(error)")
        }
    }

    func stop() {
        shutdown(number, Int32(SHUT_RDWR))
    }

    deinit {
        stop()
        Glibc.close(number)
    }
}

/// One connection, on a thread that may wait for it.
final class Line {
    private let number: Int32
    private var unread: [UInt8] = []

    init(_ number: Int32) {
        self.number = number
    }

    func say(_ text: String) {
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            let sent = bytes.withUnsafeBytes {
                Glibc.send(number, $0.baseAddress! + at, bytes.count - at, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            at += sent
        }
    }

    /// The next line, without its end; nil where there is none any more.
    func line() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = unread[..<end]
                unread.removeFirst(end + 1)
                return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            }
            guard fill() else { return nil }
        }
    }

    func bytes(_ count: Int) -> [UInt8]? {
        while unread.count < count { guard fill() else { return nil } }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    private func fill() -> Bool {
        var room = [UInt8](repeating: 0, count: 65_536)
        let got = room.withUnsafeMutableBytes { recv(number, $0.baseAddress, $0.count, 0) }
        guard got > 0 else { return false }
        unread += room[..<got]
        return true
    }
}

/// What was seen, by whichever thread.
final class Seen<Thing: Sendable>: Sendable {
    private let things = Mutex<[Thing]>([])
    func append(_ thing: Thing) { things.withLock { $0.append(thing) } }
    var all: [Thing] { things.withLock { $0 } }
}
