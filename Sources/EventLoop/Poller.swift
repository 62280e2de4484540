import CLinux
import Glibc

/// What a descriptor is watched for, and what was seen on it.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Both directions are gone, or the descriptor has failed. Always watched for.
    package static let broken = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    /// Of several loops that watch the same listener only one is woken. May not be changed later.
    package static let exclusive = Readiness(rawValue: EPOLLEXCLUSIVE.rawValue)
    /// Reported once, even `broken`, and then not until it is watched for anew.
    package static let once = Readiness(rawValue: EPOLLONESHOT.rawValue)
}

/// The kernel's list of watched descriptors, level-triggered.
struct Poller: ~Copyable {
    private let descriptor: Descriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>

    init() throws(SystemError) {
        descriptor = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), "create an epoll instance")
        events = .allocate(capacity: 512)
    }

    deinit {
        events.deallocate()
    }

    func add(_ watched: Int32, _ interest: Readiness, data: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, watched, interest, data: data)
    }

    func change(_ watched: Int32, _ interest: Readiness, data: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, watched, interest, data: data)
    }

    /// A descriptor that the kernel no longer knows is as good as removed.
    func remove(_ watched: Int32) {
        epoll_ctl(descriptor.number, EPOLL_CTL_DEL, watched, nil)
    }

    /// Waits at most so long (`nil`: for ever) and tells how many events there are to look at. An
    /// interrupted wait saw none.
    func wait(milliseconds: Int32?) throws(SystemError) -> Int {
        let count = epoll_wait(descriptor.number, events.baseAddress!, Int32(events.count), milliseconds ?? -1)
        guard count >= 0 else {
            if errno == EINTR { return 0 }
            throw SystemError("wait for events")
        }
        return Int(count)
    }

    /// One of the events that the last `wait` saw.
    func event(_ index: Int) -> (readiness: Readiness, data: UInt64) {
        (Readiness(rawValue: events[index].events), events[index].data.u64)
    }

    private func control(
        _ operation: Int32, _ watched: Int32, _ interest: Readiness, data: UInt64
    ) throws(SystemError) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: data))
        guard epoll_ctl(descriptor.number, operation, watched, &event) == 0 else {
            throw SystemError("watch descriptor \(watched)")
        }
    }
}
