extension PublicKey {
    /// Whether everybody knows the private half: it stands in an RFC, or its seed is what one gets by
    /// forgetting to make one. A node that shows such a key is nobody.
    package var isPublished: Bool {
        Self.published.contains(bytes)
    }

    private static let published: Set<Bytes32> = Set(
        [
            // RFC 8032, section 7.1: tests 1, 2, 3, 1024 and SHA(abc).
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            // The same section, and section 7.2 and 7.3: Ed25519ctx and Ed25519ph.
            "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
            "0f1d1274943b91415889152e893d80e93275a1fc0b65fd71b4b0dda10ad7d772",
            // RFC 9421, appendix B.1.4.
            "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb",
            // Seeds of 32 times 00, 01, 42 (hex), ff, and of 00 01 … 1f.
            "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
            "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
            "2152f8d19b791d24453242e15f2eab6cb7cffa7b6a5ed30097960e069881db12",
            "76a1592044a6e4f511265bca73a604d90b0529d1df602be30a19a9257660d1f5",
            "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
        ].map { hex in
            guard let bytes = Bytes32(hex: hex) else { preconditionFailure("A published key is not 64 digits") }
            return bytes
        })
}
