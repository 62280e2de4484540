import Configuration
import JSON
import Keys
import Operations
import Store

/// `key show`, `export`, `import` and `hand-over`.
enum KeyCommands {
    static func show(_ context: Commands.Context) throws {
        try show(context.node.identity.certificate, context)
    }

    private static func show(_ certificate: Certificate, _ context: Commands.Context) throws {
        let rows: [(StaticString, String)] = [
            ("key", certificate.node.description), ("fingerprint", Fingerprint.text(of: certificate.node)),
            ("current_key", certificate.currentKey.bytes.description),
            ("first_key", certificate.firstKey.bytes.description),
            ("recovery_key", certificate.recoveryKey.bytes.description),
        ]
        try context.print { writer in
            writer.beginObject()
            for (name, value) in rows {
                writer.key(name)
                writer.string(value)
            }
            writer.key("handovers")
            writer.integer(certificate.handOvers.count)
            writer.endObject()
        } text: {
            rows.map { "\($0): \($1)\n" }.joined() + "handovers: \(certificate.handOvers.count)\n"
        }
    }

    /// The file as it lies in the data folder, under its passphrase if it has one.
    static func export(_ context: Commands.Context) throws {
        let folder = context.node.folder
        guard let bytes = try SmallFile.read(folder.key, bytesMax: NodeKey.bytesMax) else {
            throw NodeFault("there is no key in \(folder.path)")
        }
        try context.terminal.write(bytes)
        guard let file = context.settings.operand("FILE"), file != "-" else { return }
        try context.print { writer in
            writer.beginObject()
            writer.key("file")
            writer.string(file)
            writer.endObject()
        } text: {
            "\(file): the node's key; whoever has it can be this node\n"
        }
    }

    /// A node is begun with a key that is there already.
    static func takeOver(_ folder: DataFolder, _ settings: Settings) throws {
        guard let path = settings.operand("FILE") else { preconditionFailure("the table asks for it") }
        guard let bytes = try SmallFile.read(path, bytesMax: NodeKey.bytesMax) else {
            throw NodeFault("there is no file \(path)")
        }
        let passphrase = try Passphrase.read(settings)
        let identity = try NodeKey.decode(bytes, under: passphrase, named: path)
        try folder.make()
        let lock = try FolderLock(folder, for: settings.command)
        guard !folder.holdsNode else { throw NodeFault("there is a node in \(folder.path) already") }
        try withExtendedLifetime(lock) {
            try SmallFile.create(folder.key, try NodeKey.encode(identity, under: passphrase))
        }
        let terminal = try LocalTerminal()
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("key")
        writer.string(identity.node.description)
        writer.endObject()
        let json = String(decoding: writer.finish(), as: UTF8.self)
        try terminal.say(settings.isOn("json") ? json + "\n" : "key: \(identity.node)\n")
    }

    /// A new working key, which the next start begins to write under.
    static func handOver(_ context: Commands.Context) throws {
        let node = context.node
        let signer: SigningKey
        if context.settings.isOn("recovery-key-stdin") {
            let text = try context.terminal.readLine(bytesMax: 1_024)
            guard let key = RecoveryKey.key(of: text) else {
                throw NodeFault("that is no recovery key: was it misread?")
            }
            guard key.publicKey == node.identity.certificate.recoveryKey else {
                throw NodeFault("that is the recovery key of another node")
            }
            signer = key
        } else {
            signer = node.identity.key
        }
        let key = SigningKey()
        let certificate = try node.identity.certificate.handingOver(to: key.publicKey, signedBy: signer)
        let identity = NodeIdentity(certificate: certificate, key: key)
        let encoded = try NodeKey.encode(identity, under: try Passphrase.read(context.settings))
        try SmallFile.replace(node.folder.key, with: encoded)
        try show(certificate, context)
    }
}
