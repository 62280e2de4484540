import Bytes
import Gossip
import JSON
import Keys
import OperationVectors
import Testing

struct ReplicationVectorTests {
    @Test
    func `bodies of replication are read and written again to the byte`() throws {
        let file = try vectors("replication.json")
        #expect(Set(file["bodies"].list.map(\.self["form"].text)).count == BodyForm.allCases.count - 1)
        for vector in file["bodies"].list {
            let form = try #require(BodyForm(rawValue: vector["form"].text))
            #expect(try form.rewritten(vector["bytes"].hex) == vector["bytes"].hex)
        }
    }

    @Test
    func `room clocks have the digest that the file gives them`() throws {
        for vector in try vectors("replication.json")["clocks"].list {
            let clock = try RoomClock(decoding: vector["clock"].hex.span)
            #expect(clock.encoded == vector["clock"].hex)
            #expect(clock.digest.description == vector["digest"].text)
        }
    }

    @Test
    func `bodies that break a rule are refused with its code`() throws {
        for vector in try vectors("replication.json")["refused"].list {
            let form = try #require(BodyForm(rawValue: vector["form"].text))
            var code: String?
            do { _ = try form.rewritten(vector["bytes"].hex) } catch { code = error.code }
            #expect(code == vector["code"].text, "\(vector["about"].text)")
        }
    }
}
