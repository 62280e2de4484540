import Glibc

/// Lines for the person at the terminal, written at once: a pipe must not hold back that we are ready.
enum Console {
    static func say(_ line: String) {
        write(line, to: STDOUT_FILENO)
    }

    static func complain(_ line: String) {
        write("parley-echo: \(line)", to: STDERR_FILENO)
    }

    static func fail(_ error: any Error) -> Never {
        complain("\(error)")
        exit(error is EchoOptions.Fault ? 2 : 1)
    }

    private static func write(_ line: String, to descriptor: Int32) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
