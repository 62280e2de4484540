#!/usr/bin/env python3
"""Checks Parley's operations with nothing of Parley's: written from Spec/operations.md, with a CBOR decoder
of its own, Python's BLAKE2b, and PyNaCl for Ed25519.

    verify-operations.py                   every vector file of Spec/vectors, byte by byte
    verify-operations.py vectors FOLDER    those of another folder
    verify-operations.py room FILE         a room as `parley operations ROOM` writes it, in either format

The last line is the verdict. Exit 0: all is right; 1: something is not; 2: misused.
"""

import base64
import hashlib
import ipaddress
import json
import pathlib
import re
import sys

try:
    from nacl import bindings as sodium
    from nacl.exceptions import BadSignatureError
except ImportError:
    sys.exit("verify-operations.py: needs PyNaCl (Debian: python3-nacl)")


class Refused(Exception):
    """What must be refused, with its code."""


def require(condition, code):
    if not condition:
        raise Refused(code)


# ---- CBOR: deterministic, and nothing but what the specification uses

DEPTH_MAX = 16


class Tagged(tuple):
    """(tag, value)"""


def decode_head(data, at):
    require(at < len(data), "malformed")
    major, information = data[at] >> 5, data[at] & 31
    if information < 24:
        return major, information, information, at + 1
    require(information < 28, "malformed")
    width = 1 << (information - 24)
    require(at + width < len(data), "malformed")
    argument = int.from_bytes(data[at + 1 : at + 1 + width], "big")
    if major != 7:
        require(argument >= (24, 1 << 8, 1 << 16, 1 << 32)[information - 24], "malformed")
    return major, information, argument, at + 1 + width


def decode_value(data, at, tags, depth):
    major, information, argument, at = decode_head(data, at)
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major in (2, 3):
        require(argument <= len(data) - at, "malformed")
        contents = bytes(data[at : at + argument])
        if major == 2:
            return contents, at + argument
        try:
            return contents.decode("utf-8"), at + argument
        except UnicodeDecodeError:
            raise Refused("malformed") from None
    if major == 7:
        require(information in (20, 21, 22), "malformed")
        return {20: False, 21: True, 22: None}[information], at
    require(major != 6 or tags, "malformed")
    require(depth < DEPTH_MAX, "malformed")
    if major == 6:
        value, at = decode_value(data, at, tags, depth + 1)
        return Tagged((argument, value)), at
    require(argument * (2 if major == 5 else 1) <= len(data) - at, "malformed")
    if major == 4:
        items = []
        for _ in range(argument):
            item, at = decode_value(data, at, tags, depth + 1)
            items.append(item)
        return items, at
    members, last = {}, b""
    for _ in range(argument):
        start = at
        key, at = decode_value(data, at, tags, depth + 1)
        require(isinstance(key, (int, bytes, str)) and not isinstance(key, bool), "malformed")
        require(data[start:at] > last, "malformed")
        last = data[start:at]
        members[key], at = decode_value(data, at, tags, depth + 1)
    return members, at


def decode(data, tags=False):
    value, end = decode_value(data, 0, tags, 0)
    require(end == len(data), "malformed")
    return value


def encode_head(major, argument):
    for information, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < 1 << 8 * width:
            return bytes([major << 5 | information]) + argument.to_bytes(width, "big")
    raise ValueError(argument)


def encode(value):
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return encode_head(0, value) if value >= 0 else encode_head(1, -1 - value)
    if isinstance(value, bytes):
        return encode_head(2, len(value)) + value
    if isinstance(value, str):
        return encode_head(3, len(value.encode())) + value.encode()
    if isinstance(value, Tagged):
        return encode_head(6, value[0]) + encode(value[1])
    if isinstance(value, list):
        return encode_head(4, len(value)) + b"".join(map(encode, value))
    members = sorted((encode(key), encode(member)) for key, member in value.items())
    return encode_head(5, len(members)) + b"".join(key + member for key, member in members)


# ---- Shapes


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def unsigned(value):
    require(is_integer(value) and 0 <= value < 1 << 64, "wrong-shape")
    return value


def string(value, count=None):
    require(isinstance(value, bytes) and count in (None, len(value)), "wrong-shape")
    return value


def text(value):
    require(isinstance(value, str), "wrong-shape")
    return value


def array(value, count=None):
    require(isinstance(value, list) and count in (None, len(value)), "wrong-shape")
    return value


def versioned(value, count):
    require(isinstance(value, list) and value, "wrong-shape")
    require(unsigned(value[0]) == 1, "unknown-version")
    return array(value, count)


# ---- Hashes and keys


def tag(name):
    return name.encode().ljust(16, b"\0")


def hashed(name, data):
    return hashlib.blake2b(data, digest_size=32, person=tag(name)).digest()


def uuid8(data):
    number = int.from_bytes(data[:16], "big")
    number = number & ~(0xF << 76) | 8 << 76
    number = number & ~(3 << 62) | 2 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def check_key(key):
    require(sodium.crypto_core_ed25519_is_valid_point(key), "bad-key")


def is_signed(name, message, signature, key):
    try:
        sodium.crypto_sign_open(signature + tag(name) + message, key)
        return True
    except BadSignatureError:
        return False


HANDLE = set("abcdefghijklmnopqrstuvwxyz0123456789._-")


def handle(value):
    text(value)
    require(1 <= len(value) <= 64 and set(value) <= HANDLE, "bad-handle")
    return value


class Certificate:
    """[1, first key, recovery key, [[number, key, by, signature], ...]]"""

    def __init__(self, data):
        require(len(data) <= 8192, "too-large")
        _, self.first, self.recovery, rows = versioned(decode(data), 4)
        string(self.first, 32), string(self.recovery, 32)
        require(len(array(rows)) <= 64, "too-many-handovers")
        for index, row in enumerate(rows):
            number, key, by, signature = array(row, 4)
            require(unsigned(number) == index + 1, "bad-handover")
            string(key, 32), string(signature, 64)
            require(unsigned(by) in (0, 1), "bad-handover")
        check_key(self.first), check_key(self.recovery)
        require(self.first != self.recovery, "bad-key")
        known, self.key = {self.first, self.recovery}, self.first
        for index, (number, key, by, signature) in enumerate(rows):
            check_key(key)
            require(key not in known, "bad-handover")
            before = hashed("certificate", encode([1, self.first, self.recovery, rows[:index]]))
            statement = before + number.to_bytes(8, "big") + key
            require(is_signed("handover", statement, signature, self.recovery if by else self.key), "wrong-signature")
            known.add(key)
            self.key = key
        self.keys = [self.first] + [row[1] for row in rows]
        self.node = hashed("node", self.first + self.recovery)
        self.hash = hashed("certificate", data)
        # The lowest is in force.
        self.rank = (-sum(row[2] for row in rows), -len(rows), self.hash)
        self.generation = 65 * sum(row[2] for row in rows) + len(rows)


