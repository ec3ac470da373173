"""The phones of a simulation: a Node.js process that runs the app's own modules, spoken to line by line."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Much is made and thrown away: a large nursery saves a tenth of the time. Every page is compiled from what the first
# one left, therefore whole; both cores have worlds of their own to play.
FLAGS = ("--experimental-vm-modules", "--no-warnings", "--max-semi-space-size=32", "--no-lazy", "--single-threaded-gc")
MAIN = Path(__file__).parent / "phones" / "main.js"

Order = Mapping[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request of a phone, on its way."""

    phone: str
    id: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, event: Event) -> "Sent":
        body = base64.b64decode(event["body"])
        return cls(event["phone"], event["id"], event["method"], event["path"], event["headers"], body)


class Rack:
    """The process. Every list of orders is answered by the list of what happened until nothing moved any more."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node, "node is not installed"
        self._child = subprocess.Popen(
            [node, *os.environ.get("NODE_MORE", "").split(), *FLAGS, str(MAIN)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def do(self, *orders: Order) -> list[Event]:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps(orders).encode() + b"\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"the phones' process ended ({self._child.wait()}) at {orders}")
        told: list[Event] = json.loads(line)
        return told

    def close(self) -> None:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.close()
        self._child.wait()
        self._child.stdout.close()


def answer(phone: str, request: int, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Order:
    """The order that brings an answer to the phone."""
    told = {"status": status, "headers": dict(headers), "body": base64.b64encode(body).decode()}
    return {"do": "answer", "phone": phone, "id": request, "answer": told}


def broken(phone: str, request: int) -> Order:
    """The order that breaks the link under a request."""
    return {"do": "answer", "phone": phone, "id": request, "answer": None}
