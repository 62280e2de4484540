/// Why a command of ours failed, in words for the person who gave it: exit 1.
struct NodeFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
