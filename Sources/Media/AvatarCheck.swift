/// Decides whether what comes, in pieces of any size, can be somebody's picture: a PNG, JPEG, GIF or WebP by its
/// content, whatever it was declared as, with a size that can be told, and not too large. Nothing is decoded here;
/// the limit of the sides is for those who will.
package struct AvatarCheck: Sendable {
    private let bytesMax: UInt64
    private let sideMax: UInt32
    private var bytes: UInt64 = 0
    private var sniffer = MediaSniffer()
    private var reader = ImageSizeReader()

    package init(bytesMax: UInt64, sideMax: UInt32 = 8_192) {
        self.bytesMax = bytesMax
        self.sideMax = sideMax
    }

    /// Throws as soon as there are too many bytes.
    package mutating func accept(_ piece: Span<UInt8>) throws(AvatarFault) {
        guard UInt64(piece.count) <= bytesMax - bytes else { throw .tooLarge(bytesMax: bytesMax) }
        bytes += UInt64(piece.count)
        sniffer.accept(piece)
        reader.accept(piece)
    }

    /// The verdict, when all has come.
    package func finish() throws(AvatarFault) -> Avatar {
        let format = sniffer.format
        switch format {
        case .png, .jpeg, .gif, .webp: break
        default: throw .formatRefused(format)
        }
        guard case .size(let size) = reader.outcome else { throw .sizeUnknown }
        guard size.width <= sideMax, size.height <= sideMax else { throw .sidesTooLong(size, sideMax: sideMax) }
        return Avatar(format: format, size: size)
    }
}

package struct Avatar: Hashable, Sendable {
    package let format: MediaFormat
    package let size: ImageSize
}

/// Why a file can't be somebody's picture.
package enum AvatarFault: Error, Equatable {
    case tooLarge(bytesMax: UInt64)
    case formatRefused(MediaFormat)
    /// Cut off or broken.
    case sizeUnknown
    case sidesTooLong(ImageSize, sideMax: UInt32)
}
