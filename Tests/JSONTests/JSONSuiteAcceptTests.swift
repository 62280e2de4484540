import JSON
import Testing

/// What every parser must accept (`y_` in the public suites). Four of them are refused here, on purpose.
struct JSONSuiteAcceptTests {
    static let accepted: [Sample] = [
        Sample("y_array_arraysWithSpaces", "[[]   ]"),
        Sample("y_array_empty-string", #"[""]"#),
        Sample("y_array_empty", "[]"),
        Sample("y_array_ending_with_newline", #"["a"]"#),
        Sample("y_array_false", "[false]"),
        Sample("y_array_heterogeneous", #"[null, 1, "1", {}]"#),
        Sample("y_array_null", "[null]"),
        Sample("y_array_with_1_and_newline", "[1\n]"),
        Sample("y_array_with_leading_space", " [1]"),
        Sample("y_array_with_several_null", "[1,null,null,null,2]"),
        Sample("y_array_with_trailing_space", "[2] "),
        Sample("y_number", "[123e65]"),
        Sample("y_number_0e+1", "[0e+1]"),
        Sample("y_number_0e1", "[0e1]"),
        Sample("y_number_after_space", "[ 4]"),
        Sample("y_number_double_close_to_zero", "[-0.\(String(repeating: "0", count: 77))1]"),
        Sample("y_number_int_with_exp", "[20e1]"),
        Sample("y_number_minus_zero", "[-0]"),
        Sample("y_number_negative_int", "[-123]"),
        Sample("y_number_negative_one", "[-1]"),
        Sample("y_number_negative_zero", "[-0]"),
        Sample("y_number_real_capital_e", "[1E22]"),
        Sample("y_number_real_capital_e_neg_exp", "[1E-2]"),
        Sample("y_number_real_capital_e_pos_exp", "[1E+2]"),
        Sample("y_number_real_exponent", "[123e45]"),
        Sample("y_number_real_fraction_exponent", "[123.456e78]"),
        Sample("y_number_real_neg_exp", "[1e-2]"),
        Sample("y_number_real_pos_exponent", "[1e+2]"),
        Sample("y_number_simple_int", "[123]"),
        Sample("y_number_simple_real", "[123.456789]"),
        Sample("y_object", #"{"asd":"sdf", "dfg":"fgh"}"#),
        Sample("y_object_basic", #"{"asd":"sdf"}"#),
        Sample("y_object_empty", "{}"),
        Sample("y_object_empty_key", #"{"":0}"#),
        Sample("y_object_extreme_numbers", #"{ "min": -1.0e+28, "max": 1.0e+28 }"#),
        Sample(
            "y_object_long_strings",
            #"{"x":[{"id": "\#(String(repeating: "x", count: 40))"}], "id": "\#(String(repeating: "x", count: 40))"}"#),
        Sample("y_object_simple", #"{"a":[]}"#),
        Sample(
            "y_object_string_unicode",
            #"{"title":"\u041f\u043e\u043b\u0442\u043e\u0440\u0430 \u0417\u0435\u043c\u043b\u0435\u043a\u043e\u043f\u0430" }"#
        ),
        Sample("y_object_with_newlines", "{\n\"a\": \"b\"\n}"),
        Sample("y_string_1_2_3_bytes_UTF-8_sequences", #"["\u0060\u012a\u12AB"]"#),
        Sample("y_string_accepted_surrogate_pair", #"["\uD801\udc37"]"#),
        Sample("y_string_accepted_surrogate_pairs", #"["\ud83d\ude39\ud83d\udc8d"]"#),
        Sample("y_string_allowed_escapes", #"["\"\\\/\b\f\n\r\t"]"#),
        Sample("y_string_backslash_and_u_escaped_zero", #"["\\u0000"]"#),
        Sample("y_string_backslash_doublequotes", #"["\""]"#),
        Sample("y_string_comments", #"["a/*b*/c/*d//e"]"#),
        Sample("y_string_double_escape_a", #"["\\a"]"#),
        Sample("y_string_double_escape_n", #"["\\n"]"#),
        Sample("y_string_escaped_control_character", #"["\u0012"]"#),
        Sample("y_string_escaped_noncharacter", #"["\uFFFF"]"#),
        Sample("y_string_in_array", #"["asd"]"#),
        Sample("y_string_in_array_with_leading_space", #"[ "asd"]"#),
        Sample("y_string_last_surrogates_1_and_2", #"["\uDBFF\uDFFF"]"#),
        Sample("y_string_nbsp_uescaped", #"["new\u00A0line"]"#),
        Sample("y_string_nonCharacterInUTF-8_U+10FFFF", bytes: #"[""# + [0xF4, 0x8F, 0xBF, 0xBF] + #""]"#),
        Sample("y_string_nonCharacterInUTF-8_U+FFFF", bytes: #"[""# + [0xEF, 0xBF, 0xBF] + #""]"#),
        Sample("y_string_one-byte-utf-8", #"["\u002c"]"#),
        Sample("y_string_pi", bytes: #"[""# + [0xCF, 0x80] + #""]"#),
        Sample("y_string_reservedCharacterInUTF-8_U+1BFFF", bytes: #"[""# + [0xF0, 0x9B, 0xBF, 0xBF] + #""]"#),
        Sample("y_string_simple_ascii", #"["asd "]"#),
        Sample("y_string_space", #"" ""#),
        Sample("y_string_surrogates_U+1D11E_MUSICAL_SYMBOL_G_CLEF", #"["\uD834\uDd1e"]"#),
        Sample("y_string_three-byte-utf-8", #"["\u0821"]"#),
        Sample("y_string_two-byte-utf-8", #"["\u0123"]"#),
        Sample("y_string_u+2028_line_sep", bytes: #"[""# + [0xE2, 0x80, 0xA8] + #""]"#),
        Sample("y_string_u+2029_par_sep", bytes: #"[""# + [0xE2, 0x80, 0xA9] + #""]"#),
        Sample("y_string_uEscape", #"["\u0061\u30af\u30EA\u30b9"]"#),
        Sample("y_string_uescaped_newline", #"["new\u000Aline"]"#),
        Sample("y_string_unescaped_char_delete", "[\"\u{7F}\"]"),
        Sample("y_string_unicode", #"["\uA66D"]"#),
        Sample("y_string_unicodeEscapedBackslash", #"["\u005C"]"#),
        Sample("y_string_unicode_2", bytes: #"[""# + [0xE2, 0x8D, 0x82, 0xE3, 0x88, 0xB4, 0xE2, 0x8D, 0x82] + #""]"#),
        Sample("y_string_unicode_U+10FFFE_nonchar", #"["\uDBFF\uDFFE"]"#),
        Sample("y_string_unicode_U+1FFFE_nonchar", #"["\uD83F\uDFFE"]"#),
        Sample("y_string_unicode_U+200B_ZERO_WIDTH_SPACE", #"["\u200B"]"#),
        Sample("y_string_unicode_U+2064_invisible_plus", #"["\u2064"]"#),
        Sample("y_string_unicode_U+FDD0_nonchar", #"["\uFDD0"]"#),
        Sample("y_string_unicode_U+FFFE_nonchar", #"["\uFFFE"]"#),
        Sample("y_string_unicode_escaped_double_quote", #"["\u0022"]"#),
        Sample("y_string_utf8", bytes: #"[""# + [0xE2, 0x82, 0xAC, 0xF0, 0x9D, 0x84, 0x9E] + #""]"#),
        Sample("y_string_with_del_character", "[\"a\u{7F}a\"]"),
        Sample("y_structure_lonely_false", "false"),
        Sample("y_structure_lonely_int", "42"),
        Sample("y_structure_lonely_negative_real", "-0.1"),
        Sample("y_structure_lonely_null", "null"),
        Sample("y_structure_lonely_string", #""asd""#),
        Sample("y_structure_lonely_true", "true"),
        Sample("y_structure_string_empty", #""""#),
        Sample("y_structure_trailing_newline", "[\"a\"]\n"),
        Sample("y_structure_true_in_array", "[true]"),
        Sample("y_structure_whitespace_array", " [] "),
    ]

    /// Two readers could take these for different things, or a database cut them short.
    static let refused: [(Sample, JSONFault.Kind)] = [
        (Sample("y_object_duplicated_key", #"{"a":"b","a":"c"}"#), .duplicateKey),
        (Sample("y_object_duplicated_key_and_value", #"{"a":"b","a":"b"}"#), .duplicateKey),
        (Sample("y_object_escaped_null_in_key", #"{"foo\u0000bar": 42}"#), .nul),
        (Sample("y_string_null_escape", #"["\u0000"]"#), .nul),
    ]

    @Test func `they are all there`() {
        #expect(Self.accepted.count + Self.refused.count == 95)
        #expect(Set(Self.accepted.map(\.name)).count == Self.accepted.count)
    }

    @Test(arguments: accepted)
    func `what must be accepted is read, copied, written and read again`(sample: Sample) throws {
        try skip(sample.bytes)
        let tree = try value(sample.bytes)
        #expect(try value(written { $0.value(tree) }) == tree)
        let copy = try compact(sample.bytes)
        #expect(try value(copy) == tree)
        #expect(try compact(copy) == copy)
    }

    @Test(arguments: refused)
    func `what two readers may take differently is refused`(sample: Sample, kind: JSONFault.Kind) {
        #expect(fault { () throws(JSONFault) in try skip(sample.bytes) }?.kind == kind)
        #expect(fault { () throws(JSONFault) in _ = try value(sample.bytes) }?.kind == kind)
        #expect(fault { () throws(JSONFault) in _ = try compact(sample.bytes) }?.kind == kind)
    }

    @Test(arguments: accepted)
    func `what is cut anywhere ends too early`(sample: Sample) {
        // Of a number's first digits nobody can tell that more were meant.
        guard let last = sample.bytes.lastIndex(where: { [UInt8]("]}\"el".utf8).contains($0) }) else { return }
        for count in 0..<last {
            let refused = fault { () throws(JSONFault) in try skip(Array(sample.bytes[..<count])) }
            #expect(refused == JSONFault(kind: .endOfInput, offset: count, member: refused?.member))
        }
    }

    @Test(arguments: accepted)
    func `two texts glued together are refused where the second begins`(sample: Sample) {
        let second = Array(#"{"more": 1}"#.utf8)
        let refused = fault { () throws(JSONFault) in try skip(sample.bytes + second) }
        #expect(refused == JSONFault(kind: .trailingBytes, offset: sample.bytes.count))
    }

    @Test(arguments: [
        (#"["\u0060\u012a\u12AB"]"#, "`\u{12A}\u{12AB}"), (#"["\uD801\udc37"]"#, "\u{10437}"),
        (#"["\ud83d\ude39\ud83d\udc8d"]"#, "\u{1F639}\u{1F48D}"), (#"["\"\\\/\b\f\n\r\t"]"#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#"["\\u0000"]"#, #"\u0000"#), (#"["\uDBFF\uDFFF"]"#, "\u{10FFFF}"), (#"["new\u00A0line"]"#, "new\u{A0}line"),
        (#"["\uFFFF"]"#, "\u{FFFF}"), (#"["a\u0041b\u0042c"]"#, "aAbBc"),
    ])
    func `escapes stand for what they stand for`(json: String, text: String) throws {
        #expect(try value(Array(json.utf8)) == .array([.string(text)]))
    }
}