# ---- Operations

#                 target       payload  node may  directory
KINDS = {
    "room.create": ("none", True, False, False),
    "direct.open": ("none", True, False, False),
    "join": ("none", False, True, None),
    "room.set": ("none", True, False, False),
    "member.add": ("grant", False, True, False),
    "member.role": ("grant", False, True, False),
    "member.remove": ("user", False, True, False),
    "member.leave": ("none", False, False, False),
    "message.post": ("none", True, False, False),
    "message.edit": ("operation", True, False, False),
    "message.delete": ("operation", False, False, False),
    "reaction.set": ("operation", True, False, False),
    "pin.set": ("operation", True, False, False),
    "user.put": ("user", True, True, True),
    "user.close": ("user", False, True, True),
}

FIELDS = "version room origin epoch seq prev deps time author kind target payload_hash payload_size".split()


def target_shape(target):
    if target is None:
        return "none"
    if isinstance(target, bytes):
        string(target, 32)
        return "operation"
    require(isinstance(target, list) and len(target) in (2, 3), "bad-target")
    string(target[0], 32), handle(target[1])
    if len(target) == 2:
        return "user"
    text(target[2])
    require(target[2] in ("admin", "member"), "bad-target")
    return "grant"


class Header:
    def __init__(self, data):
        require(len(data) <= 8192, "too-large")
        self.__dict__.update(zip(FIELDS, versioned(decode(data), 13)))
        self.data, self.id = data, hashed("operation", data)
        if self.room is not None:
            string(self.room, 32)
        string(self.origin, 32), unsigned(self.epoch), unsigned(self.seq), string(self.prev, 32)
        require(len(array(self.deps)) <= 128, "too-many-dependencies")
        for dep in self.deps:
            string(dep, 32)
        require(unsigned(self.time) < 1 << 63, "bad-time")
        if text(self.author):
            handle(self.author)
        text(self.kind)
        require(1 <= len(self.kind) <= 32 and set(self.kind) <= set("abcdefghijklmnopqrstuvwxyz."), "bad-kind")
        shape = target_shape(self.target)
        if self.payload_hash is not None:
            string(self.payload_hash, 32)
        size = unsigned(self.payload_size)
        require(size == 0 if self.payload_hash is None else 1 <= size <= 65536, "bad-payload-size")
        self.check(shape)
        if self.seq == 0:
            unnamed = encode([0 if name == "epoch" else getattr(self, name) for name in FIELDS])
            require(self.epoch == int.from_bytes(hashed("epoch", unnamed)[:8], "big"), "wrong-epoch")
        self.room_id = self.room or self.id
        self.feed = (self.origin, self.epoch)

    def check(self, shape):
        require(self.seq < 1 << 48, "bad-sequence")
        require(all(a < b for a, b in zip(self.deps, self.deps[1:])), "unsorted-dependencies")
        require(self.prev not in self.deps, "idle-dependency")
        require((self.room is None) == (self.kind == "room.create"), "bad-room")
        if self.kind not in KINDS:
            return
        wanted, has_payload, node_may, in_directory = KINDS[self.kind]
        if self.kind in ("room.create", "direct.open"):
            require(self.seq == 0, "wrong-place")
        if self.kind == "room.create":
            require(not self.deps, "idle-dependency")
        if in_directory is not None:
            require((self.room == hashed("directory", self.origin)) == in_directory, "bad-room")
        require(shape == wanted, "bad-target")
        require(self.author or node_may, "bad-author")
        require(self.kind != "member.remove" or self.target != [self.origin, self.author], "bad-target")
        if in_directory:
            require(self.target[0] == self.origin, "bad-target")
            require(self.author in ("", self.target[1]), "bad-author")
        require(has_payload or self.payload_hash is None, "payload-unexpected")
        require(not has_payload or self.payload_hash is not None, "payload-expected")

    def check_follows(self, last):
        require(self.feed == last.feed and self.room == last.room_id, "bad-room")
        require(self.seq == last.seq + 1, "sequence-gap")
        require(self.prev == last.id, "wrong-previous")
        require(self.time > last.time, "not-after-past")

    def check_payload(self, payload):
        if payload is not None:
            require(self.payload_hash is not None, "payload-unexpected")
            require(len(payload) == self.payload_size, "payload-mismatch")
            require(hashed("payload", payload) == self.payload_hash, "payload-mismatch")
        if self.kind == "direct.open":
            require(payload is not None, "payload-expected")
            try:
                pair = decode(payload)
                require(isinstance(pair, dict) and list(pair) == ["users"], "wrong-shape")
                check_pair(pair["users"])
            except Refused:
                raise Refused("payload-mismatch") from None
            require(self.room == hashed("direct", encode(pair["users"])), "bad-room")
            require([self.origin, self.author] in pair["users"], "bad-author")


def check_pair(users):
    require(isinstance(users, list) and len(users) == 2, "wrong-shape")
    for user in users:
        check_user(user)
    require(users[0] <= users[1], "bad-value")


class Envelope:
    """[header, signature | null, payload | null, certificate | null]"""

    def __init__(self, data):
        require(len(data) <= 82048, "too-large")
        header, self.signature, self.payload, self.certificate = array(decode(data), 4)
        if self.signature is not None:
            string(self.signature, 64)
        for item in (self.payload, self.certificate):
            require(item is None or isinstance(item, bytes), "wrong-shape")
        self.header = Header(string(header))
        self.header.check_payload(self.payload)
        require((self.header.seq == 0) == (self.certificate is not None), "wrong-certificate")
        if self.certificate is not None:
            require(hashed("certificate", self.certificate) == self.header.prev, "wrong-certificate")


