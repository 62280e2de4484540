import Foundation
import Glibc
import Testing
import Wires

/// Nodes that are killed, away, restored, and out of room: processes over sockets.
struct CrashTests {
    @Test(arguments: [0, 1])
    func `who is killed in the middle of a catching up, giving or taking, is caught up afterwards`(killed: Int) throws {
        let organisations = try Organisations(2)
        let room = try organisations.found()
        organisations.set(.cut)
        try organisations[0].sayMany(1_000, in: room)
        organisations.set(.swallowingAfter(bytes: 60_000))
        #expect(soon { organisations.links[0].wires.contains { $0.weather == .swallowing } })
        organisations[killed].kill()
        #expect(try killed == 1 || organisations[1].count(of: room) < 1_000)
        try organisations[killed].start()
        organisations.set(.fine)
        try organisations.agree(on: room)
        #expect(try organisations[1].count(of: room) == 1_000)
        try organisations.verify()
    }

    @Test func `who is killed again and again while both talk has lost nothing that was answered`() throws {
        let organisations = try Organisations(2)
        let room = try organisations.found()
        for round in 0..<3 {
            for killed in 0...1 {
                try organisations.live(1, in: room, "round \(round)")
                organisations[killed].kill()
                try organisations[1 - killed].say("You are away, \(organisations[killed].name)", in: room)
                try organisations[killed].start()
            }
        }
        try organisations.agree(on: room)
        // Six rounds of two messages from each of two, and what was said to who was away.
        #expect(try organisations[0].count(of: room) == 6 * 4 + 6)
        try organisations.verify()
    }

    @Test func `a node that was down while thousands of things happened in several rooms has them soon`() throws {
        let organisations = try Organisations(2)
        let rooms = try (0..<3).map { try organisations.found("Room \($0)") }
        organisations[1].stop()
        let missed = (Scale.number("PARLEY_MISSED") ?? 2_100) / 3
        for room in rooms { try organisations[0].sayMany(missed, in: room) }
        try organisations[1].start()
        for room in rooms { try organisations.agree(on: room, within: 120) }
        #expect(try organisations[1].count(of: rooms[0]) == missed)
        let last = try organisations[1].say("Back again", in: rooms[0])
        #expect(try soon { try organisations[0].isThere(last) })
    }

    @Test(arguments: [false, true])
    func `B24 a node made anew of its backup, old or new, goes on without a fork`(isStale: Bool) throws {
        let organisations = try Organisations(3, .star)
        let (north, south) = (organisations[0], organisations[1])
        let room = try organisations.found()
        try organisations.live(1, in: room, "before")
        let regretted = try south.say("To be regretted", in: room)
        try organisations.agree(on: room)
        #expect(try north.run("backup", organisations.playground.file("copy")).status == 0)
        var lost: String?
        if isStale {
            lost = try north.say("Written after the backup", in: room)
            try south.delete(regretted)
            try organisations.agree(on: room)
        }
        north.kill()
        try north.restore("copy")
        try north.start()
        let next = try north.say("Where was I?", in: room)
        try organisations.live(1, in: room, "after")
        try organisations.agree(on: room)
        for node in organisations.all {
            #expect(try node.isThere(next))
            if let lost {
                #expect(try node.isThere(lost))
                #expect(try node.get("/api/messaging/messages/\(regretted)/")["is_deleted"] as? Bool == true)
            }
            #expect(try node.get("/api/admin/statistics/")["forks"] as? Int == 0)
        }
        try organisations.verify()
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a disk of some megabytes needs root"))
    func `a node whose disk is full goes on reading, says so, and is caught up when there is room again`() throws {
        let disk = try SmallDisk(megabytes: 24)
        defer { disk.end() }
        let playground = disk.playground
        let north = try Organisation("north", in: playground)
        let south = try Organisation("south", in: playground, data: "disk/south")
        let organisations = try Organisations([north, south], in: playground)
        let room = try organisations.found()
        try organisations.live(1, in: room, "before")
        try organisations.agree(on: room)
        try disk.fill()
        try north.sayMany(400, in: room)
        let refused = try soon {
            let answer = try south.serve.ask(
                "POST", "/api/messaging/messages/", #"{"channel": "\#(room)", "content": "Is there room?"}"#,
                token: south.token)
            return answer.status == 507
        }
        #expect(refused)
        #expect(try soon { try south.serve.ask("GET", "/readyz").status == 503 })
        #expect(try south.count(of: room) >= 4)
        try disk.makeRoom()
        try organisations.agree(on: room)
        #expect(try south.count(of: room) >= 404)
        #expect(try soon { try south.serve.ask("GET", "/readyz").status == 200 })
        let last = try south.say("There is room again", in: room)
        #expect(try soon { try north.isThere(last) })
        try organisations.verify()
    }
}

/// A disk of a few megabytes, in a playground, as the folder `disk`.
final class SmallDisk {
    let playground = Playground()
    private var path: String { playground.file("disk") }
    private var isMounted = true

    /// Whether this user may make one here.
    static let isPossible: Bool = {
        guard let disk = try? SmallDisk(megabytes: 1) else { return false }
        disk.end()
        return true
    }()

    struct Impossible: Error { let code: Int32 }

    init(megabytes: Int) throws {
        mkdir(path, 0o700)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { throw Impossible(code: errno) }
    }

    /// Leaves no room at all.
    func fill() throws {
        let file = open("\(path)/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let piece = [UInt8](repeating: 1, count: 4_096)
        while write(file, piece, piece.count) > 0 {}
        guard errno == ENOSPC else { throw Impossible(code: errno) }
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: "\(path)/ballast") }

    func end() {
        guard isMounted else { return }
        isMounted = false
        umount2(path, Int32(MNT_DETACH))
    }

    deinit { end() }
}
