package import Keys
package import Operations
package import Store

/// What somebody wants to say.
package struct MessageDraft: Sendable {
    package var content: String
    /// Nil: by what it carries.
    package var type: String?
    package var replyTo: MessageNumber?
    /// Uploads of their own.
    package var attachments: [AttachmentNumber]
    package var extra: Extra?

    package init(
        _ content: String, type: String? = nil, replyTo: MessageNumber? = nil, attachments: [AttachmentNumber] = [],
        extra: Extra? = nil
    ) {
        self.content = content
        self.type = type
        self.replyTo = replyTo
        self.attachments = attachments
        self.extra = extra
    }

    /// For its `client_id`: another message under the same one is a mistake. Files don't count, since a retry brings them anew.
    package func fingerprint(nodeSecret: Span<UInt8>) -> Hash {
        var fingerprint = RequestFingerprint(nodeSecret: nodeSecret)
        for part in [content, type ?? "", replyTo?.description ?? ""] {
            let bytes = Array(part.utf8)
            fingerprint.add(bytes.span)
        }
        let encoded = extra?.encoded ?? []
        fingerprint.add(encoded.span)
        return fingerprint.finish()
    }

    package static let types = ["text", "image", "file", "code", "system"]
    package static let system = "system"
}

/// What is to become of a message; nil, or no change, stays as it is.
package struct MessageRevision: Sendable {
    package var content: String?
    package var type: String?
    /// The new list: files that it has, and uploads.
    package var attachments: [AttachmentNumber]?
    package var extra = Change<Extra?>.none

    package init() {}
}
