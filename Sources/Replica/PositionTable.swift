import Keys
import Operations

/// Where operations stand, by their ids. Ids are hashes already, so a word of them is mixed with a secret number (or somebody
/// could look for ids that fall in one place) and no more; and the table grows without looking at them again.
struct PositionTable: Sendable {
    private struct Slot {
        /// The upper half of the mixed word; 0 where nothing is.
        var mark: UInt32 = 0
        var place: UInt32 = 0
        var position = Position(Line(0), 0)
    }

    private var slots: [Slot] = []
    private var count = 0
    private let secret = UInt64.random(in: .min ... .max)

    /// `isThere`: whether the operation with the id stands at a position that may be its own.
    func position(of id: OperationID, isThere: (Position) -> Bool) -> Position? {
        guard !slots.isEmpty else { return nil }
        let (mark, place) = mix(id)
        var index = Int(place) & (slots.count - 1)
        while slots[index].mark != 0 {
            if slots[index].mark == mark, slots[index].place == place, isThere(slots[index].position) {
                return slots[index].position
            }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The id is not in it yet.
    mutating func insert(_ id: OperationID, at position: Position) {
        if count * 2 >= slots.count { grow() }
        let (mark, place) = mix(id)
        put(Slot(mark: mark, place: place, position: position))
        count += 1
    }

    private mutating func put(_ slot: Slot) {
        var index = Int(slot.place) & (slots.count - 1)
        while slots[index].mark != 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: max(16, old.count * 2))
        for slot in old where slot.mark != 0 { put(slot) }
    }

    private func mix(_ id: OperationID) -> (mark: UInt32, place: UInt32) {
        let word = id.bytes.withSpan { $0.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) }
        // Any odd number with bits all over will do.
        let product = (word ^ secret).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        let mixed = product.high ^ product.low
        return (UInt32(truncatingIfNeeded: mixed >> 32) | 1, UInt32(truncatingIfNeeded: mixed))
    }
}
