package import Bytes
package import JSON
package import Store

// A key and its value in one line, so that a shape reads like its table in Spec/api. Inlined, since only there its key is known.

extension JSONWriter {
    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: String) {
        self.key(key)
        string(value)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Int) {
        self.key(key)
        integer(value)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Int64) {
        self.key(key)
        integer(value)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Timestamp) {
        self.key(key)
        time(value)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: UUID) {
        self.key(key)
        uuid(value)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: some LocalNumber) {
        self.key(key)
        integer(value.value)
    }

    // MARK: Or null

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Int?) {
        self.key(key)
        if let value { integer(value) } else { null() }
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Bool?) {
        self.key(key)
        if let value { bool(value) } else { null() }
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Int64?) {
        self.key(key)
        if let value { integer(value) } else { null() }
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: Timestamp?) {
        self.key(key)
        if let value { time(value) } else { null() }
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, _ value: (some LocalNumber)?) {
        self.key(key)
        if let value { integer(value.value) } else { null() }
    }

    // MARK: With more inside

    @inline(__always)
    package mutating func member(_ key: StaticString, object write: (inout JSONWriter) throws -> Void) rethrows {
        self.key(key)
        try object(write)
    }

    @inline(__always)
    package mutating func member(_ key: StaticString, array write: (inout JSONWriter) throws -> Void) rethrows {
        self.key(key)
        beginArray()
        try write(&self)
        endArray()
    }

    package mutating func object(_ write: (inout JSONWriter) throws -> Void) rethrows {
        beginObject()
        try write(&self)
        endObject()
    }
}
