import Chat
import Store
import Testing

struct NotificationRulesTests {
    private static let alice = PersonNumber(1)
    private static let bob = PersonNumber(2)
    private static let carol = PersonNumber(3)

    /// What bob is told of a message of alice's.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var message: @Sendable (inout MessageFacts) -> Void = { _ in }
        var recipient: @Sendable (inout NotificationRecipient) -> Void = { _ in }
        let reason: NotificationVerdict.Reason
        let type: NotificationType?
        var ways: Ways = []

        var testDescription: String { name }
    }

    private static let cases: [Case] = [
        Case(name: "plain", reason: .notified, type: .message, ways: .inApp),
        Case(name: "direct", message: { $0.isDirect = true }, reason: .notified, type: .directMessage, ways: .all),
        Case(name: "mention", message: { $0.mentions = [bob] }, reason: .notified, type: .mention, ways: .all),
        Case(name: "reply", message: { $0.answers = bob }, reason: .notified, type: .reply, ways: .all),
        Case(
            name: "reply before mention",
            message: {
                $0.answers = bob
                $0.mentions = [bob]
            }, reason: .notified, type: .reply, ways: .all),
        Case(
            name: "mention where replies are off",
            message: {
                $0.answers = bob
                $0.mentions = [bob]
            }, recipient: { $0.switches[.reply] = [] }, reason: .notified, type: .mention, ways: .all),
        Case(
            name: "a reply that goes by push only is no mention",
            message: {
                $0.answers = bob
                $0.mentions = [bob]
            }, recipient: { $0.switches[.reply] = .push }, reason: .notified, type: .reply, ways: .push),
        Case(
            name: "mention in a direct room",
            message: {
                $0.isDirect = true
                $0.mentions = [bob]
            }, reason: .notified, type: .mention, ways: .all),
        Case(
            name: "of others", message: { $0.mentions = [carol] }, reason: .notified, type: .message, ways: .inApp),
        Case(name: "own", message: { $0.sender = bob }, reason: .own, type: nil),
        Case(
            name: "own, in which one mentions oneself",
            message: {
                $0.sender = bob
                $0.mentions = [bob]
            }, reason: .own, type: nil),
        Case(
            name: "system",
            message: {
                $0.isSystem = true
                $0.mentions = [bob]
            }, reason: .systemMessage, type: nil),
        Case(name: "history", message: { $0.isHistory = true }, reason: .history, type: nil),
        Case(name: "came later", recipient: { $0.wasMember = false }, reason: .notMemberThen, type: nil),
        Case(name: "read", recipient: { $0.hasRead = true }, reason: .alreadyRead, type: .message),
        Case(
            name: "deleted",
            message: {
                $0.isDeleted = true
                $0.mentions = [bob]
            }, reason: .deleted, type: .mention),
        Case(name: "muted", recipient: { $0.isMuted = true }, reason: .muted, type: .message),
        Case(
            name: "muted, direct", message: { $0.isDirect = true }, recipient: { $0.isMuted = true }, reason: .muted,
            type: .directMessage),
        Case(
            name: "muted, mention", message: { $0.mentions = [bob] }, recipient: { $0.isMuted = true },
            reason: .notified, type: .mention, ways: .all),
        Case(
            name: "muted, reply", message: { $0.answers = bob }, recipient: { $0.isMuted = true },
            reason: .notified, type: .reply, ways: .all),
        Case(
            name: "muted, and mentions are off", message: { $0.mentions = [bob] },
            recipient: {
                $0.isMuted = true
                $0.switches[.mention] = []
            }, reason: .switchedOff, type: .mention),
        Case(
            name: "mentions are off, messages are not", message: { $0.mentions = [bob] },
            recipient: { $0.switches[.mention] = [] }, reason: .notified, type: .message, ways: .inApp),
        Case(name: "off", recipient: { $0.switches[.message] = [] }, reason: .switchedOff, type: .message),
        Case(
            name: "edit that mentions",
            message: {
                $0.isEdit = true
                $0.mentions = [bob]
                $0.answers = bob
            }, reason: .notified, type: .mention, ways: .all),
        Case(name: "edit", message: { $0.isEdit = true }, reason: .notConcerned, type: nil),
    ]

    @Test(arguments: cases)
    func `who is told of a message, and why`(example: Case) {
        var message = MessageFacts(sender: Self.alice)
        example.message(&message)
        var recipient = NotificationRecipient(Self.bob)
        example.recipient(&recipient)
        let verdict = NotificationVerdict(on: .message(message), for: recipient)
        #expect(verdict.reason == example.reason && verdict.type == example.type && verdict.ways == example.ways)
    }

    @Test(arguments: [
        (NotificationEvent.reaction(author: bob, by: alice), NotificationType.reaction),
        (.roomInvite(bob, by: alice), .roomInvite), (.roleChanged(bob, by: alice), .roleChanged),
    ])
    func `what concerns one person is told to that one, and not by themselves`(
        event: NotificationEvent, type: NotificationType
    ) {
        func reason(_ person: PersonNumber, isMuted: Bool = false) -> NotificationVerdict.Reason {
            var recipient = NotificationRecipient(person)
            recipient.isMuted = isMuted
            return NotificationVerdict(on: event, for: recipient).reason
        }
        #expect(NotificationVerdict(on: event, for: NotificationRecipient(Self.bob)).type == type)
        #expect(reason(Self.bob) == .notified && reason(Self.bob, isMuted: true) == .muted)
        #expect(reason(Self.alice) == .own && reason(Self.carol) == .notConcerned)
        #expect(event.concerned == [Self.bob])
    }

    @Test func `a newcomer is told to those who were there, and not to themselves nor to who added them`() {
        let event = NotificationEvent.memberJoined(Self.bob, by: Self.alice)
        func reason(_ person: PersonNumber, wasMember: Bool = true) -> NotificationVerdict.Reason {
            var recipient = NotificationRecipient(person)
            recipient.wasMember = wasMember
            return NotificationVerdict(on: event, for: recipient).reason
        }
        #expect(reason(Self.carol) == .notified && reason(Self.carol, wasMember: false) == .notMemberThen)
        #expect(reason(Self.alice) == .own && reason(Self.bob) == .notConcerned)
    }

    @Test func `of a message in a group only those are written to whom it names`() {
        var message = MessageFacts(sender: Self.alice)
        #expect(NotificationEvent.message(message).concerned == [])
        message.mentions = [Self.carol]
        message.answers = Self.bob
        #expect(NotificationEvent.message(message).concerned == [Self.bob, Self.carol])
        message.isEdit = true
        #expect(NotificationEvent.message(message).concerned == [Self.carol])
    }

    @Test func `types have the names and defaults that clients know`() {
        #expect(NotificationType.allCases.count == 9)
        for type in NotificationType.allCases {
            #expect(NotificationType(name: type.name) == type && type.defaultWays.contains(.inApp))
        }
        #expect(
            NotificationType.allCases.filter { $0.defaultWays == .all }
                == [.directMessage, .mention, .reply, .roomInvite])
        #expect(NotificationType(name: "Message") == nil)
    }
}
