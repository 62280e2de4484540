package import CBOR
package import Keys

/// A file that belongs to a message: its plain BLAKE2b-256 names its bytes, which travel by themselves.
package struct Attachment: Hashable, Sendable {
    package var hash: Hash
    package var name: String
    package var type: String
    package var size: UInt64

    package init(hash: Hash, name: String, type: String, size: UInt64) {
        self.hash = hash
        self.name = name
        self.type = type
        self.size = size
    }
}

extension Attachment: PayloadMembers {
    init() {
        self.init(hash: Hash(bytes: Bytes32()), name: "", type: "", size: 0)
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        switch name {
        case "hash": hash = try reader.hash()
        case "name": self.name = try reader.text(bytesMax: Limits.fileNameBytesMax)
        case "size":
            size = try reader.unsigned()
            guard size < Limits.fileSizeEnd else { throw .tooLarge }
        case "type": type = try reader.text(bytesMax: Limits.mediaTypeBytesMax)
        default: return false
        }
        return true
    }
}

extension FieldReader<PayloadFault> {
    mutating func attachment() throws(PayloadFault) -> Attachment {
        var found: [String] = []
        let attachment = try Attachment.readMap(&self, found: &found)
        guard found.count == 4 else { throw .missingMember }
        return attachment
    }

    mutating func attachments() throws(PayloadFault) -> [Attachment] {
        let count = try arrayHeader(countMax: Limits.attachmentsMax, else: .tooLarge)
        var attachments: [Attachment] = []
        for _ in 0..<count { attachments.append(try attachment()) }
        return attachments
    }
}

extension CBORWriter {
    package mutating func attachment(_ attachment: Attachment) {
        beginMap()
        text("hash")
        bytes32(attachment.hash.bytes)
        text("name")
        text(attachment.name)
        text("size")
        unsigned(attachment.size)
        text("type")
        text(attachment.type)
        endMap()
    }

    mutating func attachments(_ attachments: [Attachment]) {
        beginArray()
        for attachment in attachments { self.attachment(attachment) }
        endArray()
    }
}
