import Glibc

/// The machine refused something: what was attempted, and the kernel's code for why not.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let action: String
    package let code: Int32

    package init(_ action: String, code: Int32 = errno) {
        self.action = action
        self.code = code
    }

    package var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { room in
            guard strerror_r(code, room.baseAddress!, room.count) == 0 else { return "\(action): error \(code)" }
            return "\(action): \(String(cString: room.baseAddress!))"
        }
    }
}
