package import Keys

/// Which of an origin's registers in a room: the greater one stays, everywhere.
///
/// The certificate's generation comes first, so that a stolen old key can't write the highest counter and
/// silence the node for ever. It is a number and not the certificate, so that a clock can say it in two bytes
/// and two clocks can be compared without anything else at hand. Two registers with the same counter are made
/// by a node that was restored, or by two certificates of one generation; then the greater hash decides.
package struct RegisterVersion: Hashable, Comparable, Sendable {
    package let generation: UInt64
    package let counter: UInt64
    package let hash: Hash

    package init(generation: UInt64, counter: UInt64, hash: Hash) {
        self.generation = generation
        self.counter = counter
        self.hash = hash
    }

    package static func < (left: RegisterVersion, right: RegisterVersion) -> Bool {
        if left.generation != right.generation { return left.generation < right.generation }
        return left.counter == right.counter ? left.hash < right.hash : left.counter < right.counter
    }
}
