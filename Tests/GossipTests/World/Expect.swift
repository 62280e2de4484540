import Testing

/// `#expect` for what changes something while it answers, which the macro can't hold.
func expect(_ isSo: Bool, _ what: Comment? = nil, _ location: SourceLocation = #_sourceLocation) {
    #expect(isSo, what, sourceLocation: location)
}
