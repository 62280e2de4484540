import Operations
import Replica
import Testing

/// Messages, edits, reactions and pins.
struct RoomMessageTests {
    @Test func `the last edit wins in every order, and each field by itself`() {
        var story = Story.group()
        let message = story.post(2, "cy", "one")
        let first = story.edit(2, "cy", message, "two")
        var typed = MessageChange()
        typed.type = .to("code")
        story.write(
            2, "cy", .messageEdit, .operation(story.id(message)), saying: typed.encoded, seeing: .only([message]),
            in: .fresh)
        let late = story.edit(2, "cy", message, "three", seeing: .only([message]), in: .fresh, at: 5)
        #expect(story.operations[late].header.time < story.operations[first].header.time)
        let end = story.told()
        #expect(end.text(message) == "two")
        #expect(end.message(message).content?.type == "code")
        #expect(end.message(message).edited == story.operations[first + 1].header.time)
    }

    @Test func `nobody but the author edits or deletes`() {
        var story = Story.group()
        let message = story.post(2, "cy", "mine")
        _ = story.edit(0, "ada", message, "yours")
        _ = story.delete(0, "ada", message)
        _ = story.delete(2, "other", message)
        let end = story.told()
        #expect(end.text(message) == "mine")
        #expect(end.message(message).visibility == .shown)
        #expect(end.message(message).edited == nil)
    }

    @Test func `an edit that becomes void leaves what was there before it`() {
        var story = Story.group()
        let message = story.post(2, "cy", "one")
        let kept = story.edit(2, "cy", message, "two")
        let void = story.edit(2, "cy", message, "three")
        let removal = story.remove(1, "bo", story.cy, seeing: .allBut([void]))
        var reader = story.reader(upTo: removal)
        #expect(reader.text(message) == "three")
        let before = reader.message(message)
        reader.take(removal)
        #expect(reader.text(message) == "two")
        #expect(reader.message(message).edited == story.operations[kept].header.time)
        #expect(reader.changes.contains(.edited(reader.message(message), before: before)))
        story.told()
    }

    @Test func `edits beside a deletion are gone with it, in every order`() {
        var story = Story.group()
        let message = story.post(2, "cy", "one")
        let before = story.edit(2, "cy", message, "two")
        let beside = story.edit(2, "cy", message, "three", seeing: .only([message]), in: .fresh)
        let reaction = story.react(3, "di", message, "like", seeing: .only([message]))
        _ = story.delete(2, "cy", message, seeing: .allBut([beside, reaction]), in: .onto(before))
        let behind = story.edit(2, "cy", message, "four")
        let end = story.told(orders: 60)
        #expect(end.message(message).visibility == .deleted)
        for number in [message, before, beside, reaction, behind] { #expect(!end.hasPayload(number)) }
        #expect(end.wanted.isEmpty)
        #expect(end.reactions(to: message).isEmpty)
    }

    @Test func `a reaction replaced on two nodes is the later one everywhere`() {
        var story = Story.group()
        let message = story.post(0, "ada", "hello")
        let first = story.react(2, "cy", message, "like")
        _ = story.react(2, "cy", message, "sad", seeing: .only([first]), in: .fresh, at: 90_000_000)
        _ = story.react(2, "cy", message, "laugh", seeing: .only([first]), in: .onto(first))
        _ = story.react(3, "di", message, "like")
        _ = story.react(3, "di", message, nil)
        let end = story.told()
        #expect(end.reactions(to: message) == [story.cy: "sad"])
    }

    @Test func `pins are an admin's, and the last one wins`() {
        var story = Story.group()
        let message = story.post(2, "cy", "hello")
        func pin(_ story: inout Story, _ node: Int, _ handle: String, _ isPinned: Bool) {
            story.write(
                node, handle, .pinSet, .operation(story.id(message)), saying: PinChange(isPinned).encoded)
        }
        pin(&story, 0, "ada", true)
        pin(&story, 2, "cy", false)
        #expect(story.told().message(message).isPinned)
        pin(&story, 1, "bo", false)
        #expect(!story.told().message(message).isPinned)
    }

    @Test func `what is about a message has it in its past, or no effect`() {
        var story = Story.group()
        let beginning = story.operations.count - 1
        let message = story.post(2, "cy", "hello")
        let blind = story.react(3, "di", message, "like", seeing: .only([beginning]))
        _ = story.react(1, "bo", message, "like")
        let end = story.told()
        #expect(end.counts(blind))
        #expect(end.reactions(to: message) == [story.bo: "like"])
    }

    @Test func `a kind that nobody knows is kept, counted and passed on, and changes nothing`() {
        var story = Story.group()
        let message = story.post(2, "cy", "hello")
        var draft = OperationDraft(
            author: Handle("cy")!, kind: .join, target: .operation(story.id(message)), payload: [0xA0],
            time: HybridTime(milliseconds: 0))
        draft.kind = OperationKind("message.sing")!
        let unknown = story.write(2, &draft)
        let end = story.told()
        #expect(end.counts(unknown))
        #expect(end.isPassedOn(unknown))
        #expect(end.hasPayload(unknown))
        #expect(end.heads == [unknown])
        #expect(end.message(message).visibility == .shown)
    }

    @Test func `a payload that does not fit has no effect, and its message can be deleted`() {
        var story = Story.group()
        let message = story.write(2, "cy", .messagePost, saying: [0xA0])
        let change = story.write(0, "ada", .roomSet, saying: [0xA0])
        #expect(story.told().message(message).visibility == .hidden)
        #expect(story.told().counts(change))
        _ = story.delete(2, "cy", message)
        #expect(story.told().message(message).visibility == .deleted)
    }

    @Test func `a message tells when it appears, vanishes and comes back`() {
        var story = Story.group()
        let removal = story.remove(1, "bo", story.cy)
        let message = story.post(2, "cy", "beside", seeing: .allBut([removal]))
        _ = story.react(2, "cy", message, "like", seeing: .only([message]))
        // Bo was removed before, by somebody senior who had not seen bo's removal of cy.
        let earlier = story.remove(0, "ada", story.bo, seeing: .allBut([removal, message]))
        var reader = story.reader([0, 1, 2, 3, message])
        #expect(reader.changes.contains(.appeared(reader.message(message), from: .hidden)))
        reader.take(message + 1)
        let shown = reader.message(message)
        reader.take(removal)
        #expect(reader.message(message).visibility == .hidden)
        #expect(reader.changes.contains(.vanished(shown)))
        #expect(reader.changes.contains(.standing(story.cy, from: .member, to: .out)))
        reader.take(earlier)
        #expect(reader.changes.contains(.appeared(reader.message(message), from: .hidden)))
        #expect(reader.reactions(to: message) == [story.cy: "like"])
        story.told()
    }
}
