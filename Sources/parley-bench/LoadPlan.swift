/// How long a load is put on, and how.
struct LoadPlan {
    enum Extent {
        case seconds(Int)
        case operations(Int)
    }

    var connections = 64
    var extent = Extent.seconds(5)
    /// Before anything is counted: connections are made, pages are touched, buffers have grown.
    var warmupMilliseconds: UInt64 = 500
}

/// A load did not come about: nothing was answered at all.
struct LoadFailed: Error, CustomStringConvertible {
    let description: String
}
