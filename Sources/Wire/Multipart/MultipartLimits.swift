/// What one form may make us hold or look at. There is no limit on a part's content: it streams to whoever
/// takes it, and the driver has a limit for the body as a whole.
package struct MultipartLimits: Equatable, Sendable {
    package var partsMax = 100
    /// One part's head, with its line ends and the empty line after it.
    package var headBytesMax = 8_192
    /// Lines in one part's head. Browsers write two, the most talkative clients four.
    package var fieldsMax = 16
    /// The `name` of a part, as it is after decoding.
    package var fieldNameBytesMax = 256
    /// Text before the first delimiter. MIME allows it for the eyes of people with old mail programs; no form
    /// has it, so it need not be long.
    package var preambleBytesMax = 1_024
    /// Whatever follows the closing delimiter: usually a line end.
    package var epilogueBytesMax = 1_024
    /// Blanks between a delimiter and the end of its line (RFC 2046, `transport-padding`).
    package var paddingBytesMax = 64

    package init() {}
}
