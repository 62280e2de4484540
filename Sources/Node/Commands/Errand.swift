import Configuration

/// Any command but `serve`.
struct Errand {
    let call: Call
    let arguments: [String]

    init(_ call: Call, _ arguments: [String]) {
        self.call = call
        self.arguments = arguments
    }

    func run() throws {
        throw NodeFault("not there")
    }
}
