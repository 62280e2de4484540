/// Those who wrote in a room or are named in it by an authority operation, each with what authority knows of them.
///
/// They lie in an array beside the look-up, so that they are looked at and changed in their place: taken out of a dictionary
/// each would be a copy of a dozen arrays.
struct People: Sendable {
    private var numbers: [Person: Int] = [:]
    private var states: [Authority.PersonState] = []

    /// Nil for somebody who was never met.
    func number(of person: Person) -> Int? { numbers[person] }

    /// False where they were met before.
    mutating func meet(_ person: Person) -> Bool {
        guard numbers[person] == nil else { return false }
        numbers[person] = states.count
        states.append(Authority.PersonState())
        return true
    }

    subscript(number: Int) -> Authority.PersonState {
        _read { yield states[number] }
        _modify { yield &states[number] }
    }

    /// Of somebody who was met.
    subscript(person: Person) -> Authority.PersonState {
        _read { yield states[numbers[person]!] }
        _modify { yield &states[numbers[person]!] }
    }

    /// In no particular order.
    var all: [(person: Person, state: Authority.PersonState)] {
        numbers.map { ($0.key, states[$0.value]) }
    }
}
