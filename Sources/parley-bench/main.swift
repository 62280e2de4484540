import Glibc

// Load on servers, and what it costs them.
do {
    try Bench.run(Array(CommandLine.arguments.dropFirst()))
} catch {
    Console.complain("\(error)")
    exit(error is ArgumentFault ? 2 : 1)
}
