import JSON
import Testing

/// What the standard leaves to each parser (`i_` in the public suites), and what we decided.
struct JSONSuiteUndefinedTests {
    /// Numbers that no `Double` or `Int64` holds: a value of ours can't have them, and what can't come back as it
    /// was given is not taken. Where nobody looks at the number, it is passed over.
    static let tooLarge: [Sample] = [
        Sample(
            "i_number_huge_exp",
            "[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999969999999006]"
        ),
        Sample("i_number_neg_int_huge_exp", "[-1e+9999]"),
        Sample("i_number_pos_double_huge_exp", "[1.5e+9999]"),
        Sample("i_number_real_neg_overflow", "[-123123e100000]"),
        Sample("i_number_real_pos_overflow", "[123123e100000]"),
        Sample("i_number_too_big_neg_int", "[-123123123123123123123123123123]"),
        Sample("i_number_too_big_pos_int", "[100000000000000000000]"),
        Sample("i_number_very_big_negative_int", "[-237462374673276894279832749832423479823246327846]"),
    ]

    /// Too small for a `Double`, which then is zero: nothing but digits beyond its precision is lost.
    static let tooSmall: [Sample] = [
        Sample("i_number_double_huge_neg_exp", "[123.456e-789]"),
        Sample("i_number_real_underflow", "[123e-10000000]"),
    ]

    /// Text that is no text, in an encoding that is not ours, or deeper than anybody needs.
    static let refused: [(Sample, JSONFault.Kind)] = [
        (Sample("i_object_key_lone_2nd_surrogate", #"{"\uDFAA":0}"#), .loneSurrogate),
        (Sample("i_string_1st_surrogate_but_2nd_missing", #"["\uDADA"]"#), .loneSurrogate),
        (Sample("i_string_1st_valid_surrogate_2nd_invalid", #"["\uD888\u1234"]"#), .loneSurrogate),
        (Sample("i_string_incomplete_surrogate_and_escape_valid", #"["\uD800\n"]"#), .loneSurrogate),
        (Sample("i_string_incomplete_surrogate_pair", #"["\uDd1ea"]"#), .loneSurrogate),
        (Sample("i_string_incomplete_surrogates_escape_valid", #"["\uD800\uD800\n"]"#), .loneSurrogate),
        (Sample("i_string_invalid_lonely_surrogate", #"["\ud800"]"#), .loneSurrogate),
        (Sample("i_string_invalid_surrogate", #"["\ud800abc"]"#), .loneSurrogate),
        (Sample("i_string_invalid_utf-8", bytes: #"[""# + [0xFF] + #""]"#), .invalidUTF8),
        (Sample("i_string_inverted_surrogates_U+1D11E", #"["\uDd1e\uD834"]"#), .loneSurrogate),
        (Sample("i_string_iso_latin_1", bytes: #"[""# + [0xE9] + #""]"#), .invalidUTF8),
        (Sample("i_string_lone_second_surrogate", #"["\uDFAA"]"#), .loneSurrogate),
        (Sample("i_string_lone_utf8_continuation_byte", bytes: #"[""# + [0x81] + #""]"#), .invalidUTF8),
        (Sample("i_string_not_in_unicode_range", bytes: #"[""# + [0xF4, 0xBF, 0xBF, 0xBF] + #""]"#), .invalidUTF8),
        (Sample("i_string_overlong_sequence_2_bytes", bytes: #"[""# + [0xC0, 0xAF] + #""]"#), .invalidUTF8),
        (
            Sample(
                "i_string_overlong_sequence_6_bytes", bytes: #"[""# + [0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF] + #""]"#),
            .invalidUTF8
        ),
        (
            Sample(
                "i_string_overlong_sequence_6_bytes_null",
                bytes: #"[""# + [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80] + #""]"#),
            .invalidUTF8
        ),
        (Sample("i_string_truncated-utf-8", bytes: #"[""# + [0xE0, 0xFF] + #""]"#), .invalidUTF8),
        (
            Sample("i_string_UTF-16LE_with_BOM", bytes: [0xFF, 0xFE] + "[\0\"\0" + [0xE9, 0x00] + "\"\0]\0"),
            .unexpectedByte(0xFF)
        ),
        (
            Sample("i_string_UTF-8_invalid_sequence", bytes: #"[""# + [0xE6, 0x97, 0xA5, 0xD1, 0x88, 0xFA] + #""]"#),
            .invalidUTF8
        ),
        (Sample("i_string_utf16BE_no_BOM", bytes: "\0[\0\"" + [0x00, 0xE9] + "\0\"\0]"), .unexpectedByte(0)),
        (Sample("i_string_utf16LE_no_BOM", bytes: "[\0\"\0" + [0xE9, 0x00] + "\"\0]\0"), .unexpectedByte(0)),
        (Sample("i_string_UTF8_surrogate_U+D800", bytes: #"[""# + [0xED, 0xA0, 0x80] + #""]"#), .invalidUTF8),
        (
            Sample(
                "i_structure_500_nested_arrays",
                String(repeating: "[", count: 500) + String(repeating: "]", count: 500)),
            .tooDeep(limit: 16)
        ),
        (Sample("i_structure_UTF-8_BOM_empty_object", bytes: [0xEF, 0xBB, 0xBF] + "{}"), .byteOrderMark),
    ]

    @Test func `they are all there`() {
        #expect(Self.tooLarge.count + Self.tooSmall.count + Self.refused.count == 35)
    }

    @Test(arguments: tooLarge)
    func `a number that is too large is passed over, and not taken`(sample: Sample) throws {
        try skip(sample.bytes)
        let expected = JSONFault(kind: .numberOutOfRange, offset: 1)
        #expect(fault { () throws(JSONFault) in _ = try value(sample.bytes) } == expected)
        #expect(fault { () throws(JSONFault) in _ = try compact(sample.bytes) } == expected)
    }

    @Test(arguments: tooSmall)
    func `a number that is too small is zero, and copied as it was`(sample: Sample) throws {
        try skip(sample.bytes)
        #expect(try value(sample.bytes) == .array([.double(0)]))
        #expect(try compact(sample.bytes) == sample.bytes)
    }

    @Test(arguments: refused)
    func `what we decided to refuse is refused`(sample: Sample, kind: JSONFault.Kind) {
        #expect(fault { () throws(JSONFault) in try skip(sample.bytes) }?.kind == kind)
        #expect(fault { () throws(JSONFault) in _ = try value(sample.bytes) }?.kind == kind)
        #expect(fault { () throws(JSONFault) in _ = try compact(sample.bytes) }?.kind == kind)
    }
}
