import Terms
import Testing

private func finds(_ query: String, in text: String) -> Bool {
    TermQuery(query).matches(TermList(of: Array(text.utf8)))
}

@Suite struct TermQueryTests {
    @Test(arguments: [
        ("resume", "My Résumé"), ("RÉSUMÉ", "my resume"), ("meet", "The meeting"), ("the meet", "The meeting"),
        ("привет", "Привет, мир"), ("ёж", "еж"), ("محمد", "مُحَمَّدٌ"), ("東京", "東京都"), ("京都", "東京都"), ("都", "東京都"),
        ("東", "東京都"), ("会議", "明日の会議は"), ("ラーメン", "らーめん"), ("서울 회의", "서울에서 회의"), ("👍", "fine 👍🏿"),
        ("🇫🇷", "🇫🇷!"), ("@alice", "hi @Alice@node"), ("l'homme", "L\u{2019}homme"),
        ("example.org", "https://example.org/x"),
        ("ภาษา", "ภาษาไทย"),
    ])
    func `a query finds a message`(query: String, text: String) {
        #expect(finds(query, in: text))
    }

    @Test(arguments: [
        ("meet ", "The meeting"), ("meet the", "The meeting"), ("meetings", "The meeting"), ("eeting", "The meeting"),
        ("cat dog", "only a cat"), ("東都", "東京都"), ("", "anything"), ("  !? ", "anything"), ("\"", "anything"),
    ])
    func `a query does not find a message`(query: String, text: String) {
        #expect(!finds(query, in: text))
    }

    @Test func `the last word is a beginning while nothing follows it`() {
        #expect(TermQuery("in meet").words.map(\.isPrefix) == [false, true])
        #expect(TermQuery("in meet ").words.map(\.isPrefix) == [false, false])
        #expect(TermQuery("in meet!").words.map(\.isPrefix) == [false, false])
        #expect(TermQuery("東京").words.map(\.isPrefix) == [false])
        #expect(TermQuery("東 x ").words.map(\.isPrefix) == [true, false])
    }

    @Test func `a query has few words, each once`() {
        let text = (0..<100).map { "w\($0) w\($0)" }.joined(separator: " ")
        #expect(TermQuery(text).words.count == TermQuery.wordsMax)
        #expect(TermQuery("a a A Á a.").words.count == 1)
        #expect(TermQuery(String(repeating: "東京", count: 4_000)).words.count == 2)
    }

    @Test(arguments: ["*", "\"unbalanced", "a OR NEAR(b, 3)", "-x", "col:umn", "%_", "'; --", "\u{0}", "\\"])
    func `signs mean nothing`(query: String) {
        #expect(TermQuery(query).words.allSatisfy { !$0.bytes.isEmpty && !$0.bytes.contains(0) })
        #expect(TermQuery(query).isEmpty || finds(query, in: "well " + query))
    }
}
