import Bytes
import Testing

struct VisibleTextTests {
    @Test(arguments: [
        ("plain text, ünïcödé, 日本語 and 🎉", "plain text, ünïcödé, 日本語 and 🎉"),
        ("e\u{301}", "e\u{301}"),
        ("a\u{1B}[31mred", #"a\u{1b}[31mred"#),
        ("one\r\ntwo\tthree", #"one\r\ntwo\tthree"#),
        ("\0\u{7F}\u{85}\u{9B}", #"\u{0}\u{7f}\u{85}\u{9b}"#),
        ("\u{202E}gpj.exe", #"\u{202e}gpj.exe"#),
        ("\u{2028}\u{2029}\u{FEFF}\u{200B}", #"\u{2028}\u{2029}\u{feff}\u{200b}"#),
        ("\u{E000}\u{10FFFF}\u{E0041}", #"\u{e000}\u{10ffff}\u{e0041}"#),
        ("", ""),
    ])
    func `what can't be seen is escaped`(text: String, shown: String) {
        #expect(text.visible == shown)
    }

    @Test(arguments: [
        ("abc", 5, "abc"), ("abc", 3, "abc"), ("abc", 2, "ab"), ("abc", 0, ""), ("aé", 2, "a"), ("aé", 3, "aé"),
        ("é", 1, ""), ("🎉🎉", 7, "🎉"), ("🎉", 3, ""), ("e\u{301}x", 3, "e\u{301}"), ("e\u{301}x", 2, "e"),
        ("\r\n", 1, "\r"),
    ])
    func `a text is cut between scalars`(text: String, count: Int, kept: String) {
        #expect(Array(text[...].prefix(utf8Bytes: count).utf8) == Array(kept.utf8))
    }
}
