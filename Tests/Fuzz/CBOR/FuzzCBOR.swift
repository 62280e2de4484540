import CBOR
import FuzzInput

/// Deterministic CBOR: there is one encoding for a value, so what is accepted has to be written again as
/// the same bytes. One byte chooses what is allowed, two choose a cut.
@c(LLVMFuzzerTestOneInput)
func fuzzCBOR(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let allowance = CBORAllowance(rawValue: input.byte() & 3)
    let place = input.word()
    let bytes = input.rest()

    let copied = copy(of: bytes, allowance)
    let skipped = skipping(bytes, allowance)
    switch copied {
    case .success(let copy):
        precondition(copy == bytes, "accepted, and written otherwise")
        precondition(skipped.fault == nil, "what is read is not skipped: \(skipped)")
    case .failure(let fault):
        precondition((0...bytes.count).contains(fault.offset), "a fault outside: \(fault)")
        precondition(skipped.fault == fault, "skipping says \(skipped), reading \(fault)")
    }
    checkLimit(bytes, allowance, items: skipped.items)
    checkPrefix(bytes, upTo: place % (bytes.count + 1), allowance, of: skipped.fault)
    checkSequence(bytes, allowance)
    checkAsking(bytes, allowance, for: place)
    return 0
}

/// The one value that the bytes are, read piece by piece and written anew.
private func copy(of bytes: [UInt8], _ allowance: CBORAllowance) -> Result<[UInt8], CBORFault> {
    Result { () throws(CBORFault) in
        var reader = CBORReader(bytes.span, allowing: allowance)
        var writer = CBORWriter()
        try copyValue(&reader, &writer)
        try reader.finish()
        return writer.finish()
    }
}

/// No deeper than the reader's own limit.
private func copyValue(_ reader: inout CBORReader, _ writer: inout CBORWriter) throws(CBORFault) {
    let start = reader.position
    let type = try reader.nextType()
    precondition(reader.position == start, "looking ahead moves")
    switch type {
    case .unsigned: writer.unsigned(try reader.unsigned())
    case .negative: writer.negative(try reader.negative())
    case .bytes: writer.bytes(try reader.bytes())
    case .text: writer.text(try reader.text())
    case .bool: writer.bool(try reader.bool())
    case .null:
        let isNull = try reader.takeNull()
        precondition(isNull, "a null that is none")
        writer.null()
    case .float: writer.float(try reader.float())
    case .array:
        let count = try reader.arrayHeader()
        writer.beginArray()
        for _ in 0..<count { try copyValue(&reader, &writer) }
        writer.endArray()
    case .map:
        let count = try reader.mapHeader()
        writer.beginMap()
        for _ in 0..<count {
            try copyValue(&reader, &writer)
            try copyValue(&reader, &writer)
        }
        writer.endMap()
    case .tag:
        writer.tag(try reader.tag())
        try copyValue(&reader, &writer)
    case .simple: preconditionFailure("no reader lets these through")
    }
    precondition(reader.position > start, "a value of no bytes")
}

/// What skipping says, and how many values it went past where there was no fault.
private func skipping(_ bytes: [UInt8], _ allowance: CBORAllowance) -> (fault: CBORFault?, items: Int) {
    do throws(CBORFault) {
        var reader = CBORReader(bytes.span, allowing: allowance)
        let range = try reader.skip()
        precondition(range == 0..<reader.position, "skipped something else")
        try reader.finish()
    } catch {
        return (error, 0)
    }
    var low = 1
    var high = bytes.count
    // The least limit that suffices is the number of values: no more than there are bytes.
    while low < high {
        let middle = (low + high) / 2
        if limited(bytes, allowance, to: middle) == nil { high = middle } else { low = middle + 1 }
    }
    return (nil, low)
}

private func limited(_ bytes: [UInt8], _ allowance: CBORAllowance, to itemsMax: Int) -> CBORFault.Kind? {
    do throws(CBORFault) {
        var reader = CBORReader(bytes.span, allowing: allowance)
        try reader.skip(itemsMax: itemsMax)
        return nil
    } catch {
        return error.kind
    }
}

