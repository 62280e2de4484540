import Bytes
package import Wire

extension Call {
    /// The body's fields; those of none where there is no body.
    package func fields() throws(APIFault) -> Fields {
        if let knownFields { return knownFields }
        let fields = try readFields()
        knownFields = fields
        return fields
    }

    private func readFields() throws(APIFault) -> Fields {
        switch body {
        case .absent: return .none
        case .tooLarge: throw .tooLarge
        case .parts(let fields, _): return Fields(parts: fields)
        case .faulty(let fault): throw fault
        case .bytes(let bytes):
            let type = contentType
            switch type?.essence {
            case "application/json" where isUTF8(type): return try Fields(json: bytes)
            case "application/x-www-form-urlencoded" where isUTF8(type): return try Fields(form: bytes)
            case "multipart/form-data":
                return try Fields(multipart: bytes, type: request.fields.first("Content-Type") ?? "")
            default: throw .unsupportedType
            }
        }
    }

    var isMultipart: Bool { contentType?.essence == "multipart/form-data" }

    /// Nil where there is none, or one that can't be read, or two.
    package var contentType: MediaType? {
        let types = request.fields.all("Content-Type")
        return types.count == 1 ? MediaType(types[0]) : nil
    }

    private func isUTF8(_ type: MediaType?) -> Bool {
        ["utf-8", "utf8"].contains(type?.parameter("charset")?.lowercased() ?? "utf-8")
    }
}

extension Fields {
    /// The parts of a multipart body that are no files; files, which nobody asks for here, are passed over.
    convenience init(multipart body: [UInt8], type: String) throws(APIFault) {
        var parts: [(name: String, value: String)] = []
        do throws(MultipartFault) {
            var parser = try MultipartParser(contentType: type)
            var part: MultipartPartHead?
            var content: [UInt8] = []
            var at = 0
            parsing: while true {
                let step = try parser.step(body.span.extracting(at..<body.count))
                switch step {
                case .part(let head, let consumed):
                    part = head
                    content = []
                    at += consumed
                case .content(let range, let consumed):
                    content.append(contentsOf: body[at + range.lowerBound..<at + range.upperBound])
                    at += consumed
                case .partEnd(let consumed):
                    at += consumed
                    guard let head = part, head.fileName == nil else { continue }
                    guard UTF8Check.isValid(content.span) else { throw .notUTF8 }
                    parts.append((head.name, String(decoding: content, as: UTF8.self)))
                case .end(let consumed): at += consumed
                case .needBytes(let consumed):
                    at += consumed
                    break parsing
                }
            }
            try parser.closed()
        } catch {
            throw .malformed(error.detail)
        }
        self.init(parts: parts)
    }
}
