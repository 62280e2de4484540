import Testing

@testable import API

struct AcceptanceTests {
    @Test(arguments: [
        ("0", 0), ("1", 1_000), ("0.5", 500), ("0.", 0), ("1.000", 1_000), ("0.001", 1), ("0.05", 50), ("1.", 1_000),
    ])
    func `a weight is read in thousandths`(text: String, thousandths: Int) {
        #expect(Acceptance.thousandths(text.utf8) == thousandths)
    }

    @Test(arguments: [
        "", ".", ".5", "2", "-1", "-0", "+1", "1.001", "0.0001", "1.0000", "nan", "NaN", "inf", "-inf", "infinity",
        "1e300",
        "1e400", "0x1p999", "0x1", "0.5 ", "00", "0.5a", "999999999999999999999999",
    ])
    func `what is no weight is none, and decides nothing`(text: String) {
        #expect(Acceptance.thousandths(text.utf8) == nil)
        let field = "application/json;q=\"\(text)\", image/png;q=0.5"
        #expect(Acceptance.prefers("application/json", over: "image/png", field))
        #expect(!Acceptance.prefers("image/png", over: "application/json", field))
    }

    @Test func `the weight decides, then how exactly a type is named`() {
        #expect(Acceptance.prefers("application/json", over: "image/png", "image/*;q=0.8, application/json"))
        #expect(!Acceptance.prefers("application/json", over: "image/png", "image/*, application/json;q=0.999"))
        #expect(Acceptance.prefers("application/json", over: "image/png", "*/*, application/json"))
        #expect(!Acceptance.prefers("application/json", over: "image/png", "*/*"))
    }
}
