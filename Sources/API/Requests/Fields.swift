import Bytes
import JSON
import Wire

/// What a body says, whichever of the three ways it came in (Spec/api, section 3).
///
/// A handler asks for the fields it knows, one after the other, and each answers with a value or with nothing; what is
/// wrong is noted, and `check` throws all of it at once. Nobody asks for the others, so nobody minds what they hold.
///
///     let fields = try call.fields()
///     let name = fields.text("name") ?? fields.missing("name")
///     let seconds = fields.integer("expires_in")
///     try fields.check()
package final class Fields {
    enum Source {
        /// Where each member of the object lies in the body.
        case json([UInt8], [String: Range<Int>])
        case form([(name: String, value: String)])
    }

    let source: Source
    package let problems: Problems

    private init(_ source: Source, _ problems: Problems) {
        self.source = source
        self.problems = problems
    }

    /// All that was noted.
    package func check() throws(APIFault) {
        try problems.throwIfAny()
    }

    package var isJSON: Bool {
        if case .json = source { true } else { false }
    }

    // MARK: Bodies

    package static var none: Fields { Fields(.form([]), Problems()) }

    package convenience init(json body: [UInt8]) throws(APIFault) {
        var members: [String: Range<Int>] = [:]
        do throws(JSONFault) {
            var reader = JSONReader(body.span)
            try reader.beginObject()
            while let key = try reader.nextKey() { members[key] = try reader.extent() }
            try reader.finish()
        } catch {
            throw .json(error)
        }
        self.init(.json(body, members), Problems())
    }

    package convenience init(form body: [UInt8]) throws(APIFault) {
        do throws(URLEncodedFormFault) {
            self.init(.form(try URLEncodedForm(body.span).items), Problems())
        } catch {
            switch error {
            case .tooLong: throw .tooLarge
            case .tooManyItems(let max): throw .malformed("The form has more than \(max) fields.")
            case .malformedItem: throw .malformed("The form holds what can't be decoded, or is not UTF-8.")
            }
        }
    }

    /// The fields of a multipart body that are no files.
    package convenience init(parts: [(name: String, value: String)]) {
        self.init(.form(parts), Problems())
    }

    /// An object inside of a JSON text. Of what is wrong in it, only that something is will be said, under the list's
    /// name.
    convenience init(object range: Range<Int>, of body: [UInt8]) throws(APIFault) {
        try self.init(json: Array(body[range]))
    }
}

extension APIFault {
    static func json(_ fault: JSONFault) -> APIFault {
        let text =
            switch fault.kind {
            case .loneSurrogate, .nul, .invalidUTF8: "Holds a character that no text may have."
            case .duplicateKey: "A key stands twice in one object."
            case .tooDeep(let limit): "Is nested deeper than \(limit)."
            case .wrongType: "Must be an object."
            default: "Is no JSON, at byte \(fault.offset)."
            }
        return fault.member.map { .invalid([FieldProblem($0, text)]) } ?? .malformed("The body: " + text)
    }
}
