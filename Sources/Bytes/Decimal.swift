extension [UInt8] {
    /// Appends an integer in decimal, without a String in between.
    // Inlinable: where it is not specialised, each digit costs calls through the integer's witness table.
    @inlinable
    package mutating func append(decimal value: some FixedWidthInteger) {
        // The longest is the least of 128 bits: 39 digits and a sign.
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
            append(contentsOf: UnsafeBufferPointer(rebasing: room[at...]))
        }
    }
}
