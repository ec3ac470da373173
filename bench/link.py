"""A phone on a 2G link: how many bytes are wasted when it breaks all the time, how soon the text of a visit is across.

The phone's own code, the real server, and a proxy that is as slow and breaks as often as the link. For the photos time
runs faster: link and phone alike, so that the phone chooses the pieces it would choose; what the server and this
machine need for themselves counts that many times, so the figures are on the bad side.
"""

import json
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.results import Table
from tests.cast import BUILDING, PASSWORD
from tests.wire.proxy import Link, Proxies
from tests.wire.run import Installation

SCRIPT = Path(__file__).parent / "link.js"
RATE = 12_000  # bytes per second
CUT = 20.0  # seconds between two breaks
PHOTOS, SIZE = 40, 350_000
ANSWERS = 200
FASTER = 4
LATENCY = 0.3


def main(*, quick: bool = False) -> None:
    table = Table("link", "On a 2G link: 12 kB/s", ["what", "measured", "goal", "unit"])
    seconds, sent = _text()
    table.add(f"text of {ANSWERS} answers on the server after coverage returns", seconds, "≤ 10", "s")
    table.add("sent for that, with everything a run sends", sent / 1000, "", "KB")
    waste, minutes, cuts = _photos(10 if quick else PHOTOS)
    table.add(f"bytes wasted, {10 if quick else PHOTOS} photos of 350 KB, cut every 20 s", waste, "≤ 15", "%")
    table.add(f"until all of them were there ({cuts} cuts)", minutes, "", "minutes of 2G")
    table.notes = [
        "Bytes: everything the phone sent, HTTP headers included, against the sizes of the photos.",
        f"Photos: time {FASTER} times faster for link and phone alike. Text: real time, 300 ms latency each way.",
    ]
    table.keep()


def _photos(count: int) -> tuple[float, float, int]:
    link = Link(rate=RATE * FASTER, latency=LATENCY / FASTER)
    with ExitStack() as end:
        proxies, phone = _phone(end, link, {"photos": count, "size": SIZE, "answers": 0, "faster": FASTER})
        (proxy,) = proxies.all
        before, cuts = proxy.counted.up, 0
        _begin(phone)
        while _is_running(phone, CUT / FASTER):
            proxies.cut()
            cuts += 1
        done = _hear(phone)
        return 100 * ((proxy.counted.up - before) / (count * SIZE) - 1), done["all"] / 60, cuts


def _text() -> tuple[float, int]:
    with ExitStack() as end:
        link = Link(rate=RATE, latency=LATENCY)
        proxies, phone = _phone(end, link, {"photos": 0, "size": 0, "answers": ANSWERS, "faster": 1})
        (proxy,) = proxies.all
        before = proxy.counted.up
        _begin(phone)
        done = _hear(phone)
        return float(done["text"]), proxy.counted.up - before


def _phone(end: ExitStack, link: Link, more: dict[str, Any]) -> tuple[Proxies, subprocess.Popen[str]]:
    """A phone that has everything to send and waits for a word."""
    here = Installation("sqlite", 1, end)
    proxies = Proxies()
    end.callback(proxies.close)
    given = {
        "port": proxies.add(here.server.port, Link(), "link"),
        "username": here.cast.alice.username,
        "password": PASSWORD,
        "insps": here.visits[BUILDING],
        "items": here.items,
        "seed": "link",
        **more,
    }
    node = shutil.which("node")
    assert node, "node is not installed"
    phone = subprocess.Popen(
        [node, "--experimental-vm-modules", "--no-warnings", str(SCRIPT), json.dumps(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    end.callback(phone.kill)
    assert _hear(phone)["t"] == "ready"
    proxies.mend(link)
    return proxies, phone


def _begin(phone: subprocess.Popen[str]) -> None:
    assert phone.stdin
    phone.stdin.write("go\n")
    phone.stdin.flush()


def _hear(phone: subprocess.Popen[str]) -> dict[str, Any]:
    assert phone.stdout
    told: dict[str, Any] = json.loads(phone.stdout.readline())
    return told


def _is_running(phone: subprocess.Popen[str], seconds: float) -> bool:
    """After so long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            phone.wait(left)
        except subprocess.TimeoutExpired:
            return True
        return False
    return True
