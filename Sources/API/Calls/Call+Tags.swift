import Bytes
import EventLoop
import Keys
import Server
import Wire

// Names of states (Spec/api, section 7): who has one is spared the answer, and who changes something may say which state
// they have seen.

extension Call {
    /// With the ETag of its content, or 304 where the client has that.
    func tagged(_ response: Response) -> Response {
        let tag = Self.tag(of: response.body)
        if let field = request.fields.combined("If-None-Match"),
            EntityTagCondition(field)?.matchesWeakly(tag) ?? false
        {
            return Response(304, fields: [("ETag", tag.description)])
        }
        var response = response
        response.fields.append(("ETag", tag.description))
        return response
    }

    /// For a change: throws unless what the client has seen is what there is, as `GET` would show it.
    package func obeyIfMatch(_ current: () throws -> Answer) throws {
        guard let field = request.fields.combined("If-Match") else { return }
        let tag = Self.tag(of: try current().response.body)
        guard EntityTagCondition(field)?.matchesStrongly(tag) ?? true else { throw APIFault.preconditionFailed }
    }

    private static func tag(of content: Content) -> EntityTag {
        let hash: Hash =
            switch content {
            case .none: Hash(of: [UInt8]().span)
            case .bytes(let bytes): Hash(of: bytes.span)
            case .shared(let shared): Hash(of: Array(shared.buffer).span)
            case .file: preconditionFailure("a file has a tag of its own")
            }
        let bytes = Array(hash.bytes.array[..<16])
        return EntityTag(Base64.url.encode(bytes.span))
    }
}
