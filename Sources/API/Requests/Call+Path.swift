import Server

extension Call {
    /// What the path's `{id:id}` says.
    package func reference(_ parameter: String = "id") -> Reference {
        switch exchange.parameter(parameter) {
        case .integer(let number): .number(number)
        case .uuid(let uuid): .uuid(uuid)
        case .text: preconditionFailure("the index says that \(parameter) is an id")
        }
    }

    /// The number in the path, of what has no uuid.
    package func number(_ parameter: String = "id") throws(APIFault) -> Int64 {
        guard case .number(let number) = reference(parameter) else { throw .notFound() }
        return number
    }

    /// What the path's `{name}` says.
    package func text(_ parameter: String) -> String {
        guard case .text(let text) = exchange.parameter(parameter) else {
            preconditionFailure("the index says that \(parameter) is a text")
        }
        return text
    }
}
