import CLinux
import Glibc
import Synchronization

/// Messages from any thread to one loop, in order. Bounded: a full mailbox says so, and the sender
/// decides what that means. The loop is woken only when the mailbox was empty.
package final class Mailbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    private let wake: Descriptor
    package let messagesMax: Int

    package init(messagesMax: Int) throws(SystemError) {
        wake = try Descriptor(linux_eventfd(), "create an eventfd")
        self.messagesMax = messagesMax
    }

    /// False where the mailbox is full; then the message was not taken.
    package func post(_ message: Message) -> Bool {
        let (isTaken, wasEmpty) = waiting.withLock { messages in
            guard messages.count < messagesMax else { return (false, false) }
            messages.append(message)
            return (true, messages.count == 1)
        }
        if wasEmpty { linux_raise_event(wake.number) }
        return isTaken
    }

    /// Delivers on `loop`, from now on, whatever is posted, in batches. The loop holds the mailbox.
    package func deliver(on loop: EventLoop, _ receive: @escaping ([Message]) -> Void) throws(SystemError) {
        let receiver = Receiver(mailbox: self, receive: receive)
        _ = try loop.join(receiver, descriptor: wake.number, interest: .readable)
    }

    private final class Receiver: LoopMember {
        let mailbox: Mailbox
        let receive: ([Message]) -> Void

        init(mailbox: Mailbox, receive: @escaping ([Message]) -> Void) {
            self.mailbox = mailbox
            self.receive = receive
        }

        func ready(_ readiness: Readiness) {
            linux_lower_event(mailbox.wake.number)
            let messages = mailbox.waiting.withLock { waiting in
                let messages = waiting
                waiting = []
                return messages
            }
            if !messages.isEmpty { receive(messages) }
        }
    }
}
