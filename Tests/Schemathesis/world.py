"""Makes people, rooms and what is in them on an empty node, so that requests which a schema invents meet something.

    world.py URL SETUP-CODE >world.json

Everything is made in the same order each time, so the same ids come of it.
"""

import itertools
import json
import sys

import requests

PASSWORD = "correct horse battery"
# The smallest PNG: one grey pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


class Node:
    """The node, asked by somebody."""

    def __init__(self, url, token=None):
        self.url = url
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method, path, body=None, **more):
        answer = self.session.request(method, self.url + path, json=body, timeout=30, **more)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def post(self, path, body=None, **more):
        return self.ask("POST", path, body, **more)


class Maker:
    """Makes things of which each serves one request: whatever is deleted, left or signed out of."""

    def __init__(self, url, token):
        self.url = url
        self.node = Node(url, token)
        self.names = (f"guest{number}" for number in itertools.count(1))

    def account(self):
        body = {"username": next(self.names), "password": PASSWORD}
        return Node(self.url).post("/api/auth/register/", body)

    def session(self):
        return Node(self.url).post("/api/auth/login/", {"username": "ada", "password": PASSWORD})

    def room(self):
        return self.node.post("/api/messaging/channels/", {"name": "Short", "participants": ["bob", "eve"]})["id"]

    def member(self):
        room = self.room()
        members = self.node.ask("GET", f"/api/messaging/members/?channel={room}&user=bob")
        return members["results"][0]["id"]

    def message(self):
        return self.node.post("/api/messaging/messages/", {"channel": self.room(), "content": "Short"})["id"]

    def notification(self):
        return self.node.post("/api/notifications/notifications/", {"title": "Short"})["id"]

    def device(self):
        endpoint = f"http://127.0.0.1:1025/{next(self.names)}"
        return self.node.post("/api/notifications/devices/", {"endpoint": endpoint})["id"]

    def token(self):
        return self.node.post("/api/auth/tokens/", {"name": next(self.names)})["id"]

    def peer(self):
        key = f"{int(next(self.names)[5:]):064x}"
        return self.node.post("/api/admin/peers/", {"key": key, "name": f"peer {key[-6:]}"})["key"]


def both(thing):
    """The two names of a thing."""
    return [thing["id"], thing["uuid"]]


def make(url, code):
    def register(name, **more):
        answer = Node(url).post("/api/auth/register/", {"username": name, "password": PASSWORD, **more})
        return Node(url, answer["token"]), answer["user"]

    first, ada_user = register("ada", invite=code)
    token = first.post("/api/auth/tokens/", {"name": "the suite's", "scopes": ["read", "write", "admin"]})
    ada = Node(url, token["token"])
    bob, bob_user = register("bob", display_name="Bob")
    eve, eve_user = register("eve", display_name="Ève")
    others = [register(name)[1] for name in ("fay", "gus")]

    garden = ada.post(
        "/api/messaging/channels/",
        {"name": "Garden", "participants": ["bob", "eve"], "client": 7, "extra_data": {"colour": "green"}},
    )
    library = bob.post("/api/messaging/channels/", {"name": "Library", "participants": ["ada"]})
    direct = ada.ask("GET", "/api/messaging/channels/direct/?user_id=bob")
    old = ada.post("/api/messaging/channels/", {"name": "Old"})
    ada.ask("PATCH", f"/api/messaging/channels/{old['id']}/", {"is_archived": True})
    hidden = eve.post("/api/messaging/channels/", {"name": "Hidden", "participants": ["bob"]})
    rooms = [garden, library, direct, old, hidden]
    ada.ask("PATCH", f"/chatrooms/{garden['id']}/avatar/", files={"avatar": ("a.png", PICTURE)})
    ada.ask("PUT", "/api/users/me/avatar/", data=PICTURE, headers={"Content-Type": "image/png"})

    def say(who, room, content, **more):
        return who.post("/api/messaging/messages/", {"channel": room["id"], "content": content, **more})

    def upload(who, room, name, content):
        return who.post("/api/messaging/attachments/", data={"channel": room["id"]}, files={"file": (name, content)})

    pinned = say(ada, garden, "The tomatoes are up, @bob")
    ada.post(f"/api/messaging/messages/{pinned['id']}/pin/")
    answered = say(bob, garden, "@ada so they are", reply_to=pinned["id"])
    sent = upload(ada, garden, "tomatoes.png", PICTURE)
    picture = say(ada, garden, "", attachments=[sent["id"]])
    gone = say(ada, garden, "Never mind")
    ada.ask("DELETE", f"/api/messaging/messages/{gone['id']}/")
    messages = [
        pinned, answered, picture, gone, say(bob, library, "Hush"), say(bob, direct, "Hello"),
        say(ada, direct, "Hello, Bob"), say(eve, hidden, "Nobody reads this"),
    ]
    for who in (ada, bob, eve):
        for message in (pinned, answered):
            who.post(f"/messages/{message['id']}/reaction/", {"reaction": "like"})
        who.post(f"/api/messaging/channels/{garden['id']}/mark_as_read/")
    unsent = [upload(ada, garden, "note.txt", b"a note"), upload(ada, library, "empty", b"")]

    for title in ("One", "Two"):
        ada.post("/api/notifications/notifications/", {"title": title, "room": garden["id"]})
    preferences = [
        ada.post("/api/notifications/preferences/", {"type": "mention", "email": False}),
        bob.post("/api/notifications/preferences/", {"type": "reply", "push": False}),
    ]
    # Nobody listens on that port, so a push fails at once.
    device = ada.post("/api/notifications/devices/", {"endpoint": "http://127.0.0.1:1025/up", "name": "phone"})
    peer = ada.post("/api/admin/peers/", {"key": "ab" * 32, "name": "south"})

    def ids(path, **more):
        return [thing["id"] for thing in ada.ask("GET", path, **more)["results"]]

    people = [ada_user, bob_user, eve_user, *others]
    return {
        "token": token["token"],
        "own": {"token": str(token["id"]), "person": [str(name) for name in (*both(ada_user), "ada", ada_user["address"])]},
        "parameters": {
            "RoomId": [name for room in rooms for name in both(room)],
            "MessageId": [name for message in messages for name in both(message)],
            "AttachmentId": [sent["id"], *(upload["id"] for upload in unsent)],
            "NotificationId": ids("/api/notifications/notifications/"),
            "MemberId": ids("/api/messaging/members/"),
            "ReceiptId": ids("/api/messaging/read-receipts/"),
            "PreferenceId": [preference["id"] for preference in preferences],
            "DeviceId": [device["id"]],
            "SessionId": ids("/api/auth/sessions/"),
            "TokenId": [name for name in ids("/api/auth/tokens/") if name != token["id"]],
            "RoomName": [garden["id"], library["uuid"], "Garden", "Hidden"],
            "PeerKey": [peer["key"]],
        },
        "people": [*(name for user in people for name in both(user)), "ada", "bob", ada_user["address"]],
        # Who may be shut out without anybody else noticing.
        "others": [name for user in others for name in both(user)],
        "rooms": [garden["id"], garden["uuid"], library["id"], direct["id"], hidden["id"]],
        "messages": [pinned["id"], answered["uuid"], messages[5]["id"], messages[7]["id"]],
        "attachments": [upload["id"] for upload in unsent],
    }


if __name__ == "__main__":
    json.dump(make(sys.argv[1].rstrip("/"), sys.argv[2]), sys.stdout, indent=1)
