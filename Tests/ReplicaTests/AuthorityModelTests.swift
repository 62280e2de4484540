import Testing

@testable import RoomModel

/// The sentences of Spec/authority.md, tried on generated histories before anything leans on them.
///
/// `PARLEY_SEEDS=1-300000 swift test -c release --filter AuthorityModelTests` tries more of them.
struct AuthorityModelTests {
    @Test func `the sentences hold of generated histories`() {
        for seed in Seeds.range(or: 1...300) {
            if let complaint = AuthorityProperties().complaint(seed: seed) {
                Issue.record("\(complaint)")
                return
            }
        }
    }

    /// Each property is worth something only if it notices when a sentence is wrong.
    @Test(arguments: NaiveAuthority.Departure.allCases)
    func `a wrong sentence is noticed`(departure: NaiveAuthority.Departure) {
        let properties = AuthorityProperties(departures: [departure])
        let property = property(against: departure)
        #expect((1...4_000).contains { properties.hasComplaint(seed: $0, about: property) }, "\(departure)")
    }

    private func property(against departure: NaiveAuthority.Departure) -> String {
        switch departure {
        case .demotionLeavesMessages, .removalsLoseToGrants: "who is out stays out"
        case .voidLeavesEnd: "who stands can write"
        case .cutIsOnlyItsPast: "no pretended ignorance wipes out what was answered"
        case .rankIsIgnored: "one pass is the only solution"
        case .oldKeysCount, .forksCount: "old keys and forked feeds add nothing"
        }
    }

    @Test func `what fails is shrunk to what matters`() throws {
        let properties = AuthorityProperties(departures: [.removalsLoseToGrants])
        let seed = try #require((1...4_000).first { properties.hasComplaint(seed: $0, about: "who is out stays out") })
        let complaint = try #require(properties.complaint(seed: seed))
        #expect(complaint.split(separator: "\n").count <= 6, "\(complaint)")
    }

    @Test func `enough of what is generated counts`() {
        let histories = (1...200).map { HistoryGenerator.history(seed: $0) }
        let counting = histories.map { history in
            let model = NaiveAuthority(history)
            return history.all.filter { model.counts($0) }.count
        }
        let share = counting.reduce(0, +) * 100 / histories.map(\.operations.count).reduce(0, +)
        #expect((25...75).contains(share), "\(share) %")
    }
}
