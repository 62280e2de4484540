package import JSON

/// Bytes that are told by how they are put together: those that come up against the limits would fill megabytes.
package struct LargeBytes: Sendable {
    enum Piece: Sendable {
        case bytes([UInt8])
        case repeated([UInt8], times: Int)
        /// Numbers from `first` on, each between what is the same for all: in decimal digits, or as bytes, the highest first.
        case counted(from: Int, count: Int, width: Int, inDigits: Bool, before: [UInt8], after: [UInt8])
    }

    let pieces: [Piece]

    init(_ pieces: [Piece]) { self.pieces = pieces }

    init(_ bytes: [UInt8]) { pieces = [.bytes(bytes)] }

    /// As it stands in a file: a text is hex.
    package init(_ value: JSONValue) {
        pieces = value.list.map { piece in
            guard case .object(let members) = piece else { return .bytes(piece.hex) }
            if members.contains(where: { $0.key == "repeat" }) {
                return .repeated(piece["repeat"].hex, times: piece["times"].number)
            }
            return .counted(
                from: piece["from"].number, count: piece["count"].number, width: piece["width"].number,
                inDigits: piece["digits"].isTrue, before: piece["before"].hex, after: piece["after"].hex)
        }
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for piece in pieces {
            switch piece {
            case .bytes(let piece): bytes += piece
            case .repeated(let unit, let times): for _ in 0..<times { bytes += unit }
            case .counted(let first, let count, let width, let inDigits, let before, let after):
                for number in first..<first + count {
                    bytes += before + Self.written(number, width: width, inDigits: inDigits) + after
                }
            }
        }
        return bytes
    }

    var count: Int {
        pieces.reduce(0) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + bytes.count
            case .repeated(let unit, let times): sum + unit.count * times
            case .counted(_, let count, let width, _, let before, let after):
                sum + count * (before.count + width + after.count)
            }
        }
    }

    private static func written(_ number: Int, width: Int, inDigits: Bool) -> [UInt8] {
        let base = inDigits ? 10 : 256
        var rest = number
        var digits: [UInt8] = []
        for _ in 0..<width {
            digits.append(UInt8(rest % base) + (inDigits ? 0x30 : 0))
            rest /= base
        }
        return digits.reversed()
    }

    var described: Description {
        .list(
            pieces.map { piece in
                switch piece {
                case .bytes(let bytes): .hex(bytes)
                case .repeated(let unit, let times): .object([("repeat", .hex(unit)), ("times", .number(times))])
                case .counted(let first, let count, let width, let inDigits, let before, let after):
                    .object([
                        ("from", .number(first)), ("count", .number(count)), ("width", .number(width)),
                        ("digits", .bool(inDigits)), ("before", .hex(before)), ("after", .hex(after)),
                    ])
                }
            })
    }
}
