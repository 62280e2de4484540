import FuzzInput
import JSON

/// JSON as any client may send it. One byte chooses how deep it may be, two choose a cut.
@c(LLVMFuzzerTestOneInput)
func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let depthMax = Int(input.byte()) % 20
    let place = input.word()
    let bytes = input.rest()

    let skipped = fault { () throws(JSONFault) in
        var reader = JSONReader(bytes.span, depthMax: depthMax)
        try reader.skip()
        try reader.finish()
    }
    let read = Result { () throws(JSONFault) in try value(bytes, depthMax) }
    let copied = Result { () throws(JSONFault) in try compact(bytes, depthMax) }
    checkPrefix(bytes, upTo: place % (bytes.count + 1), depthMax, of: skipped)
    checkByHand(bytes, depthMax, skipped)
    checkAsking(bytes, for: place)

    switch (read, copied) {
    case (.success(let value), .success(let copy)):
        precondition(skipped == nil, "what is read is not skipped")
        checkWrittenAgain(value, copy, depthMax)
    case (.failure(let fault), .failure(let other)):
        precondition(fault == other, "reading says \(fault), copying \(other)")
        precondition((0...bytes.count).contains(fault.offset), "a fault outside: \(fault)")
        // Skipping passes over numbers that are too large for anybody, and nothing else.
        precondition(
            skipped == fault || fault.kind == .numberOutOfRange, "skipping says \(String(describing: skipped))")
    default:
        preconditionFailure("reading and copying disagree")
    }
    return 0
}

private func value(_ bytes: [UInt8], _ depthMax: Int, itemsMax: Int = 10_000) throws(JSONFault) -> JSONValue {
    var reader = JSONReader(bytes.span, depthMax: depthMax)
    let value = try reader.value(itemsMax: itemsMax)
    try reader.finish()
    return value
}

private func compact(_ bytes: [UInt8], _ depthMax: Int) throws(JSONFault) -> [UInt8] {
    var reader = JSONReader(bytes.span, depthMax: depthMax)
    let copy = try reader.compactValue()
    try reader.finish()
    return copy
}

private func fault(_ body: () throws(JSONFault) -> Void) -> JSONFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

private func written(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.finish()
}

/// Equal as bytes, too: Swift takes "é" for equal to "e" with an accent behind it.
private func checkWrittenAgain(_ tree: JSONValue, _ copy: [UInt8], _ depthMax: Int) {
    let text = written(tree)
    do throws(JSONFault) {
        let again = try value(text, depthMax)
        precondition(again == tree && written(again) == text, "a value is not what it was written as")
        let ofCopy = try value(copy, depthMax)
        precondition(written(ofCopy) == text, "a copy is not what it was copied from")
        let copies = (ofCopy: try compact(copy, depthMax), ofText: try compact(text, depthMax))
        precondition(copies.ofCopy == copy, "a copy that can be made smaller")
        precondition(copies.ofText == text, "written with white space")
    } catch {
        preconditionFailure("what we wrote is refused: \(error)")
    }
    let items = count(tree)
    precondition(
        fault { () throws(JSONFault) in _ = try value(text, depthMax, itemsMax: items) } == nil, "within the limit")
    let refused = fault { () throws(JSONFault) in _ = try value(text, depthMax, itemsMax: items - 1) }
    precondition(refused?.kind == .tooLong(limit: items - 1), "a limit that is none")
}

/// Values of all depths.
private func count(_ value: JSONValue) -> Int {
    switch value {
    case .null, .bool, .integer, .double, .string: 1
    case .array(let elements): elements.reduce(1) { $0 + count($1) }
    case .object(let members): members.reduce(1) { $0 + count($1.value) }
    }
}

/// What was refused in a beginning is refused in the whole for the same reason.
private func checkPrefix(_ bytes: [UInt8], upTo end: Int, _ depthMax: Int, of whole: JSONFault?) {
    guard end < bytes.count else { return }
    let beginning = Array(bytes[..<end])
    let found = fault { () throws(JSONFault) in
        var reader = JSONReader(beginning.span, depthMax: depthMax)
        try reader.skip()
        try reader.finish()
    }
    // A byte order mark is known by its third byte.
    guard let found, found.kind != .endOfInput, whole?.kind != .byteOrderMark else { return }
    precondition(found == whole, "cut at \(end): \(found), whole: \(String(describing: whole))")
}

/// The way in which handlers read: asking for each key, and for values of the type that comes.
private func checkByHand(_ bytes: [UInt8], _ depthMax: Int, _ skipped: JSONFault?) {
    let found = fault { () throws(JSONFault) in
        var reader = JSONReader(bytes.span, depthMax: depthMax)
        try readByHand(&reader)
        try reader.finish()
    }
    guard found?.kind != .numberOutOfRange, found?.kind != .notAnInteger else { return }
    precondition(found == skipped, "by hand: \(String(describing: found)), skipping: \(String(describing: skipped))")
}

/// No deeper than the reader's own limit.
private func readByHand(_ reader: inout JSONReader) throws(JSONFault) {
    switch try reader.nextType() {
    case .null:
        let isNull = try reader.takeNull()
        precondition(isNull, "a null that is none")
    case .bool: _ = try reader.bool()
    case .number: _ = try reader.double()
    case .string:
        let text = try reader.string()
        precondition(!text.utf8.contains(0), "a text with NUL in it")
    case .array:
        try reader.beginArray()
        while try reader.nextElement() { try readByHand(&reader) }
    case .object:
        try reader.beginObject()
        var keys: Set<[UInt8]> = []
        while let key = try reader.nextKey() {
            precondition(keys.insert(Array(key.utf8)).inserted, "a key that came before")
            try readByHand(&reader)
        }
    }
}

/// What the value is asked for gives that value or the reason why not.
private func checkAsking(_ bytes: [UInt8], for count: Int) {
    let depthMax = 20
    guard let tree = try? value(bytes, depthMax) else { return }
    var text: String?
    let ofText = fault { () throws(JSONFault) in
        var reader = JSONReader(bytes.span, depthMax: depthMax)
        text = try reader.string(bytesMax: count)
    }
    var integer: Int64?
    let ofInteger = fault { () throws(JSONFault) in
        var reader = JSONReader(bytes.span, depthMax: depthMax)
        integer = try reader.integer()
    }
    switch tree {
    case .string(let value):
        precondition(value.utf8.count > count ? ofText?.kind == .tooLong(limit: count) : text == value, "another text")
    case .integer(let value):
        precondition(integer == value, "another integer")
    case .double:
        precondition(ofInteger?.kind == .notAnInteger, "an integer with a fraction")
    case .null, .bool, .array, .object:
        break
    }
    if case .string = tree {} else { precondition(text == nil, "a text that is none") }
    if case .integer = tree {} else { precondition(integer == nil, "an integer that is none") }
}
