import Operations
import Replica
import Testing

/// Deletion and erasure.
struct RoomDeletionTests {
    @Test func `a deletion by somebody removed meanwhile erases, and is passed on`() {
        var story = Story.group()
        let message = story.post(2, "cy", "regretted")
        let removal = story.remove(1, "bo", story.cy)
        let deletion = story.delete(2, "cy", message, seeing: .allBut([removal]))
        let behind = story.post(2, "cy", "behind", seeing: .only([deletion]))
        let end = story.told()
        #expect(!end.counts(deletion))
        #expect(end.message(message).visibility == .deleted)
        #expect(!end.hasPayload(message))
        #expect(end.isPassedOn(deletion))
        #expect(!end.isPassedOn(behind))
        #expect(end.heads == [removal])
        #expect(end.room.deletion(covering: story.id(message), in: end.records) == story.id(deletion))
    }

    @Test func `an idle deletion of somebody removed is set aside`() {
        var story = Story.group()
        let message = story.post(2, "cy", "regretted")
        let removal = story.remove(1, "bo", story.cy)
        let deletion = story.delete(2, "cy", message, seeing: .allBut([removal]))
        let again = story.delete(2, "cy", message, seeing: .only([deletion]))
        let elsewhere = story.delete(2, "cy", message, seeing: .only([message]), in: .fresh)
        let end = story.told()
        #expect(end.isPassedOn(deletion))
        #expect(!end.isPassedOn(again))
        #expect(end.isPassedOn(elsewhere))
        #expect(end.message(message).deletions.count == 2)
    }

    @Test func `a deletion of a void message is effective`() {
        var story = Story.group()
        let removal = story.remove(1, "bo", story.cy)
        let message = story.post(2, "cy", "void", seeing: .allBut([removal]))
        let deletion = story.delete(2, "cy", message, seeing: .only([message]))
        let end = story.told()
        #expect(!end.hasPayload(message))
        #expect(end.message(message).visibility == .hidden)
        #expect(end.isPassedOn(message) && end.isPassedOn(deletion))
    }

    @Test func `what a deletion covers is dropped when it comes late`() {
        var story = Story.group()
        let message = story.post(2, "cy", "regretted")
        let edit = story.edit(2, "cy", message, "more")
        let deletion = story.delete(2, "cy", message)
        let reaction = story.react(3, "di", message, "like", seeing: .only([edit]))
        var reader = Reader(story)
        for number in 0..<message { reader.take(number) }
        reader.take(message, withPayload: false)
        #expect(reader.wanted == [message])
        reader.take(edit)
        reader.take(deletion)
        #expect(reader.changes.contains(.erased([reader.position(edit)])))
        #expect(reader.wanted.isEmpty)
        let taken1 = reader.takePayload(of: message)
        #expect(!taken1)
        reader.take(reaction)
        #expect(!reader.hasPayload(reaction))
        let taken2 = reader.takePayload(of: reaction)
        #expect(!taken2)
        #expect(reader.wanted.isEmpty)
        #expect(reader.room.deletion(covering: story.id(reaction), in: reader.records) == story.id(deletion))
        story.told()
    }

    @Test func `a deletion in a frozen feed erases nothing, and once the freeze is known asks again`() {
        var story = Story.group()
        let message = story.post(2, "cy", "kept")
        let deletion = story.delete(2, "cy", message)
        let other = story.post(2, "cy", "another history", seeing: .only([message]), in: .onto(message))
        var reader = story.reader(upTo: deletion + 1)
        #expect(reader.message(message).visibility == .deleted)
        reader.take(other)
        #expect(reader.message(message).deletions.isEmpty)
        #expect(reader.wanted == [message])
        let taken3 = reader.takePayload(of: message)
        #expect(taken3)
        #expect(reader.text(message) == "kept")
        #expect(reader.changes.contains(.appeared(reader.message(message), from: .hidden)))
    }

    @Test func `a deleted room is erased after a day, and asks for all of it when its deletion is void`() {
        var story = Story.group()
        let message = story.post(2, "cy", "hello")
        let edit = story.edit(2, "cy", message, "hello!")
        let gone = story.post(2, "cy", "regretted")
        _ = story.delete(2, "cy", gone)
        var change = Operations.RoomChange()
        change.isDeleted = .to(true)
        let beforehand = story.operations.count - 1
        let setting = story.write(1, "bo", .roomSet, saying: change.encoded)
        let during = story.post(3, "di", "still here")
        let removal = story.remove(0, "ada", story.bo, seeing: .only([beforehand]))
        var reader = story.reader(upTo: setting + 1)
        #expect(reader.fields.isDeleted)
        #expect(reader.changes.contains(.roomDeleted))
        let day: Int64 = 24 * 3_600 * 1_000
        let due = story.operations[setting].header.time.milliseconds + day
        #expect(reader.room.erasureDue(in: reader.records) == due)
        reader.eraseContents()
        #expect(reader.message(message).visibility == .hidden)
        #expect(!reader.hasPayload(message) && !reader.hasPayload(edit))
        #expect(reader.room.erasureDue(in: reader.records) == nil)
        reader.restart()
        reader.take(during)
        #expect(!reader.hasPayload(during))
        #expect(reader.wanted.isEmpty)
        reader.take(removal)
        #expect(reader.changes.contains(.roomRestored))
        #expect(!reader.fields.isDeleted)
        #expect(reader.wanted == [message, edit, during])
        for number in [edit, message, during] { reader.takePayload(of: number) }
        #expect(reader.text(message) == "hello!")
        #expect(reader.text(during) == "still here")
        #expect(reader.dump == story.told().dump)
    }

    @Test func `a room's deletion that is void within its day erases nothing`() {
        var story = Story.group()
        let message = story.post(2, "cy", "hello")
        var change = Operations.RoomChange()
        change.isDeleted = .to(true)
        let beforehand = story.operations.count - 1
        let setting = story.write(1, "bo", .roomSet, saying: change.encoded)
        let during = story.post(3, "di", "still here")
        let removal = story.remove(0, "ada", story.bo, seeing: .only([beforehand]))
        var reader = story.reader(upTo: setting + 1)
        #expect(reader.fields.isDeleted)
        reader.take(during)
        reader.take(removal)
        #expect(reader.changes.contains(.roomRestored))
        #expect(!reader.fields.isDeleted)
        #expect(reader.room.erasureDue(in: reader.records) == nil)
        #expect(reader.text(message) == "hello" && reader.text(during) == "still here")
        #expect(reader.wanted.isEmpty)
        #expect(reader.dump == story.told().dump)
    }
}
