import Keys
import Testing

@testable import Node

struct RecoveryKeyTests {
    @Test
    func `what was written down is the key again, however it was written`() throws {
        let key = SigningKey()
        let text = RecoveryKey.text(of: key)
        #expect(text.utf8.count == 56 + 13)
        for written in [text, text.lowercased(), text.replacing("-", with: " "), text.replacing("0", with: "O")] {
            #expect(RecoveryKey.key(of: written)?.publicKey == key.publicKey)
        }
    }

    @Test
    func `a slip of the pen is noticed`() throws {
        let text = Array(RecoveryKey.text(of: SigningKey()).utf8)
        for index in text.indices where text[index] != UInt8(ascii: "-") {
            var slip = text
            slip[index] = text[index] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
            #expect(RecoveryKey.key(of: String(decoding: slip, as: UTF8.self)) == nil)
        }
        #expect(RecoveryKey.key(of: String(decoding: text.dropLast(), as: UTF8.self)) == nil)
        #expect(RecoveryKey.key(of: "") == nil)
    }
}
