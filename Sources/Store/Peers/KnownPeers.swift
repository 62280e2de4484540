package import Operations

/// The peers, as far as it matters for whose directory goes to whom.
package struct KnownPeers: ExpressibleByArrayLiteral, Sendable {
    /// Those that both sides want.
    package var nodes: Set<NodeID>
    /// Nodes, this one perhaps, that give their directory to nobody as a room.
    package var closed: Set<NodeID>

    package init(_ nodes: Set<NodeID>, closed: Set<NodeID> = []) {
        (self.nodes, self.closed) = (nodes, closed)
    }

    package init(arrayLiteral nodes: NodeID...) {
        self.init(Set(nodes))
    }
}