class Run:
    """[1, room | null, origin, epoch, first seq, start, [packed, ...], signature]"""

    def __init__(self, data):
        require(len(data) <= 4 << 20, "too-large")
        value = decode(data)
        _, room, self.origin, self.epoch, seq, start, rows, self.signature = versioned(value, 8)
        if room is not None:
            string(room, 32)
        string(self.origin, 32), unsigned(self.epoch)
        require(unsigned(seq) < 1 << 48, "bad-sequence")
        self.first_seq = seq
        if seq == 0:
            require(len(string(start)) <= 8192, "too-large")
            previous = hashed("certificate", start)
        else:
            previous = string(start, 32)
        # A certificate without hand-overs has 71 bytes.
        self.rebuild(room, previous, rows, later_key=seq == 0 and len(start) > 71)

    @classmethod
    def continuing(cls, data, origin, room, last):
        """[epoch, first seq, [packed, ...], signature], of the feed of whoever brings it, behind what the receiver has."""
        require(len(data) <= 4 << 20, "too-large")
        run = cls.__new__(cls)
        run.origin = origin
        run.epoch, run.first_seq, rows, run.signature = array(decode(data), 4)
        unsigned(run.epoch)
        require(0 < unsigned(run.first_seq) < 1 << 48, "bad-sequence")
        run.rebuild(room, last, rows, later_key=False)
        return run

    def rebuild(self, room, previous, rows, later_key):
        seq = self.first_seq
        require(len(array(rows)) <= 4096, "too-many-operations")
        require(rows, "empty-run")
        require(seq + len(rows) <= 1 << 48, "bad-sequence")
        self.operations, time = [], None
        for index, row in enumerate(rows):
            deps, step, author, kind, target, payload = array(row, 6)
            require(time is None or unsigned(step) > 0, "not-after-past")
            time = (time or 0) + unsigned(step)
            require(time < 1 << 63, "bad-time")
            if payload is None:
                payload_hash, size, payload = None, 0, None
            elif isinstance(payload, list):
                (payload_hash, size), payload = array(payload, 2), None
                require(payload_hash is not None, "bad-payload-size")
            else:
                require(1 <= len(string(payload)) <= 65536, "bad-payload-size")
                payload_hash, size = hashed("payload", payload), len(payload)
            fields = [1, room, self.origin, self.epoch, seq, previous, deps, time, author, kind, target, payload_hash, size]
            header = Header(encode(fields))
            header.check_payload(payload)
            ends_views = kind in ("member.remove", "member.leave", "member.role") or later_key and seq == 0
            require(not ends_views or index == len(rows) - 1, "wrong-signature")
            self.operations.append((header, payload))
            room, previous, seq = header.room_id, header.id, seq + 1
        string(self.signature, 64)
        self.room, self.feed = room, (self.origin, self.epoch)

    def verify(self, certificate):
        first, last = self.operations[0][0], self.operations[-1][0]
        require(certificate.node == self.origin, "wrong-certificate")
        if self.first_seq == 0:
            require(certificate.hash == first.prev, "wrong-certificate")
        require(is_signed("operation", last.id, self.signature, certificate.key), "wrong-signature")


class Fork:
    """[1, first header, certificate, run, run]"""

    def __init__(self, data):
        require(len(data) <= 4 << 20, "too-large")
        _, first, certificate, one, other = versioned(decode(data), 5)
        first = Header(string(first))
        require(first.seq == 0, "wrong-place")
        require(hashed("certificate", string(certificate)) == first.prev, "wrong-certificate")
        one, other = Run(string(one)), Run(string(other))
        for run in (one, other):
            require(run.feed == first.feed and run.room == first.room_id, "not-a-fork")
        others = {header.seq: header.id for header, _ in other.operations}
        places = [
            (header.seq, sorted([header.id, others[header.seq]]))
            for header, _ in one.operations
            if others.get(header.seq, header.id) != header.id
        ]
        require(places, "not-a-fork")
        certificate = Certificate(certificate)
        one.verify(certificate), other.verify(certificate)
        self.room, self.feed = first.room_id, first.feed
        self.seq, self.ids = places[0]


class Register:
    """[register, signature, certificate]; register: [1, room, origin, certificate hash, counter, readers]"""

    def __init__(self, data):
        require(len(data) <= (512 << 10) + 8192 + 128, "too-large")
        self.data, signature, certificate = array(decode(data), 3)
        string(signature, 64), string(certificate)
        require(len(string(self.data)) <= 512 << 10, "too-large")
        _, self.room, self.origin, named, self.counter, self.readers = versioned(decode(self.data), 6)
        string(self.room, 32), string(self.origin, 32), string(named, 32)
        require(unsigned(self.counter) < 1 << 48, "bad-register")
        require(len(array(self.readers)) <= 4096, "bad-register")
        for row in self.readers:
            name, up_to, exceptions = array(row, 3)
            handle(name)
            if up_to is not None:
                string(up_to, 32)
            require(len(array(exceptions)) <= 64, "bad-register")
            for item in exceptions:
                string(item, 32)
            require(all(a < b for a, b in zip(exceptions, exceptions[1:])), "bad-register")
        names = [row[0] for row in self.readers]
        require(all(a < b for a, b in zip(names, names[1:])), "bad-register")
        require(hashed("certificate", certificate) == named, "wrong-certificate")
        certificate = Certificate(certificate)
        require(certificate.node == self.origin, "wrong-certificate")
        self.hash = hashed("register", self.data)
        require(is_signed("register", self.hash, signature, certificate.key), "wrong-signature")
        # The greater one stays.
        self.version = certificate.generation, self.counter, self.hash


def decode_clock(data):
    value = decode(data)
    require(isinstance(value, dict), "wrong-shape")
    clock = {}
    for origin, epochs in value.items():
        string(origin, 32)
        require(isinstance(epochs, dict), "wrong-shape")
        require(epochs, "bad-clock")
        for epoch, seq in epochs.items():
            require(unsigned(seq) < 1 << 48, "bad-clock")
            clock[(origin, unsigned(epoch))] = seq
    require(len(clock) <= 4096, "bad-clock")
    return clock


def encode_clock(clock):
    value = {}
    for (origin, epoch), seq in clock.items():
        value.setdefault(origin, {})[epoch] = seq
    return encode(value)


def join(one, other):
    return {feed: max(one.get(feed, 0), other.get(feed, 0)) for feed in {*one, *other}}


def next_time(past, clock):
    time = min(max(clock, 0), (1 << 47) - 1) << 16
    if past is not None and past >= time:
        time = past + 1
    return time if time < 1 << 63 else None


def is_early(time, clock):
    return (time >> 16) - min(max(clock, 0), (1 << 47) - 1) > 300000


# ---- Payloads: a fault means that the operation has no effect


def check_text(value, most, least=0):
    require(len(text(value).encode()) <= most, "too-large")
    require(least <= len(value) and "\0" not in value, "bad-text")


def check_token(value):
    require(len(text(value).encode()) <= 32, "too-large")
    require(value and set(value) <= set("abcdefghijklmnopqrstuvwxyz_"), "bad-text")


def check_user(user):
    node, name = array(user, 2)
    string(node, 32)
    require(1 <= len(text(name)) <= 64 and set(name) <= HANDLE, "bad-text")


def check_users(users):
    require(len(array(users)) <= 64, "too-large")
    for user in users:
        check_user(user)


def check_bool(value):
    require(isinstance(value, bool), "wrong-shape")


