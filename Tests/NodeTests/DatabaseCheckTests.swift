import Foundation
import Testing

@testable import Node

/// Whether a database was cut, as far as its length tells.
struct DatabaseCheckTests {
    /// The head says three pages; the file has one.
    private static let head: [UInt8] = {
        var page = [UInt8](repeating: 0, count: 4_096)
        (page[16], page[31]) = (0x10, 3)
        return page
    }()

    @Test(
        arguments: [(nil, 1, false), (0, 1, false), (32, 1, true), (nil, 3, true), (nil, 0, false)]
            as [(Int?, Int, Bool)])
    func `a file shorter than its head says was cut, unless what it lacks may lie in the log`(
        log: Int?, pages: Int, isWhole: Bool
    ) throws {
        let folder = DataFolder(NSTemporaryDirectory() + UUID().uuidString)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let bytes = (Self.head + [UInt8](repeating: 0, count: 8_192)).prefix(pages * 4_096)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.database))
        if let log { try Data(count: log).write(to: URL(fileURLWithPath: folder.database + "-wal")) }
        let found = (try? DatabaseCheck.requireWhole(folder)) != nil
        #expect(found == isWhole)
    }
}
