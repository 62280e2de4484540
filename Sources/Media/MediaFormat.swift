/// What a file is, as far as it matters for serving it. The content decides (`MediaSniffer`); what the sender said
/// may only choose among the formats that such content can have (`refined`).
///
/// The media types below are the only ones that are ever served. None of them is something that a browser would
/// execute in the name of this site: HTML, SVG, XML, style sheets and scripts are all `text` (`text/plain`), and
/// what can't be told is `binary` (`application/octet-stream`). Together with `X-Content-Type-Options: nosniff`
/// that holds for files that are several things at once, too: a GIF that is also a script is only ever a GIF.
package enum MediaFormat: CaseIterable, Sendable {
    case png, jpeg, gif, webp, avif, heic, bmp, tiff
    case mp3, aac, flac, wav, oggAudio, mp4Audio, webMAudio, matroskaAudio
    case mp4, quickTime, webM, matroska, ogg, avi
    case pdf, rtf, epub
    case docx, xlsx, pptx, odt, ods, odp, doc, xls, ppt
    case csv, tsv, markdown, calendar, contact
    case text, json
    /// Text that a browser might take for a page or an image: served as plain text, and offered as a download.
    case markup
    case zip, gzip, bzip2, xz, zstandard, sevenZip
    /// What Office wrote before 2007, whichever program that was.
    case compoundFile
    case binary

    package var kind: MediaKind { facts.kind }

    /// The value of `Content-Type`.
    package var contentType: String { "\(facts.contentType)" }

    /// The media type alone, without a `charset`.
    var essence: Substring.UTF8View {
        let type = contentType.utf8
        return type.prefix { $0 != UInt8(ascii: ";") }
    }

    private var facts: (kind: MediaKind, contentType: StaticString) {
        switch self {
        case .png: (.image, "image/png")
        case .jpeg: (.image, "image/jpeg")
        case .gif: (.image, "image/gif")
        case .webp: (.image, "image/webp")
        case .avif: (.image, "image/avif")
        case .heic: (.image, "image/heic")
        case .bmp: (.image, "image/bmp")
        case .tiff: (.image, "image/tiff")
        case .mp3: (.audio, "audio/mpeg")
        case .aac: (.audio, "audio/aac")
        case .flac: (.audio, "audio/flac")
        case .wav: (.audio, "audio/wav")
        case .oggAudio: (.audio, "audio/ogg")
        case .mp4Audio: (.audio, "audio/mp4")
        case .webMAudio: (.audio, "audio/webm")
        case .matroskaAudio: (.audio, "audio/matroska")
        case .mp4: (.video, "video/mp4")
        case .quickTime: (.video, "video/quicktime")
        case .webM: (.video, "video/webm")
        case .matroska: (.video, "video/matroska")
        case .ogg: (.video, "video/ogg")
        case .avi: (.video, "video/x-msvideo")
        case .pdf: (.document, "application/pdf")
        case .rtf: (.document, "application/rtf")
        case .epub: (.document, "application/epub+zip")
        case .docx: (.document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        case .xlsx: (.document, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        case .pptx: (.document, "application/vnd.openxmlformats-officedocument.presentationml.presentation")
        case .odt: (.document, "application/vnd.oasis.opendocument.text")
        case .ods: (.document, "application/vnd.oasis.opendocument.spreadsheet")
        case .odp: (.document, "application/vnd.oasis.opendocument.presentation")
        case .doc: (.document, "application/msword")
        case .xls: (.document, "application/vnd.ms-excel")
        case .ppt: (.document, "application/vnd.ms-powerpoint")
        case .csv: (.document, "text/csv; charset=utf-8")
        case .tsv: (.document, "text/tab-separated-values; charset=utf-8")
        case .markdown: (.document, "text/markdown; charset=utf-8")
        case .calendar: (.document, "text/calendar; charset=utf-8")
        case .contact: (.document, "text/vcard; charset=utf-8")
        case .text: (.document, "text/plain; charset=utf-8")
        case .json: (.document, "application/json")
        case .markup: (.other, "text/plain; charset=utf-8")
        case .zip: (.other, "application/zip")
        case .gzip: (.other, "application/gzip")
        case .bzip2: (.other, "application/x-bzip2")
        case .xz: (.other, "application/x-xz")
        case .zstandard: (.other, "application/zstd")
        case .sevenZip: (.other, "application/x-7z-compressed")
        case .compoundFile, .binary: (.other, "application/octet-stream")
        }
    }
}
