"""Phones that push: one process each, bodies made beforehand, a bare socket, so that the measuring costs little."""

import multiprocessing as mp
import resource
import socket
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

Request = tuple[bytes, ...]  # the pieces of one HTTP request


@dataclass(slots=True)
class Work:
    """What one phone sends: visits, each a list of requests in order."""

    visits: list[list[Request]]


@dataclass(slots=True)
class Outcome:
    """What all phones together saw. `seconds` per visit; `pushes`: of its first request alone."""

    seconds: list[float] = field(default_factory=list)
    pushes: list[float] = field(default_factory=list)
    wall: float = 0.0
    client_cpu: float = 0.0
    bytes_sent: int = 0
    wrong: list[str] = field(default_factory=list)
    samples: list[bytes] = field(default_factory=list)


def request(method: str, path: str, port: int, headers: dict[str, str], *body: bytes) -> Request:
    """The bytes of a request on a connection that stays open."""
    length = sum(map(len, body))
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines).encode() + b"\r\n\r\n", *body)


def run(port: int, works: list[Work]) -> Outcome:
    """All phones at once; returns when the last one is done."""
    context = mp.get_context("fork")
    pairs = [context.Pipe() for _ in works]
    barrier = context.Barrier(len(works) + 1)
    children = [
        context.Process(target=_phone, args=(port, work, there, barrier), daemon=True)
        for work, (_, there) in zip(works, pairs, strict=True)
    ]
    for child in children:
        child.start()
    barrier.wait(60)
    began = time.perf_counter()
    outcome = Outcome()
    for here, _ in pairs:
        seconds, pushes, cpu, sent, wrong, sample = here.recv()
        outcome.seconds += seconds
        outcome.pushes += pushes
        outcome.client_cpu += cpu
        outcome.bytes_sent += sent
        outcome.wrong += wrong
        outcome.samples.append(sample)
    outcome.wall = time.perf_counter() - began
    for child in children:
        child.join(30)
    outcome.seconds.sort()
    outcome.pushes.sort()
    return outcome


def _phone(port: int, work: Work, out: Connection, barrier: "mp.synchronize.Barrier") -> None:
    connection = open_connection(port)
    seconds: list[float] = []
    pushes: list[float] = []
    wrong: list[str] = []
    sent, sample = 0, b""
    barrier.wait(60)
    before = resource.getrusage(resource.RUSAGE_SELF)
    for visit in work.visits:
        began = time.perf_counter()
        for place, pieces in enumerate(visit):
            connection, status, answer = exchange(port, connection, pieces)
            sent += sum(map(len, pieces))
            if not place:
                pushes.append(time.perf_counter() - began)
                sample = sample or answer
            if status not in {b"200", b"201", b"204"}:
                wrong.append(f"{status.decode()} {answer[:300].decode(errors='replace')}")
        seconds.append(time.perf_counter() - began)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    out.send((seconds, pushes, cpu, sent, wrong[:5], sample))
    out.close()


def open_connection(port: int) -> socket.socket:
    """A connection that stays open."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(port: int, connection: socket.socket, pieces: Request) -> tuple[socket.socket, bytes, bytes]:
    """Send a request and read its whole answer: (the connection to go on with, status, body)."""
    try:
        connection.sendall(b"".join(pieces) if len(pieces) < 3 else pieces[0])
        for piece in pieces[1:] if len(pieces) >= 3 else ():
            connection.sendall(piece)
        head, body = _answer(connection)
    except ConnectionError:  # a server may close an idle connection; a phone opens another one
        connection.close()
        connection = open_connection(port)
        connection.sendall(b"".join(pieces))
        head, body = _answer(connection)
    if b"\r\nconnection: close" in head.lower():
        connection.close()
        connection = open_connection(port)
    return connection, head[9:12], body


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        if not more:
            raise ConnectionResetError
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            raise ConnectionResetError
        body += more
    return head, body
