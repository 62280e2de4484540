/// Deadlines, the earliest first. Entries are never taken out from the middle: whoever asks for the
/// due ones knows which of them still mean something.
struct DeadlineHeap {
    struct Entry {
        let due: MonotonicTime
        let token: UInt64
    }

    private var entries: [Entry] = []

    var earliest: MonotonicTime? { entries.first?.due }

    var count: Int { entries.count }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index].due < entries[parent].due else { break }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    /// Takes out the earliest entry if it is due by `now`.
    mutating func removeDue(by now: MonotonicTime) -> Entry? {
        guard let first = entries.first, first.due <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < entries.count else { break }
            let right = left + 1
            let child = right < entries.count && entries[right].due < entries[left].due ? right : left
            guard entries[child].due < entries[index].due else { break }
            entries.swapAt(index, child)
            index = child
        }
        return first
    }
}
