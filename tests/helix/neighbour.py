#!/usr/bin/env python3
"""A language server that knows nothing but the completion items it is started with."""

import json
import sys


def receive():
    length = 0
    for line in iter(sys.stdin.buffer.readline, b"\r\n"):
        if not line:
            sys.exit()
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length))


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()


ANSWERS = {
    "initialize": {"capabilities": {"textDocumentSync": 1, "completionProvider": {}}},
    "textDocument/completion": [{"label": label, "kind": 3} for label in sys.argv[1:]],
}

while True:
    message = receive()
    if message.get("method") == "exit":
        break
    if "id" in message and "method" in message:
        send({"id": message["id"], "result": ANSWERS.get(message["method"])})
