import Bytes
import CLinux
import Glibc

/// What a socket has still to be sent, in order: bytes of its own, bytes shared with other sockets,
/// and parts of files.
///
/// Small writes gather in `tail`, so that a head and its body leave in one call; shared pieces are
/// named, not copied. What is sent is let go at once, and when all is sent nothing is held: neither an
/// idle connection nor a reader that is never quite done costs more than what waits.
struct OutputQueue {
    private enum Piece {
        case shared(SharedBytes)
        case file(OpenFile, offset: UInt64, count: UInt64)
        case gone
    }

    enum Progress: Equatable {
        /// Everything was sent.
        case drained
        /// The socket takes no more at the moment, or has taken enough for one turn.
        case blocked
        case failed(SystemError)
    }

    /// Pieces before `tail`; those before `next` are sent.
    private var pieces: [Piece] = []
    private var next = 0
    private var tail: [UInt8] = []
    /// How much of the first unsent piece, or of `tail` where there is none, is sent.
    private var sent = 0
    /// Bytes held in memory for this socket, shared ones counted in full.
    private(set) var pendingBytes = 0
    /// Bytes that have left since the beginning.
    private(set) var sentBytes: UInt64 = 0

    private static let piecesPerCall = 64
    private static let filePerCall = 1 << 20
    /// A reader as quick as we are would otherwise have this loop to itself until the end of its file.
    private static let bytesPerFlush = 4 << 20
    /// Bytes gather up to so many, so that whoever drops what has not begun finds pieces to drop.
    private static let gatheredBytes = 64 * 1_024

    var isEmpty: Bool { next == pieces.count && tail.isEmpty }

    mutating func append(_ bytes: Span<UInt8>) {
        if tail.count >= Self.gatheredBytes { closeTail() }
        bytes.withUnsafeBufferPointer { tail.append(contentsOf: $0) }
        pendingBytes += bytes.count
    }

    /// Takes bytes over without copying them where nothing else gathers at the moment.
    mutating func append(_ bytes: consuming [UInt8]) {
        if tail.count >= Self.gatheredBytes { closeTail() }
        pendingBytes += bytes.count
        if tail.isEmpty {
            tail = bytes
        } else {
            tail.append(contentsOf: bytes)
        }
    }

    mutating func append(_ bytes: SharedBytes) {
        guard bytes.count > 0 else { return }
        closeTail()
        pieces.append(.shared(bytes))
        pendingBytes += bytes.count
    }

    mutating func append(_ file: OpenFile, offset: UInt64, count: UInt64) {
        guard count > 0 else { return }
        precondition(offset <= UInt64(Int64.max) - min(count, UInt64(Int64.max)), "no file is so long")
        closeTail()
        pieces.append(.file(file, offset: offset, count: count))
    }

    /// What gathered so far becomes a piece, for something comes after it.
    private mutating func closeTail() {
        guard !tail.isEmpty else { return }
        pieces.append(.shared(SharedBytes(tail)))
        tail = []
    }

    /// Drops what no byte of has been sent, so that the other side still sees whole frames; the piece
    /// that is on its way is finished, and what was gathered with it.
    mutating func dropUnbegun() {
        let isBegun = sent > 0
        if next < pieces.count {
            pieces.removeSubrange((isBegun ? next + 1 : next)...)
            tail = []
        } else if !isBegun {
            tail = []
        }
        if next == pieces.count {
            pieces = []
            next = 0
        }
        switch pieces.last {
        case .shared(let bytes): pendingBytes = bytes.count - sent
        case .file, .gone: pendingBytes = 0
        case nil: pendingBytes = tail.count - sent
        }
    }

    /// Sends as much as the socket takes.
    mutating func flush(to descriptor: borrowing Descriptor) -> Progress {
        let enough = sentBytes + UInt64(Self.bytesPerFlush)
        while !isEmpty {
            guard sentBytes < enough else { return .blocked }
            let transfer: Socket.Transfer
            var attempted = 0
            if next == pieces.count {
                attempted = tail.count - sent
                transfer = tail.withUnsafeBytes { Socket.send(descriptor, .init(rebasing: $0[sent...])) }
            } else if case .file(let file, let offset, let count) = pieces[next] {
                attempted = Int(min(count - UInt64(sent), UInt64(Self.filePerCall)))
                transfer = Socket.send(descriptor, file: file, offset: offset + UInt64(sent), count: attempted)
            } else {
                (transfer, attempted) = sendGathered(to: descriptor)
            }
            switch transfer {
            case .bytes(let count):
                sentBytes += UInt64(count)
                advance(by: count)
                // A socket that took less than it was offered is full: asking again would only be told so.
                if count < attempted { return .blocked }
            case .wouldBlock:
                return .blocked
            case .end:
                return .failed(SystemError("send a file that has become shorter", code: EIO))
            case .failed(let error):
                return .failed(error)
            }
        }
        return .drained
    }

    /// Shared pieces up to the next file, and `tail` behind them, in one call.
    private func sendGathered(to descriptor: borrowing Descriptor) -> (Socket.Transfer, attempted: Int) {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.piecesPerCall + 1) { vectors in
            var used = 0
            var attempted = 0
            var isLast = true
            for piece in pieces[next...] {
                guard used < Self.piecesPerCall, case .shared(let bytes) = piece else {
                    isLast = false
                    break
                }
                let begin = used == 0 ? sent : 0
                let start = UnsafeMutableRawPointer(mutating: bytes.buffer.baseAddress! + begin)
                vectors[used] = iovec(iov_base: start, iov_len: bytes.count - begin)
                attempted += bytes.count - begin
                used += 1
            }
            return tail.withUnsafeBytes { rest in
                if isLast, let start = rest.baseAddress, rest.count > 0 {
                    vectors[used] = iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: rest.count)
                    attempted += rest.count
                    used += 1
                }
                let transfer = Socket.send(descriptor, pieces: .init(rebasing: vectors[..<used]), more: !isLast)
                return (transfer, attempted)
            }
        }
    }

    private mutating func advance(by count: Int) {
        var rest = count
        while rest > 0, next < pieces.count {
            let size: Int
            switch pieces[next] {
            case .shared(let bytes):
                size = bytes.count
                pendingBytes -= min(rest, size - sent)
            case .file(_, _, let count):
                size = Int(count)
            case .gone:
                preconditionFailure("what is sent lies before what is not")
            }
            guard sent + rest >= size else {
                sent += rest
                return
            }
            rest -= size - sent
            sent = 0
            pieces[next] = .gone
            next += 1
        }
        if next == pieces.count {
            pieces = []
            next = 0
            sent += rest
            pendingBytes -= rest
            if sent == tail.count {
                tail = []
                sent = 0
            }
        } else if next >= 64, next * 2 >= pieces.count {
            pieces.removeSubrange(..<next)
            next = 0
        }
    }
}
