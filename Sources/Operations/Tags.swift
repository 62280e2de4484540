package import Keys

/// One for each hash and each signature of Spec/operations.md.
extension Tag {
    package static let node = Tag("node")
    package static let user = Tag("user")
    package static let certificate = Tag("certificate")
    package static let handOver = Tag("handover")
    package static let operation = Tag("operation")
    package static let epoch = Tag("epoch")
    package static let payload = Tag("payload")
    package static let direct = Tag("direct")
    package static let directory = Tag("directory")
    package static let register = Tag("register")
    package static let clock = Tag("clock")
    package static let state = Tag("state")
    package static let attachment = Tag("attachment")
}
