import Chat

/// Does something, and puts into words for a terminal why it was refused.
func spoken<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let fault as ChatFault {
        throw NodeFault(words(for: fault))
    }
}

private func words(for fault: ChatFault) -> String {
    switch fault {
    case .invalid(let faults):
        faults.map { "\($0.field.rawValue.replacing("_", with: " ")) must be \($0.text)" }.joined(separator: "; ")
    case .nameTaken: "this name is or was somebody's"
    case .lastAdministrator: "nobody would be left to administer the node"
    case .accountClosed: "the account is closed"
    case .conflict(let conflict, _): conflict.text
    case .notFound, .unknown: "there is none"
    default: "\(fault)"
    }
}
