import Wire

/// A media type is written in one canonical way here, and then it has to be the same.
func checkMediaType(_ text: String) {
    guard let type = MediaType(text) else { return }
    var canonical = type.essence
    for parameter in type.parameters {
        canonical += ";\(parameter.name)=\""
        for scalar in parameter.value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { canonical.unicodeScalars.append("\\") }
            canonical.unicodeScalars.append(scalar)
        }
        canonical += "\""
        precondition(type.parameter(parameter.name) == parameter.value, "a parameter with two values")
    }
    precondition(MediaType(canonical) == type, "a media type is not what it was written as")
}

/// The header of a download stays one line of printable ASCII, whatever the file is called; and who reads it
/// as a form's reader would finds a name that the same header is made of.
func checkDownload(_ fileName: String) {
    let header = ContentDisposition.attachment(fileName: fileName)
    let bytes = Array(header.utf8)
    precondition(bytes.allSatisfy { (0x20..<0x7F).contains($0) }, "a header that is not one line of ASCII")
    precondition(bytes.count <= 64 + 4 * ContentDisposition.fileNameBytesMax, "a header that is too long")
    precondition(header.hasPrefix("attachment"), "something that is shown")
    guard header != "attachment" else { return }

    let body = "--b\r\nContent-Disposition: form-data; name=a\(header.dropFirst("attachment".count))\r\n\r\n"
    guard var parser = MultipartParser(boundary: "b") else { preconditionFailure("b is a boundary") }
    guard case .part(let head, _)? = try? parser.step(Array(body.utf8).span), let read = head.fileName else {
        preconditionFailure("a header that can't be read: \(header)")
    }
    precondition(read.utf8.count <= ContentDisposition.fileNameBytesMax, "a name that is too long")
    precondition(ContentDisposition.attachment(fileName: read) == header, "a name that is read as another")
}
