@testable import Wire

/// A form as a client in the field writes it, and what it means.
struct MultipartSample: CustomStringConvertible, Sendable {
    let description: String
    let contentType: String
    let body: String
    let parts: [(head: MultipartPartHead, text: String)]

    static let all: [MultipartSample] = [
        MultipartSample(
            description: "Chrome",
            contentType: "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
            body: "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
                + "Content-Disposition: form-data; name=\"content\"\r\n\r\n"
                + "Grüße,\r\n--\r\nZoë\r\n"
                + "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
                + "Content-Disposition: form-data; name=\"files\"; filename=\"Zoë %22final%22 100%.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n"
                + "\u{1}PNG\r\n\r\n"
                + "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
                + "Content-Disposition: form-data; name=\"files\"; filename=\"\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n\r\n"
                + "------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n",
            parts: [
                (MultipartPartHead(name: "content"), "Grüße,\r\n--\r\nZoë"),
                (
                    MultipartPartHead(name: "files", fileName: "Zoë \"final\" 100%.png", contentType: "image/png"),
                    "\u{1}PNG\r\n"
                ),
                (MultipartPartHead(name: "files", fileName: "", contentType: "application/octet-stream"), ""),
            ]),
        MultipartSample(
            description: "Chrome, an empty form",
            contentType: "multipart/form-data; boundary=----WebKitFormBoundaryrGKCBY7qhFd3TrwA",
            body: "------WebKitFormBoundaryrGKCBY7qhFd3TrwA--\r\n",
            parts: []),
        MultipartSample(
            description: "Firefox",
            contentType: "multipart/form-data; boundary=---------------------------9051914041544843365972754266",
            body: "-----------------------------9051914041544843365972754266\r\n"
                + "Content-Disposition: form-data; name=\"_charset_\"\r\n\r\nUTF-8\r\n"
                + "-----------------------------9051914041544843365972754266\r\n"
                + "Content-Disposition: form-data; name=\"a%0D%0Ab\"; filename=\"line%0Abreak.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nContent of a.txt.\n\r\n"
                + "-----------------------------9051914041544843365972754266--\r\n",
            parts: [
                (MultipartPartHead(name: "_charset_"), "UTF-8"),
                (
                    MultipartPartHead(name: "a\r\nb", fileName: "line\nbreak.txt", contentType: "text/plain"),
                    "Content of a.txt.\n"
                ),
            ]),
        MultipartSample(
            description: "curl 7.88",
            contentType: "multipart/form-data; boundary=------------------------bca0f3695cfb8ee5",
            body: "--------------------------bca0f3695cfb8ee5\r\n"
                + "Content-Disposition: form-data; name=\"content\"\r\n\r\ngrüße \"x\"\r\n"
                + "--------------------------bca0f3695cfb8ee5\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"a%22b\\c.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nhi\r\n\r\n"
                + "--------------------------bca0f3695cfb8ee5\r\n"
                + "Content-Disposition: form-data; name=\"u\"; filename=\"ünï.bin\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\nx\r\n"
                + "--------------------------bca0f3695cfb8ee5\r\n"
                + "Content-Disposition: form-data; name=\"e\"; filename=\"empty.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n\r\n"
                + "--------------------------bca0f3695cfb8ee5\r\n"
                + "Content-Disposition: form-data; name=\"we%22ird\"\r\n\r\n1\r\n"
                + "--------------------------bca0f3695cfb8ee5--\r\n",
            parts: [
                (MultipartPartHead(name: "content"), "grüße \"x\""),
                (MultipartPartHead(name: "file", fileName: "c.txt", contentType: "text/plain"), "hi\r\n"),
                (MultipartPartHead(name: "u", fileName: "ünï.bin", contentType: "application/octet-stream"), "x"),
                (MultipartPartHead(name: "e", fileName: "empty.png", contentType: "image/png"), ""),
                (MultipartPartHead(name: "we\"ird"), "1"),
            ]),
        MultipartSample(
            description: "Python requests 2.34",
            contentType: "multipart/form-data; boundary=680966a2d2dd89ed166c0b3f901d4d84",
            body: "--680966a2d2dd89ed166c0b3f901d4d84\r\n"
                + "Content-Disposition: form-data; name=\"ü%22k\"\r\n\r\n2\r\n"
                + "--680966a2d2dd89ed166c0b3f901d4d84\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"report.pdf\"\r\n\r\n%PDF\r\n"
                + "--680966a2d2dd89ed166c0b3f901d4d84\r\n"
                + "Content-Disposition: form-data; name=\"e\"; filename=\"ünï%22q\\x%0D%0A.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n\u{0}\u{1}\r\n"
                + "--680966a2d2dd89ed166c0b3f901d4d84--\r\n",
            parts: [
                (MultipartPartHead(name: "ü\"k"), "2"),
                (MultipartPartHead(name: "file", fileName: "report.pdf"), "%PDF"),
                (MultipartPartHead(name: "e", fileName: "x\r\n.txt", contentType: "text/plain"), "\u{0}\u{1}"),
            ]),
        MultipartSample(
            description: "urllib3 with RFC 2231 names",
            contentType: "multipart/form-data; boundary=bcd873397694d280c0d333f9bb7cd8c4",
            body: "--bcd873397694d280c0d333f9bb7cd8c4\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename*=utf-8''%C3%BC.txt\r\n"
                + "Content-Type: text/plain\r\n\r\nx\r\n--bcd873397694d280c0d333f9bb7cd8c4--\r\n",
            parts: [(MultipartPartHead(name: "file", fileName: "ü.txt", contentType: "text/plain"), "x")]),
        MultipartSample(
            description: ".NET",
            contentType: "multipart/form-data; boundary=\"5f0b1b0a-6a34-4e0e-8f6d-3d1c2ff1ed05\"",
            body: "--5f0b1b0a-6a34-4e0e-8f6d-3d1c2ff1ed05\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=note\r\n\r\nhello\r\n"
                + "--5f0b1b0a-6a34-4e0e-8f6d-3d1c2ff1ed05\r\n"
                + "Content-Disposition: form-data; name=file; filename=\"=?utf-8?B?w7wudHh0?=\"; "
                + "filename*=utf-8''%C3%BC.txt\r\n\r\n1\r\n--5f0b1b0a-6a34-4e0e-8f6d-3d1c2ff1ed05--\r\n",
            parts: [
                (MultipartPartHead(name: "note", contentType: "text/plain; charset=utf-8"), "hello"),
                (MultipartPartHead(name: "file", fileName: "ü.txt"), "1"),
            ]),
        MultipartSample(
            description: "Go and OkHttp",
            contentType: "Multipart/Form-Data; charset=utf-8; Boundary=0fe2a",
            body: "--0fe2a\r\nContent-Disposition: form-data; name=\"a\\\"b\\\\c\"; filename=\"d\\\"e.txt\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\none\r\n"
                + "--0fe2a\r\nContent-Disposition: form-data; name=\"n\"\r\nContent-Transfer-Encoding: binary\r\n"
                + "Content-Length: 3\r\n\r\ntwo\r\n--0fe2a--\r\n",
            parts: [
                (
                    MultipartPartHead(
                        name: "a\"b\\c", fileName: "d\"e.txt", contentType: "application/octet-stream"), "one"
                ),
                (MultipartPartHead(name: "n"), "two"),
            ]),
    ]
}
