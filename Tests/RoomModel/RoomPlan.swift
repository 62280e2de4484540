package import Operations

/// A room's history before it has bytes: numbers stand for ids, so that an operation can be taken out and the rest be
/// written anew.
package struct RoomPlan: Sendable, CustomStringConvertible {
    package enum Nature: Hashable, Sendable {
        case group
        case direct(ModelPerson, ModelPerson)
        case directory(Int)
    }

    package enum Kind: Hashable, Sendable {
        case create(RoomCreation)
        case open
        case join
        case add(ModelPerson, Role)
        case role(ModelPerson, Role)
        case remove(ModelPerson)
        case leave
        case set(RoomChange)
        case post(MessageContent, replyTo: Int?)
        case edit(Int, MessageChange)
        case delete(Int)
        case react(Int, String?)
        case pin(Int, Bool)
        case put(Int, ProfileChange)
        case close(Int)
        /// A kind that nobody knows, about an operation or nothing.
        case unknown(Int?)
    }

    /// When a payload comes.
    package enum Delivery: Hashable, Sendable {
        case atOnce
        case late
        case never
    }

    package struct Step: Sendable {
        package var node: Int
        /// Of the node's; that of the feed where it goes on.
        package var certificate = 0
        package var prev: Int?
        package var deps: [Int] = []
        package var time: Int
        package var handle: Int
        package var kind: Kind
        /// Its payload doesn't fit its kind.
        package var isSpoilt = false
        package var delivery = Delivery.atOnce

        package init(node: Int, handle: Int, time: Int, kind: Kind) {
            self.node = node
            self.handle = handle
            self.time = time
            self.kind = kind
        }

        package var author: ModelPerson { ModelPerson(node: node, handle: handle) }
    }

    /// What the people of a node have read; numbers stand for operations, -1 for an id that nothing has.
    package struct Register: Sendable {
        package var node: Int
        package var certificate: Int
        package var counter: UInt64
        package var readers: [(handle: Int, upTo: Int?, exceptions: [Int])]

        package init(
            node: Int, certificate: Int, counter: UInt64, readers: [(handle: Int, upTo: Int?, exceptions: [Int])]
        ) {
            self.node = node
            self.certificate = certificate
            self.counter = counter
            self.readers = readers
        }
    }

    package let nature: Nature
    package var steps: [Step] = []
    package var registers: [Register] = []
    /// Operations beside which there is another in their feed, though that may never come here.
    package var proofs: [Int] = []

    package init(_ nature: Nature) {
        self.nature = nature
    }

    /// The past of each step, as numbers.
    package var pasts: [IDs] {
        steps.reduce(into: []) { pasts, step in pasts.append(Self.past(of: step, pasts)) }
    }

    package static func past(of step: Step, _ pasts: [IDs]) -> IDs {
        var past = IDs()
        for before in step.deps + [step.prev].compactMap(\.self) {
            past.insert(before)
            past.formUnion(pasts[before])
        }
        return past
    }

    package var description: String {
        var lines = ["\(nature)"]
        for (number, step) in steps.enumerated() {
            let place = step.prev.map { "after #\($0)" } ?? "a new feed under \(step.certificate)"
            let payload = "\(step.isSpoilt ? ", spoilt" : "")\(step.delivery == .atOnce ? "" : ", \(step.delivery)")"
            lines.append(
                "#\(number) \(step.author) \(place) deps \(step.deps) time \(step.time): \(step.kind)\(payload)")
        }
        lines += registers.map { "register of \($0.node) under \($0.certificate), \($0.counter): \($0.readers)" }
        lines += proofs.map { "a fork at #\($0) is proved" }
        return lines.joined(separator: "\n")
    }
}
