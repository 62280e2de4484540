import Bytes
import CBOR
import Keys

/// A `CBORReader` that throws our own faults, so that a decoder has one kind of them.
struct FieldReader<Fault: FieldFault>: ~Copyable, ~Escapable {
    private let all: Span<UInt8>
    private var reader: CBORReader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, allowing allowance: CBORAllowance = []) {
        all = bytes
        reader = CBORReader(bytes, allowing: allowance)
    }

    var position: Int { reader.position }
    var bytesLeft: Int { all.count - reader.position }

    /// What was read, or is yet to be, as it came.
    @_lifetime(copy self)
    func bytes(at range: Range<Int>) -> Span<UInt8> {
        all.extracting(range)
    }

    // Mutating because the compiler would copy the reader otherwise.
    mutating func finish() throws(Fault) {
        do { try reader.finish() } catch { throw Fault(error) }
    }

    mutating func nextType() throws(Fault) -> CBORType {
        do { return try reader.nextType() } catch { throw Fault(error) }
    }

    mutating func takeNull() throws(Fault) -> Bool {
        do { return try reader.takeNull() } catch { throw Fault(error) }
    }

    mutating func bool() throws(Fault) -> Bool {
        do { return try reader.bool() } catch { throw Fault(error) }
    }

    mutating func unsigned() throws(Fault) -> UInt64 {
        do { return try reader.unsigned() } catch { throw Fault(error) }
    }

    mutating func integer() throws(Fault) -> Int64 {
        do { return try reader.integer() } catch { throw Fault(error) }
    }

    /// Where it lies, from the first byte on that the reader was given.
    @_lifetime(copy self)
    mutating func bytes(countMax: Int, else fault: Fault) throws(Fault) -> Span<UInt8> {
        let bytes: Span<UInt8>
        do { bytes = try reader.bytes() } catch { throw Fault(error) }
        guard bytes.count <= countMax else { throw fault }
        return bytes
    }

    mutating func bytes32() throws(Fault) -> Bytes32 {
        do {
            // The reader sees to the number.
            return Bytes32(try reader.bytes(count: Bytes32.count))!
        } catch {
            throw Fault(error)
        }
    }

    mutating func hash() throws(Fault) -> Hash {
        Hash(bytes: try bytes32())
    }

    mutating func signature() throws(Fault) -> Signature {
        do {
            // The reader sees to the number.
            return Signature(try reader.bytes(count: Bytes64.count))!
        } catch {
            throw Fault(error)
        }
    }

    @_lifetime(copy self)
    mutating func utf8() throws(Fault) -> Span<UInt8> {
        do { return try reader.utf8() } catch { throw Fault(error) }
    }

    mutating func array(of count: Int) throws(Fault) {
        do { try reader.array(of: count) } catch { throw Fault(error) }
    }

    mutating func arrayHeader(countMax: Int, else fault: Fault) throws(Fault) -> Int {
        let count: Int
        do { count = try reader.arrayHeader() } catch { throw Fault(error) }
        guard count <= countMax else { throw fault }
        return count
    }

    mutating func mapHeader() throws(Fault) -> Int {
        do { return try reader.mapHeader() } catch { throw Fault(error) }
    }

    mutating func tag() throws(Fault) -> UInt64 {
        do { return try reader.tag() } catch { throw Fault(error) }
    }

    @discardableResult
    mutating func skip() throws(Fault) -> Range<Int> {
        do { return try reader.skip() } catch { throw Fault(error) }
    }

    /// Opens an array whose first item is the version, whatever else a future one changes: it is told before
    /// the count.
    mutating func versionedArray(of count: Int) throws(Fault) where Fault == OperationFault {
        let found = try arrayHeader(countMax: .max, else: .wrongShape)
        guard found > 0 else { throw .wrongShape }
        guard try unsigned() == 1 else { throw .unknownVersion }
        guard found == count else { throw .wrongShape }
    }
}
