import Chat
import Configuration
import EventLoop
import Mail
import Outbound

/// Mail by SMTP, to a relay on this machine or a private link. A conversation is kept for the next mail, for a while.
final class RelayMailer: Mailer {
    static let idleMilliseconds: UInt64 = 5_000

    private let relay: Endpoint
    private let name: MailDomain
    private let loop: EventLoop
    private let resolver: Resolver
    private var conversation: Conversation?
    private var question: UInt64?
    private var waiting: (mail: OutgoingMail, completion: (MailOutcome) -> Void)?
    private var timer: LoopTimer?

    init(_ relay: Endpoint, introducedAs name: MailDomain, on loop: EventLoop, resolver: Resolver) throws(SystemError) {
        self.relay = relay
        self.name = name
        self.loop = loop
        self.resolver = resolver
        timer = try LoopTimer(on: loop) { [weak self] in self?.begin() }
    }

    func send(_ mail: OutgoingMail, _ completion: @escaping (MailOutcome) -> Void) {
        precondition(waiting == nil, "one mail after the other")
        waiting = (mail, completion)
        timer?.set(loop.now)
    }

    func close() {
        waiting = nil
        if let question { resolver.forget(question) }
        conversation?.close()
        timer?.end()
        timer = nil
    }

    private func begin() {
        guard let (mail, _) = waiting else { return }
        if let conversation, conversation.isReady {
            conversation.send(mail) { [weak self] in self?.end($0) }
            return
        }
        switch relay {
        case .unix(let path):
            connect(to: .unix(path: path))
        case .host(let host, let port):
            if let address = SocketAddress(host: host, port: port) {
                connect(to: address)
            } else {
                look(up: host, port: port)
            }
        }
    }

    private func look(up host: String, port: UInt16) {
        question = resolver.resolve(host) { [weak self] answer in
            guard let self else { return }
            question = nil
            if case .success(let addresses) = answer, let first = addresses.first {
                connect(to: first.with(port: port))
            } else {
                fail("The relay's name leads nowhere")
            }
        }
        if question == nil { fail("This node had too many names to look up") }
    }

    private func connect(to address: SocketAddress) {
        guard let (mail, _) = waiting else { return }
        do {
            let conversation = try Conversation(
                connectingTo: address, SMTPClient(introducedAs: name), on: loop,
                idleMilliseconds: Self.idleMilliseconds)
            self.conversation = conversation
            conversation.send(mail) { [weak self] in self?.end($0) }
        } catch {
            fail("The relay can't be reached (\(error))")
        }
    }

    private func fail(_ error: String) {
        end(MailOutcome(result: .again(error: error), isRelayFailing: true))
    }

    private func end(_ outcome: MailOutcome) {
        let last = waiting
        waiting = nil
        last?.completion(outcome)
    }
}
