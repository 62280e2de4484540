import EventLoop
import Store

struct TypingPlace: Hashable {
    let person: PersonNumber
    let room: RoomNumber
}

extension Hub {
    /// Who types and says no more has stopped.
    static let typingMilliseconds: UInt64 = 6_000

    func type(_ person: PersonNumber, _ room: RoomNumber, _ isTyping: Bool, isLocal: Bool) {
        let place = TypingPlace(person: person, room: room)
        let wasTyping = typing[place] != nil
        guard isTyping || wasTyping else { return }
        typing[place] = isTyping ? loop.now + Self.typingMilliseconds : nil
        tell(place, isTyping)
        if isLocal { signalling.typing(person, in: room, isTyping) }
    }

    func endTyping() {
        for (place, end) in typing where end <= loop.now {
            typing[place] = nil
            tell(place, false)
        }
    }

    private func tell(_ place: TypingPlace, _ isTyping: Bool) {
        guard let audience = audiences[place.room] else { return }
        let frame = frames.typing(place.person, place.room, isTyping)
        deliver(frame, to: audience.targets, except: place.person)
    }
}
