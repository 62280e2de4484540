import Blobs
import Bytes
import EventLoop
import Keys
import Operations
import Peers
import RoomModel
import Server
import Store
import Synchronization
import Testing
import Wire

@testable import Federation

/// Files of peers that do not send what they are asked for.
struct HostileBlobTests {
    private static let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 5) }
    private static let hash = Hash(of: bytes.span)

    /// How a peer answers those who ask it for a piece.
    private final class Giver: Sendable {
        struct Piece {
            var bytes: [UInt8]
            var first: UInt64
            var size: UInt64
        }

        typealias Answer = @Sendable (_ ask: Int, _ honest: Piece) -> Piece?
        /// The beginnings of the ranges that it was asked for.
        let asked = Mutex<[UInt64]>([])
        private let answer: Answer
        private let isSilent: Bool

        init(isSilent: Bool = false, _ answer: @escaping Answer = { $1 }) {
            (self.isSilent, self.answer) = (isSilent, answer)
        }

        var asks: [UInt64] { asked.withLock { $0 } }

        /// In the place of an honest node's last route, which is that of blobs.
        func route(_ routes: [Route], _ federation: Federation) -> [Route] {
            routes.dropLast() + [
                Route(.get, "/federation/v1/blobs/{hash}") { [self, federation] in give($0, federation.core) }
            ]
        }

        private func give(_ exchange: Exchange, _ core: FederationCore) {
            let request = exchange.request
            guard let destination = core.settings.url, case .text(let name) = exchange.parameter("hash"),
                let hash = Hash(hex: name),
                let proof = try? PeerRequestCheck.proof(
                    request.method.name, String(decoding: request.target.raw, as: UTF8.self), request.fields,
                    to: destination, now: Timestamp.now(), keys: { core.book[$0]?.keys }),
                case .parts(let parts)? = request.fields.first("Range").map({
                    ByteRanges($0, size: UInt64(HostileBlobTests.bytes.count), partsMax: 1)
                })
            else { return exchange.answer(Response(500)) }
            let ask = asked.withLock { asked in
                asked.append(parts[0].lowerBound)
                return asked.count - 1
            }
            // Then nobody answers, and the connection stays.
            guard !isSilent else { return }
            let range = Int(parts[0].lowerBound)..<Int(parts[0].upperBound)
            let honest = Piece(
                bytes: Array(HostileBlobTests.bytes[range]), first: parts[0].lowerBound,
                size: UInt64(HostileBlobTests.bytes.count))
            guard let piece = answer(ask, honest),
                let extent = BlobExtent(
                    hash: hash, first: piece.first, count: UInt64(piece.bytes.count), size: piece.size)
            else { return exchange.answer(core.signed(.absent, to: proof)) }
            let response = Response(206, contentType: "application/octet-stream", piece.bytes)
            exchange.answer(core.signed(response, .blob(extent), to: proof))
        }
    }

    /// Nodes in one room, of which the first wants what the others say that they have.
    private struct Place {
        let victim: BlobKeeper
        let others: [BlobKeeper]
        let room: RoomID

        init(_ givers: [Giver?], configure: @escaping (inout FederationSettings) -> Void = { _ in }) throws {
            let victim = try BlobKeeper(PlannedNode.all[0], configure: configure)
            let others = try givers.enumerated().map { number, giver in
                try BlobKeeper(PlannedNode.all[number + 1], routes: { giver?.route($0, $1) ?? $0 })
            }
            (self.victim, self.others) = (victim, others)
            for other in others {
                try victim.node.add(other.node)
                try other.node.add(victim.node)
            }
            room = try victim.node.found()
            for other in others { try victim.node.admit(other.node.user(), to: room) }
            #expect(try agree([victim.node] + others.map(\.node), on: room))
        }

        /// A message of the victim's that names the blob, which is on all nodes, and the file on one.
        func name(_ bytes: [UInt8], at keeper: BlobKeeper?) throws -> PublishedBlob? {
            let message = try victim.node.post("A file", in: room)
            #expect(try agree([victim.node] + others.map(\.node), on: room))
            let hash = Hash(of: bytes.span)
            for one in [victim] + others { try one.attach(hash, size: bytes.count, to: message) }
            guard let keeper else { return nil }
            let stored = try keeper.store(bytes)
            let (room, size) = (room, UInt64(bytes.count))
            try keeper.node.writer.performLogged { transaction, log in
                try log.keep(hash, size: size, for: room, in: transaction)
            }
            return stored
        }

        /// Asks the peer with this number first.
        func fetch(
            _ hash: Hash = HostileBlobTests.hash, _ size: Int = HostileBlobTests.bytes.count, first number: Int = 0
        ) -> Box<Result<PublishedBlob, any Error>> {
            let result = Box<Result<PublishedBlob, any Error>>()
            victim.node.federation.core.tell(
                .fetchBlob(hash, UInt64(size), room, others[number].node.id) { result.value = $0 })
            return result
        }

        func fetched(_ hash: Hash = HostileBlobTests.hash, first number: Int = 0) throws -> Result<Hash, any Error> {
            let result = fetch(hash, first: number)
            #expect(eventually { result.value != nil })
            return try #require(result.value).map(\.hash)
        }
    }

    private func nobodyHasIt(_ result: Result<Hash, any Error>) -> Bool {
        if case .failure(BlobFetchFault.nobodyHasIt) = result { true } else { false }
    }

    @Test func `G64 after a liar's bytes a file is fetched anew of somebody else, without the liar`() throws {
        let liar = Giver { _, honest in
            var piece = honest
            piece.bytes[7] ^= 1
            return piece
        }
        let place = try Place([liar, nil])
        let stored = try place.name(Self.bytes, at: place.others[1])
        #expect(try place.fetched().get() == stored?.hash)
        #expect(try place.victim.blobs.verify(Self.hash) == .intact)
        #expect(liar.asks == [0, 1_048_576, 2_097_152])
    }

    @Test func `G64 where several sent a file that is wrong, the whole must come of one`() throws {
        // Who begins rightly and then has no more; who goes on with lies; both are asked anew, each for all of it.
        let fickle = Giver { ask, honest in ask == 1 ? nil : honest }
        let liar = Giver { _, honest in
            var piece = honest
            piece.bytes[0] ^= 0x80
            return piece
        }
        let place = try Place([fickle, liar])
        _ = try place.name(Self.bytes, at: nil)
        #expect(try place.fetched().get() == Self.hash)
        #expect(fickle.asks == [0, 1_048_576, 0, 1_048_576, 2_097_152])
        #expect(liar.asks == [1_048_576, 2_097_152])
    }

    @Test func `G64 a file that only liars have does not come, and each is believed once`() throws {
        let liars = (0..<2).map { _ in
            Giver { _, honest in
                var piece = honest
                piece.bytes[1] ^= 1
                return piece
            }
        }
        let place = try Place(liars)
        _ = try place.name(Self.bytes, at: nil)
        #expect(try nobodyHasIt(place.fetched()))
        #expect(liars.map(\.asks) == [[0, 1_048_576, 2_097_152], [0, 1_048_576, 2_097_152]])
        #expect(try place.victim.blobs.published(Self.hash) == nil)
    }

    @Test(arguments: ["shorter", "longer", "elsewhere", "of a larger file", "empty", "huge"])
    func `G64 F57 a piece that is not the one asked for is none, and what is too much is not read`(kind: String) throws
    {
        let liar = Giver { _, honest in
            var piece = honest
            switch kind {
            case "shorter": piece.bytes.removeLast()
            case "longer": piece.bytes.append(0)
            case "elsewhere": piece.first = 1
            case "of a larger file": piece.size += 1
            case "empty": piece.bytes = []
            default: piece = Giver.Piece(bytes: [UInt8](repeating: 7, count: 24 << 20), first: 0, size: 24 << 20)
            }
            return piece
        }
        let place = try Place([liar])
        _ = try place.name(Self.bytes, at: nil)
        #expect(try nobodyHasIt(place.fetched()))
        #expect(liar.asks == [0])
        #expect(try place.victim.blobs.partial(Self.hash, size: UInt64(Self.bytes.count)).received == 0)
    }

    @Test func `F57 a peer that is silent holds two places, and others go on`() throws {
        let silent = Giver(isSilent: true)
        let place = try Place([silent, nil])
        let files = (0..<5).map { number in (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* (number + 3)) } }
        for file in files { _ = try place.name(file, at: place.others[1]) }
        let results = files.map { place.fetch(Hash(of: $0.span), $0.count) }
        // The first two wait for the silent one; all others are asked of whoever has a place.
        #expect(eventually { results.count { (try? $0.value?.get()) != nil } == 3 })
        // It may notice them later than others have answered.
        #expect(eventually { silent.asks.count >= 2 })
        #expect(silent.asks.count == 2)
    }

    @Test func `G64 a file larger than the operator allows is not asked for, and the card says so`() throws {
        let giver = Giver()
        let place = try Place([giver]) { $0.fetchBytesMax = 1_000_000 }
        _ = try place.name(Self.bytes, at: nil)
        let result = place.fetch()
        #expect(eventually { result.value != nil })
        #expect(throws: BlobFetchFault.tooLarge) { try result.value?.get() }
        #expect(giver.asks.isEmpty)
        #expect(place.victim.node.federation.card.statement.limits.attachmentBytes == 1_000_000)
    }
}
