/// What a node calls itself: a label for people, never a proof of anything. They see it beside the names of the
/// node's users, so nothing in it may hide, turn the reading direction, or pretend to end it.
///
/// 1 to 255 bytes of UTF-8. Which characters are refused is a list of code points, and not a category of Unicode's,
/// so that nodes with different tables come to one verdict.
package struct NodeName: Hashable, Sendable, CustomStringConvertible {
    package static let bytesMax = 255
    package let text: String

    package init?(_ text: String) {
        guard (1...Self.bytesMax).contains(text.utf8.count) else { return nil }
        guard text.unicodeScalars.first != " ", text.unicodeScalars.last != " " else { return nil }
        guard !text.unicodeScalars.contains(where: Self.isRefused) else { return nil }
        self.text = text
    }

    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Controls, and the soft hyphen.
        case 0x00...0x1F, 0x7F...0x9F, 0xAD: true
        // Marks and overrides of direction, joiners, spaces without width, ends of lines and paragraphs.
        case 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        // Fillers that look like nothing; annotations; noncharacters; tags.
        case 0x115F...0x1160, 0x3164, 0xFFA0, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF, 0xE0000...0xE0FFF: true
        // Spaces other than the plain one, and private use.
        case 0xA0, 0x1680, 0x2000...0x200A, 0x205F, 0x3000, 0xE000...0xF8FF, 0xF0000...0x10FFFF: true
        default: scalar.value & 0xFFFE == 0xFFFE
        }
    }

    package var description: String { text }
}
