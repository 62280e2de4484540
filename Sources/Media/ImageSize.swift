/// Width and height in pixels, as the image is seen: turned as its EXIF orientation says. Neither is zero.
package struct ImageSize: Hashable, Sendable {
    package let width: UInt32
    package let height: UInt32

    init?(width: UInt32, height: UInt32, isTurned: Bool = false) {
        guard width > 0, height > 0 else { return nil }
        self.width = isTurned ? height : width
        self.height = isTurned ? width : height
    }
}
