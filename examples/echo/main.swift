import EventLoop
import Server

// The smallest program on these layers: HTTP and WebSocket echo.
do {
    try EchoServer.run(Array(CommandLine.arguments.dropFirst()))
} catch {
    Console.fail(error)
}