def check_reference(value):
    if value is None:
        return
    if is_integer(value):
        require(-(1 << 63) <= value < 1 << 63, "wrong-shape")
    else:
        check_text(value, 1020)


def check_extra(value, depth=0):
    if depth == 0:
        require(len(encode(value)) <= 16384, "too-large")
    if value is None or isinstance(value, bool):
        return
    if is_integer(value):
        require(-(1 << 63) <= value < 1 << 63, "wrong-shape")
    elif isinstance(value, str):
        check_text(value, 16384)
    elif isinstance(value, Tagged):
        require(value[0] == 4, "wrong-shape")
        exponent, mantissa = array(value[1], 2)
        for number in (exponent, mantissa):
            require(is_integer(number) and -(1 << 63) <= number < 1 << 63, "wrong-shape")
        require(-400 <= exponent <= 400 and mantissa % 10 != 0, "bad-value")
        require(exponent < 0 or not -(1 << 63) <= mantissa * 10**exponent < 1 << 63, "bad-value")
    else:
        require(isinstance(value, (list, dict)), "wrong-shape")
        require(depth < 8, "too-large")
        if isinstance(value, dict):
            for key in value:
                check_text(key, 16384)
        for item in value.values() if isinstance(value, dict) else value:
            check_extra(item, depth + 1)


def check_file_size(value):
    require(unsigned(value) < 1 << 53, "too-large")


FILE = {
    "hash": lambda value: string(value, 32),
    "name": lambda value: check_text(value, 255),
    "size": check_file_size,
    "type": lambda value: check_text(value, 127),
}


def check_members(value, members, required):
    require(isinstance(value, dict), "wrong-shape")
    for name, member in value.items():
        text(name)
        if name in members:
            members[name](member)
    known = [name for name in value if name in members]
    require(all(name in known for name in required) if required else known, "missing-member")


def check_file(value):
    check_members(value, FILE, list(FILE))


def check_optional_file(value):
    if value is not None:
        check_file(value)


def check_files(value):
    require(len(array(value)) <= 32, "too-large")
    for item in value:
        check_file(item)


def check_reaction(value):
    if value is not None:
        check_text(value, 64, 1)


def name_text(value):
    check_text(value, 1020)


def long_text(most):
    return lambda value: check_text(value, most)


PAYLOADS = {
    "room.create": (
        {
            "name": name_text, "type": check_token, "extra": check_extra, "client": check_reference,
            "school": name_text, "details": long_text(16384), "is_group": check_bool, "property": check_reference,
        },
        ["name"],
    ),
    "room.set": (
        {
            "name": name_text, "extra": check_extra, "avatar": check_optional_file, "client": check_reference,
            "deleted": check_bool, "details": long_text(16384), "archived": check_bool, "property": check_reference,
            "is_group": check_bool,
        },
        [],
    ),
    "message.post": (
        {
            "type": check_token, "extra": check_extra, "content": long_text(49152), "mentions": check_users,
            "reply_to": lambda value: string(value, 32), "attachments": check_files,
        },
        ["content"],
    ),
    "message.edit": (
        {
            "type": check_token, "extra": check_extra, "content": long_text(49152), "mentions": check_users,
            "attachments": check_files,
        },
        [],
    ),
    "reaction.set": ({"value": check_reaction}, ["value"]),
    "pin.set": ({"pinned": check_bool}, ["pinned"]),
    "user.put": ({"name": name_text, "extra": check_extra, "avatar": check_optional_file}, []),
}


def check_payload(kind, data):
    if kind == "direct.open":
        value = decode(data)
        require(isinstance(value, dict) and list(value) == ["users"], "wrong-shape")
        check_pair(value["users"])
    else:
        check_members(decode(data, tags=True), *PAYLOADS[kind])


# ---- A room


def check_room(envelopes):
    """Chain, causal order, payloads and signatures of a whole room; its id and how many operations it has."""
    known, heads, keys, unproven, clocks = {}, {}, {}, {}, {}
    rooms = set()
    for envelope in envelopes:
        header = envelope.header
        require(header.id not in known, "the same operation twice")
        rooms.add(header.room_id)
        if header.seq == 0:
            require(header.feed not in heads, "a feed that begins twice")
            certificate = Certificate(envelope.certificate)
            require(certificate.node == header.origin, "wrong-certificate")
            keys[header.feed] = certificate.key
        else:
            require(header.feed in heads, "sequence-gap")
            header.check_follows(heads[header.feed])
        past = header.deps + ([header.prev] if header.seq else [])
        clock = {}
        for other in past:
            require(other in known, "an operation before one that it depends on")
            require(header.time > known[other].time, "not-after-past")
            clock = join(clock, join(clocks[other], {known[other].feed: known[other].seq}))
        known[header.id], heads[header.feed], clocks[header.id] = header, header, clock
        if envelope.signature is None:
            unproven.setdefault(header.feed, []).append(header)
        else:
            require(is_signed("operation", header.id, envelope.signature, keys[header.feed]), "wrong-signature")
            unproven.pop(header.feed, None)
    require(len(rooms) == 1, "operations of %d rooms" % len(rooms))
    require(not unproven, "operations that no signature proves")
    return rooms.pop(), clocks


def check_authentic(envelopes):
    """The same of a room with forks in it, in which every operation is signed; its headers."""
    known, keys = {}, {}
    for envelope in envelopes:
        header = envelope.header
        require(header.id not in known, "the same operation twice")
        if header.seq == 0:
            certificate = Certificate(envelope.certificate)
            require(certificate.node == header.origin, "wrong-certificate")
            keys[header.feed] = certificate.key
        else:
            require(header.prev in known, "sequence-gap")
            header.check_follows(known[header.prev])
        for other in header.deps + ([header.prev] if header.seq else []):
            require(other in known, "an operation before one that it depends on")
            require(header.time > known[other].time, "not-after-past")
        require(envelope.signature is not None, "an operation that no signature proves")
        require(is_signed("operation", header.id, envelope.signature, keys[header.feed]), "wrong-signature")
        known[header.id] = header
    require(len({header.room_id for header in known.values()}) == 1, "operations of several rooms")
    return list(known.values())


def canonical(header):
    return header.time, header.origin, header.epoch, header.seq, header.id


def read_room(data):
    """The envelopes of a CBOR sequence, or of lines of JSON, which begin with a brace (in CBOR a short text)."""
    return read_lines(data) if data[:1] == b"{" else read_sequence(data)


def read_lines(data):
    for line in data.decode("utf-8").splitlines():
        row = json.loads(line)
        parts = [None if row[name] is None else bytes.fromhex(row[name])
                 for name in ("header", "signature", "payload", "certificate")]
        envelope = Envelope(encode(parts))
        require(envelope.header.id.hex() == row["id"], "another id than the line says")
        yield envelope


