import Configuration
import Keys

/// The passphrase that the node's key lies under: the first line of a file that a supervisor provides.
enum Passphrase {
    /// Nil where none was given.
    static func read(_ settings: Settings) throws -> SecretBytes? {
        guard let path = settings.text("passphrase-file") else { return nil }
        guard let bytes = try SmallFile.read(path, bytesMax: PasswordHash.passwordBytesMax + 2) else {
            throw NodeFault("there is no passphrase file \(path)")
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else { throw NodeFault("the passphrase file \(path) is empty") }
        return SecretBytes(copying: Array(line).span)
    }
}
