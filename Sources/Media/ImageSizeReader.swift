import Bytes

/// Reads the size of a PNG, JPEG, GIF or WebP from its first bytes, in pieces of any size, without decoding it.
///
/// It holds back at most 4 KiB; what does not matter is skipped by its length, and after `bytesMax` it gives up. For
/// a JPEG that is not so soon: the size comes behind colour profiles and previews, which may take megabytes.
package struct ImageSizeReader: Sendable {
    package enum Outcome: Equatable, Sendable {
        case needBytes
        case size(ImageSize)
        /// Another format, broken, of no size, or too late to be found.
        case unknown
    }

    package static let bytesMax = 4 << 20

    package private(set) var outcome = Outcome.needBytes
    private var goal = Goal.signature
    /// What the goal needs, as far as it has come.
    private var held: [UInt8] = []
    private var skipped = 0
    private var seen = 0
    private var isTurned = false

    /// What is to be read next, always from the start of `held`.
    private enum Goal {
        case signature
        case png
        case gif
        case riff
        case webp(bytes: Int)
        case marker
        case segmentLength(marker: UInt8)
        case frame
        case exif(segment: Int)

        var bytes: Int {
            switch self {
            case .signature, .marker, .segmentLength: 2
            case .png: 24
            case .gif: 10
            case .riff: 16
            case .webp(let bytes): bytes
            case .frame: 5
            case .exif(let segment): min(segment, ImageSizeReader.exifBytesMax)
            }
        }
    }

    private static let exifBytesMax = 4_096

    package init() {}

    package mutating func accept(_ bytes: Span<UInt8>) {
        var at = 0
        while outcome == .needBytes, at < bytes.count {
            let rest = min(bytes.count - at, Self.bytesMax - seen)
            guard rest > 0 else { return outcome = .unknown }
            let isSkipping = skipped > 0
            let count = min(rest, isSkipping ? skipped : goal.bytes - held.count)
            if isSkipping {
                skipped -= count
            } else {
                held.append(copying: bytes.extracting(at..<at + count))
            }
            at += count
            seen += count
            if !isSkipping, held.count == goal.bytes { advance() }
        }
    }

    private mutating func advance() {
        switch goal {
        case .signature:
            switch (held[0], held[1]) {
            case (0x89, 0x50): goal = .png
            case (0xFF, 0xD8): read(.marker)
            case (UInt8(ascii: "G"), UInt8(ascii: "I")): goal = .gif
            case (UInt8(ascii: "R"), UInt8(ascii: "I")): goal = .riff
            default: outcome = .unknown
            }
        case .png: finish(held.span.pngSize)
        case .gif: finish(held.span.gifSize)
        case .riff:
            guard held.span.has("RIFF"), held.span.has("WEBP", at: 8) else { return outcome = .unknown }
            // A lossless image may end before the others have said their size.
            goal = .webp(bytes: held.span.has("VP8L", at: 12) ? 25 : 30)
        case .webp: finish(held.span.webpSize)
        case .marker: advanceAtMarker()
        case .segmentLength(let marker): advanceInSegment(marker)
        case .frame:
            // Precision, height, width; a height of zero would be told after the first scan, which nobody does.
            let (height, width) = (held.span.bigEndian(1, bytes: 2), held.span.bigEndian(3, bytes: 2))
            finish(ImageSize(width: width, height: height, isTurned: isTurned))
        case .exif(let segment):
            // Not every APP1 is EXIF, and one that is not must not undo what the other said.
            if held.span.isTurnedByEXIF { isTurned = true }
            skip(segment - held.count)
        }
    }

    private mutating func advanceAtMarker() {
        guard held[0] == 0xFF else { return outcome = .unknown }
        switch held[1] {
        case 0xFF: held.removeFirst()  // a fill byte: the marker is still to come
        case 0x01, 0xD0...0xD8: read(.marker)  // these stand alone
        case 0x00, 0xD9, 0xDA: outcome = .unknown  // the image itself, or its end, and no size so far
        case let marker: read(.segmentLength(marker: marker))
        }
    }

    private mutating func advanceInSegment(_ marker: UInt8) {
        let length = Int(held.span.bigEndian(0, bytes: 2)) - 2
        guard length >= 0 else { return outcome = .unknown }
        switch marker {
        case 0xC4, 0xC8, 0xCC: skip(length)  // tables that have their numbers among the frames
        case 0xC0...0xCF:
            guard length >= Goal.frame.bytes else { return outcome = .unknown }
            read(.frame)
        case 0xE1 where length > 0: read(.exif(segment: length))
        default: skip(length)
        }
    }

    private mutating func read(_ next: Goal) {
        goal = next
        held.removeAll(keepingCapacity: true)
    }

    private mutating func skip(_ count: Int) {
        read(.marker)
        skipped = count
    }

    private mutating func finish(_ size: ImageSize?) {
        outcome = size.map(Outcome.size) ?? .unknown
        held = []
    }
}
