import Bytes
import CBOR
import Keys
import Operations

extension Card.Statement {
    /// `[1, id, certificate, name, url | null, [version, …], {limit: figure}, directory, sealed, time]`
    var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(1)
        certificate.node.bytes.withSpan { writer.bytes($0) }
        writer.bytes(certificate.encoded)
        writer.text(name.text)
        if let url { writer.text(url.description) } else { writer.null() }
        writer.beginArray()
        for version in versions { writer.unsigned(version) }
        writer.endArray()
        writer.beginMap()
        for figure in limits.figures {
            writer.text(figure.name)
            writer.unsigned(figure.value)
        }
        writer.endMap()
        writer.text(givesDirectory ? "all" : "shared")
        writer.bool(wantsSealed)
        writer.integer(time.milliseconds)
        writer.endArray()
        return writer.finish()
    }

    init(decoding bytes: Span<UInt8>) throws(CardFault) {
        let raw = try RawStatement(bytes)
        guard let name = NodeName(raw.name) else { throw .badName }
        var url: NodeURL?
        if let text = raw.url {
            url = NodeURL(text)
            guard url != nil else { throw .badURL }
        }
        let isAscending = zip(raw.versions, raw.versions.dropFirst()).allSatisfy { $0 < $1 }
        guard !raw.versions.isEmpty, isAscending, raw.directory == "all" || raw.directory == "shared",
            raw.time < UInt64(Card.timeEnd)
        else { throw .badValue }
        var limits = CardLimits()
        for (name, value) in raw.limits {
            guard limits.take(name, value) else { throw .badValue }
        }
        let certificate: Certificate
        do throws(OperationFault) {
            certificate = try Certificate(decoding: raw.certificate.span)
        } catch { throw .wrongCertificate(error) }
        guard certificate.node == NodeID(raw.node) else { throw .wrongCertificate(nil) }
        guard !certificate.currentKey.isPublished, !certificate.recoveryKey.isPublished else { throw .publishedKey }
        self.init(
            certificate: certificate, name: name, url: url, versions: raw.versions, limits: limits,
            givesDirectory: raw.directory == "all", wantsSealed: raw.wantsSealed,
            time: Timestamp(milliseconds: Int64(raw.time)))
    }
}

/// All of the shape, and nothing but the shape.
private struct RawStatement {
    let node: Bytes32
    let certificate: [UInt8]
    let name: String
    let url: String?
    let versions: [UInt64]
    let limits: [(String, UInt64)]
    let directory: String
    let wantsSealed: Bool
    let time: UInt64

    init(_ bytes: Span<UInt8>) throws(CardFault) {
        var version: UInt64 = 1
        do throws(CBORFault) {
            var reader = CBORReader(bytes)
            let count = try reader.arrayHeader()
            // The version is told before the number of items, whatever else a later one changes.
            if count > 0 { version = try reader.unsigned() }
            if count == 10, version == 1 {
                node = Bytes32(try reader.bytes(count: 32))!  // the reader has made sure of the count
                certificate = [UInt8](copying: try reader.bytes(countMax: Limits.certificateBytesMax))
                name = try reader.text()
                url = try reader.takeNull() ? nil : reader.text()
                var versions: [UInt64] = []
                for _ in 0..<(try reader.arrayHeader(countMax: Card.versionsMax)) {
                    versions.append(try reader.unsigned())
                }
                self.versions = versions
                var limits: [(String, UInt64)] = []
                for _ in 0..<(try reader.mapHeader(countMax: CardLimits.figuresMax)) {
                    limits.append((try reader.text(), try reader.unsigned()))
                }
                self.limits = limits
                directory = try reader.text()
                wantsSealed = try reader.bool()
                time = try reader.unsigned()
                try reader.finish()
                return
            }
            if version == 1 { throw CBORFault(kind: .wrongCount(expected: 10, found: count), offset: 0) }
        } catch { throw CardFault(error) }
        throw .unknownVersion(version)
    }
}
