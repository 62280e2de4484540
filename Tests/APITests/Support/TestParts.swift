import API
import Bytes
import Chat
import Operations
import SQLite
import Store
import Synchronization

/// The parts of a node that lie beside its API, as a test wants them.
final class TestParts: Sendable {
    let status = TestStatus()
    let peers = TestPeers()
    let devices = TestDevices()

    func parts(presence: any PresenceKeeping) -> NodeParts {
        NodeParts(status: status, peers: peers, devices: devices, presence: presence)
    }
}

final class TestStatus: NodeStatus {
    let canWrite = Atomic<Bool>(true)

    var readiness: Readiness {
        Readiness(canWrite: canWrite.load(ordering: .relaxed), peersKnown: 2, peersReachable: 1)
    }

    var figures: NodeFigures {
        NodeFigures(
            databaseBytes: 4_096, freeBytes: 8_192, activePeers: 1, peers: 2, sockets: 3, version: "1.0.0",
            started: Timestamp(milliseconds: 1_790_000_000_000))
    }

    func noticeFullDisk() { canWrite.store(false, ordering: .relaxed) }
    func metrics() -> [UInt8] { Array("parley_up 1\n".utf8) }
    func card() -> [UInt8] { [0x80] }
}

/// Answers what it was told to.
final class TestDevices: DeviceTesting {
    let answer = Mutex(DeviceTest(isDelivered: true, status: 201, error: nil))

    func test(_ device: Device, completion: @escaping @Sendable (DeviceTest) -> Void) {
        completion(answer.withLock { $0 })
    }
}

/// A few peers in memory.
final class TestPeers: PeerAdministration {
    private let all = Mutex<[PeerView]>([])
    /// What every change is refused with.
    let trouble = Mutex<(any Error)?>(nil)

    /// Somebody asks to be a peer.
    func knock(_ key: NodeID) {
        all.withLock { all in
            all.append(
                PeerView(
                    number: Int64(all.count + 2), name: "stranger", url: nil, key: key, state: .knocking,
                    created: Timestamp(milliseconds: 0), lastContact: nil, lastError: nil, rooms: 0, behind: 0))
        }
    }

    private func beInTrouble() throws {
        if let trouble = trouble.withLock({ $0 }) { throw trouble }
    }

    func peers(_ window: ListWindow, on connection: Connection) -> (count: Int, peers: [PeerView]) {
        all.withLock { all in
            (all.count, Array(all.sorted { $0.name < $1.name }.dropFirst(window.offset).prefix(window.limit)))
        }
    }

    func peer(_ key: NodeID, on connection: Connection) -> PeerView? {
        all.withLock { $0.first { $0.key == key } }
    }

    func add(_ peer: NewPeer, on occasion: Occasion, completion: @escaping PeerCompletion<AddedPeer>) {
        completion(
            Result {
                try beInTrouble()
                guard let key = peer.key else { throw PeerFault.wrongURL("There is no Parley.") }
                return all.withLock { all in
                    if let known = all.first(where: { $0.key == key }) { return AddedPeer(peer: known, isNew: false) }
                    let added = PeerView(
                        number: Int64(all.count + 2), name: peer.name ?? "peer", url: peer.url, key: key,
                        state: .waiting, created: occasion.now, lastContact: nil, lastError: nil, rooms: 0, behind: 0)
                    all.append(added)
                    return AddedPeer(peer: added, isNew: true)
                }
            })
    }

    func change(
        _ key: NodeID, _ change: PeerChange, on occasion: Occasion, completion: @escaping PeerCompletion<PeerView>
    ) {
        completion(
            Result {
                try beInTrouble()
                return try all.withLock { all in
                    guard let index = all.firstIndex(where: { $0.key == key }) else { throw PeerFault.unknown }
                    guard (all[index].state == .knocking) == (change == .accept) else {
                        throw PeerFault.wrongState(change == .accept ? "It doesn't knock." : "It knocks.")
                    }
                    all[index].state = change == .pause ? .paused : .active
                    return all[index]
                }
            })
    }

    func remove(_ key: NodeID, on occasion: Occasion, completion: @escaping PeerCompletion<Void>) {
        completion(
            Result {
                try beInTrouble()
                try all.withLock { all in
                    guard let index = all.firstIndex(where: { $0.key == key }) else { throw PeerFault.unknown }
                    all.remove(at: index)
                }
            })
    }
}
