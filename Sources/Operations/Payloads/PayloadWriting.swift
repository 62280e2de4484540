import Bytes
import CBOR

extension CBORWriter {
    mutating func member(_ name: String, _ value: String) {
        text(name)
        text(value)
    }

    mutating func member(_ name: String, _ value: Bool) {
        text(name)
        bool(value)
    }

    mutating func member(_ name: String, _ value: Extra?) {
        text(name)
        if let value { encoded(value.encoded.span) } else { null() }
    }

    mutating func member(_ name: String, _ value: Reference?) {
        text(name)
        reference(value)
    }

    mutating func member(_ name: String, _ value: Attachment?) {
        text(name)
        if let value { attachment(value) } else { null() }
    }

    mutating func member(_ name: String, _ value: [Attachment]) {
        text(name)
        attachments(value)
    }

    mutating func member(_ name: String, _ value: [UserID]) {
        text(name)
        beginArray()
        for user in value { self.user(user) }
        endArray()
    }
}
