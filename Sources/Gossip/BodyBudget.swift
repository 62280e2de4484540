/// What still finds room in a body. A body is full when it has reached its size, and ends with the item with which it did:
/// whatever lies between two signatures, and whatever a plan took it to weigh.
struct BodyBudget {
    private let whole: Int
    private var left: Int
    /// Something found no room.
    private(set) var isCut = false

    /// One item goes in any case, or nobody would get on.
    init(_ bytesMax: Int) {
        whole = max(1, bytesMax)
        left = whole
    }

    var isFull: Bool { left <= 0 }
    var spent: Int { whole - left }

    /// Asked for something that is to go.
    mutating func hasRoom() -> Bool {
        isCut = isCut || isFull
        return !isFull
    }

    /// Whether that fits, or nothing is there yet. What doesn't ends the body, so that nobody tries the next such thing.
    mutating func take(_ bytes: Int) -> Bool {
        let fits = left == whole || bytes <= left
        left -= fits ? bytes : max(left, 0)
        return fits
    }

    mutating func spend(_ bytes: Int) { left -= bytes }

    mutating func add(_ item: () -> [UInt8]?) -> [UInt8]? {
        guard hasRoom(), let item = item() else { return nil }
        spend(item.count)
        return item
    }
}
