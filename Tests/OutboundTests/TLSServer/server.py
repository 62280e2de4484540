"""A TLS server with a certificate that no system trusts, and something for each path. Its port is its first line;
it ends when its standard input does."""

import gzip
import os
import pathlib
import socket
import ssl
import sys
import threading
import time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(pathlib.Path(__file__).with_name("server.pem"))
listener = socket.create_server(("127.0.0.1", 0), backlog=128)


def request(stream):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += stream.recv(65536)
    return head, body


def answer(stream, body, status=b"200 OK", fields=b""):
    stream.sendall(b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, fields, len(body), body))


def serve(stream, connection):
    while asked := request(stream):
        head, body = asked
        path = head.split(b" ")[1]
        if path == b"/echo":
            answer(stream, head + b"\r\n\r\n" + body, fields=b"X-A: 1\r\nX-A: 2\r\n")
        elif path == b"/connection":
            answer(stream, connection)
        elif path == b"/redirect":
            answer(stream, b"away", b"302 Found", b"Location: https://two.example/echo\r\n")
        elif path == b"/nothing":
            stream.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        elif path == b"/head":
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        elif path == b"/unknown":
            answer(stream, b"who?", b"404 Not Found")
        elif path == b"/closed":
            answer(stream, b"stop", b"401 Unauthorized", b'WWW-Authenticate: Basic realm="x"\r\n')
        elif path == b"/bearer":
            answer(stream, b"stop", b"401 Unauthorized", b"WWW-Authenticate: Bearer\r\n")
        elif path == b"/packed":
            # Ten megabytes of nothing, though nobody has asked for compression.
            answer(stream, gzip.compress(bytes(10_000_000)), fields=b"Content-Encoding: gzip\r\n")
        elif path.startswith(b"/large/"):
            answer(stream, b"x" * int(path[7:]))
        elif path in (b"/endless", b"/endless/redirect", b"/endless/closed"):
            statuses = {b"redirect": b"302 Found\r\nLocation: /echo", b"closed": b"401 No"}
            stream.sendall(b"HTTP/1.1 %s\r\n\r\n" % statuses.get(path[9:], b"200 OK"))
            while True:
                stream.sendall(b"x" * 65536)
        elif path == b"/drip":
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                stream.sendall(b"x")
                time.sleep(0.02)
        elif path == b"/silent":
            stream.recv(1)
        elif path == b"/cut":
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")
            return
        elif path == b"/junk":
            stream.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
            return
        elif path == b"/fields":
            answer(stream, b"", fields=b"".join(b"X-%d: %s\r\n" % (n, b"y" * 900) for n in range(50)))
        else:
            return


def meet(plain, number):
    try:
        with context.wrap_socket(plain, server_side=True) as stream:
            serve(stream, b"%d" % number)
    except OSError:
        pass


def leave():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave, daemon=True).start()
print(listener.getsockname()[1], flush=True)
count = 0
while True:
    plain, _ = listener.accept()
    count += 1
    threading.Thread(target=meet, args=(plain, count), daemon=True).start()
