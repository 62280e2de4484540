/// A bug that is planted at the simulator's boundary, to see that the simulator finds it.
package enum Sabotage: String, CaseIterable, Sendable {
    /// Void operations are shown like all others.
    case ignoresVoid = "ignores-void"
    /// Of two values the one stays that came last, and not the one that was written last.
    case ordersByArrival = "orders-by-arrival"
    /// An operation's past is that of its own feed alone.
    case forgetsDependencies = "forgets-dependencies"
    /// A deletion takes nothing from the disk.
    case keepsErased = "keeps-erased"
    /// A run is taken whatever its signature.
    case acceptsForgeries = "accepts-forgeries"
    /// Everybody may see every room.
    case showsAll = "shows-all"
    /// What was written is acknowledged, and told to others, before it is on the disk.
    case acknowledgesEarly = "acknowledges-early"
    /// After a restore a node goes on in the feeds of before.
    case keepsEpochs = "keeps-epochs"
}
