import Bytes

extension HTTPFields: SignableFields {
    package func forEachValue(named name: String, _ body: (Span<UInt8>) -> Void) {
        let wanted = Array(name.utf8)
        forEach { fieldName, value in
            guard fieldName.count == wanted.count else { return }
            for index in wanted.indices where fieldName[index].asciiLowercased != wanted[index] { return }
            body(value)
        }
    }
}
