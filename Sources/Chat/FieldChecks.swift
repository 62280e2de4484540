import Operations

extension [FieldFault] {
    /// A name of something: at most 255 characters.
    mutating func check(_ field: FieldFault.Field, name: String?) {
        guard let name else { return }
        check(field, Accounts.isName(name), "At most 255 characters.")
        check(field, isText: name)
    }

    mutating func check(_ field: FieldFault.Field, text: String?, bytesMax: Int) {
        guard let text else { return }
        check(field, text.utf8.count <= bytesMax, "At most \(bytesMax) bytes.")
        check(field, isText: text)
    }

    mutating func check(_ field: FieldFault.Field, _ reference: Reference?) {
        guard case .text(let text) = reference else { return }
        check(field, text: text, bytesMax: Limits.nameBytesMax)
    }

    private mutating func check(_ field: FieldFault.Field, isText text: String) {
        check(field, !text.utf8.contains(0), "No character 0.")
    }
}
