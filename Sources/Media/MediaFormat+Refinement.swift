import Bytes

extension MediaFormat {
    /// The same content seen with what its sender says of it: first the declared type, then the end of the file
    /// name. Either counts only where the content allows it (`text` may turn out to be `csv`, `zip` to be `docx`);
    /// anything else is ignored, be it wrong, unknown or a lie. Content that is told exactly stays what it is.
    package func refined(declaredType: String?, fileName: String?) -> MediaFormat {
        guard !refinements.isEmpty else { return self }
        if let declaredType {
            if let format = refinements.first(where: { $0.isDeclared(by: declaredType) }) { return format }
        }
        if let ending = fileName.flatMap(Self.ending) {
            if let format = refinements.first(where: { $0.endings.contains(ending) }) { return format }
        }
        return self
    }

    /// What content that looks like this may be.
    var refinements: [MediaFormat] {
        switch self {
        case .text: [.csv, .tsv, .markdown, .calendar, .contact, .json]
        case .zip: [.docx, .xlsx, .pptx, .odt, .ods, .odp, .epub]
        case .compoundFile: [.doc, .xls, .ppt]
        case .mp4: [.mp4Audio]
        case .webM: [.webMAudio]
        case .matroska: [.matroskaAudio]
        case .ogg: [.oggAudio]
        default: []
        }
    }

    private func isDeclared(by type: String) -> Bool {
        let said = type.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        return said.count == essence.count && Swift.zip(said, essence).allSatisfy { $0.asciiLowercased == $1 }
    }

    private var endings: [String] {
        switch self {
        case .csv: ["csv"]
        case .tsv: ["tsv"]
        case .markdown: ["md", "markdown"]
        case .calendar: ["ics"]
        case .contact: ["vcf"]
        case .json: ["json"]
        case .docx: ["docx"]
        case .xlsx: ["xlsx"]
        case .pptx: ["pptx"]
        case .odt: ["odt"]
        case .ods: ["ods"]
        case .odp: ["odp"]
        case .epub: ["epub"]
        case .doc: ["doc"]
        case .xls: ["xls"]
        case .ppt: ["ppt"]
        case .mp4Audio: ["m4a"]
        case .webMAudio: ["weba"]
        case .matroskaAudio: ["mka"]
        case .oggAudio: ["oga", "opus"]
        default: []
        }
    }

    /// What follows the last dot, in small letters; nil where that is nothing or longer than any we know.
    private static func ending(_ fileName: String) -> String? {
        let name = fileName.utf8
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let ending = name[name.index(after: dot)...].prefix(9)
        guard (1...8).contains(ending.count) else { return nil }
        return String(decoding: ending.map(\.asciiLowercased), as: UTF8.self)
    }
}
