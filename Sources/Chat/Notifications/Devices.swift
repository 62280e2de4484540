package import Bytes
package import SQLite
package import Store

/// Where somebody's pushes go.
package enum Devices {
    package static let countMax = 32

    /// `isNew` false: it was registered already, and has the new name now. That the endpoint is the URL of something
    /// that may be called, the caller has checked.
    package static func register(
        _ endpoint: String, name: String = "", of person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> (device: Device, isNew: Bool) {
        var faults: [FieldFault] = []
        faults.check(.endpoint, (1...2_048).contains(endpoint.utf8.count), "1 to 2,048 bytes")
        faults.check(.name, Accounts.isName(name), "at most 255 characters")
        try faults.throwIfAny()
        let connection = transaction.connection
        if let known = try DeviceTable.device(at: endpoint, of: person, on: connection) {
            try DeviceTable.rename(known.number, to: name, in: transaction)
            return (try own(known.number, of: person, on: connection), false)
        }
        guard try DeviceTable.devices(of: person, on: connection).count < countMax else { throw ChatFault.tooMany }
        return (try DeviceTable.insert(endpoint, name: name, of: person, at: now, in: transaction), true)
    }

    /// Nobody else's, for an administrator neither.
    package static func own(
        _ number: DeviceNumber, of person: PersonNumber, on connection: Connection
    ) throws -> Device {
        let device = try DeviceTable.device(number, on: connection)
        guard let device, device.person == person else { throw ChatFault.notFound }
        return device
    }

    package static func remove(
        _ number: DeviceNumber, of person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        _ = try own(number, of: person, on: transaction.connection)
        try DeviceTable.remove(number, in: transaction)
        try OutboxTable.cancel(to: number, of: person, at: now, in: transaction)
    }
}
