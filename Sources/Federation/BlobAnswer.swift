import Blobs
import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Peers
import Server
import Store
import Wire

/// What a peer asks of a blob.
struct BlobQuestion: Sendable {
    let blob: Hash
    let room: RoomID
    /// The field, as it came.
    let range: String?

    init?(name: String, room: String?, range: String?) {
        // Names have one writing: small digits.
        guard let blob = Hash(hex: name), blob.description == name, let room = room.flatMap({ Bytes32(hex: $0) }) else {
            return nil
        }
        (self.blob, self.room, self.range) = (blob, RoomID(room), range)
    }
}

extension Worker {
    /// Everything that is not to be given is absent, whether it is here or not.
    func answer(_ question: BlobQuestion, _ reply: PeerReply) throws {
        guard try read({ $0.mayGive(question.blob, of: question.room, to: reply.peer) }),
            let blobs = core.settings.blobs, let file = try blobs.open(question.blob)
        else { return reply.send(.absent) }
        let size = file.size
        var range = 0..<size
        var status: UInt16 = 200
        switch question.range.map({ ByteRanges($0, size: size, partsMax: 1) }) {
        case nil, .whole: break
        case .parts(let parts): (range, status) = (parts[0], 206)
        case .unsatisfiable: return reply.send(.absent)
        }
        if reply.isSealed {
            // Sealed in memory, and so no more than one body holds.
            var answer = PeerAnswer(206)
            answer.body = try file.read(
                at: range.lowerBound,
                count: Int(min(range.upperBound - range.lowerBound, UInt64(GossipLimits.bodyBytesMax))))
            answer.contentRange = "bytes \(range.lowerBound)-\(Int(range.lowerBound) + answer.body.count - 1)/\(size)"
            return reply.send(answer)
        }
        let open = try OpenFile(Descriptor(file.release(), "open a blob"), named: "a blob")
        let count = range.upperBound - range.lowerBound
        guard let extent = BlobExtent(hash: question.blob, first: range.lowerBound, count: count, size: size) else {
            return reply.send(.absent)
        }
        var response = Response(status, body: .file(open, offset: range.lowerBound, count: count))
        response.fields.append(("Content-Type", "application/octet-stream"))
        if status == 206, count > 0 {
            response.fields.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"))
        }
        reply.send(response, .blob(extent), bytes: Int(clamping: count))
    }
}
