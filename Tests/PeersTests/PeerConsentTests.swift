import Bytes
import Keys
import OperationVectors
import Operations
import Testing

@testable import Peers

struct PeerConsentTests {
    private static let south = SampleNode.south

    private static func card(
        _ seconds: Int64 = 0, of node: SampleNode = south, certificate: Certificate? = nil, key: SigningKey? = nil
    ) throws -> Card {
        try sampleCard(of: node, certificate: certificate, key: key, seconds: seconds)
    }

    private enum Step: CaseIterable {
        case addCard, addKey, accept, pause, resume, remove, knock, shown, agreed, denied
        case knockOlder, shownOlder, shownHandedOver, shownAnother

        func event() throws -> PeerConsent.Event {
            switch self {
            case .addCard: .add(try card())
            case .addKey: .add(nil)
            case .accept: .accept
            case .pause: .pause
            case .resume: .resume
            case .remove: .remove
            case .knock: .knock(try card())
            case .shown: .shown(try card())
            case .agreed: .agreed
            case .denied: .denied
            case .knockOlder: .knock(try card(-10))
            case .shownOlder: .shown(try card(-10))
            case .shownHandedOver: .shown(try handedOver())
            case .shownAnother: .shown(try card(of: .north))
            }
        }
    }

    private static func handedOver() throws -> Card {
        let second = SampleNode.key("south second")
        return try card(
            1, certificate: south.certificate.handingOver(to: second.publicKey, signedBy: south.first), key: second)
    }

    /// How each state is reached from nothing.
    private static let ways: [(PeerConsent.State, [Step])] = [
        (.stranger, []), (.knocking, [.knock]), (.waiting, [.addCard]), (.active, [.addCard, .knock]),
        (.paused, [.addCard, .knock, .pause]), (.refused, [.addCard, .knock, .denied]),
    ]

    private static func consent(in state: PeerConsent.State) throws -> PeerConsent {
        var consent = PeerConsent(node: south.id)
        for step in ways.first(where: { $0.0 == state })!.1 { _ = consent.handle(try step.event()) }
        #expect(consent.state == state)
        return consent
    }

    /// The table of Spec/replication.md. A dot stays where it is; a dash does not fit.
    private static let table = """
        |                 | stranger | knocking | waiting    | active     | paused     | refused    |
        | addCard         | waiting  | active   | .          | .          | .          | waiting    |
        | addKey          | waiting  | active   | .          | .          | .          | waiting    |
        | accept          | -        | active   | -          | -          | -          | -          |
        | pause           | -        | -        | paused     | paused     | .          | paused     |
        | resume          | -        | -        | .          | .          | active     | .          |
        | remove          | .        | stranger | stranger   | stranger   | stranger   | stranger   |
        | knock           | knocking | .        | active     | .          | .          | active     |
        | shown           | -        | -        | .          | .          | .          | .          |
        | agreed          | -        | -        | active     | .          | .          | active     |
        | denied          | -        | -        | .          | refused    | paused     | .          |
        | knockOlder      | knocking | stale    | stale      | stale      | stale      | stale      |
        | shownOlder      | -        | -        | stale      | stale      | stale      | stale      |
        | shownHandedOver | -        | -        | handedOver | handedOver | handedOver | handedOver |
        | shownAnother    | -        | -        | another    | another    | another    | another    |
        """

    @Test
    func `every event in every state does what the table says`() throws {
        let rows = Self.table.split(separator: "\n").map { row in
            row.split(separator: "|").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
        }
        let states = rows[0].map { PeerConsent.State(rawValue: $0)! }
        #expect(rows.count - 1 == Step.allCases.count && states.count == Self.ways.count)
        for (row, step) in zip(rows.dropFirst(), Step.allCases) {
            #expect(row[0] == "\(step)")
            for (state, expected) in zip(states, row.dropFirst()) {
                var consent = try Self.consent(in: state)
                let before = consent
                let outcome = consent.handle(try step.event())
                let found: (PeerConsent.Outcome, PeerConsent.State)
                switch expected {
                case ".": found = (.unchanged, state)
                case "-": found = (.doesNotFit, state)
                case "stale": found = (.staleCard, state)
                case "handedOver": found = (.handedOver, state)
                case "another": found = (.anotherNode(SampleNode.north.id), state == .paused ? .paused : .refused)
                default: found = (.changed, PeerConsent.State(rawValue: expected)!)
                }
                #expect(outcome == found.0 && consent.state == found.1, "\(step) in \(state)")
                if [.unchanged, .doesNotFit, .staleCard].contains(outcome) { #expect(consent == before) }
            }
        }
    }

    @Test
    func `a peer that was added by its key waits for a card and then has one`() throws {
        var consent = PeerConsent(node: Self.south.id)
        #expect(consent.handle(.add(nil)) == .changed)
        #expect(consent.card == nil && !consent.isAsked && consent.isAnswered)
        #expect(consent.handle(.agreed) == .doesNotFit)
        #expect(consent.handle(.knock(try Self.card())) == .changed)
        #expect(consent.state == .active && consent.isAsked)
    }

    @Test
    func `a changed key takes nothing over and stops all sending until the right node is back`() throws {
        var consent = try Self.consent(in: .active)
        #expect(consent.handle(.shown(try Self.card(of: .north))) == .anotherNode(SampleNode.north.id))
        #expect(try consent.card == Self.card() && !consent.isAsked && consent.isAnswered)
        #expect(consent.handle(.denied) == .changed)
        #expect(!consent.isAsked)
        #expect(consent.handle(.shown(try Self.card(5))) == .changed)
        #expect(try consent.isAsked && consent.card == Self.card(5))
    }

    @Test
    func `a knock or a card of another node than the one that is meant changes nothing`() throws {
        for state in Self.ways.map(\.0) {
            var consent = try Self.consent(in: state)
            let before = consent
            #expect(consent.handle(.knock(try Self.card(of: .north))) == .anotherNode(SampleNode.north.id))
            #expect(consent.handle(.add(try Self.card(of: .north))) == .anotherNode(SampleNode.north.id))
            #expect(consent == before)
        }
    }

    @Test
    func `a hand-over is taken over by a knock too, and not taken back by an older card`() throws {
        var consent = try Self.consent(in: .active)
        let new = try Self.handedOver()
        #expect(consent.handle(.knock(new)) == .handedOver)
        #expect(consent.handle(.knock(try Self.card(1_000))) == .staleCard)
        #expect(consent.card == new)
    }

    @Test
    func `an old knock that is played back does not bring back a peer that has ended it`() throws {
        var consent = try Self.consent(in: .refused)
        #expect(consent.handle(.knock(try Self.card(-1))) == .staleCard)
        #expect(consent.state == .refused)
    }

    @Test
    func `who is paused is neither asked nor answered, and goes on as it was`() throws {
        var consent = try Self.consent(in: .waiting)
        #expect(consent.isAsked && consent.isAnswered)
        _ = consent.handle(.pause)
        #expect(!consent.isAsked && !consent.isAnswered)
        _ = consent.handle(.knock(try Self.card(3)))
        #expect(consent.state == .paused)
        _ = consent.handle(.resume)
        #expect(consent.state == .active)
    }
}
