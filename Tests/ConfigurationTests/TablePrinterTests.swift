import Configuration
import Testing

struct TablePrinterTests {
    private func table(_ rows: [[String]], width: Int? = nil) -> [String] {
        var printer = TablePrinter([.init("NAME"), .init("ROOMS", isNumber: true), .init("STATE")])
        for row in rows { printer.add(row) }
        return printer.text(width: width).split(separator: "\n").map(String.init)
    }

    @Test func `columns line up, numbers on the right, nothing behind the last`() {
        #expect(
            table([["north.example", "7", "connected"], ["south", "1234567", ""]]) == [
                "NAME             ROOMS  STATE", "north.example        7  connected", "south          1234567",
            ])
        #expect(table([]) == ["NAME  ROOMS  STATE"])
    }

    @Test func `wide and joining characters count as the columns that they take`() {
        #expect(
            table([["日本", "1", "x"], ["e\u{301}t\u{301}", "2", "x"], ["🎉", "3", "x"]]) == [
                "NAME  ROOMS  STATE", "日本      1  x", "e\u{301}t\u{301}        2  x", "🎉        3  x",
            ])
    }

    @Test func `a cell can't move the cursor or begin a row`() {
        let lines = table([["a\u{1B}[2J\nb", "1", "\u{202E}x"]])
        #expect(lines == ["NAME           ROOMS  STATE", #"a\u{1b}[2J\nb      1  \u{202e}x"#])
    }

    @Test func `the widest columns are cut to fit, and not beyond reading`() {
        let rows = [[String(repeating: "n", count: 40), "1", String(repeating: "s", count: 20)]]
        #expect(table(rows, width: 40).allSatisfy { $0.count <= 40 })
        #expect(table(rows, width: 40)[1] == "nnnnnnnnnnnnnn…      1  sssssssssssssss…")
        #expect(table(rows, width: 5)[1] == "nnnnnnn…      1  sssssss…")
        #expect(table(rows, width: 200)[1].count == 69)
        // Half of a wide character is none.
        #expect(table([[String(repeating: "日", count: 10), "1", "x"]], width: 21)[1] == "日日日…       1  x")
    }

    @Test func `too few cells and too many`() {
        #expect(table([["a"], ["b", "1", "c", "d"]]) == ["NAME  ROOMS  STATE", "a", "b         1  c"])
    }
}
