import Bytes
import CBOR
package import Keys

/// An operation as it is kept: the bytes of its header as they came, what they say, and its payload, if it
/// has one and it is here.
package struct Operation: Sendable {
    package let id: OperationID
    package let header: OperationHeader
    /// What was hashed and signed.
    package let headerBytes: [UInt8]
    /// Nil for the operation in the middle of a run, which a later one's signature proves.
    package let signature: Signature?
    /// Nil where the header names none, or where it was erased or has yet to come.
    package let payload: [UInt8]?

    init(
        id: OperationID, header: OperationHeader, headerBytes: [UInt8], signature: Signature?, payload: [UInt8]?
    ) {
        self.id = id
        self.header = header
        self.headerBytes = headerBytes
        self.signature = signature
        self.payload = payload
    }

    /// From what was kept, checked like what is received.
    package init(
        headerBytes: [UInt8], signature: Signature?, payload: [UInt8]?
    ) throws(OperationFault) {
        header = try OperationHeader(decoding: headerBytes.span)
        if let payload {
            guard let reference = header.payload else { throw .payloadUnexpected }
            guard reference.fits(payload.span) else { throw .payloadMismatch }
        }
        id = OperationID(ofHeader: headerBytes.span)
        self.headerBytes = headerBytes
        self.signature = signature
        self.payload = payload
        try Self.checkOpening(header, payload: payload)
    }

    /// The same with another payload, which the caller has checked, or without one.
    package func with(checkedPayload payload: [UInt8]?) -> Operation {
        Operation(id: id, header: header, headerBytes: headerBytes, signature: signature, payload: payload)
    }

    /// The room that it is in: its own for the operation that founds one.
    package var room: RoomID { header.room ?? RoomID(group: id) }

    /// Whether the signature on this very operation is that of the key of its feed. False means unproven: a
    /// later one of the same feed may carry a signature that proves it.
    package func isSigned(under certificate: Certificate) -> Bool {
        guard let signature, header.origin == certificate.node else { return false }
        return id.bytes.withSpan { certificate.currentKey.verify(signature, .operation, of: $0) }
    }

    /// The same by any key that its node has had: enough for what that node itself brings of its own.
    package func isSigned(byAnyKeyOf certificate: Certificate) -> Bool {
        guard let signature, header.origin == certificate.node else { return false }
        return ([certificate.firstKey] + certificate.handOvers.map(\.key)).contains { key in
            id.bytes.withSpan { key.verify(signature, .operation, of: $0) }
        }
    }

    /// The payload of `direct.open` follows from the room, so a wrong one is a fact about the header, and it
    /// is never erased, so it is always there.
    static func checkOpening(_ header: OperationHeader, payload: [UInt8]?) throws(OperationFault) {
        guard header.knownKind == .directOpen else { return }
        guard let payload else { throw .payloadExpected }
        guard let pair = try? DirectOpening(payload: payload.span).pair else { throw .payloadMismatch }
        guard header.room == RoomID(direct: pair) else { throw .badRoom }
        guard pair.contains(header.authorID) else { throw .badAuthor }
    }
}

/// One operation by itself, as it is answered by id and exported:
/// `[header, signature | null, payload | null, certificate | null]`, the first three as byte strings.
package struct Envelope: Sendable {
    package let operation: Operation
    /// Of the feed that begins here; not yet verified, but it is the one that the header names.
    package let certificate: [UInt8]?

    package init(operation: Operation, certificate: [UInt8]?) throws(OperationFault) {
        self.operation = operation
        self.certificate = certificate
        try Self.check(certificate, of: operation.header)
    }

    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.envelopeBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.array(of: 4)
        let header = [UInt8](copying: try reader.bytes(countMax: Limits.headerBytesMax, else: .tooLarge))
        let signature = try reader.takeNull() ? nil : try reader.signature()
        let payload =
            try reader.takeNull()
            ? nil
            : [UInt8](
                copying: try reader.bytes(countMax: Limits.payloadBytesMax, else: .badPayloadSize))
        let certificate =
            try reader.takeNull()
            ? nil
            : [UInt8](
                copying: try reader.bytes(countMax: Limits.certificateBytesMax, else: .tooLarge))
        try reader.finish()
        try self.init(
            operation: Operation(headerBytes: header, signature: signature, payload: payload),
            certificate: certificate)
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.bytes(operation.headerBytes)
        if let signature = operation.signature { writer.signature(signature) } else { writer.null() }
        if let payload = operation.payload { writer.bytes(payload) } else { writer.null() }
        if let certificate { writer.bytes(certificate) } else { writer.null() }
        writer.endArray()
        return writer.finish()
    }

    private static func check(_ certificate: [UInt8]?, of header: OperationHeader) throws(OperationFault) {
        guard (header.seq == 0) == (certificate != nil) else { throw .wrongCertificate }
        guard let certificate else { return }
        guard Hash(.certificate, of: certificate.span).bytes == header.previous else { throw .wrongCertificate }
    }
}
