import EventLoop
import Glibc

/// One conversation over the control socket, from either end. Frames: a kind (1 byte), a length (4 bytes, the highest
/// first), so many bytes. See Spec/api/command-line.md, section 8.
final class ControlChannel: Sendable {
    enum Kind: UInt8, Sendable {
        /// To the node: the terminal's width in decimal, and the command's arguments, each with a zero behind it.
        case run = 1
        /// To the node: what it asked for; empty at the end of what there is.
        case input
        case content
        case text
        /// Two numbers of 8 bytes: how much is done, and of how much.
        case progress
        /// How many bytes of input are wanted at most: 4 bytes.
        case want
        /// The exit code (1 byte), and for 1 and 2 why.
        case end
    }

    struct Frame: Equatable, Sendable {
        let kind: Kind
        let bytes: [UInt8]
    }

    /// The other end is gone, or says what it may not.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    static let frameBytesMax = 1 << 20
    private let socket: Descriptor

    init(_ socket: consuming Descriptor) {
        self.socket = socket
    }

    /// A conversation with the node that serves a folder; nil where none does.
    static func open(to folder: DataFolder) throws(SystemError) -> ControlChannel? {
        let socket = try ControlPath.makeSocket()
        let code = try ControlPath.withAddress(in: folder) { address, length in
            connect(socket.number, address, length) == 0 ? 0 : errno
        }
        switch code {
        case 0: return ControlChannel(socket)
        case ENOENT, ECONNREFUSED: return nil
        default: throw SystemError("connect to \(folder.control)", code: code)
        }
    }

    func send(_ kind: Kind, _ bytes: [UInt8] = []) throws {
        precondition(bytes.count <= Self.frameBytesMax, "a frame is bounded")
        var frame = [kind.rawValue]
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { frame.append(contentsOf: $0) }
        frame += bytes
        var sent = 0
        while sent < frame.count {
            let count = frame.withUnsafeBytes { room in
                // A frame is never empty.
                Glibc.send(socket.number, room.baseAddress! + sent, room.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 || errno == EINTR else { throw Broken(description: "the other end is gone") }
            sent += max(count, 0)
        }
    }

    func receive() throws -> Frame {
        let head = try bytes(5)
        let count = head[1...].reduce(0) { $0 << 8 | Int($1) }
        guard let kind = Kind(rawValue: head[0]), count <= Self.frameBytesMax else {
            throw Broken(description: "the other end speaks another language: is it of another version?")
        }
        return Frame(kind: kind, bytes: try bytes(count))
    }

    /// Ends both directions: whoever waits on either end waits no longer.
    func cut() {
        shutdown(socket.number, Int32(SHUT_RDWR))
    }

    private func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let received = bytes.withUnsafeMutableBytes { room in
                recv(socket.number, room.baseAddress! + filled, room.count - filled, 0)  // room for one byte at least
            }
            guard received != 0, received > 0 || errno == EINTR else {
                throw Broken(description: "the node has ended meanwhile")
            }
            filled += max(received, 0)
        }
        return bytes
    }
}
