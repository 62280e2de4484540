extension [UInt8] {
    /// Appends an integer in decimal, without a String in between.
    package mutating func append(decimal value: some FixedWidthInteger) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { room in
            var at = room.count
            var rest = value.magnitude
            repeat {
                at -= 1
                room[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                at -= 1
                room[at] = UInt8(ascii: "-")
            }
            append(contentsOf: room[at...])
        }
    }
}