def read_sequence(data):
    at = 0
    while at < len(data):
        _, end = decode_value(data, at, False, 0)
        yield Envelope(data[at:end])
        at = end


# ---- The vector files


class Vectors:
    def __init__(self, folder):
        self.folder, self.checks, self.failures = folder, 0, []

    def load(self, name):
        self.file = name
        return json.loads((self.folder / name).read_text())

    def same(self, what, found, expected):
        self.checks += 1
        if found != expected:
            self.failures.append(f"{self.file}: {what}: {found} instead of {expected}")

    def run(self):
        for name in sorted(name for name in dir(self) if name.startswith("check_")):
            try:
                getattr(self, name)()
            except (Refused, OSError, KeyError, ValueError) as error:
                self.failures.append(f"{self.file}: {type(error).__name__}: {error}")

    def check_identity(self):
        file = self.load("identity.json")
        for key in file["keys"]:
            seed = hashlib.blake2b(b"parley vectors: " + key["label"].encode(), digest_size=32).digest()
            self.same("seed", seed.hex(), key["seed"])
            self.same("key", sodium.crypto_sign_seed_keypair(seed)[0].hex(), key["public"])
        for node in file["nodes"]:
            keys = bytes.fromhex(node["first_key"] + node["recovery_key"])
            self.same("node", hashed("node", keys).hex(), node["id"])
            self.same("directory", hashed("directory", bytes.fromhex(node["id"])).hex(), node["directory"])
        for user in file["users"]:
            data = bytes.fromhex(user["node"]) + user["handle"].encode()
            self.same("user", uuid8(hashed("user", data)), user["uuid"])
        for room in file["direct_rooms"]:
            pair = sorted([bytes.fromhex(node), name] for node, name in room["users"])
            self.same("pair", encode(pair).hex(), room["encoded"])
            self.same("direct room", hashed("direct", encode(pair)).hex(), room["room"])
            self.same("uuid", uuid8(hashed("direct", encode(pair))), room["uuid"])
        for vector in file["files"]:
            data = bytes.fromhex(vector["message"] + vector["blob"]) + bytes([vector["repetition"]])
            self.same("file", uuid8(hashed("attachment", data)), vector["uuid"])
        certificates = []
        for vector in file["certificates"]:
            data = bytes.fromhex(vector["encoded"])
            certificate = Certificate(data)
            certificates.append(certificate)
            self.same("re-encoded", encode(decode(data)), data)
            found = [certificate.node.hex(), certificate.hash.hex(), certificate.key.hex()]
            self.same(vector["about"], found, [vector["node"], vector["hash"], vector["current_key"]])
        for one, other, winner in file["merges"]:
            found = min((one, other), key=lambda index: certificates[index].rank)
            self.same(f"merge of {one} and {other}", found, winner)

    def check_operations(self):
        for vector in self.load("operations.json")["operations"]:
            data = bytes.fromhex(vector["header"])
            header, about = Header(data), vector["about"]
            fields = {}
            for name in FIELDS[1:]:
                value = getattr(header, name)
                if name in ("epoch", "time"):
                    value = str(value)
                fields[name] = as_hex(value)
            self.same(about, fields, vector["fields"])
            self.same("re-encoded", encode(decode(data)), data)
            found = [header.id.hex(), uuid8(header.id), header.room_id.hex()]
            self.same("names", found, [vector["id"], vector["uuid"], vector["room"]])
            envelope = Envelope(bytes.fromhex(vector["envelope"]))
            self.same("header", envelope.header.data, data)
            self.same("payload", as_hex(envelope.payload), vector["payload"])
            self.same("signature", as_hex(envelope.signature), vector["signature"])
            items = [data, envelope.signature, envelope.payload, envelope.certificate]
            self.same("envelope", encode(items).hex(), vector["envelope"])
            if envelope.certificate and envelope.signature:
                key = Certificate(envelope.certificate).key
                self.same("signed", is_signed("operation", header.id, envelope.signature, key), True)

    def check_payloads(self):
        file = self.load("payloads.json")
        for vector in file["fit"]:
            data = bytes.fromhex(vector["payload"])
            self.same("hash", hashed("payload", data).hex(), vector["hash"])
            value = decode(data, tags=True)
            self.same("value", as_json(value), vector["value"])
            self.same("re-encoded", encode(value), data)
            self.same(vector["about"], fault(lambda: check_payload(vector["kind"], data)), None)
        for vector in file["unfit"]:
            data = bytes.fromhex(vector["payload"])
            self.same(vector["kind"], fault(lambda: check_payload(vector["kind"], data)), vector["fault"])

    def check_runs(self):
        for vector in self.load("runs.json")["runs"]:
            data = bytes.fromhex(vector["run"])
            run = Run(data)
            run.verify(Certificate(bytes.fromhex(vector["certificate"])))
            self.same("re-encoded", encode(decode(data)), data)
            found = [
                {"header": header.data.hex(), "id": header.id.hex(), "payload": as_hex(payload)}
                for header, payload in run.operations
            ]
            self.same(vector["about"], found, vector["operations"])

    def check_continuations(self):
        for vector in self.load("runs.json")["continuations"]:
            data, origin, room, last = (bytes.fromhex(vector[name]) for name in ("run", "origin", "room", "after"))
            found = []

            def check():
                run = Run.continuing(data, origin, room, last)
                run.verify(Certificate(bytes.fromhex(vector["certificate"])))
                found.extend(header.id.hex() for header, _ in run.operations)

            self.same(vector["about"], fault(check), vector["code"])
            self.same("ids", found, vector["ids"])

    def check_forks(self):
        for vector in self.load("forks.json")["forks"]:
            fork = Fork(bytes.fromhex(vector["proof"]))
            found = [fork.room.hex(), fork.feed[0].hex(), str(fork.feed[1]), fork.seq, as_hex(fork.ids)]
            self.same(vector["about"], found, [vector[name] for name in ("room", "origin", "epoch", "seq", "ids")])

    def check_registers(self):
        file, registers = self.load("registers.json"), []
        for vector in file["registers"]:
            register = Register(bytes.fromhex(vector["signed"]))
            registers.append(register)
            self.same("register", register.data.hex(), vector["register"])
            self.same("hash", register.hash.hex(), vector["hash"])
            self.same("counter", str(register.counter), vector["counter"])
            self.same("generation", register.version[0], vector["generation"])
            self.same(vector["about"], as_hex(register.readers), vector["readers"])
        for one, other, winner in file["merges"]:
            found = max((one, other), key=lambda index: registers[index].version)
            self.same(f"merge of {one} and {other}", found, winner)

    def check_clocks(self):
        file, clocks = self.load("clocks.json"), []
        for vector in file["clocks"]:
            clock = {(bytes.fromhex(origin), int(epoch)): int(seq) for origin, epoch, seq in vector["entries"]}
            clocks.append(clock)
            self.same("encoded", encode_clock(clock).hex(), vector["encoded"])
            self.same("decoded", decode_clock(bytes.fromhex(vector["encoded"])), clock)
            self.same("digest", hashed("clock", encode_clock(clock)).hex(), vector["digest"])
        for vector in file["pairs"]:
            one, other = clocks[vector["one"]], clocks[vector["other"]]
            self.same("join", encode_clock(join(one, other)).hex(), vector["joined"])
            self.same("dominates", join(one, other) == one, vector["dominates"])
            lacking = [
                [origin.hex(), str(epoch), str(other.get((origin, epoch), -1) + 1), str(one[origin, epoch])]
                for origin, epoch in sorted(one)
                if one[origin, epoch] > other.get((origin, epoch), -1)
            ]
            self.same("difference", lacking, vector["difference"])
        envelopes = [Envelope(bytes.fromhex(item)) for item in json.loads((self.folder / "room.json").read_text())["envelopes"]]
        _, found = check_room(envelopes)
        for vector in file["operations"]:
            clock = found[bytes.fromhex(vector["id"])]
            self.same("clock of an operation", encode_clock(clock).hex(), vector["clock"])
            self.same("its digest", hashed("clock", encode_clock(clock)).hex(), vector["digest"])

    def check_times(self):
        file = self.load("times.json")
        for vector in file["next"]:
            past = None if vector["past"] is None else int(vector["past"])
            time = next_time(past, int(vector["clock"]))
            self.same("next", None if time is None else str(time), vector["next"])
        for vector in file["early"]:
            self.same("early", is_early(int(vector["time"]), int(vector["clock"])), vector["early"])

    def check_a_room(self):
        file = self.load("room.json")
        data = b"".join(map(bytes.fromhex, file["envelopes"]))
        room, clocks = check_room(read_sequence(data))
        self.same("room", [room.hex(), uuid8(room)], [file["room"], file["uuid"]])
        self.same("operations", len(clocks), len(file["envelopes"]))
        # What is left out, exchanged or altered is noticed.
        envelopes = file["envelopes"]
        broken = [envelopes[:index] + envelopes[index + 1 :] for index in range(len(envelopes) - 1)]
        broken.append(envelopes[1:2] + envelopes[:1] + envelopes[2:])
        for index, items in enumerate(broken):
            spoilt = b"".join(map(bytes.fromhex, items))
            self.same(f"damage {index}", fault(lambda: check_room(read_sequence(spoilt))) is not None, True)

    def check_authority(self):
        for vector in self.load("authority.json")["scenarios"] + self.load("feeds.json")["scenarios"]:
            envelopes = [Envelope(bytes.fromhex(item["envelope"])) for item in vector["operations"]]
            headers = check_authentic(envelopes)
            self.same(vector["name"], [header.id.hex() for header in headers], [item["id"] for item in vector["operations"]])
            self.same("room", {header.room_id.hex() for header in headers}, {vector["room"]})
            # All that has a counting operation behind it is passed on, and what counts itself.
            passed_on = {header.id: item["passed_on"] for header, item in zip(headers, vector["operations"])}
            for header, item in zip(headers, vector["operations"]):
                past = header.deps + ([header.prev] if header.seq else [])
                self.same("passed on", item["passed_on"] or not item["counts"], True)
                self.same("its past", all(passed_on[other] for other in past) or not item["passed_on"], True)

    def check_history(self):
        file = self.load("history.json")
        envelopes = [Envelope(bytes.fromhex(item["envelope"])) for item in file["operations"]]
        headers = check_authentic(envelopes)
        self.same("ids", [header.id.hex() for header in headers], [item["id"] for item in file["operations"]])
        registers = [Register(bytes.fromhex(item)) for item in file["registers"]]
        for vector in file["states"]:
            what = f"after {vector['operations']} operations"
            held = {header.id: header for header in headers[: vector["operations"]]}
            dump = bytes.fromhex(vector["dump"])
            rows, at, end = [], 0, 0
            while at < len(dump):
                row, next_at = decode_value(dump, at, True, 0)
                self.same("re-encoded", encode(row), dump[at:next_at])
                rows.append(row)
                at = next_at
                if row[0] <= 6:
                    end = at
            self.same(what, hashed("state", dump[:end]).hex(), vector["state"])
            self.same("sections", [row[0] for row in rows], sorted(row[0] for row in rows))
            self.same("room", rows[0], [1, bytes.fromhex(file["room"]), 0])
            ids = [row[1] for row in rows if row[0] == 2]
            self.same("passed on", set(ids) <= set(held), True)
            self.same("canonical order", ids, sorted(ids, key=lambda name: canonical(held[name])))
            for name in ids:
                past = held[name].deps + ([held[name].prev] if held[name].seq else [])
                self.same("its past", set(past) <= set(ids), True)
            members = [tuple(row[1:3]) for row in rows if row[0] == 3]
            self.same("members", members, sorted(set(members)))
            shown = [row[1] for row in rows if row[0] == 8]
            self.same("messages", shown, sorted(shown, key=lambda name: canonical(held[name])))
            self.same("posts", {held[name].kind for name in shown} <= {"message.post"}, True)
            deleted = {row[1] for row in rows if row[0] == 4}
            self.same("deleted", {held[name].kind for name in deleted} <= {"message.post"} and not deleted & set(shown), True)
            seqs = {}
            for header in held.values():
                seqs.setdefault((header.feed, header.seq), set()).add(header.id)
            forks = {}
            for (feed, seq), names in seqs.items():
                if len(names) > 1:
                    forks[feed] = min(seq, forks.get(feed, seq))
            found = [[5, *feed, seq] for feed, seq in sorted(forks.items())]
            self.same("forks", [row for row in rows if row[0] == 5], found)
            staying = {}
            for register in registers if vector["registers"] else []:
                other = staying.get(register.origin)
                staying[register.origin] = max(register, other or register, key=lambda item: item.version)
            found = [[6, origin, staying[origin].hash] for origin in sorted(staying)]
            self.same("registers", [row for row in rows if row[0] == 6], found)

    # What reads bytes of each form.
    forms = {
        "header": lambda data, context: Header(data),
        "next": lambda data, context: Header(data).check_follows(Header(context)),
        "envelope": lambda data, context: Envelope(data),
        "run": lambda data, context: context and Run(data).verify(Certificate(context)) or Run(data),
        "certificate": lambda data, context: Certificate(data),
        "register": lambda data, context: Register(data),
        "fork": lambda data, context: Fork(data),
        "clock": lambda data, context: decode_clock(data),
        "nature": lambda data, context: check_direct(Header(data), decode(context)["users"]),
        "payload": lambda data, context: check_payload("message.post", data),
    }

    def check_refused(self):
        for name in ("refused-headers.json", "refused.json"):
            for vector in self.load(name)["refused"]:
                context = bytes.fromhex(vector["context"]) if vector["context"] else None
                found = fault(lambda: self.forms[vector["form"]](bytes.fromhex(vector["bytes"]), context))
                self.same(f"{vector['form']}, {vector['about']}", found, vector["code"])

    def check_limits(self):
        for vector in self.load("limits.json")["limits"]:
            data = put_together(vector["bytes"])
            context = bytes.fromhex(vector["context"]) if vector["context"] else None
            found = fault(lambda: self.forms[vector["form"]](data, context))
            self.same(f"{vector['limit']}, {vector['about']}", found, vector["code"])

    def check_replication(self):
        file = self.load("replication.json")
        for vector in file["bodies"]:
            data, at, items = bytes.fromhex(vector["bytes"]), 0, []
            while at < len(data):
                value, at = decode_value(data, at, False, 0)
                items.append(value)
            self.same(vector["about"], as_json(items), vector["items"])
            self.same("re-encoded", b"".join(map(encode, items)).hex(), data.hex())
        for vector in file["clocks"]:
            self.same("digest", hashed("room-clock", bytes.fromhex(vector["clock"])).hex(), vector["digest"])


    def check_peers(self):
        file = self.load("peers.json")
        cards = []
        for vector in file["cards"]:
            card = Card(bytes.fromhex(vector["card"]), int(file["now"]))
            cards.append(card)
            fingerprint = card.id.hex()[:32]
            fingerprint = " ".join(fingerprint[at : at + 4] for at in range(0, 32, 4))
            found = {
                "id": card.id.hex(), "fingerprint": fingerprint, "key": card.certificate.key.hex(), "name": card.name,
                "url": card.url, "versions": card.versions, "body": card.limits.get("body"),
                "attachment": card.limits.get("attachment"), "directory": card.directory, "sealed": card.sealed,
                "time": str(card.time), "hash": card.hash.hex(),
            }
            self.same(vector["about"], found, {name: vector[name] for name in found})
        for one, other, winner in file["newer"]:
            self.same("newer card", min((one, other), key=lambda index: cards[index].rank), winner)
        for vector in file["refused_cards"]:
            found = fault(lambda: Card(bytes.fromhex(vector["card"]), int(file["now"])))
            self.same(vector["about"], found, vector["code"])
        for vector in file["knocks"]:
            version, card = decode(bytes.fromhex(vector["knock"]))
            self.same("knock", [version, card.hex()], [1, file["cards"][vector["card"]]["card"]])
        for vector in file["requests"]:
            self.same("base", request_base(vector), vector["base"])
            found = fault(lambda: check_request(vector, cards[0].certificate, int(file["now"])))
            self.same(vector["about"], found, None)
        for vector in file["refused_requests"]:
            certificate = vector["certificate"] and Certificate(bytes.fromhex(vector["certificate"]))
            found = fault(lambda: check_request(vector, certificate, int(file["now"])))
            self.same(vector["about"], found, vector["code"])
        for vector in file["answers"]:
            key = bytes.fromhex(vector["key"])
            self.same(vector["about"], is_signed_base(answer_base(vector), vector["fields"], key), True)
            self.same("answering key", unpadded(parameters(vector["fields"])["keyid"]), key[:4])
            if vector["content"] is not None:
                salt = unpadded(parameters(vector["request"])["nonce"])[:8]
                found = unpadded(parameters(vector["fields"]).get("nonce", ""))
                self.same("mark", found, mark(salt, bytes.fromhex(vector["content"])))
        for vector in file["sealed"]:
            found = open_sealed(vector)
            if found is not None:
                self.same(vector["about"], found.hex(), vector["content"])


