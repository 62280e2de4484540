import API
import Bytes
import JSON
import Synchronization
import Testing

struct OwnRouteTests {
    @Test func `the document is served byte for byte, and as a page of it`() throws {
        let node = try TestNode()
        let client = try node.nobody()
        let document = try client.get("/openapi.json")
        #expect(document.status == 200)
        #expect(document["Content-Type"] == "application/json")
        #expect(document.body == [UInt8](APIDocument.json.buffer))
        let tag = try #require(document["ETag"])
        #expect(try client.get("/openapi.json", ["If-None-Match": tag]).status == 304)

        let page = try client.get("/docs", ["Accept": "text/html"])
        #expect(page.status == 200)
        #expect(page["Content-Type"] == "text/html; charset=utf-8")
        for path in document.json["paths"].keys {
            #expect(page.text.contains("<code>\(path)</code>"), "\(path)")
        }
        for outside in ["http://", "https://", "<script", "<img", "<link"] {
            #expect(!page.text.contains("src=\"\(outside)") && !page.text.contains("href=\"\(outside)"))
        }
        #expect(try client.get("/docs", ["Accept": "application/json"]).status == 406)
    }

    @Test func `readiness says whether the node can write`() throws {
        let node = try TestNode()
        let client = try node.nobody()
        #expect(try client.get("/healthz").text == #"{"status":"ok"}"#)
        let ready = try client.get("/readyz")
        #expect(ready.status == 200)
        #expect(ready.text == #"{"status":"ready","can_write":true,"peers_known":2,"peers_reachable":1}"#)
        node.parts.status.canWrite.store(false, ordering: .relaxed)
        let not = try client.get("/readyz")
        #expect(not.status == 503)
        #expect(not.json["status"] == "not_ready")
        #expect(not["Retry-After"] != nil)
    }

    @Test func `metrics are an administrator's, or everybody's where the operator says so`() throws {
        let node = try TestNode()
        #expect(try node.nobody().get("/metrics").status == 401)
        let admin = try node.user("admin", isAdmin: true)
        let metrics = try admin.get("/metrics")
        #expect(metrics.text == "parley_up 1\n")
        #expect(metrics["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try node.user("bob").get("/metrics").status == 403)
        let open = try TestNode { $0.isMetricsOpen = true }
        #expect(try open.nobody().get("/metrics").status == 200)
    }

    @Test func `the reactions are ours or the operator's`() throws {
        let node = try TestNode()
        let list = try node.nobody().get("/emoji/")
        #expect(list.json.elements.map { $0["name"] } == ["like", "love", "laugh", "wow", "sad", "angry"])
        #expect(list.json[0].keys == ["name", "emoji", "label"])
        let other = try TestNode {
            $0.reactions = try! ReactionList(json: Array(#"[{"name": "tea", "emoji": "🍵", "extra": 1}]"#.utf8))
        }
        #expect(try other.nobody().get("/emoji/").text == #"[{"name":"tea","emoji":"🍵","label":"tea"}]"#)
    }

    @Test(arguments: [#"{"#, #"[{"name": ""}]"#, #"[{"name": "a"}, {"name": "a"}]"#, #"[{"name": 5}]"#])
    func `a list that is none is refused`(text: String) {
        #expect(throws: (any Error).self) { try ReactionList(json: Array(text.utf8)) }
    }

    @Test func `the card is the node's`() throws {
        let node = try TestNode()
        let card = try node.nobody().get("/.well-known/parley")
        #expect(card["Content-Type"] == "application/cbor")
        #expect(card.body == [0x80])
    }
}
