import Bytes

/// The fields of one head, in their order. They are kept as they came, in one array of bytes: no field
/// costs an allocation until somebody asks for its text.
///
/// Text is read as UTF-8; bytes that are none become U+FFFD.
package struct HTTPFields: Sendable {
    /// Where one field lies in the head.
    struct Field: Sendable {
        private let nameExtent: Extent
        private let valueExtent: Extent

        init(name: Range<Int>, value: Range<Int>) {
            nameExtent = Extent(name)
            valueExtent = Extent(value)
        }

        var name: Range<Int> { nameExtent.range }
        var value: Range<Int> { valueExtent.range }
    }

    private(set) var bytes: [UInt8]
    private(set) var fields: [Field]

    init(bytes: [UInt8], fields: [Field]) {
        self.bytes = bytes
        self.fields = fields
    }

    /// Nothing is checked here; a head writer refuses what must not be sent.
    package init(_ pairs: [(String, String)] = []) {
        bytes = []
        fields = []
        for (name, value) in pairs {
            append(name, value)
        }
    }

    package mutating func append(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let middle = bytes.count
        bytes.append(contentsOf: value.utf8)
        fields.append(Field(name: start..<middle, value: middle..<bytes.count))
    }

    package var count: Int { fields.count }

    /// The value of the first field of that name, in whatever case; nil if there is none.
    package func first(_ name: StaticString) -> String? {
        withFirst(name) { value in value.text(0..<value.count) }
    }

    /// `first`, with the value's bytes and without an allocation.
    package func withFirst<Result>(_ name: StaticString, _ body: (Span<UInt8>) -> Result) -> Result? {
        let span = bytes.span
        for field in fields where span.extracting(field.name).equalsIgnoringASCIICase(name) {
            return body(span.extracting(field.value))
        }
        return nil
    }

    /// The values of all fields of that name, in their order.
    package func all(_ name: StaticString) -> [String] {
        let span = bytes.span
        var values: [String] = []
        for field in fields where span.extracting(field.name).equalsIgnoringASCIICase(name) {
            values.append(span.text(field.value))
        }
        return values
    }

    /// `all`, joined by a comma and a space into the one value they stand for (RFC 9110, section 5.3);
    /// nil if there is none.
    package func combined(_ name: StaticString) -> String? {
        let values = all(name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    package func contains(_ name: StaticString) -> Bool {
        withFirst(name) { _ in true } ?? false
    }

    /// Whether `token` is an element of the comma-separated list that the fields of that name make
    /// together, as in `Connection` and `Upgrade`; in whatever case.
    package func contains(_ name: StaticString, token: StaticString) -> Bool {
        let span = bytes.span
        for field in fields where span.extracting(field.name).equalsIgnoringASCIICase(name) {
            if span.extracting(field.value).listContains(token) { return true }
        }
        return false
    }

    /// Name and value of every field, in their order, without an allocation.
    package func forEach<Failure: Error>(
        _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let span = bytes.span
        for field in fields {
            try body(span.extracting(field.name), span.extracting(field.value))
        }
    }
}

extension Span<UInt8> {
    func listContains(_ token: StaticString) -> Bool {
        var at = 0
        while let element = nextListElement(&at) {
            if extracting(element).equalsIgnoringASCIICase(token) { return true }
        }
        return false
    }
}
