import Glibc

/// The machine refused something: what was attempted, and the kernel's code for why not.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let action: String
    package let code: Int32

    // The action is put together after the code has been taken: building a text may change `errno`.
    package init(_ action: @autoclosure () -> String, code: Int32 = errno) {
        self.action = action()
        self.code = code
    }

    package var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { room in
            guard strerror_r(code, room.baseAddress!, room.count) == 0 else { return "\(action): error \(code)" }
            return "\(action): \(String(cString: room.baseAddress!))"
        }
    }
}
