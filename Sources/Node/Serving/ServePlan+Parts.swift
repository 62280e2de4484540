import API
import Bytes
import Chat
import Configuration
import Delivery
import Federation
import Glibc
import Mail
import Peers

// What each part of the node is to know of what `serve` was told.
extension ServePlan {
    var publicURL: WebURL? { settings.urls("public-url").last }

    var chatSettings: ChatSettings {
        ChatSettings(
            name: name,
            sending: Sending(
                hasMail: !settings.endpoints("smtp").isEmpty || settings.text("sendmail") != nil,
                mailDelayMilliseconds: settings.milliseconds("email-delay") ?? 900_000))
    }

    func apiSettings(requestSecret: [UInt8]) throws -> APISettings {
        var api = APISettings(name: name, requestSecret: requestSecret)
        api.publicURL = publicURL
        api.allowedOrigins = Set(settings.urls("allow-origin").map(\.description))
        api.trustedProxies = settings.networks("trusted-proxy")
        api.registration = settings.text("registration").flatMap { RegistrationMode(rawValue: $0) } ?? .invite
        api.uploadBytesMax = settings.size("max-upload") ?? api.uploadBytesMax
        api.rates = try RateLimits.figures(settings)
        api.isMetricsOpen = settings.isOn("metrics-open")
        api.allowsPrivateAddresses = settings.isOn("allow-private-addresses")
        if let list = try Self.reactions(in: folder) { api.reactions = list }
        return api
    }

    /// The operator's list; nil where there is none.
    static func reactions(in folder: DataFolder) throws -> ReactionList? {
        guard let text = try SmallFile.read(folder.reactions, bytesMax: 1 << 20) else { return nil }
        do {
            return try ReactionList(json: text)
        } catch {
            throw NodeFault("\(folder.reactions) can't be used: \(error)")
        }
    }

    func federationSettings(_ node: OpenNode, loops: Int) throws -> FederationSettings {
        guard let name = NodeName(name) else {
            throw NodeFault("the name \(name.visible) can't be a node's: 1 to 255 bytes, nothing invisible")
        }
        var federation = FederationSettings(
            node.identity, name: name, url: publicURL.flatMap { NodeURL($0.description) },
            databasePath: folder.database, courier: Self.courier)
        federation.givesDirectory = settings.text("directory") != "shared"
        if let size = settings.size("max-fetch") ?? settings.size("max-upload") { federation.fetchBytesMax = size }
        federation.storageBytesMax = storageBytesMax.map { Int64(clamping: $0) }
        federation.wantsSealed = settings.isOn("require-sealed")
        federation.loops = loops
        let proxies = settings.networks("trusted-proxy")
        federation.network = { ClientAddress($0, $1, trusting: proxies).network }
        federation.allowsPrivateAddresses = settings.isOn("allow-private-addresses")
        return federation
    }

    /// Of one other node; nil where that is not bounded.
    private var storageBytesMax: UInt64? {
        let size = settings.size("peer-storage") ?? 10 << 30
        return size > 0 ? size : nil
    }

    func deliverySettings() throws -> DeliverySettings {
        var delivery = DeliverySettings(organisation: name, databasePath: folder.database, courier: Self.courier)
        delivery.publicURL = publicURL.map { "\($0)/" }
        delivery.mail = try mailSettings()
        delivery.allowsPrivateAddresses = settings.isOn("allow-private-addresses")
        return delivery
    }

    /// Nil where no mail is sent.
    private func mailSettings() throws -> MailSettings? {
        let way: MailSettings.Way
        if let relay = settings.endpoints("smtp").last {
            way = .relay(relay)
        } else if let program = settings.text("sendmail") {
            way = .sendmail(program)
        } else {
            return nil
        }
        guard let text = settings.text("mail-from") else { throw NodeFault("mail needs a sender: give --mail-from") }
        guard let from = MailAddress(text) else {
            throw UsageFault.wrongValue(
                settings.place(of: "mail-from") ?? .flag("--mail-from"), text, expected: "a mail address")
        }
        return MailSettings(way, from: from)
    }

    /// The companion that speaks TLS lies beside this program.
    static let courier: String = {
        var room = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &room, room.count)
        let path = room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        let folder = path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)]
        return String(decoding: folder, as: UTF8.self) + "/parley-courier"
    }()
}
