extension HTTPRequestCase {
    static let connections: [HTTPRequestCase] = [
        last("close", "RFC 9112, 9.6", get("Connection: close")),
        last("CLOSE", "RFC 9110, 7.6.1", get("Connection: CLOSE")),
        last("close in a list", "RFC 9110, 7.6.1", get("Connection: foo ,close, bar")),
        last("close in a second field", "RFC 9110, 7.6.1", get("Connection: foo", "Connection: close")),
        last("close and keep-alive", "RFC 9112, 9.3", get("Connection: keep-alive, close")),
        last(
            "close after content", "RFC 9112, 9.6", post("Connection: close", "Content-Length: 2", body: "hi"),
            [.post("hi")]),
        last("a request after close is not read", "RFC 9112, 9.6", get("Connection: close") + get()),
        last("rubbish after close is not read", "RFC 9112, 9.6", get("Connection: close") + "\u{0}\u{0}"),
        last("a request after HTTP/1.0 is not read", "RFC 9112, 9.3", request("GET /echo HTTP/1.0") + get()),
        good("keep-alive", "RFC 9112, 9.3", get("Connection: keep-alive")),
        good("another option", "RFC 9110, 7.6.1", get("Connection: closed, clos, x-close")),
        good("an empty option", "RFC 9110, 7.6.1", get("Connection: , ,")),
        good("HTTP/1.0 with keep-alive", "RFC 9112, 9.3", request("GET /echo HTTP/1.0", ["Connection: Keep-Alive"])),
        last("HTTP/1.0 with close", "RFC 9112, 9.3", request("GET /echo HTTP/1.0", ["Connection: close"])),
        last(
            "HTTP/1.0 with keep-alive and close", "RFC 9112, 9.3",
            request("GET /echo HTTP/1.0", ["Connection: keep-alive", "Connection: close"])),
        good("an upgrade nobody offers", "RFC 9110, 7.8", get("Connection: upgrade", "Upgrade: foo/2")),
        good("two requests", "RFC 9112, 9.3.2", get() + get(target: "/"), [.get, .get("/")]),
        good(
            "ten requests", "RFC 9112, 9.3.2", String(repeating: get(), count: 10),
            [Exchange](repeating: .get, count: 10)),
        good(
            "content between requests", "RFC 9112, 9.3.2",
            get() + post("Content-Length: 2", body: "hi") + get(), [.get, .post("hi"), .get]),
        good(
            "chunks between requests", "RFC 9112, 9.3.2",
            get() + postChunked("2\r\nhi\r\n0\r\nA: b\r\n\r\n") + get(), [.get, .post("hi"), .get]),
        good(
            "HEAD between requests", "RFC 9112, 9.3.2",
            get() + request("HEAD /echo HTTP/1.1", ["Host: a", "Content-Length: 2"]) + "hi" + get(),
            [.get, Exchange("HEAD", body: Array("hi".utf8)), .get]),
        good(
            "100-continue between requests", "RFC 9110, 10.1.1",
            get() + post("Expect: 100-continue", "Content-Length: 2", body: "hi") + get(), [.get, .post("hi"), .get]),
        good(
            "HTTP/1.0 with keep-alive before HTTP/1.1", "RFC 9112, 9.3",
            request("GET /echo HTTP/1.0", ["Connection: keep-alive"]) + get(), [.get, .get]),
        last("close in the second request", "RFC 9112, 9.3.2", get() + get("Connection: close") + get(), [.get, .get]),
        last(
            "HTTP/1.0 after HTTP/1.1", "RFC 9112, 9.3.2", get() + request("GET /echo HTTP/1.0") + get(), [.get, .get]),
        bad("rubbish after a request", "RFC 9112, 9.3.2", get() + "\u{0}", after: [.get]),
        bad("a bad request after a good one", "RFC 9112, 9.3.2", get() + request("GET echo HTTP/1.1"), after: [.get]),
        bad(
            "another version after a request", "RFC 9112, 9.3.2", get() + request("GET / HTTP/2.0"), 505, after: [.get]),
        bad(
            "a bad request after content", "RFC 9112, 9.3.2",
            post("Content-Length: 2", body: "hi") + request("GET /echo HTTP/1.1", []), after: [.post("hi")]),
        bad(
            "a bad request after two good ones", "RFC 9112, 9.3.2", get() + get() + get("X-A : 1"), after: [.get, .get]),
        bad(
            "content longer than its length", "RFC 9112, 6.3", post("Content-Length: 2", body: "hi!\r\n\r\n"),
            after: [.post("hi")]),
        bad(
            "a bad chunk in the second request", "RFC 9112, 7.1", get() + postChunked("x\r\n"), after: [.get]),
        bad(
            "three empty lines between requests", "RFC 9112, 2.2", get() + "\r\n\r\n\r\n" + get(), after: [.get]),
    ]

    static let incomplete: [HTTPRequestCase] = [
        open("one byte", "RFC 9112, 3", "G"),
        open("half a request line", "RFC 9112, 3", "GET /echo HT"),
        open("a request line without LF", "RFC 9112, 3", "GET /echo HTTP/1.1\r"),
        open("a request line", "RFC 9112, 2.1", "GET /echo HTTP/1.1\r\n"),
        open("half a field", "RFC 9112, 2.1", "GET /echo HTTP/1.1\r\nHost"),
        open("fields without an empty line", "RFC 9112, 2.1", "GET /echo HTTP/1.1\r\nHost: a\r\n"),
        open("half an empty line", "RFC 9112, 2.1", "GET /echo HTTP/1.1\r\nHost: a\r\n\r"),
        open("an empty line and half a request line", "RFC 9112, 2.2", "\r\nGET"),
        open("a request without its content", "RFC 9112, 6.2", post("Content-Length: 5")),
        open("a request without all of its content", "RFC 9112, 6.2", post("Content-Length: 5", body: "hell")),
        open("a request without its first chunk", "RFC 9112, 7.1", postChunked("")),
        open("half a chunk size", "RFC 9112, 7.1", postChunked("5")),
        open("half a chunk extension", "RFC 9112, 7.1.1", postChunked("5;a=\"")),
        open("a chunk size without LF", "RFC 9112, 7.1", postChunked("5\r")),
        open("half a chunk", "RFC 9112, 7.1", postChunked("5\r\nhel")),
        open("a chunk without its end", "RFC 9112, 7.1", postChunked("5\r\nhello")),
        open("a chunk with half of its end", "RFC 9112, 7.1", postChunked("5\r\nhello\r")),
        open("a chunk without a last one", "RFC 9112, 7.1", postChunked("5\r\nhello\r\n")),
        open("a last chunk without the empty line", "RFC 9112, 7.1", postChunked("0\r\n")),
        open("a last chunk with half an empty line", "RFC 9112, 7.1", postChunked("0\r\n\r")),
        open("a trailer without an empty line", "RFC 9112, 7.1.2", postChunked("0\r\nX-Sum: 1\r\n")),
        open("half a request after one", "RFC 9112, 9.3.2", get() + "GET /ec", after: [.get]),
        open(
            "a request without its content after one", "RFC 9112, 9.3.2", get() + post("Content-Length: 1"),
            after: [.get]),
    ]
}
