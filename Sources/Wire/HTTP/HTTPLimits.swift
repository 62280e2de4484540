/// How much of a message besides its content is taken before it is refused. Content has no limit here:
/// its length is known to whoever reads it, and that one decides.
package struct HTTPLimits: Sendable {
    /// The first line, without its CRLF; also of a response.
    package var requestLineBytesMax: Int
    /// The whole head, from the first byte of its first line to the empty line's end.
    package var headBytesMax: Int
    package var fieldsMax: Int
    /// A chunk's size and extensions, without the CRLF.
    package var chunkLineBytesMax: Int
    /// All lines after the last chunk, without the empty one.
    package var trailerBytesMax: Int

    package init(
        requestLineBytesMax: Int = 8_192, headBytesMax: Int = 32_768, fieldsMax: Int = 100,
        chunkLineBytesMax: Int = 256, trailerBytesMax: Int = 8_192
    ) {
        self.requestLineBytesMax = requestLineBytesMax
        self.headBytesMax = headBytesMax
        self.fieldsMax = fieldsMax
        self.chunkLineBytesMax = chunkLineBytesMax
        self.trailerBytesMax = trailerBytesMax
    }
}
