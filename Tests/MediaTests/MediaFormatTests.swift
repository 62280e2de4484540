import Testing

@testable import Media

struct MediaFormatTests {
    @Test func `nothing is served as what a browser executes`() {
        let active = ["html", "svg", "xml+", "/xml", "script", "ecma", "css", "wasm", "flash", "multipart", "message/"]
        for format in MediaFormat.allCases {
            for word in active { #expect(!format.contentType.contains(word)) }
            let isHeaderText = format.contentType.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
            #expect(isHeaderText)
        }
        #expect(MediaFormat.markup.kind == .other)
        #expect(MediaFormat.markup.contentType == "text/plain; charset=utf-8")
        #expect(MediaFormat.binary.contentType == "application/octet-stream")
    }

    @Test func `a kind and a media type say the same`() {
        for format in MediaFormat.allCases {
            for kind in [MediaKind.image, .audio, .video] {
                #expect((format.kind == kind) == format.contentType.hasPrefix("\(kind)/"))
            }
        }
    }

    @Test(
        arguments: [
            (.text, "text/csv", nil, .csv), (.text, "TEXT/CSV; charset=latin1", nil, .csv), (.text, nil, "a.CSV", .csv),
            (.text, "text/markdown", "a.csv", .markdown), (.text, "text/html", "a.md", .markdown),
            (.text, "application/json", nil, .json), (.text, nil, "a.tar.ics", .calendar),
            (.text, nil, "x.vcf", .contact),
            (.zip, nil, "a.docx", .docx), (.zip, "application/vnd.oasis.opendocument.text", nil, .odt),
            (.compoundFile, nil, "a.xls", .xls), (.compoundFile, "application/msword", nil, .doc),
            (.mp4, "audio/mp4", nil, .mp4Audio), (.webM, "audio/webm;codecs=opus", nil, .webMAudio),
            (.matroska, nil, "a.mka", .matroskaAudio), (.ogg, "audio/ogg", nil, .oggAudio),
        ] as [(MediaFormat, String?, String?, MediaFormat)])
    func `what the sender says refines`(
        format: MediaFormat, type: String?, name: String?, expected: MediaFormat
    ) {
        #expect(format.refined(declaredType: type, fileName: name) == expected)
    }

    @Test func `what the sender says never makes it anything else`() {
        let types =
            MediaFormat.allCases.map(\.contentType) + [
                "text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "text/css", "text/xml", "",
                "text/csv,text/html", "text/csvx", "\r\n", "application/x-msdownload", "*/*",
            ]
        let names: [String?] = [
            nil, "a.html", "a.svg", "a.js", "a.exe", ".", "", "a.", "csv", "a.csv.html", "a.\u{202E}vsc",
        ]
        for format in MediaFormat.allCases {
            for type in types {
                for name in names {
                    let refined = format.refined(declaredType: type, fileName: name)
                    #expect(refined == format || format.refinements.contains(refined))
                }
            }
        }
        for name in names { #expect(MediaFormat.text.refined(declaredType: nil, fileName: name) == .text) }
        for type in ["text/html", "image/svg+xml", "text/csv,text/html", "text/csvx", "", "image/png"] {
            #expect(MediaFormat.text.refined(declaredType: type, fileName: nil) == .text)
        }
        for exact in [MediaFormat.png, .markup, .binary, .pdf, .mp3] { #expect(exact.refinements.isEmpty) }
    }
}
