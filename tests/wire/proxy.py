"""A bad link as a proxy: slow, cut after so many bytes, silent, stalled, with requests that arrive twice or late."""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

BLOCK = 16 * 1024
STANDSTILL = 4.0  # longer than the phones of the rig wait
GONE = (ConnectionError, OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True, slots=True)
class Link:
    """How bad it is. Likelihoods per connection; rate in bytes per second each way, 0 for as fast as it goes."""

    trouble: float = 0.0
    rate: int = 0
    latency: float = 0.0


@dataclass(slots=True)
class Counted:
    connections: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    up: int = 0  # bytes that reached the server's side
    down: int = 0


KINDS = {
    "refused": 2,
    "black hole": 1,
    "cut on the way up": 5,
    "cut on the way down": 6,
    "reset on the way up": 4,
    "reset on the way down": 4,
    "stalled": 1,
    "arrives twice": 4,
    "arrives late": 4,
    "slow": 3,
}


class Proxy:
    """One phone's way to the server."""

    def __init__(self, target: int, link: Link, seed: str) -> None:
        self.target = target
        self.link = link
        self.counted = Counted()
        self._rng = Random(seed)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        assert self._server
        self._server.close()
        ending = list(self._tasks)
        for each in ending:
            each.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await asyncio.sleep(0.05)  # a closed transport lets go of its socket in a later turn of the loop

    async def cut(self) -> None:
        """Coverage is gone: every connection breaks at once."""
        for each in list(self._tasks):
            each.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counted.connections += 1
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            with suppress(*GONE):
                await self._carry(reader, writer, self._draw())
        except asyncio.CancelledError:
            _reset(writer)  # cut off
        finally:
            self._tasks.discard(task)
            with suppress(*GONE):
                writer.close()

    def _draw(self) -> str:
        if self._rng.random() >= self.link.trouble:
            return ""
        kind = self._rng.choices(list(KINDS), list(KINDS.values()))[0]
        self.counted.faults[kind] += 1
        return kind

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: str) -> None:
        if kind == "refused":
            return _reset(writer)
        if kind == "black hole":
            while await reader.read(BLOCK):
                pass
            return None
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            if kind in ("arrives twice", "arrives late"):
                await self._whole(reader, writer, there, back, is_late=kind == "arrives late")
            else:
                await self._both_ways(reader, writer, there, back, kind)
        finally:
            with suppress(*GONE):
                back.close()

    async def _both_ways(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        kind: str,
    ) -> None:
        most_up, most_down = self._limits(kind)
        rate = self._rng.randint(2_000, 20_000) if kind == "slow" else self.link.rate
        up = asyncio.create_task(self._pump(reader, back, most_up, rate, is_up=True))
        down = asyncio.create_task(self._pump(there, writer, most_down, rate, is_up=False))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if not down.done() and most_up is None:
                await down  # the phone has said everything; the answer comes
            elif "reset" in kind:
                _reset(writer)
                _reset(back)
            elif kind == "stalled":
                await asyncio.sleep(STANDSTILL)
        finally:
            for each in (up, down):
                each.cancel()

    def _limits(self, kind: str) -> tuple[int | None, int | None]:
        some = int(10 ** self._rng.uniform(0, 4.5))
        if kind.endswith("up"):
            return some, None
        if kind.endswith("down") or kind == "stalled":
            return None, some
        return None, None

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None, rate: int, *, is_up: bool
    ) -> None:
        if self.link.latency:
            await asyncio.sleep(self.link.latency)
        left = most
        with suppress(*GONE):
            while block := await reader.read(min(BLOCK, max(256, rate // 10)) if rate else BLOCK):
                if left is not None:
                    block, left = block[:left], left - len(block)
                if rate:
                    await asyncio.sleep(len(block) / rate)
                writer.write(block)
                await writer.drain()
                if is_up:
                    self.counted.up += len(block)
                else:
                    self.counted.down += len(block)
                if left is not None and left <= 0:
                    return
            if not is_up:
                writer.write_eof()

    async def _whole(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        *,
        is_late: bool,
    ) -> None:
        """A whole request is kept and sent again: at once on a second connection, or after the phone gave up."""
        request = await _request(reader)
        if not is_late:
            self._later(0.0, request)
            back.write(request)
            await back.drain()
            while block := await there.read(BLOCK):
                writer.write(block)
                await writer.drain()
        else:
            _reset(writer)
            self._later(self._rng.uniform(0.05, 3), request)

    def _later(self, wait: float, request: bytes) -> None:
        task = asyncio.create_task(self._again(wait, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again(self, wait: float, request: bytes) -> None:
        await asyncio.sleep(wait)
        with suppress(*GONE):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
            writer.write(request)
            await writer.drain()
            while await reader.read(BLOCK):
                pass
            writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """A request with its body, as the phone sent it."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End it with RST instead of FIN."""
    wire = writer.get_extra_info("socket")
    if wire is not None:
        with suppress(OSError):
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Proxies:
    """All links, in a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.all: list[Proxy] = []

    def add(self, target: int, link: Link, seed: str) -> int:
        """A new link to this port; the port of its near end comes back."""
        proxy = Proxy(target, link, seed)
        port: int = self._run(proxy.start)
        self.all.append(proxy)
        return port

    def mend(self, link: Link | None = None) -> None:
        """From here on all links are good (or as bad as this)."""
        for each in self.all:
            each.link = link or Link()

    def cut(self) -> None:
        for each in self.all:
            self._run(each.cut)

    def close(self) -> None:
        for each in self.all:
            self._run(each.stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(10)
