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
        let range = FeedRange(feed: place.feed, seqs: place.seq...place.seq)
        let peer = Identity(name: "peer", seed: 0).id
        let cursor = node.seal.cursor(at: 1, for: peer)
        let run = node.keeper.runs(of: range, in: room, for: node.id)
        var entry = RoomClock()
        entry.reach(place.feed, place.seq)
        let digest = node.keeper.digest(of: room)?.short

        var item = PushPlan.Item(room: room)
        item.digest = digest
        // As whoever passes it on writes it; its author, to those who have what was before, 103 bytes shorter.
        item.operations = [range]
        let plan = PushPlan(since: 1, through: 1, items: [item])
        // Where nothing else happens meanwhile both agree, and the answer has no bytes.
        whole = node.keeper.body(of: plan, for: node.id, seal: node.seal).encoded.count
        var announcement = PushRequest.Item(room: room)
        announcement.digest = digest
        announcement.announced = entry
        let answer = PushAnswer(items: [.taken(.init(entries: entry, digest: digest, refusals: []))])
        announced =
            PushRequest(since: cursor, through: cursor, items: [announcement]).encoded.count + answer.encoded.count
        let question = PullRequest(asks: [.feeds(room, [place])]).encoded.count
        let parts = run.map { PullAnswerItem.run(0, $0) } + [.end(0, PullEnd(digest: digest)), .close]
        asked = question + PullAnswerItem.encode(parts).count
        let change = ChangesAnswer.Item(room: room, digest: digest, entries: entry, activity: post.header.time.value)
        listened = cursor.bytes.count + ChangesAnswer(cursor: cursor, more: false, items: [change]).encoded.count
    }
}
