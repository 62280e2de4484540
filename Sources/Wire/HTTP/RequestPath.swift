import Bytes

/// A path as the node understands it: segments, percent-decoded once, without dot segments.
///
/// Decoding before splitting would let `%2F` make two segments of one, and splitting, resolving dots and
/// then decoding would let `%2e%2e` climb. So: split at the slashes as sent, decode each segment, then
/// resolve those that are a dot or two. A decoded slash stays inside its segment.
///
/// Empty segments are kept: `//a` and `/a` are two paths, as RFC 3986 has it. Merging them would be a second
/// reading of the path beside that of a proxy in front or a signature; a route that names no empty segment
/// never matches one, which answers 404.
package struct RequestPath: Sendable, Equatable {
    /// The head itself, followed by those segments that had to be decoded.
    private var bytes: [UInt8]
    private var segments: [Extent] = []

    /// Whether the path ends in a slash, or in a dot segment, which comes to the same. True for `/`.
    package private(set) var hasTrailingSlash = false

    /// `*`, or a target without a path: no segments at all.
    init() {
        bytes = []
    }

    /// The range begins with a slash and holds no character but those of a target.
    init(bytes: [UInt8], range: Range<Int>) throws(HTTPFault) {
        self.bytes = bytes
        segments.reserveCapacity(8)
        let path = bytes.span.extracting(range)
        var at = 0
        while at < path.count {
            let start = at &+ 1
            at = start
            var isEscaped = false
            while at < path.count, path[at] != UInt8(ascii: "/") {
                if path[at] == UInt8(ascii: "%") { isEscaped = true }
                at &+= 1
            }
            let segment = range.lowerBound &+ start..<range.lowerBound &+ at
            try append(isEscaped ? decode(segment) : segment, isLast: at == path.count)
        }
    }

    /// For routes and tests: a path as it would stand in a target, with its escapes.
    package init(_ text: String) throws(HTTPFault) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/") else { throw .malformedTarget }
        for byte in bytes where !ASCIISet.target.contains(byte) || byte == UInt8(ascii: "?") {
            throw .forbiddenTargetCharacter
        }
        try self.init(bytes: bytes, range: 0..<bytes.count)
    }

    private mutating func decode(_ segment: Range<Int>) throws(HTTPFault) -> Range<Int> {
        var decoded: [UInt8] = []
        guard decoded.append(percentDecoding: bytes.span.extracting(segment), plusIsSpace: false) else {
            throw .malformedPercentEncoding
        }
        guard UTF8Check.isValid(decoded.span) else { throw .targetNotUTF8 }
        // Nothing that a path names can contain it, and C would end the text there.
        guard !decoded.contains(0) else { throw .nullInPath }
        let start = bytes.count
        bytes += decoded
        return start..<bytes.count
    }

    private mutating func append(_ segment: Range<Int>, isLast: Bool) throws(HTTPFault) {
        guard segment.isEmpty || bytes[segment.lowerBound] == UInt8(ascii: ".") else {
            segments.append(Extent(segment))
            return
        }
        if bytes.span.extracting(segment).equals(".") {
            hasTrailingSlash = isLast
        } else if bytes.span.extracting(segment).equals("..") {
            guard segments.popLast() != nil else { throw .pathAboveRoot }
            hasTrailingSlash = isLast
        } else if isLast, segment.isEmpty {
            hasTrailingSlash = true
        } else {
            segments.append(Extent(segment))
        }
    }

    /// The number of segments; the empty one behind a trailing slash is not counted.
    package var count: Int { segments.count }

    package func segment(_ index: Int) -> String {
        bytes.span.text(segments[index].range)
    }

    package func withSegment<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(segments[index].range))
    }

    /// Compares without an allocation; capital and small letters differ.
    package func segment(_ index: Int, equals text: StaticString) -> Bool {
        bytes.span.extracting(segments[index].range).equals(text)
    }

    package func segment(_ index: Int, equals other: [UInt8]) -> Bool {
        bytes[segments[index].range].elementsEqual(other)
    }

    package static func == (left: RequestPath, right: RequestPath) -> Bool {
        left.hasTrailingSlash == right.hasTrailingSlash && left.count == right.count
            && zip(left.segments, right.segments).allSatisfy {
                left.bytes[$0.range].elementsEqual(right.bytes[$1.range])
            }
    }
}

extension RequestPath: CustomStringConvertible {
    /// The path in its one canonical spelling: everything but unreserved characters percent-encoded.
    package var description: String {
        var text: [UInt8] = []
        for segment in segments {
            text.append(UInt8(ascii: "/"))
            for byte in bytes[segment.range] {
                text.append(percentEncoding: byte)
            }
        }
        if hasTrailingSlash { text.append(UInt8(ascii: "/")) }
        return String(decoding: text, as: UTF8.self)
    }
}
