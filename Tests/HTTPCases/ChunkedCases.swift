extension HTTPRequestCase {
    static let chunked: [HTTPRequestCase] = [
        good("one chunk", "RFC 9112, 7.1", postChunked("5\r\nhello\r\n0\r\n\r\n"), [.post("hello")]),
        good("no chunk but the last", "RFC 9112, 7.1", postChunked("0\r\n\r\n"), [.post("")]),
        good(
            "three chunks", "RFC 9112, 7.1", postChunked("1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n"),
            [.post("abcdef")]),
        good(
            "a size in small letters", "RFC 9112, 7.1", postChunked("a\r\n0123456789\r\n0\r\n\r\n"),
            [.post("0123456789")]),
        good("a size in capitals", "RFC 9112, 7.1", postChunked("A\r\n0123456789\r\n0\r\n\r\n"), [.post("0123456789")]),
        good(
            "a size of sixteen digits", "RFC 9112, 7.1", postChunked("0000000000000002\r\nhi\r\n0\r\n\r\n"),
            [.post("hi")]),
        good("a last chunk of many zeros", "RFC 9112, 7.1", postChunked("2\r\nhi\r\n0000\r\n\r\n"), [.post("hi")]),
        good("CHUNKED", "RFC 9112, 7", post("Transfer-Encoding: CHUNKED", body: "2\r\nhi\r\n0\r\n\r\n"), [.post("hi")]),
        good(
            "chunked behind a tab", "RFC 9112, 7", post("Transfer-Encoding:\tchunked\t", body: "0\r\n\r\n"), [.post("")]
        ),
        good(
            "GET with chunks", "RFC 9112, 6.3", get("Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\n\r\n",
            [Exchange("GET", body: Array("hi".utf8))]),
        good("data of line ends", "RFC 9112, 7.1", postChunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"), [.post("\r\n\r\n")]),
        good(
            "data that looks like the last chunk", "RFC 9112, 7.1", postChunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
            [.post("0\r\n\r\n")]),
        good("data of NUL", "RFC 9112, 7.1", postChunked("2\r\n\u{0}\u{0}\r\n0\r\n\r\n"), [.post("\u{0}\u{0}")]),
        good("an extension", "RFC 9112, 7.1.1", postChunked("2;a\r\nhi\r\n0\r\n\r\n"), [.post("hi")]),
        good(
            "an extension with a value", "RFC 9112, 7.1.1", postChunked("2;a=b\r\nhi\r\n0;c=d\r\n\r\n"), [.post("hi")]),
        good(
            "an extension with a quoted value", "RFC 9112, 7.1.1", postChunked("2;a=\"b;\\\" \t\"\r\nhi\r\n0\r\n\r\n"),
            [.post("hi")]),
        good("two extensions", "RFC 9112, 7.1.1", postChunked("2;a;b=c\r\nhi\r\n0\r\n\r\n"), [.post("hi")]),
        good(
            "white space in extensions", "RFC 9112, 7.1.1", postChunked("2 ; a = b\t; c\r\nhi\r\n0\r\n\r\n"),
            [.post("hi")]),
        good("a trailer field", "RFC 9112, 7.1.2", postChunked("2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n"), [.post("hi")]),
        good("two trailer fields", "RFC 9112, 7.1.2", postChunked("2\r\nhi\r\n0\r\nA: 1\r\nB:\r\n\r\n"), [.post("hi")]),
        good(
            "trailer fields mean nothing", "RFC 9110, 6.5.1",
            postChunked("0\r\nContent-Length: 9\r\nHost: b\r\nConnection: close\r\n\r\n"), [.post("")]),
        good(
            "an empty line after the chunks", "RFC 9112, 2.2", postChunked("0\r\n\r\n\r\n") + get(), [.post(""), .get]),
        good(
            "a chunk of five thousand bytes", "RFC 9112, 7.1",
            postChunked("1388\r\n" + String(repeating: "01234", count: 1_000) + "\r\n0\r\n\r\n"),
            [.post(String(repeating: "01234", count: 1_000))]),
        good(
            "five hundred chunks of one byte", "RFC 9112, 7.1",
            postChunked(String(repeating: "1\r\nx\r\n", count: 500) + "0\r\n\r\n"),
            [.post(String(repeating: "x", count: 500))]),
        good(
            "an extension of 254 bytes", "RFC 9112, 7.1.1",
            postChunked("2;" + String(repeating: "a", count: 254) + "\r\nhi\r\n0\r\n\r\n"), [.post("hi")]),
    ]

    static let refusedChunks: [HTTPRequestCase] = [
        bad("no size", "RFC 9112, 7.1", postChunked("\r\nhello\r\n0\r\n\r\n")),
        bad("a size that is no number", "RFC 9112, 7.1", postChunked("g\r\nhello\r\n0\r\n\r\n")),
        bad("a size with a prefix", "RFC 9112, 7.1", postChunked("0x5\r\nhello\r\n0\r\n\r\n")),
        bad("a positive size", "RFC 9112, 7.1", postChunked("+5\r\nhello\r\n0\r\n\r\n")),
        bad("a negative size", "RFC 9112, 7.1", postChunked("-5\r\nhello\r\n0\r\n\r\n")),
        bad("a space before the size", "RFC 9112, 7.1", postChunked(" 5\r\nhello\r\n0\r\n\r\n")),
        bad("a space after the size", "RFC 9112, 7.1", postChunked("5 \r\nhello\r\n0\r\n\r\n")),
        bad("a tab after the size", "RFC 9112, 7.1", postChunked("5\t\r\nhello\r\n0\r\n\r\n")),
        bad("a letter after the size", "RFC 9112, 7.1", postChunked("5h\r\nhello\r\n0\r\n\r\n")),
        bad("a word after the size", "RFC 9112, 7.1", postChunked("5 a\r\nhello\r\n0\r\n\r\n")),
        bad("a comma after the size", "RFC 9112, 7.1", postChunked("5,a\r\nhello\r\n0\r\n\r\n")),
        bad("two sizes", "RFC 9112, 7.1", postChunked("5 5\r\nhello\r\n0\r\n\r\n")),
        bad("a size of 17 digits", "RFC 9112, 7.1", postChunked("00000000000000005\r\nhello\r\n0\r\n\r\n")),
        bad("a size of 2^63", "RFC 9112, 7.1", postChunked("8000000000000000\r\nhello\r\n0\r\n\r\n")),
        bad("a size of 2^64 - 1", "RFC 9112, 7.1", postChunked("FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")),
        bad("a size of 2^64 + 5", "RFC 9112, 7.1", postChunked("10000000000000005\r\nhello\r\n0\r\n\r\n")),
        bad("NUL in a size", "RFC 9112, 7.1", postChunked("5\u{0}\r\nhello\r\n0\r\n\r\n")),
        bad("an extension without a name", "RFC 9112, 7.1.1", postChunked("5;\r\nhello\r\n0\r\n\r\n")),
        bad("two semicolons", "RFC 9112, 7.1.1", postChunked("5;;a\r\nhello\r\n0\r\n\r\n")),
        bad("an extension without its value", "RFC 9112, 7.1.1", postChunked("5;a=\r\nhello\r\n0\r\n\r\n")),
        bad("an extension of a value", "RFC 9112, 7.1.1", postChunked("5;=b\r\nhello\r\n0\r\n\r\n")),
        bad("an extension with an open quote", "RFC 9112, 7.1.1", postChunked("5;a=\"b\r\nhello\r\n0\r\n\r\n")),
        bad(
            "an extension with an escaped quote at its end", "RFC 9112, 7.1.1",
            postChunked("5;a=\"b\\\"\r\nhello\r\n0\r\n\r\n")),
        bad("something after a quoted value", "RFC 9112, 7.1.1", postChunked("5;a=\"b\"c\r\nhello\r\n0\r\n\r\n")),
        bad("white space after an extension", "RFC 9112, 7.1.1", postChunked("5;a \r\nhello\r\n0\r\n\r\n")),
        bad("a bare CR in an extension", "RFC 9112, 7.1.1", postChunked("5;a\rb\r\nhello\r\n0\r\n\r\n")),
        bad("a bare LF in an extension", "RFC 9112, 7.1.1", postChunked("5;a\nb\r\nhello\r\n0\r\n\r\n")),
        bad("a bare LF in a quoted extension", "RFC 9112, 7.1.1", postChunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n")),
        bad("NUL in an extension", "RFC 9112, 7.1.1", postChunked("5;a=\"\u{0}\"\r\nhello\r\n0\r\n\r\n")),
        bad("a size that ends in LF", "RFC 9112, 7.1", postChunked("5\nhello\r\n0\r\n\r\n")),
        bad("a size that ends in CR", "RFC 9112, 7.1", postChunked("5\rhello\r\n0\r\n\r\n")),
        bad("data longer than its size", "RFC 9112, 7.1", postChunked("3\r\nhello\r\n0\r\n\r\n")),
        bad("data shorter than its size", "RFC 9112, 7.1", postChunked("6\r\nhello\r\n0\r\n\r\n")),
        bad("data that ends in LF", "RFC 9112, 7.1", postChunked("5\r\nhello\n0\r\n\r\n")),
        bad("data that ends in CR", "RFC 9112, 7.1", postChunked("5\r\nhello\r0\r\n\r\n")),
        bad("data that ends in two other bytes", "RFC 9112, 7.1", postChunked("5\r\nhelloXX0\r\n\r\n")),
        bad("data without an end", "RFC 9112, 7.1", postChunked("5\r\nhello0\r\n\r\n")),
        bad("a last chunk that ends in LF", "RFC 9112, 7.1", postChunked("0\n\n")),
        bad("a last chunk and a bare LF", "RFC 9112, 7.1", postChunked("0\r\n\n")),
        bad("a trailer without a colon", "RFC 9112, 7.1.2", postChunked("0\r\nX-Sum\r\n\r\n")),
        bad("a trailer without a name", "RFC 9112, 7.1.2", postChunked("0\r\n: 1\r\n\r\n")),
        bad("a trailer with a space before its colon", "RFC 9112, 5.1", postChunked("0\r\nX-Sum : 1\r\n\r\n")),
        bad("a folded trailer", "RFC 9112, 5.2", postChunked("0\r\nX-Sum: 1\r\n 2\r\n\r\n")),
        bad("a trailer behind white space", "RFC 9112, 5.2", postChunked("0\r\n X-Sum: 1\r\n\r\n")),
        bad("a trailer that ends in LF", "RFC 9112, 2.2", postChunked("0\r\nX-Sum: 1\n\r\n")),
        bad("NUL in a trailer", "RFC 9110, 5.5", postChunked("0\r\nX-Sum: \u{0}\r\n\r\n")),
        bad("a request instead of a trailer", "RFC 9112, 7.1.2", postChunked("0\r\n") + get()),
    ]
}
