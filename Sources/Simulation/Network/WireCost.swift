import Gossip
import Keys
import Operations

/// What one message of 100 bytes costs on the wire, question and answer together: the bodies as they are sent, without
/// the heads of HTTP.
package struct WireCost: Sendable {
    /// Pushed.
    package let whole: Int
    /// Told that it is there.
    package let announced: Int
    /// Asked for and answered.
    package let asked: Int
    /// Heard of in `changes`.
    package let listened: Int

    package init() {
        var node = SimulatedNode(Identity(name: "cost", seed: 0), peers: [], incarnation: 1, sabotage: nil)
        let (author, now) = (node.identity.handles[0], World.beginning)
        let text = String(repeating: "a", count: 100)
        guard
            let room = node.write(
                .roomCreate, by: author, saying: RoomCreation(name: "room").encoded, in: nil, at: now)?.room,
            let post = node.write(
                .messagePost, by: author, saying: MessageContent(content: text).encoded, in: room, at: now + 1_000)
        else { preconditionFailure("A new node can found a room and write in it") }
        let place = post.header.position
        let peer = Identity(name: "peer", seed: 0).id
        let cursor = node.seal.cursor(at: 1, for: peer)
        let run = node.keeper.runs(of: FeedRange(feed: place.feed, seqs: place.seq...place.seq), in: room, for: node.id)
        var entry = RoomClock()
        entry.reach(place.feed, place.seq)
        let digest = node.keeper.digest(of: room)

        let answer = PushAnswer(items: [
            PushAnswer.Item(room: room, taken: .init(entries: entry, digest: digest, refusals: []))
        ]).encoded.count
        var item = PushRequest.Item(room: room)
        item.digest = digest
        var announcement = item
        item.runs = run
        announcement.announced = entry
        whole = PushRequest(since: cursor, through: cursor, items: [item]).encoded.count + answer
        announced = PushRequest(since: cursor, through: cursor, items: [announcement]).encoded.count + answer
        let question = PullRequest(asks: [.feeds(room, [place])]).encoded.count
        let parts = run.map { PullAnswerItem.run(0, $0) } + [.end(0, PullEnd(digest: digest)), .close]
        asked = question + PullAnswerItem.encode(parts).count
        let change = ChangesAnswer.Item(room: room, digest: digest, entries: entry, activity: post.header.time.value)
        listened = cursor.bytes.count + ChangesAnswer(cursor: cursor, more: false, items: [change]).encoded.count
    }
}
