import Testing

/// The judge that sees every answer must be able to say no.
struct DocumentedAnswersTests {
    private func fault(_ status: Int, _ body: String, to path: String = "/api/auth/ticket/") -> String? {
        var answer = TestAnswer(status: status)
        answer.fields = [("Content-Type", "application/json")]
        answer.body = Array(body.utf8)
        return DocumentedAnswers.shared.fault(of: answer, to: "POST", path)
    }

    @Test func `a right answer is let pass`() {
        #expect(fault(201, #"{"ticket": "x", "expires_at": "2026-11-20T09:30:00.125Z"}"#) == nil)
        #expect(fault(404, "{}", to: "/nowhere") == nil)
    }

    @Test(arguments: [
        (201, #"{"ticket": "x"}"#), (201, #"{"ticket": 5, "expires_at": "y"}"#),
        (201, #"{"ticket": "x", "expires_at": "y", "more": 1}"#), (201, "[]"), (200, "{}"), (412, "{}"),
    ])
    func `a wrong one is not`(status: Int, body: String) {
        #expect(fault(status, body) != nil)
    }
}
