import Bytes
import FuzzInput
import Wire

/// A stream of server-sent events as another server writes it. One byte chooses the limits, five the cuts.
@c(LLVMFuzzerTestOneInput)
func fuzzServerSentEvents(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let (lineMax, eventMax) = [(1 << 20, 4 << 20), (16, 24), (64, 10), (0, 0)][Int(input.byte() % 4)]
    let cuts = FuzzCuts(&input)
    let bytes = input.rest()

    func reading(_ bytes: [UInt8], _ ends: [Int]) -> Reading {
        Reading(
            bytes, piecesEndingAt: ends,
            by: ServerSentEventReader(lastEventID: "before", lineBytesMax: lineMax, eventBytesMax: eventMax))
    }
    let ways = cuts.ways(bytes.count)
    let whole = reading(bytes, ways[0])
    for pieces in ways.dropFirst() {
        let other = reading(bytes, pieces)
        precondition(other == whole, "in pieces that end at \(pieces): \(other), whole: \(whole)")
    }
    for event in whole.events {
        precondition(event.data.count <= eventMax, "more than the limit")
        precondition(!event.data.contains(UInt8(ascii: "\r")), "a line end of another kind in data")
        precondition(!event.id.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 }, "an id that no field can hold")
        precondition(!event.name.isEmpty, "an event without a name")
    }
    checkWrittenAgain(whole.events)
    checkWritten(as: bytes)
    return 0
}

private struct Reading: Equatable {
    private(set) var events: [ServerSentEvent] = []
    private(set) var fault: ServerSentEventFault?
    private(set) var lastEventID = ""
    private(set) var retryMilliseconds: Int?

    init(_ bytes: [UInt8], piecesEndingAt ends: [Int], by fresh: ServerSentEventReader = ServerSentEventReader()) {
        var reader = fresh
        var consumed = 0
        var steps = 0
        for end in ends {
            var needsBytes = false
            while !needsBytes {
                steps += 1
                do throws(ServerSentEventFault) {
                    switch try reader.step(bytes.span.extracting(consumed..<end)) {
                    case .needBytes(let count):
                        precondition(count == end - consumed, "all that is shown is consumed")
                        consumed += count
                        needsBytes = true
                    case .event(let event, let count):
                        precondition((1...end - consumed).contains(count), "an event costs a byte")
                        precondition(fault == nil, "an event after a fault")
                        consumed += count
                        events.append(event)
                    }
                } catch {
                    precondition(fault == nil, "a second fault")
                    fault = error
                }
            }
        }
        precondition(steps <= bytes.count + ends.count + 1, "\(steps) steps for \(bytes.count) bytes")
        lastEventID = reader.lastEventID
        retryMilliseconds = reader.retryMilliseconds
    }
}

/// Events that were read are read again when our writer sends them on.
private func checkWrittenAgain(_ events: [ServerSentEvent]) {
    // A name may hold NUL, which our writer leaves out.
    let events = events.filter { !$0.name.utf8.contains(0) }
    var bytes: [UInt8] = []
    for event in events {
        bytes.appendServerSentEvent(id: event.id, event: event.name, data: event.data.span)
    }
    let again = Reading(bytes, piecesEndingAt: [bytes.count])
    precondition(again.events == events && again.fault == nil, "sent on, it is \(again.events), not \(events)")
}

/// Whatever is given to our writer as a value stays inside of it.
private func checkWritten(as value: [UInt8]) {
    let text = String(decoding: value, as: UTF8.self)
    var bytes: [UInt8] = []
    bytes.appendServerSentComment(text)
    bytes.appendServerSentEvent(id: text, event: text, data: value.span)
    let reading = Reading(bytes, piecesEndingAt: [bytes.count])
    precondition(reading.events.count == 1 && reading.retryMilliseconds == nil, "a value that left its field")
    let kept = text.unicodeScalars.filter { $0.value != 0 && $0.value != 10 && $0.value != 13 }
    let event = reading.events[0]
    precondition(event.id.unicodeScalars.elementsEqual(kept), "an id that was changed")
    precondition(kept.isEmpty || event.name.unicodeScalars.elementsEqual(kept), "a name that was changed")
}
