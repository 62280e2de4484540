package import EventLoop
package import Wire

/// Why a call brought no answer, or not a whole one.
package enum ClientFault: Error, Equatable, Sendable {
    /// The connection did not come about, or broke.
    case connection(SystemError)
    /// The other side closed the connection before its answer was whole.
    case closedEarly
    /// The request holds what can't stand in a head.
    case unsendable(HTTPHeadWriteFault)
    /// What came is not HTTP.
    case malformed(HTTPFault)
    /// The server went over to another protocol, for which nobody had asked.
    case switchedProtocols
    /// The time for the whole call is over.
    case deadlinePassed
    /// Nothing has arrived, nor been taken in by the server, for too long.
    case silence
    /// The answer is larger than the caller takes.
    case tooLarge
    /// So many calls wait for a connection to there that this one was not taken.
    case tooManyWaiting
    /// The answer to a WebSocket handshake was another, this status or a wrong one.
    case notAWebSocket(status: UInt16)
    case cancelled
}
