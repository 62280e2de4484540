import Testing

@testable import Wire

struct RequestPathTests {
    @Test(arguments: [
        ("/", [], true), ("/a", ["a"], false), ("/a/", ["a"], true), ("/a/b", ["a", "b"], false),
        ("//", [""], true), ("//a", ["", "a"], false), ("/a//", ["a", ""], true), ("/a//..", ["a"], true),
        ("/.", [], true), ("/a/.", ["a"], true), ("/a/./b", ["a", "b"], false), ("/a/..", [], true),
        ("/a/../b", ["b"], false), ("/a/b/..", ["a"], true), ("/a/b/../", ["a"], true), ("/...", ["..."], false),
        ("/a%2Fb", ["a/b"], false), ("/%2F", ["/"], false), ("/%2e/a", ["a"], false), ("/a/%2E%2e/b", ["b"], false),
        ("/%2e%2e%2fa", ["../a"], false), ("/%41%c3%a9", ["A\u{E9}"], false), ("/%25%32%46", ["%2F"], false),
        ("/a%20b/%20", ["a b", " "], false), ("/%61/x/%62", ["a", "x", "b"], false), ("/a+b", ["a+b"], false),
    ])
    func `a path is its segments`(text: String, segments: [String], hasTrailingSlash: Bool) throws {
        let path = try RequestPath(text)
        #expect((0..<path.count).map(path.segment) == segments)
        #expect(path.hasTrailingSlash == hasTrailingSlash)
        #expect(try RequestPath(path.description) == path, "what it is written as means the same")
    }

    @Test(arguments: [
        ("", HTTPFault.malformedTarget), ("a", .malformedTarget), ("/a?b", .forbiddenTargetCharacter),
        ("/a b", .forbiddenTargetCharacter), ("/a#b", .forbiddenTargetCharacter), ("/..", .pathAboveRoot),
        ("/a/../..", .pathAboveRoot), ("/%2e%2e", .pathAboveRoot), ("/%", .malformedPercentEncoding),
        ("/%4", .malformedPercentEncoding), ("/%g0", .malformedPercentEncoding), ("/%0", .malformedPercentEncoding),
        ("/%00", .nullInPath), ("/%80", .targetNotUTF8), ("/%C3/%A9", .targetNotUTF8), ("/%C0%AE", .targetNotUTF8),
    ])
    func `a path that means two things or none is refused`(text: String, fault: HTTPFault) {
        #expect(throws: fault) { try RequestPath(text) }
    }

    @Test func `segments are compared byte for byte`() throws {
        let path = try RequestPath("/rooms/%C3%A9/")
        #expect(path.segment(0, equals: "rooms"))
        #expect(!path.segment(0, equals: "Rooms"))
        #expect(!path.segment(0, equals: "room"))
        #expect(path.segment(1, equals: [0xC3, 0xA9]))
        #expect(!path.segment(1, equals: [0xC3]))
        #expect(path.withSegment(1) { $0.count } == 2)
        #expect(try path == RequestPath("/%72ooms/./%c3%a9/"))
        #expect(try path != RequestPath("/rooms/%C3%A9"))
        #expect(try path != RequestPath("/rooms/"))
        #expect(try path != RequestPath("/rooms/e/"))
    }
}
