import Bytes
import CBOR
package import Keys

/// What the people of one node have read in one room. Not an operation: only the newest one matters.
///
///     [1, room, origin, certificate hash, counter, [[handle, read up to | null, [exception, …]], …]]
package struct ReceiptRegister: Hashable, Sendable {
    package let room: RoomID
    package let origin: NodeID
    package let certificate: Hash
    package let counter: UInt64
    /// Strictly ascending by handle.
    package let readers: [Reader]

    package struct Reader: Hashable, Sendable {
        package let handle: Handle
        /// Read is what stands here or before in the room's canonical order…
        package let upTo: OperationID?
        /// …save these; of later messages, only these. Ascending.
        package let exceptions: [OperationID]

        package init(handle: Handle, upTo: OperationID?, exceptions: [OperationID] = []) {
            self.handle = handle
            self.upTo = upTo
            self.exceptions = exceptions.sorted()
        }
    }

    package init(
        room: RoomID, origin: NodeID, certificate: Hash, counter: UInt64, readers: [Reader]
    ) throws(OperationFault) {
        self.room = room
        self.origin = origin
        self.certificate = certificate
        self.counter = counter
        self.readers = readers.sorted { $0.handle < $1.handle }
        try check()
    }

    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.registerBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.versionedArray(of: 6)
        room = RoomID(try reader.bytes32())
        origin = NodeID(try reader.bytes32())
        certificate = try reader.hash()
        counter = try reader.unsigned()
        let count = try reader.arrayHeader(countMax: Limits.readersMax, else: .badRegister)
        var readers: [Reader] = []
        for _ in 0..<count { readers.append(try reader.receipts()) }
        try reader.finish()
        self.readers = readers
        try check()
    }

    private func check() throws(OperationFault) {
        guard counter < Limits.seqEnd, readers.count <= Limits.readersMax else { throw .badRegister }
        for index in readers.indices {
            guard index == 0 || readers[index - 1].handle < readers[index].handle else { throw .badRegister }
            let exceptions = readers[index].exceptions
            guard exceptions.count <= Limits.exceptionsMax else { throw .badRegister }
            for (left, right) in zip(exceptions, exceptions.dropFirst()) {
                guard left < right else { throw .badRegister }
            }
        }
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(1)
        writer.bytes32(room.bytes)
        writer.bytes32(origin.bytes)
        writer.bytes32(certificate.bytes)
        writer.unsigned(counter)
        writer.beginArray()
        for reader in readers {
            writer.beginArray()
            writer.text(reader.handle.text)
            if let upTo = reader.upTo { writer.bytes32(upTo.bytes) } else { writer.null() }
            writer.beginArray()
            for id in reader.exceptions { writer.bytes32(id.bytes) }
            writer.endArray()
            writer.endArray()
        }
        writer.endArray()
        writer.endArray()
        return writer.finish()
    }
}

extension FieldReader<OperationFault> {
    fileprivate mutating func receipts() throws(OperationFault) -> ReceiptRegister.Reader {
        try array(of: 3)
        let handle = try handle(else: .badHandle)
        let upTo = try takeNull() ? nil : OperationID(try bytes32())
        let count = try arrayHeader(countMax: Limits.exceptionsMax, else: .badRegister)
        var exceptions: [OperationID] = []
        for _ in 0..<count { exceptions.append(OperationID(try bytes32())) }
        return ReceiptRegister.Reader(handle: handle, upTo: upTo, inOrder: exceptions)
    }
}

extension ReceiptRegister.Reader {
    /// As they came, for the check to see.
    fileprivate init(handle: Handle, upTo: OperationID?, inOrder exceptions: [OperationID]) {
        self.handle = handle
        self.upTo = upTo
        self.exceptions = exceptions
    }
}

/// A register with what proves it: `[register, signature, certificate]`, each as a byte string.
package struct SignedRegister: Sendable {
    package let register: ReceiptRegister
    /// What was signed.
    package let registerBytes: [UInt8]
    package let hash: Hash
    package let signature: Signature
    package let certificate: Certificate

    package init(_ register: ReceiptRegister, under certificate: Certificate, signingWith key: SigningKey)
        throws(OperationFault)
    {
        let bytes = register.encoded
        try self.init(
            register, bytes: bytes, signature: key.sign(.register, Hash(.register, of: bytes.span).bytes.array.span),
            certificate: certificate)
    }

    /// Reads and verifies.
    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.registerBytesMax + Limits.certificateBytesMax + 128 else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.array(of: 3)
        let registerBytes = [UInt8](copying: try reader.bytes(countMax: Limits.registerBytesMax, else: .tooLarge))
        let signature = try reader.signature()
        let certificateBytes = try reader.bytes(countMax: Limits.certificateBytesMax, else: .tooLarge)
        try reader.finish()
        let register = try ReceiptRegister(decoding: registerBytes.span)
        guard Hash(.certificate, of: certificateBytes) == register.certificate else { throw .wrongCertificate }
        let certificate = try Certificate(decoding: certificateBytes)
        try self.init(register, bytes: registerBytes, signature: signature, certificate: certificate)
    }

    private init(
        _ register: ReceiptRegister, bytes: [UInt8], signature: Signature, certificate: Certificate
    ) throws(OperationFault) {
        guard bytes.count <= Limits.registerBytesMax else { throw .tooLarge }
        guard certificate.node == register.origin, certificate.hash == register.certificate else {
            throw .wrongCertificate
        }
        hash = Hash(.register, of: bytes.span)
        guard hash.bytes.withSpan({ certificate.currentKey.verify(signature, .register, of: $0) }) else {
            throw .wrongSignature
        }
        self.register = register
        registerBytes = bytes
        self.signature = signature
        self.certificate = certificate
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.bytes(registerBytes)
        writer.signature(signature)
        writer.bytes(certificate.encoded)
        writer.endArray()
        return writer.finish()
    }

    package var version: RegisterVersion {
        RegisterVersion(generation: certificate.generation, counter: register.counter, hash: hash)
    }

    /// Whether this one replaces `other` of the same room and node.
    package func supersedes(_ other: SignedRegister) -> Bool {
        guard register.room == other.register.room, register.origin == other.register.origin else { return false }
        return version > other.version
    }

    package func merged(with other: SignedRegister) -> SignedRegister {
        other.supersedes(self) ? other : self
    }
}

extension SignedRegister: Hashable {
    package static func == (left: SignedRegister, right: SignedRegister) -> Bool {
        left.hash == right.hash && left.signature == right.signature
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
