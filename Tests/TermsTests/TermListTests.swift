import Terms
import Testing

private func words(_ text: String) -> [String] {
    TermList(of: Array(text.utf8)).words
}

@Suite struct TermListTests {
    @Test func `words are kept once, in lower case, in the order of their bytes`() {
        #expect(words("The cat, the Dog; THE bird!") == ["bird", "cat", "dog", "the"])
        #expect(words("").isEmpty)
        #expect(words(" \t\r\n.,;:!?-_\u{2014}\u{3000}").isEmpty)
    }

    @Test(arguments: [
        ("Résumé", "resume"), ("RE\u{301}SUME\u{301}", "resume"), ("Straße", "strasse"), ("STRAẞE", "strasse"),
        ("Smørrebrød", "smorrebrod"), ("Łódź", "lodz"), ("Ærø", "aero"), ("İstanbul", "istanbul"), ("ısı", "isi"),
        ("Tiếng", "tieng"), ("Đà", "da"), ("ﬁnance", "finance"), ("Ｆｕｌｌ", "full"), ("𝔉raktur", "fraktur"),
        ("Ёлка", "елка"), ("ЁЛКА", "елка"), ("МОСКВА", "москва"), ("Ὀδυσσεύς", "οδυσσευσ"), ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
        ("مُحَمَّد", "محمد"), ("مـحـمـد", "محمد"), ("أحمد", "احمد"), ("إحمد", "احمد"), ("ٱحمد", "احمد"), ("آحمد", "احمد"),
        ("على", "علي"), ("مدرسة", "مدرسه"), ("کتاب", "كتاب"), ("می\u{200C}خواهم", "ميخواهم"), ("שָׁלוֹם", "שלום"),
        ("٢٠٢٦", "2026"), ("２０２６", "2026"), ("२०२६", "2026"), ("10²", "102"), ("हिन्दी", "हिन्दी"),
        ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", "한글"), ("한글", "한글"), ("soft\u{AD}hyphen", "softhyphen"),
        ("Ⅷ", "viii"),
    ])
    func `a word is folded`(text: String, expected: String) {
        #expect(words(text) == [expected])
        #expect(words(expected) == [expected], "what is folded stays as it is")
    }

    @Test func `apostrophes, hyphens, dots and signs end a word`() {
        #expect(words("l'homme") == ["homme", "l"])
        #expect(words("e-mail") == ["e", "mail"])
        #expect(words("@alice #général") == ["alice", "general"])
        #expect(
            words("https://www.example.org/a_b?c=d%20") == ["20", "a", "b", "c", "d", "example", "https", "org", "www"])
        #expect(words("3.14 mp3 2nd") == ["14", "2nd", "3", "mp3"])
    }

    @Test func `a script without spaces is kept in pairs, and its last character alone`() {
        #expect(Set(words("東京都")) == ["東京", "京都", "都"])
        #expect(words("猫") == ["猫"])
        #expect(Set(words("สวัสดี")) == ["สว", "วั", "ัส", "สด", "ดี", "ี"])
        #expect(Set(words("Tシャツ買う")) == ["t", "しゃ", "ゃつ", "つ買", "買う", "う"])
    }

    @Test func `the two kana are one, in full and half width, with voice marks attached or apart`() {
        let expected = words("がぎぱゔ")
        #expect(words("ガギパヴ") == expected)
        #expect(words("ｶﾞｷﾞﾊﾟｳﾞ") == expected)
        #expect(words("か\u{3099}き\u{3099}は\u{309A}う\u{3099}") == expected)
        #expect(Set(words("ラーメン")) == ["らー", "ーめ", "めん", "ん"])
    }

    @Test func `a picture is a word, without its colour of skin; a flag is its two letters`() {
        #expect(words("nice👍🏽👍") == ["nice", "👍"])
        #expect(Set(words("🇩🇪")) == ["🇩🇪", "🇪"])
        #expect(words("❤\u{FE0F} ☂") == ["☂", "❤"])
    }

    @Test func `a long word is kept by its first 64 bytes, in whole characters`() {
        #expect(words(String(repeating: "a", count: 500)) == [String(repeating: "a", count: 64)])
        #expect(words("a" + String(repeating: "ж", count: 500)) == ["a" + String(repeating: "ж", count: 31)])
        // What no longer fits is not made up for by something shorter behind it.
        #expect(words("a" + String(repeating: "ж", count: 32) + "b") == ["a" + String(repeating: "ж", count: 31)])
    }

    @Test func `of a very long text the first words are kept`() {
        let text = (0..<10_000).map { "w\($0)" }.joined(separator: " ")
        let list = TermList(of: Array(text.utf8))
        #expect(list.terms.count == TermList.wordsMax)
        let words = Set(list.words)
        #expect(words.contains("w8191") && !words.contains("w8192"))
    }

    @Test(
        arguments: [
            [0xFF], [0x61, 0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xF0, 0x28, 0x8C, 0xBC], [0x80, 0x80],
        ] as [[UInt8]])
    func `bytes that are no text separate words`(bytes: [UInt8]) {
        let list = TermList(of: Array("left ".utf8) + bytes + Array(" right".utf8))
        #expect(Set(list.words).isSuperset(of: ["left", "right"]))
        #expect(list.words.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
    }

    @Test func `words sort like their bytes, beyond the eight of their keys`() {
        let sorted = ["abcdefgh", "abcdefgha", "abcdefghb", "abcdefghba", "b", "z", "ä", "ж", "猫"]
        let list = words(sorted.reversed().joined(separator: " "))
        #expect(list == ["a", "abcdefgh", "abcdefgha", "abcdefghb", "abcdefghba", "b", "z", "ж", "猫"])
    }

    @Test func `a word is found whole and as a beginning`() {
        let list = TermList(of: Array("meeting in Zürich 東京都".utf8))
        func contains(_ word: String, asPrefix: Bool) -> Bool {
            list.contains(Array(word.utf8).span, asPrefix: asPrefix)
        }
        #expect(contains("meeting", asPrefix: false))
        #expect(!contains("meet", asPrefix: false))
        #expect(contains("meet", asPrefix: true))
        #expect(!contains("meetings", asPrefix: true))
        #expect(contains("zuric", asPrefix: true))
        #expect(contains("都", asPrefix: true) && contains("東", asPrefix: true) && contains("京都", asPrefix: false))
        #expect(!contains("zz", asPrefix: true))
    }
}
