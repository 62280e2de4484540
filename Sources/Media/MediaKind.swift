/// How clients show a file.
package enum MediaKind: String, CaseIterable, Sendable {
    case image
    case document
    case audio
    case video
    /// Only to be saved.
    case other
}