PUBLISHED = {bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")}
REFUSED_IN_NAMES = [
    (0, 0x1F), (0x7F, 0xA0), (0xAD, 0xAD), (0x61C, 0x61C), (0x115F, 0x1160), (0x1680, 0x1680), (0x180E, 0x180E),
    (0x2000, 0x200F), (0x2028, 0x202E), (0x205F, 0x206F), (0x3000, 0x3000), (0x3164, 0x3164), (0xE000, 0xF8FF),
    (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF), (0xF0000, 0x10FFFF),
]


def check_node_name(name):
    require(1 <= len(text(name).encode()) <= 255 and name.strip(" ") == name, "bad-name")
    for code in map(ord, name):
        require(not any(first <= code <= last for first, last in REFUSED_IN_NAMES), "bad-name")
        require(code & 0xFFFE != 0xFFFE, "bad-name")


def check_node_url(url):
    found = re.fullmatch(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::([1-9][0-9]{0,4}))?", text(url))
    require(found and len(url) <= 280, "bad-url")
    scheme, host, port = found.groups()
    require(port is None or int(port) < 65536 and int(port) != (443 if scheme == "https" else 80), "bad-url")
    try:
        if host[0] == "[":
            require(str(ipaddress.IPv6Address(host[1:-1])) == host[1:-1], "bad-url")
            return
        ipaddress.IPv4Address(host)
        return
    except ValueError:
        require(host[0] != "[", "bad-url")
    labels = host.split(".")
    require(len(host) <= 253 and all(1 <= len(label) <= 63 and label.strip("-") == label for label in labels), "bad-url")
    require(not labels[-1].isdigit() and not labels[-1].startswith("0x"), "bad-url")


class Card:
    """[statement, signature]"""

    def __init__(self, data, now):
        try:
            statement, signature = array(decode(data), 2)
            string(statement), string(signature, 64)
            value = versioned(decode(statement), 10)
            _, self.id, certificate, self.name, self.url, self.versions, self.limits, self.directory, self.sealed, self.time = value
            string(self.id, 32), string(certificate), text(self.directory), check_bool(self.sealed), unsigned(self.time)
        except Refused as refused:
            raise Refused("unknown-version" if refused.args[0] == "unknown-version" else "unreadable") from None
        require(len(self.versions) <= 16, "too-large")
        check_node_name(self.name)
        if self.url is not None:
            check_node_url(self.url)
        require(self.versions and all(a < b for a, b in zip(self.versions, self.versions[1:])), "bad-value")
        require(self.directory in ("all", "shared") and self.time < 1 << 47, "bad-value")
        for name in self.limits:
            require(1 <= len(name) <= 32 and set(name) <= set("abcdefghijklmnopqrstuvwxyz_"), "bad-value")
        try:
            self.certificate = Certificate(certificate)
        except Refused:
            raise Refused("wrong-certificate") from None
        require(self.certificate.node == self.id, "wrong-certificate")
        require(not {self.certificate.key, self.certificate.recovery} & PUBLISHED, "published-key")
        self.hash = hashed("card", statement)
        require(is_signed("card", self.hash, signature, self.certificate.key), "wrong-signature")
        require(self.time <= now + 300_000, "too-early")
        # The lowest is in force.
        self.rank = self.certificate.rank, -self.time, [-byte for byte in self.hash]


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def mark(salt, content):
    """What a nonce says of the content, beside the 8 random bytes of the request."""
    return hashed("content", salt + content)[:16] if content else b""


def parameters(fields):
    """Those of the one signature, as they stand behind its components."""
    listed = fields["signature-input"].partition(")")[2]
    return {name: value.strip('"') for name, value in (part.split("=", 1) for part in listed.split(";") if part)}


def check_request(vector, certificate, now):
    found = parameters(vector["fields"])
    require(int(found["created"]) >= now // 1000 - 300, "old")
    require(int(found["created"]) <= now // 1000 + 300, "future")
    name = unpadded(found["keyid"])
    require(len(name) == 36 and certificate and certificate.node == name[:32], "unknown-peer")
    if certificate.key[:4] != name[32:]:
        raise Refused("superseded-key" if any(key[:4] == name[32:] for key in certificate.keys) else "unknown-key")
    require(is_signed_base(request_base(vector), vector["fields"], certificate.key), "wrong-signature")
    nonce = unpadded(found["nonce"])
    require(len(nonce) in (8, 24), "bad-nonce")
    require(nonce[8:] == mark(nonce[:8], bytes.fromhex(vector["content"])), "content")


def request_base(vector):
    return "\n".join(
        [
            f'"@method": {vector["method"]}',
            f'"@target-uri": {vector["destination"]}{vector["target"]}',
            f'"@signature-params": {vector["fields"]["signature-input"].removeprefix("p=")}',
        ]
    )


def answer_base(vector):
    return "\n".join(
        [f'"@status": {vector["status"]}']
        + [f'"{name}": {vector["fields"][name]}' for name in ("parley-blob", "parley-seal") if name in vector["fields"]]
        + [
            f'"signature";req;key="p": {vector["request"]["signature"].removeprefix("p=")}',
            f'"@signature-params": {vector["fields"]["signature-input"].removeprefix("p=")}',
        ]
    )


def is_signed_base(base, fields, key):
    signature = base64.b64decode(fields["signature"].removeprefix("p=:").removesuffix(":"))
    try:
        sodium.crypto_sign_open(signature + base.encode(), key)
        return True
    except BadSignatureError:
        return False


def open_sealed(vector):
    """None where this PyNaCl has no secretstream."""
    if not hasattr(sodium, "crypto_secretstream_xchacha20poly1305_pull"):
        return None
    public, secret = sodium.crypto_sign_seed_keypair(bytes.fromhex(vector["seed"]))
    public = sodium.crypto_sign_ed25519_pk_to_curve25519(public)
    secret = sodium.crypto_sign_ed25519_sk_to_curve25519(secret)
    data = bytes.fromhex(vector["sealed"])
    require(data[0] == 1, "unknown-version")
    key, header, at = sodium.crypto_box_seal_open(data[1:81], public, secret), data[81:105], 105
    request = bytes(32) if vector["answers"] is None else hashed("seal", bytes.fromhex(vector["answers"]))
    context = bytes.fromhex(vector["from"] + vector["to"]) + request
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    opened, last = b"", False
    while not last:
        size = (256 if not opened else 65536) + 17
        chunk, end = sodium.crypto_secretstream_xchacha20poly1305_pull(state, data[at : at + size], context)
        opened, at, last = opened + chunk, at + size, end == 3
    require(at >= len(data), "trailing bytes")
    count = int.from_bytes(opened[:8], "big")
    size = max(count + 8, 256)
    mask = (1 << (size.bit_length() - 1 - (size.bit_length() - 1).bit_length())) - 1
    require(len(opened) == (size + mask) & ~mask and not any(opened[8 + count :]), "padding")
    return opened[8 : 8 + count]


def check_direct(header, users):
    require(header.origin in [user[0] for user in users], "bad-room")
    require(header.seq > 0 or header.kind == "direct.open", "wrong-place")


def fault(check):
    try:
        check()
    except Refused as refused:
        return refused.args[0]
    return None


def put_together(pieces):
    """Bytes that are told by hex, by what is repeated, and by numbers that are counted up."""
    data = bytearray()
    for piece in pieces:
        if isinstance(piece, str):
            data += bytes.fromhex(piece)
        elif "repeat" in piece:
            data += bytes.fromhex(piece["repeat"]) * piece["times"]
        else:
            before, after = bytes.fromhex(piece["before"]), bytes.fromhex(piece["after"])
            for number in range(piece["from"], piece["from"] + piece["count"]):
                written = str(number).zfill(piece["width"]).encode() if piece["digits"] else number.to_bytes(piece["width"], "big")
                data += before + written + after
    return bytes(data)


def as_hex(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [as_hex(item) for item in value]
    return value


def as_json(value):
    """The files' JSON for any CBOR value."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Tagged):
        return {"tag": value[0], "value": as_json(value[1])}
    if is_integer(value) and abs(value) >= 1 << 53:
        return {"integer": str(value)}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: as_json(member) for name, member in value.items()}
    return value


def main(arguments):
    if arguments[:1] == ["room"] and len(arguments) == 2:
        try:
            room, clocks = check_room(read_room(pathlib.Path(arguments[1]).read_bytes()))
        except (Refused, OSError) as error:
            print(f"NOT authentic: {error}")
            return 1
        print(f"Authentic: {len(clocks)} operations of room {uuid8(room)} ({room.hex()})")
        return 0
    if arguments and (arguments[0] != "vectors" or len(arguments) != 2):
        print(__doc__.strip())
        return 2
    folder = pathlib.Path(arguments[1]) if arguments else pathlib.Path(__file__).parent.parent / "Spec" / "vectors"
    vectors = Vectors(folder)
    vectors.run()
    for failure in vectors.failures[:50]:
        print(failure if len(failure) < 600 else failure[:600] + " …")
    if vectors.failures:
        print(f"The vectors are NOT right: {len(vectors.failures)} failures in {vectors.checks} checks")
        return 1
    print(f"The vectors are right: {vectors.checks} checks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
