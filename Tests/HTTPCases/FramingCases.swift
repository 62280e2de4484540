extension HTTPRequestCase {
    static let framing: [HTTPRequestCase] = [
        good("no content", "RFC 9112, 6.3", post(), [.post("")]),
        good("content of length 0", "RFC 9112, 6.2", post("Content-Length: 0"), [.post("")]),
        good(
            "a length with zeros in front", "RFC 9110, 8.6", post("Content-Length: 0005", body: "hello"),
            [.post("hello")]),
        good(
            "a length of 19 digits", "RFC 9110, 8.6", post("Content-Length: 0000000000000000002", body: "hi"),
            [.post("hi")]),
        good("white space around a length", "RFC 9110, 8.6", post("Content-Length: \t2 \t", body: "hi"), [.post("hi")]),
        good(
            "GET with content", "RFC 9110, 9.3.1", get("Content-Length: 2") + "hi",
            [Exchange("GET", body: Array("hi".utf8))]),
        good(
            "content that looks like a request", "RFC 9112, 11.2",
            post("Content-Length: 56", body: get("X-Pad: 12345678")),
            [.post(get("X-Pad: 12345678"))]),
        good(
            "content of line ends", "RFC 9112, 6.2", post("Content-Length: 6", body: "\r\n\n\r\u{0}\r"),
            [.post("\r\n\n\r\u{0}\r")]),
        good(
            "ten thousand bytes", "RFC 9112, 6.2",
            post("Content-Length: 10000", body: String(repeating: "0123456789", count: 1_000)),
            [.post(String(repeating: "0123456789", count: 1_000))]),
        last(
            "content in HTTP/1.0", "RFC 9112, 6.3", request("POST /echo HTTP/1.0", ["Content-Length: 2"]) + "hi",
            [.post("hi")]),
    ]

    static let refusedFraming: [HTTPRequestCase] = [
        bad("two lengths", "RFC 9112, 6.3", post("Content-Length: 5", "Content-Length: 6", body: "hello")),
        bad("the same length twice", "RFC 9112, 6.3", post("Content-Length: 5", "Content-Length: 5", body: "hello")),
        bad("a list of lengths", "RFC 9112, 6.3", post("Content-Length: 5, 5", body: "hello")),
        bad("a list of two lengths", "RFC 9112, 6.3", post("Content-Length: 5,6", body: "hello")),
        bad("a length and nothing", "RFC 9112, 6.3", post("Content-Length: 5", "Content-Length:", body: "hello")),
        bad("a positive length", "RFC 9110, 8.6", post("Content-Length: +5", body: "hello")),
        bad("a negative length", "RFC 9110, 8.6", post("Content-Length: -5", body: "hello")),
        bad("an empty length", "RFC 9110, 8.6", post("Content-Length:", body: "hello")),
        bad("a hexadecimal length", "RFC 9110, 8.6", post("Content-Length: 0x5", body: "hello")),
        bad("a length of a letter", "RFC 9110, 8.6", post("Content-Length: a", body: "0123456789")),
        bad("a length with a space in it", "RFC 9110, 8.6", post("Content-Length: 1 0", body: "0123456789")),
        bad("a length with an underscore", "RFC 9110, 8.6", post("Content-Length: 1_0", body: "0123456789")),
        bad("a length with a point", "RFC 9110, 8.6", post("Content-Length: 5.0", body: "hello")),
        bad("a length with an exponent", "RFC 9110, 8.6", post("Content-Length: 1e1", body: "0123456789")),
        bad("a length with a parameter", "RFC 9110, 8.6", post("Content-Length: 5;a", body: "hello")),
        bad("a quoted length", "RFC 9110, 8.6", post("Content-Length: \"5\"", body: "hello")),
        bad("a length in other digits", "RFC 9110, 8.6", post("Content-Length: \u{D9}\u{A5}", body: "hello")),
        bad("a length of 2^63", "RFC 9110, 8.6", post("Content-Length: 9223372036854775808")),
        bad("a length of 2^64", "RFC 9110, 8.6", post("Content-Length: 18446744073709551616")),
        bad("a length of 2^64 + 5", "RFC 9110, 8.6", post("Content-Length: 18446744073709551621", body: "hello")),
        bad("a length of twenty digits", "RFC 9110, 8.6", post("Content-Length: 00000000000000000005", body: "hello")),
        bad(
            "a length of a hundred digits", "RFC 9110, 8.6",
            post("Content-Length: " + String(repeating: "9", count: 100))),
        bad("a malformed length of GET", "RFC 9110, 8.6", get("Content-Length: x")),
        bad(
            "length and chunks", "RFC 9112, 6.3",
            post("Content-Length: 5", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        bad(
            "chunks and length", "RFC 9112, 6.3",
            post("Transfer-Encoding: chunked", "Content-Length: 5", body: "0\r\n\r\n")),
        bad(
            "length 0 and chunks", "RFC 9112, 6.3",
            post("Content-Length: 0", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        bad(
            "length and another coding", "RFC 9112, 6.3",
            post("Content-Length: 5", "Transfer-Encoding: gzip", body: "hello")),
        bad(
            "chunks in HTTP/1.0", "RFC 9112, 6.1",
            request("POST /echo HTTP/1.0", ["Host: a", "Transfer-Encoding: chunked"]) + "0\r\n\r\n"),
        bad("an unknown coding", "RFC 9112, 6.1", post("Transfer-Encoding: gzip"), 501),
        bad("an unknown coding before chunks", "RFC 9112, 6.1", post("Transfer-Encoding: gzip, chunked"), 501),
        bad(
            "an unknown coding in a field before chunks", "RFC 9112, 6.1",
            post("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), 501),
        bad("identity", "RFC 9112, 6.1", post("Transfer-Encoding: identity"), 501),
        bad("a coding that ends like chunked", "RFC 9112, 6.1", post("Transfer-Encoding: xchunked"), 501),
        bad("a coding that begins like chunked", "RFC 9112, 6.1", post("Transfer-Encoding: chunkedx"), 501),
        bad("chunked with a parameter", "RFC 9112, 7", post("Transfer-Encoding: chunked;a=b"), 501),
        bad("an unknown coding after chunks", "RFC 9112, 6.1", post("Transfer-Encoding: chunked, gzip")),
        bad("identity after chunks", "RFC 9112, 6.1", post("Transfer-Encoding: chunked, identity")),
        bad(
            "identity after chunks in a second field", "RFC 9112, 6.1",
            post("Transfer-Encoding: chunked", "Transfer-Encoding: identity")),
        bad("chunked twice", "RFC 9112, 6.1", post("Transfer-Encoding: chunked, chunked")),
        bad(
            "chunked twice in two fields", "RFC 9112, 6.1",
            post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")),
        bad("an empty coding", "RFC 9112, 6.1", post("Transfer-Encoding:")),
        bad("an empty coding before chunks", "RFC 9112, 6.1", post("Transfer-Encoding: , chunked")),
        bad("an empty coding after chunks", "RFC 9112, 6.1", post("Transfer-Encoding: chunked,")),
        bad("chunked in quotes", "RFC 9112, 6.1", post("Transfer-Encoding: \"chunked\"")),
        bad("chunked and a word", "RFC 9112, 6.1", post("Transfer-Encoding: chunked x")),
        bad("chunked behind a vertical tab", "RFC 9110, 5.5", post("Transfer-Encoding: \u{B}chunked")),
        bad("chunked behind a byte outside ASCII", "RFC 9112, 6.1", post("Transfer-Encoding: \u{A0}chunked")),
        bad("chunked with a space before the colon", "RFC 9112, 5.1", post("Transfer-Encoding : chunked")),
        bad("chunked in a folded field", "RFC 9112, 5.2", post("Transfer-Encoding:", " chunked")),
        bad("chunks of GET and a length", "RFC 9112, 6.3", get("Transfer-Encoding: chunked", "Content-Length: 0")),
    ]
}
