import EventLoop

/// What the command line says.
struct EchoOptions {
    private(set) var listen: [SocketAddress] = []
    private(set) var threads = CPU.count

    static let usage = """
        usage: parley-echo [--listen ADDRESS]… [--threads N]

          --listen ADDRESS   HOST:PORT, [V6]:PORT or unix:PATH; repeatable; port 0 chooses one
                             (default 127.0.0.1:8080)
          --threads N        event loops (default: one for each core)
        """

    enum Fault: Error, CustomStringConvertible {
        case unknown(String)
        case valueMissing(String)
        case wrong(String, value: String, expected: String)

        var description: String {
            switch self {
            case .unknown(let option): "there is no option \(option)\n\(usage)"
            case .valueMissing(let option): "\(option) needs a value\n\(usage)"
            case .wrong(let option, let value, let expected): "\(option) takes \(expected), not '\(value)'"
            }
        }
    }

    init(_ arguments: [String]) throws(Fault) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard option == "--listen" || option == "--threads" else { throw .unknown(option) }
            guard let value = rest.popFirst() else { throw .valueMissing(option) }
            if option == "--listen" {
                guard let address = SocketAddress(value) else {
                    throw .wrong(option, value: value, expected: "HOST:PORT, [V6]:PORT or unix:PATH")
                }
                listen.append(address)
            } else {
                guard let count = Int(value), (1...64).contains(count) else {
                    throw .wrong(option, value: value, expected: "a number from 1 to 64")
                }
                threads = count
            }
        }
        if listen.isEmpty { listen = [.ipv4(0x7F00_0001, port: 8080)] }
    }
}
