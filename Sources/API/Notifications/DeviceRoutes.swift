import Chat
import JSON
import Outbound
import SQLite
import Store

/// Where somebody's pushes go (Spec/api/notifications.md, section 3).
enum DeviceRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        try call.query.check()
        return try call.read { connection in
            let devices = try DeviceTable.devices(of: call.person, on: connection)
            return call.page(window, count: devices.count) { json in
                for device in devices.dropFirst(window.offset).prefix(window.limit) { json.device(device) }
            }
        }
    }

    static func register(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let endpoint = fields.text("endpoint") ?? fields.missing("endpoint", "")
        let name = fields.text("name") ?? ""
        let url = try? OutboundURL(endpoint)
        if fields.has("endpoint"), url == nil {
            fields.problems.add(
                "endpoint", "Must be an http or https URL, at most 2,048 bytes, without user or fragment.")
        }
        try fields.check()
        // A name is looked up when something is sent.
        if case .address(let address)? = url?.host, !call.reach.allows(AddressKind(address)) {
            throw APIFault.forbidden("The address lies in a private range.", field: "endpoint")
        }
        let (person, now) = (call.person, call.now)
        return try call.make { transaction, _ in
            let (device, isNew) = try Devices.register(endpoint, name: name, of: person, at: now, in: transaction)
            return Made(device.number.value, isNew: isNew)
        }
    }

    static func made(_ call: Call, _ made: Made) throws -> Answer {
        try call.read { connection in
            let device = try Devices.own(DeviceNumber(made.number), of: call.person, on: connection)
            return .made(at: "/api/notifications/devices/\(made.number)/", isNew: made.isNew) { $0.device(device) }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        let number = DeviceNumber(try call.number())
        return try call.read { connection in
            let device = try Devices.own(number, of: call.person, on: connection)
            return .thing { $0.device(device) }
        }
    }

    static func remove(_ call: Call) throws -> Answer {
        let number = DeviceNumber(try call.number())
        try call.obeyIfMatch { try show(call) }
        let (person, now) = (call.person, call.now)
        return try call.write { transaction, _ in
            try Devices.remove(number, of: person, at: now, in: transaction)
        } then: {
            .done
        }
    }

    /// Sends a push now, and answers when it is known how that went.
    static func test(_ call: Call) throws -> Answer {
        let number = DeviceNumber(try call.number())
        let device = try call.read { try Devices.own(number, of: call.person, on: $0) }
        return try call.wait { [devices = call.shared.parts.devices] completion in
            devices.test(device) { completion(.success($0)) }
        } then: { (test: DeviceTest) in
            .ok { json in
                json.object {
                    $0.member("delivered", test.isDelivered)
                    $0.member("status", test.status.map { Int64($0) })
                    $0.member("error", test.error)
                }
            }
        }
    }
}

extension Call {
    /// Where endpoints may lie.
    fileprivate var reach: AddressPolicy { shared.settings.allowsPrivateAddresses ? .privateToo : .globalOnly }
}
