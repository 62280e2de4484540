package import Operations

/// Whether two nodes are peers: both must want it, each for itself. One value for each other node, without clock,
/// network or storage; what it remembers is what an operator sees. The table of all transitions is in
/// Spec/replication.md, "Peers".
package struct PeerConsent: Equatable, Sendable {
    package let node: NodeID
    package private(set) var standing: Standing

    package enum Standing: Equatable, Sendable {
        case stranger
        /// It asks; our administrator has not said anything.
        case knocking(Card)
        case pinned(Pin)
    }

    /// Our side has agreed. The id is what is pinned; the card may change.
    package struct Pin: Equatable, Sendable {
        /// Nil until it shows one: a peer that was added by its key alone.
        package var card: Card?
        package var theyAgree: Bool
        package var isPaused: Bool
        package var objection: Objection?

        package init(card: Card?, theyAgree: Bool, isPaused: Bool, objection: Objection? = nil) {
            self.card = card
            self.theyAgree = theyAgree
            self.isPaused = isPaused
            self.objection = objection
        }
    }

    package enum Objection: Equatable, Sendable {
        /// Its URL shows another node. Nothing is taken over from there, and nothing sent.
        case anotherNode(NodeID)
        /// It has agreed and does not any more, or pauses us.
        case ended
    }

    /// As an operator sees it.
    package enum State: String, Sendable {
        case stranger, knocking, waiting, active, paused, refused
    }

    package enum Event: Equatable, Sendable {
        /// Our administrator wants it: by a card that was fetched, or by the key alone.
        case add(Card?)
        case accept
        case pause
        case resume
        case remove
        /// It knocked, and the knock was signed by the card's key.
        case knock(Card)
        /// What its URL shows.
        case shown(Card)
        /// It has answered, signed, what only a peer is answered.
        case agreed
        /// It has answered, signed, that we are no peer.
        case denied
    }

    package enum Outcome: Equatable, Sendable {
        case changed
        case unchanged
        /// Another key speaks for the node from now on, and it has proved that.
        case handedOver
        /// Another node is where this one was. To be told loudly.
        case anotherNode(NodeID)
        /// Older than what we have; nothing is taken over.
        case staleCard
        /// There is no such thing to do in this state.
        case doesNotFit
    }

    package init(node: NodeID, standing: Standing = .stranger) {
        self.node = node
        self.standing = standing
    }

    package var state: State {
        switch standing {
        case .stranger: .stranger
        case .knocking: .knocking
        case .pinned(let pin):
            pin.isPaused ? .paused : pin.objection != nil ? .refused : pin.theyAgree ? .active : .waiting
        }
    }

    package var card: Card? {
        switch standing {
        case .stranger: nil
        case .knocking(let card): card
        case .pinned(let pin): pin.card
        }
    }

    package var isPaused: Bool { state == .paused }

    package var isPinned: Bool { if case .pinned = standing { true } else { false } }

    /// Whether its requests are those of a peer; otherwise they are answered `not-a-peer`.
    package var isAnswered: Bool {
        guard case .pinned(let pin) = standing else { return false }
        return !pin.isPaused
    }

    /// Whether we ask it anything. Where it doesn't agree that is how we learn that it does.
    package var isAsked: Bool {
        guard case .pinned(let pin) = standing, !pin.isPaused, pin.card != nil else { return false }
        if case .anotherNode = pin.objection { return false }
        return true
    }

    package mutating func handle(_ event: Event) -> Outcome {
        if case .knock(let card) = event, card.node != node { return .anotherNode(card.node) }
        if case .add(let card?) = event, card.node != node { return .anotherNode(card.node) }
        switch standing {
        case .stranger: return handleAsStranger(event)
        case .knocking(let card): return handle(event, knockingWith: card)
        case .pinned(var pin):
            let outcome = handle(event, &pin)
            if event == .remove { standing = .stranger } else { standing = .pinned(pin) }
            return outcome
        }
    }

    private mutating func handleAsStranger(_ event: Event) -> Outcome {
        switch event {
        case .add(let card): standing = .pinned(Pin(card: card, theyAgree: false, isPaused: false))
        case .knock(let card): standing = .knocking(card)
        case .remove: return .unchanged
        case .accept, .pause, .resume, .shown, .agreed, .denied: return .doesNotFit
        }
        return .changed
    }

    private mutating func handle(_ event: Event, knockingWith card: Card) -> Outcome {
        switch event {
        case .accept:
            standing = .pinned(Pin(card: card, theyAgree: true, isPaused: false))
        case .add(let other):
            let newest = other.map { card.supersedes($0) ? card : $0 } ?? card
            standing = .pinned(Pin(card: newest, theyAgree: true, isPaused: false))
        case .knock(let other):
            guard other != card else { return .unchanged }
            guard other.supersedes(card) else { return .staleCard }
            standing = .knocking(other)
        case .remove:
            standing = .stranger
        case .pause, .resume, .shown, .agreed, .denied:
            return .doesNotFit
        }
        return .changed
    }

    private func handle(_ event: Event, _ pin: inout Pin) -> Outcome {
        let before = pin
        switch event {
        case .accept: return .doesNotFit
        case .remove: return .changed
        case .pause: pin.isPaused = true
        case .resume: pin.isPaused = false
        case .agreed:
            // Without a card there is no key, and so nothing that it could have signed.
            guard pin.card != nil else { return .doesNotFit }
            pin.theyAgree = true
            if pin.objection == .ended { pin.objection = nil }
        case .denied:
            if pin.theyAgree { pin.objection = pin.objection ?? .ended }
            pin.theyAgree = false
        case .add(let card):
            // The administrator insists, and may have looked.
            pin.objection = nil
            guard let card else { break }
            return take(card, &pin, before)
        case .knock(let card):
            pin.theyAgree = true
            pin.objection = nil
            let outcome = take(card, &pin, before)
            // An old knock, played back, must neither agree nor excuse anything.
            if outcome == .staleCard { pin = before }
            return outcome
        case .shown(let card):
            guard card.node == node else {
                pin.objection = .anotherNode(card.node)
                return .anotherNode(card.node)
            }
            if case .anotherNode = pin.objection { pin.objection = nil }
            return take(card, &pin, before)
        }
        return pin == before ? .unchanged : .changed
    }

    private func take(_ card: Card, _ pin: inout Pin, _ before: Pin) -> Outcome {
        guard let ours = pin.card else {
            pin.card = card
            return .changed
        }
        guard card != ours else { return pin == before ? .unchanged : .changed }
        guard card.supersedes(ours) else { return .staleCard }
        pin.card = card
        return card.certificate == ours.certificate ? .changed : .handedOver
    }
}
