import Keys

/// Who is busy with which blob right now. What happens to the files is decided under the lock around this.
struct BlobClaims {
    /// How many `PublishedBlob` there are.
    private var publications: [Hash: Int] = [:]
    /// Removals that are under way, and whether the blob was published again meanwhile.
    private var removals: [Hash: Bool] = [:]
    private var fetches: Set<Hash> = []

    mutating func beginPublication(_ hash: Hash) {
        publications[hash, default: 0] += 1
        if removals[hash] != nil { removals[hash] = true }
    }

    mutating func endPublication(_ hash: Hash) {
        guard let count = publications[hash] else { preconditionFailure("A publication ends once") }
        publications[hash] = count > 1 ? count - 1 : nil
    }

    /// False where the blob has just been published, or is being removed already.
    mutating func beginRemoval(_ hash: Hash) -> Bool {
        guard publications[hash] == nil, removals[hash] == nil else { return false }
        removals[hash] = false
        return true
    }

    /// Whether the blob was published after its removal began. It counts even when that publication is over
    /// again: by then a reference to it may have been recorded.
    func isOvertaken(_ hash: Hash) -> Bool {
        removals[hash] == true
    }

    mutating func endRemoval(_ hash: Hash) {
        removals[hash] = nil
    }

    mutating func beginFetch(_ hash: Hash) -> Bool {
        fetches.insert(hash).inserted
    }

    func isBeingFetched(_ hash: Hash) -> Bool {
        fetches.contains(hash)
    }

    mutating func endFetch(_ hash: Hash) {
        fetches.remove(hash)
    }
}
