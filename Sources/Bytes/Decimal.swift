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

extension Int64 {
    /// Writes it in decimal, which takes 20 bytes at most, and says how many it took.
    package func write(to room: UnsafeMutablePointer<UInt8>) -> Int {
        var rest = magnitude
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        let sign = self < 0 ? 1 : 0
        rest = magnitude
        for at in stride(from: sign + digits - 1, through: sign, by: -1) {
            room[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        if self < 0 { room[0] = UInt8(ascii: "-") }
        return sign + digits
    }
}
