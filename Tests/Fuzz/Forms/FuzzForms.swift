import Bytes
import FuzzInput
import Wire

/// The small texts of HTTP: forms and queries, paths, percent-encoding, ranges, entity tags and dates. Eight
/// bytes are a number, for a size or a moment; the rest is tried as each of them.
@c(LLVMFuzzerTestOneInput)
func fuzzForms(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let number = input.int64()
    let bytes = input.rest()

    checkForm(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    checkPercentEncoding(text)
    checkPath(text)
    checkRanges(text, size: UInt64(number.magnitude >> 1))
    checkTags(text)
    checkDate(text, now: Timestamp(milliseconds: number))
    return 0
}

private func checkForm(_ bytes: [UInt8]) {
    do throws(URLEncodedFormFault) {
        let items = try URLEncodedForm(bytes.span).items
        precondition(items.count <= bytes.count, "items from nothing")
        let written = URLEncodedForm.encode(items)
        guard let again = try? URLEncodedForm(written.span) else { preconditionFailure("a written form is refused") }
        precondition(again.items.elementsEqual(items, by: ==), "a form is not what it was written as")
        precondition(URLEncodedForm.encode(again.items) == written, "one form is written in two ways")
        for item in items {
            precondition(again.all(item.name).contains(item.value), "an item that can't be found")
            precondition(again.first(item.name) != nil, "an item that can't be found")
        }
        // A limit is a limit, and nothing else.
        let limited = Result { () throws(URLEncodedFormFault) in try URLEncodedForm(bytes.span, itemsMax: 2) }
        switch limited {
        case .success: precondition(items.count <= 2, "more than the limit")
        case .failure(let fault): precondition(items.count > 2 && fault == .tooManyItems(itemsMax: 2), "another fault")
        }
    } catch {
        guard case .malformedItem(let index) = error else { return }
        precondition((0..<bytes.count).contains(index), "a fault in an item that is not there")
    }
    guard !bytes.isEmpty else { return }
    let refused = Result { () throws(URLEncodedFormFault) in try URLEncodedForm(bytes.span, bytesMax: bytes.count - 1) }
    guard case .failure(.tooLong) = refused else { preconditionFailure("longer than the limit") }
}

private func checkPercentEncoding(_ text: String) {
    let encoded = PercentEncoding.encode(text)
    precondition(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }, "encoded, and not safe in a path")
    precondition(
        PercentEncoding.decode(encoded).map { $0.utf8.elementsEqual(text.utf8) } == true, "encoding loses bytes")
    if let decoded = PercentEncoding.decode(text) {
        let again = PercentEncoding.decode(PercentEncoding.encode(decoded))
        precondition(again.map { $0.utf8.elementsEqual(decoded.utf8) } == true, "what was decoded is lost")
    }
}

private func checkPath(_ text: String) {
    guard let path = try? RequestPath(text) else { return }
    let canonical = path.description
    guard let again = try? RequestPath(canonical) else { preconditionFailure("a written path is refused") }
    precondition(again == path && again.description == canonical, "a path is not what it was written as")
    precondition(path.count <= text.utf8.count, "segments from nothing")
    for index in 0..<path.count {
        let segment = path.segment(index)
        precondition(segment != "." && segment != ".." && !segment.utf8.contains(0), "a segment that could climb")
        // As one segment of another path it is still one, and the same.
        let alone = try? RequestPath("/" + PercentEncoding.encode(segment))
        precondition(segment.isEmpty || alone?.count == 1 && alone?.segment(0) == segment, "a segment that is two")
    }
}

private func checkRanges(_ text: String, size: UInt64) {
    for size in [size, 0, 1, 100] {
        guard case .parts(let parts) = ByteRanges(text, size: size) else { continue }
        precondition((1...8).contains(parts.count), "too many parts, or none")
        var total: UInt64 = 0
        for part in parts {
            precondition(!part.isEmpty && part.upperBound <= size, "a part outside")
            total += part.upperBound - part.lowerBound
        }
        precondition(total <= size, "parts that are more than the whole")
        let field = "bytes=" + parts.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: ",")
        precondition(ByteRanges(field, size: size) == .parts(parts), "ranges are not what they were written as")
    }
}

private func checkTags(_ text: String) {
    let ours = EntityTag("abc")
    guard let condition = EntityTagCondition(text) else { return }
    switch condition {
    case .any:
        precondition(condition.matchesStrongly(ours) && condition.matchesWeakly(ours), "any is not any")
    case .tags(let tags):
        precondition(!tags.isEmpty, "a condition of nothing")
        let written = tags.map(\.description).joined(separator: ", ")
        precondition(EntityTagCondition(written) == condition, "tags are not what they were written as")
        for tag in tags {
            precondition(condition.matchesWeakly(tag), "a tag that does not match itself")
            precondition(tag.isWeak || condition.matchesStrongly(tag), "a tag that does not match itself")
        }
        precondition(!condition.matchesStrongly(ours) || condition.matchesWeakly(ours), "stronger than weakly")
    }
}

private func checkDate(_ text: String, now: Timestamp) {
    guard let moment = Timestamp(httpDate: text, now: now) else { return }
    precondition(moment.milliseconds % 1_000 == 0, "a part of a second")
    // A leap second at the very end leads past the years that can be written.
    guard Timestamp.writable.contains(moment) else { return }
    precondition(Timestamp(httpDate: moment.httpDate, now: now) == moment, "a date is not what it was written as")
}
