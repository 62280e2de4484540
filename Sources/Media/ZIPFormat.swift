extension Span<UInt8> {
    /// What is packed in a ZIP archive: OpenDocument and EPUB name their type in a first file called `mimetype`
    /// that is not compressed; Office's own files are known by the folder that their parts lie in, for as many of
    /// the first files as the prefix shows.
    var zipFormat: MediaFormat {
        var at = 0
        while at <= count - 30, has([0x50, 0x4B, 0x03, 0x04], at: at) {
            let flags = littleEndian(at + 6, bytes: 2)
            let packed = Int(littleEndian(at + 18, bytes: 4))
            let nameCount = Int(littleEndian(at + 26, bytes: 2))
            let content = at + 30 + nameCount + Int(littleEndian(at + 28, bytes: 2))
            if at == 0, nameCount == 8, has("mimetype", at: 30), littleEndian(8, bytes: 2) == 0 {
                return packedFormat(at: content, count: packed)
            }
            if nameCount > 5, has("word/", at: at + 30) { return .docx }
            if nameCount > 3, has("xl/", at: at + 30) { return .xlsx }
            if nameCount > 4, has("ppt/", at: at + 30) { return .pptx }
            // With bit 3 the size comes after the content, and where that ends can't be told.
            guard flags & 8 == 0 else { return .zip }
            at = content + packed
        }
        return .zip
    }

    private func packedFormat(at offset: Int, count: Int) -> MediaFormat {
        for format in [.odt, .ods, .odp, .epub] as [MediaFormat] {
            let type = Array(format.essence)
            if type.count == count, has(type, at: offset) { return format }
        }
        return .zip
    }
}
