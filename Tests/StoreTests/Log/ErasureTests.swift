import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// What is deleted is gone from the file, byte by byte.
struct LogErasureTests {
    @Test func `nothing of deleted messages is in the database or its log`() throws {
        let folder = DatabaseFolder()
        let node = try LocalWritingTests.Node(folder)
        let room = try node.found()
        var random = Seeded(7)
        var written: [(id: OperationID, words: [String])] = []
        // Of all sizes, also beyond a page, edited and reacted to, so that rows grow and are moved.
        for number in 0..<160 {
            let word = "secret\(number)x"
            let filler = String(
                repeating: "~", count: Int.random(in: 0..<(number % 20 == 0 ? 9_000 : 300), using: &random))
            let post = try node.post("\(word)\(filler)", in: room)
            written.append((post.id, [word]))
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                let index = Int.random(in: written.indices, using: &random)
                let word = "changed\(index)y\(written[index].words.count)z"
                var change = MessageChange()
                change.content = .to(word + String(repeating: "-", count: Int.random(in: 0..<500, using: &random)))
                written[index].words.append(word)
                let (id, now) = (written[index].id, node.now)
                _ = try node.command {
                    try $0.write(
                        LocalDraft(by: Handle("ada")!, .messageEdit, about: .operation(id), payload: change.encoded),
                        in: room,
                        at: now)
                }
            }
        }
        let (gone, kept) = (
            written.enumerated().filter { $0.offset % 3 != 0 }, written.enumerated().filter { $0.offset % 3 == 0 }
        )
        for (_, message) in gone {
            let now = node.now
            _ = try node.command {
                try $0.write(
                    LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(message.id)), in: room, at: now)
            }
        }
        for (_, message) in kept { #expect(try folder.contains(message.words.last!), "kept") }
        try node.checkpoint()
        for (number, message) in gone {
            for word in message.words where try folder.contains(word) { Issue.record("\(word) of \(number) is there") }
        }
        for (_, message) in kept { #expect(try folder.contains(message.words.last!), "kept \(message.words)") }
    }
}
