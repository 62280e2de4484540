import Testing

@testable import Wire

struct URLEncodedFormTests {
    private func form(_ text: String, itemsMax: Int = 10, bytesMax: Int = 100) throws(URLEncodedFormFault)
        -> URLEncodedForm
    {
        let bytes = Array(text.utf8)
        return try URLEncodedForm(bytes.span, itemsMax: itemsMax, bytesMax: bytesMax)
    }

    @Test(
        arguments: [
            ("", []), ("a", ["a:"]), ("a=", ["a:"]), ("=a", [":a"]), ("=", [":"]), ("&&", []),
            ("a=1&b=2", ["a:1", "b:2"]),
            ("a=1&a=2", ["a:1", "a:2"]), ("a=b=c", ["a:b=c"]), ("a+b=c+d", ["a b:c d"]), ("a%2Bb=%26%3D", ["a+b:&="]),
            ("%C3%A9=%f0%9f%98%80", ["\u{E9}:\u{1F600}"]), ("a=1;b=2", ["a:1;b=2"]), ("&a=1&", ["a:1"]),
            ("\u{E9}=\u{E9}", ["\u{E9}:\u{E9}"]),
        ] as [(String, [String])])
    func `a form is its items, in order`(text: String, items: [String]) throws {
        #expect(try form(text).items.map { "\($0.name):\($0.value)" } == items)
    }

    @Test(arguments: [
        ("a=%", 0), ("a=%4", 0), ("a=%zz", 0), ("a=1&%=2", 1), ("a=1&b=2&c=%FF", 2), ("a=%C3&%A9=b", 0),
        ("&&a=%ED%A0%80", 0),
    ])
    func `a malformed item is named`(text: String, index: Int) {
        #expect(throws: URLEncodedFormFault.malformedItem(index: index)) { try form(text) }
    }

    @Test func `a form has its limits`() throws {
        #expect(try form("a&b&c", itemsMax: 3).items.count == 3)
        #expect(throws: URLEncodedFormFault.tooManyItems(itemsMax: 2)) { try form("a&b&c", itemsMax: 2) }
        #expect(try form("a=b", bytesMax: 3).items.count == 1)
        #expect(throws: URLEncodedFormFault.tooLong(bytesMax: 2)) { try form("a=b", bytesMax: 2) }
    }

    @Test func `items are found by name and written so that they read back`() throws {
        let items = [("a b", "1&2"), ("a b", "\u{E9}=+"), ("", ""), ("c", "")]
        let bytes = URLEncodedForm.encode(items.map { (name: $0.0, value: $0.1) })
        let form = try URLEncodedForm(bytes.span)
        #expect(form.items.map(\.name) == items.map(\.0))
        #expect(form.items.map(\.value) == items.map(\.1))
        #expect(form.first("a b") == "1&2")
        #expect(form.all("a b") == ["1&2", "\u{E9}=+"])
        #expect(form.first("d") == nil)
    }
}