private func checkLimit(_ bytes: [UInt8], _ allowance: CBORAllowance, items: Int) {
    guard items > 0 else { return }
    precondition(limited(bytes, allowance, to: items) == nil, "more values than bytes")
    let refused = limited(bytes, allowance, to: items - 1)
    precondition(refused == .tooLong(limit: items - 1), "a limit that is none: \(String(describing: refused))")
}

/// Of what was accepted every beginning ends too early; what was refused in a beginning is refused in the whole.
private func checkPrefix(_ bytes: [UInt8], upTo end: Int, _ allowance: CBORAllowance, of whole: CBORFault?) {
    guard end < bytes.count else { return }
    let fault = skipping(Array(bytes[..<end]), allowance).fault
    guard let fault else {
        precondition(
            whole == CBORFault(kind: .trailingBytes, offset: end), "something follows, and \(String(describing: whole))"
        )
        return
    }
    precondition(
        fault.kind == .truncated || fault == whole, "cut at \(end): \(fault), whole: \(String(describing: whole))")
}

/// Values in a row: each of them is, by itself, accepted and written as the same bytes.
private func checkSequence(_ bytes: [UInt8], _ allowance: CBORAllowance) {
    var reader = CBORReader(bytes.span, allowing: allowance)
    while !reader.isAtEnd {
        guard let range = try? reader.skip() else { return }
        guard case .success = copy(of: Array(bytes[range]), allowance) else {
            preconditionFailure("accepted in a row, refused alone: \(range)")
        }
    }
}

/// What the first value is asked for gives that value or the reason why not, and then nothing is read.
private func checkAsking(_ bytes: [UInt8], _ allowance: CBORAllowance, for count: Int) {
    func ask(_ question: (inout CBORReader) throws(CBORFault) -> Void) -> (fault: CBORFault?, position: Int) {
        var reader = CBORReader(bytes.span, allowing: allowance)
        do throws(CBORFault) {
            try question(&reader)
            return (nil, reader.position)
        } catch {
            precondition(reader.position == 0 && error.offset == 0, "refused, and yet read: \(error)")
            return (error, 0)
        }
    }
    let skipped = ask { (reader) throws(CBORFault) in
        guard ![.array, .map, .tag].contains(try reader.nextType()) else { return }
        try reader.skip()
    }
    let integer = ask { (reader) throws(CBORFault) in
        let value = try reader.integer()
        precondition(written { $0.integer(value) } == bytes[..<reader.position], "an integer that is another")
    }
    let ofCount = ask { (reader) throws(CBORFault) in
        let value = try reader.bytes(count: count)
        precondition(value.count == count, "of another size than was asked for")
    }
    let limited = ask { (reader) throws(CBORFault) in
        let value = try reader.bytes(countMax: count)
        precondition(value.count <= count, "more than was asked for")
    }
    let text = ask { (reader) throws(CBORFault) in
        let value = try reader.text(bytesMax: count)
        precondition(value.utf8.count <= count, "more than was asked for")
    }
    let array = ask { (reader) throws(CBORFault) in
        try reader.array(of: count)
        // An array of nothing is read to its end.
        guard count > 0 else { return }
        let left = fault { () throws(CBORFault) in try reader.finish() }
        precondition(left?.kind == .itemsLeft, "finished within an array")
    }
    for asked in [integer, ofCount, limited, text] where asked.fault == nil {
        precondition(asked.position == skipped.position, "asked for, it ends elsewhere")
    }
    precondition(ofCount.fault != nil || limited.fault == nil, "of that size, and more than it")
    let fitting = [integer, limited, text, array].count { $0.fault == nil }
    precondition(fitting <= 1, "a value of two types")
}

private func fault(_ body: () throws(CBORFault) -> Void) -> CBORFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

private func written(_ write: (inout CBORWriter) -> Void) -> ArraySlice<UInt8> {
    var writer = CBORWriter()
    write(&writer)
    return writer.finish()[...]
}
