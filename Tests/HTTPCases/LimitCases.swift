/// What the limits of a parser left as it is allow, to the byte.
extension HTTPRequestCase {
    static let limits: [HTTPRequestCase] = [
        good("a request line of 8,192 bytes", "RFC 9112, 3", get(target: "/echo?" + letters(8_192 - 19))),
        bad("a request line of 8,193 bytes", "RFC 9112, 3", get(target: "/echo?" + letters(8_193 - 19)), 414),
        bad("a request line that never ends", "RFC 9112, 3", "GET /" + letters(8_188), 414),
        bad("a method that never ends", "RFC 9112, 3", letters(8_193), 414),
        good(
            "a path of many segments", "RFC 9112, 3",
            get(target: String(repeating: "/a/..", count: 1_600) + "/echo")),
        good("a head of 32,768 bytes", "RFC 6585, 5", get(head(32_768))),
        bad("a head of 32,769 bytes", "RFC 6585, 5", get(head(32_769)), 431),
        bad("a head of short fields that never ends", "RFC 6585, 5", endless(fields: 90, bytes: 400), 431),
        bad("a field that never ends", "RFC 6585, 5", "GET /echo HTTP/1.1\r\nHost: a\r\nX-A: " + letters(32_768), 431),
        bad("a field name that never ends", "RFC 6585, 5", "GET /echo HTTP/1.1\r\n" + letters(32_768), 431),
        good("a hundred fields", "RFC 6585, 5", "GET /echo HTTP/1.1\r\nHost: a\r\n" + short(99) + "\r\n"),
        bad("a hundred and one fields", "RFC 6585, 5", "GET /echo HTTP/1.1\r\nHost: a\r\n" + short(100) + "\r\n", 431),
        bad("a hundred and one fields and more to come", "RFC 6585, 5", "GET /echo HTTP/1.1\r\n" + short(101), 431),
        good(
            "a chunk line of 256 bytes", "RFC 9112, 7.1.1", postChunked("2;a=" + letters(252) + "\r\nhi\r\n0\r\n\r\n"),
            [.post("hi")]),
        bad("a chunk line of 257 bytes", "RFC 9112, 7.1.1", postChunked("2;a=" + letters(253) + "\r\nhi\r\n0\r\n\r\n")),
        bad("a chunk line that never ends", "RFC 9112, 7.1.1", postChunked("2;a=" + letters(253))),
        bad("a chunk size that never ends", "RFC 9112, 7.1", postChunked(String(repeating: "0", count: 257))),
        bad(
            "chunks that are mostly extensions", "RFC 9112, 7.1.1",
            postChunked(String(repeating: "1;a=" + letters(250) + "\r\nx\r\n", count: 100))),
        good(
            "trailers of 8,192 bytes", "RFC 9112, 7.1.2",
            postChunked("0\r\nA: " + letters(4_091) + "\r\nB: " + letters(4_091) + "\r\n\r\n"), [.post("")]),
        bad(
            "trailers of 8,193 bytes", "RFC 9112, 7.1.2",
            postChunked("0\r\nA: " + letters(4_091) + "\r\nB: " + letters(4_092) + "\r\n\r\n"), 431),
        bad("a trailer that never ends", "RFC 9112, 7.1.2", postChunked("0\r\nA: " + letters(8_192)), 431),
        good("a hundred trailers", "RFC 9112, 7.1.2", postChunked("0\r\n" + short(100) + "\r\n"), [.post("")]),
        bad("a hundred and one trailers", "RFC 9112, 7.1.2", postChunked("0\r\n" + short(101) + "\r\n"), 431),
        bad("too long a head after a request", "RFC 6585, 5", get() + get(head(32_769)), 431, after: [.get]),
    ]

    private static func letters(_ count: Int) -> String {
        String(repeating: "A", count: count)
    }

    private static func short(_ count: Int) -> String {
        String(repeating: "A: 1\r\n", count: count)
    }

    private static func endless(fields: Int, bytes: Int) -> String {
        "GET /echo HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: " + letters(bytes - 5) + "\r\n", count: fields)
    }

    /// The field line that makes `get` a head of so many bytes.
    private static func head(_ bytes: Int) -> String {
        "A: " + letters(bytes - get("A: ").utf8.count)
    }
}
