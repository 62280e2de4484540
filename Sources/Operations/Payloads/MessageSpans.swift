import Bytes
import CBOR

/// What a `message.post` says, where it lies in its payload: for those who show many of them and keep none.
package struct MessageSpans: ~Escapable {
    /// UTF-8.
    package private(set) var content: Span<UInt8>
    /// Empty where it is `text`.
    package private(set) var type: Span<UInt8>
    package private(set) var replyTo: OperationID?
    /// Encoded as it was sent; empty where there is none.
    package private(set) var extra: Span<UInt8>
    private var files: Span<UInt8>

    /// Of no bytes all is empty. Nil where that is no payload: nothing here checks more than where things lie.
    @_lifetime(copy payload)
    package init?(_ payload: Span<UInt8>) {
        let nothing = payload.extracting(0..<0)
        (content, type, extra, files) = (nothing, nothing, nothing, nothing)
        guard payload.count > 0 else { return }
        var reader = PayloadReader(payload, allowing: .tags)
        do throws(PayloadFault) {
            for _ in 0..<(try reader.mapHeader()) {
                switch Member(try reader.utf8()) {
                case .content: content = try reader.utf8()
                case .type: type = try reader.utf8()
                case .replyTo: replyTo = try reader.operationID()
                case .extra: extra = payload.extracting(try reader.skip())
                case .attachments: files = payload.extracting(try reader.skip())
                case nil: _ = try reader.skip()
                }
            }
        } catch {
            return nil
        }
    }

    /// Copies, since few messages have any.
    package var attachments: [Attachment] {
        guard files.count > 0 else { return [] }
        var reader = PayloadReader(files)
        return (try? reader.attachments()) ?? []
    }

    private enum Member {
        case content, type, replyTo, extra, attachments

        init?(_ name: Span<UInt8>) {
            switch name.count {
            case 4 where name.equals("type"): self = .type
            case 5 where name.equals("extra"): self = .extra
            case 7 where name.equals("content"): self = .content
            case 8 where name.equals("reply_to"): self = .replyTo
            case 11 where name.equals("attachments"): self = .attachments
            default: return nil
            }
        }
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] { return false }
        return true
    }
}
