"""Two organisations that talk with each other, told step by step. `examples/two-nodes` builds the program and calls this.

    two-nodes.py PROGRAM FOLDER
"""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request


class Wire:
    """Between a node and those who call it: forwards connections, and can be cut."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target = None
        self.is_cut = False
        self.open = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_cut or self.target is None:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.forward, args=(source, sink), daemon=True).start()

    def forward(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            self.open.discard(end)
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.is_cut = True
        for end in list(self.open):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def mend(self):
        self.is_cut = False


class Node:
    def __init__(self, program, folder, name):
        self.program, self.name, self.data = program, name, f"{folder}/{name}"
        self.wire = Wire()
        self.url = f"http://127.0.0.1:{self.wire.port}"
        self.process = subprocess.Popen(
            [program, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--name", name, "--public-url", self.url],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if line.startswith("parley: set-up code "):
                self.code = line.split()[-1]
            if line.startswith("parley: ready on "):
                self.wire.target = int(line.rsplit(":", 1)[1])
                return
        raise SystemExit(f"{name} does not start")

    def parley(self, *words):
        answer = subprocess.run(
            [self.program, *words, "--data", self.data], capture_output=True, text=True, check=True)
        return answer.stdout

    def ask(self, method, path, body=None, token=None, kind="application/json"):
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.wire.target}{path}", data, {"Content-Type": kind}, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            content = answer.read()
        return json.loads(content) if answer.headers["Content-Type"].startswith("application/json") else content

    def register(self, username, name):
        made = self.ask("POST", "/api/auth/register/", {
            "username": username, "password": "correct horse", "display_name": name, "invite": self.code})
        return Person(self, name, made["token"], made["user"]["address"])

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Person:
    def __init__(self, node, name, token, address):
        self.node, self.name, self.token, self.address = node, name, token, address

    def ask(self, method, path, body=None, kind="application/json"):
        return self.node.ask(method, path, body, self.token, kind)

    def room(self, uuid):
        return until(f"{self.name} sees the room", lambda: self.ask("GET", f"/api/messaging/channels/{uuid}/"))

    def texts(self, room):
        return [message["content"] for message in self.ask("GET", f"/messages/{room['id']}/")]

    def say(self, room, text):
        tell(f"{self.name} says: {text}")
        return self.ask("POST", f"/messages/{room['id']}/", {"content": text})


def tell(text):
    print(text, flush=True)


def until(what, find, seconds=20):
    """What `find` finds, as soon as it does."""
    end = time.monotonic() + seconds
    while True:
        try:
            if found := find():
                return found
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
        if time.monotonic() > end:
            raise SystemExit(f"It did not come about that {what}")
        time.sleep(0.05)


def converse(north, south):
    key = json.loads(north.parley("key", "show", "--json"))["key"]
    north.parley("peer", "add", south.url)
    until("north knocks", lambda: key in south.parley("peer", "list"))
    south.parley("peer", "accept", key)
    tell("north.example and south.example are peers")

    ada, bo = north.register("ada", "Ada"), south.register("bo", "Bo")
    until("Ada finds Bo", lambda: ada.ask("GET", f"/api/users/?search={bo.address}")["count"])
    theirs = ada.ask("POST", "/api/messaging/channels/", {"name": "Garden", "participants": [bo.address]})
    mine = bo.room(theirs["uuid"])
    tell(f"Ada founds the room {theirs['name']!r} and adds {bo.address}")

    first = ada.say(theirs, "The tomatoes are up")
    until("Bo has it", lambda: "The tomatoes are up" in bo.texts(mine))
    bo.ask("POST", f"/messages/{first['uuid']}/reaction/", {"reaction": "love"})
    counts = until(
        "Ada sees the reaction", lambda: ada.ask("GET", f"/api/messaging/messages/{first['id']}/")["reactions"])
    tell(f"Bo reacts, and Ada sees {counts}")

    picture = bytes(range(256)) * 400
    form = b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\nHow to water them\r\n' + \
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="water.bin"\r\n\r\n' + picture + b"\r\n--x--\r\n"
    bo.ask("POST", f"/messages/{mine['id']}/", form, "multipart/form-data; boundary=x")

    def attached():
        return [file for message in ada.ask("GET", f"/messages/{theirs['id']}/")
                for file in message["attachments"] if file["available"]]
    file = until("Ada has Bo's file", attached)[0]
    assert ada.ask("GET", f"/api/messaging/attachments/{file['id']}/download/") == picture
    tell(f"Bo sends {file['filename']}, and Ada's node has all of its {file['size']} bytes")

    tell("--- the wire between them is cut")
    north.wire.cut()
    south.wire.cut()
    ada.say(theirs, "Are you there?")
    bo.say(mine, "Everybody here goes on")
    time.sleep(1)
    assert "Are you there?" not in bo.texts(mine) and "Everybody here goes on" not in ada.texts(theirs)
    tell("neither hears the other, and both go on")
    tell("--- the wire is mended")
    north.wire.mend()
    south.wire.mend()
    until("both have the same", lambda: ada.texts(theirs) == bo.texts(mine), 60)
    for text in ada.texts(theirs):
        tell(f"    {text}")
    digests = until("digests agree", lambda: north.parley("digest") == south.parley("digest") and north.parley("digest"))
    tell(digests.strip())
    tell("Both nodes have the same room.")


def main():
    program, folder = sys.argv[1:]
    nodes = []
    try:
        for name in ("north.example", "south.example"):
            nodes.append(Node(program, folder, name))
            tell(f"{name} runs on {nodes[-1].url}")
        converse(*nodes)
    finally:
        for node in nodes:
            node.stop()


main()
