import Configuration
import Glibc

/// The program `parley`: arguments in, exit code out.
package enum Program {
    package static let version = "1.0.0"

    package static func run(_ arguments: [String]) -> Int32 {
        do {
            switch try ParleyCommands.table.read(arguments, environment: environment()) {
            case .help(let text):
                guard Console.write(Array(text.utf8), to: STDOUT_FILENO) else { return 1 }
            case .run(let call) where call.command.name == "serve":
                try Serving.run(call)
            case .run(let call):
                try Errand(call, arguments).run()
            }
            return 0
        } catch let fault as UsageFault {
            Console.complain(fault.description)
            return UsageFault.exitCode
        } catch let misuse as Misuse {
            Console.complain(misuse.description)
            return UsageFault.exitCode
        } catch {
            Console.complain("\(error)")
            return 1
        }
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
