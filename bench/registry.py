"""The registry over a million violations: pages 1 to 1000, filters and searches, through the HTTP pages."""

import html
import re
import socket
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import psycopg

from bench import ground, measure, years
from bench.clients import exchange, open_connection, request
from bench.fill import LOADING, dsn
from bench.ground import Installation
from bench.intake import sign_in
from bench.results import Table
from bench.server import BenchServer
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.domain.risk import USUAL
from inspect_app.store import risk
from inspect_app.store.communes import polygons
from inspect_app.store.database import open_engine, open_transactions

NEXT = re.compile(rb'href="([^"]*after=[^"]*)"')
PAGES = 1000
TIMES = 40

FILTERS: dict[str, dict[str, str]] = {
    "overdue": {"overdue": "1"},
    "due in 7 days": {"due_in": "7"},
    "due in 15 days": {"due_in": "15"},
    "due in 30 days": {"due_in": "30"},
    "one agency, open": {"agency": "so-xay-dung", "open": "1"},
    "one commune, overdue": {"commune": "05443", "overdue": "1"},
    "one zone, due in 30 days": {"zone": "yen-binh", "due_in": "30"},
    "sector and severity": {"sector": "MO", "severity": "4"},
    "remedy status": {"remedy": "not-remedied"},
    "sanction and stop status": {"sanction": "decided", "stop": "stop-demanded"},
    "rare: zone, severity, status": {"zone": "diem-thuy", "severity": "4", "remedy": "reported", "stop": "resumed"},
}
# The overview and the map, the lists their numbers lead to, and the other pages of the office.
FIGURES = (
    "/desk/",
    "/desk/overview",
    "/desk/overview?agency=so-xay-dung",
    "/desk/map",
    "/desk/map?show=sites",
    "/desk/map/05443",
    "/desk/violations?recorded={month}",
    "/desk/violations?remedied={month}",
    "/desk/violations?due_month={month}&overdue=1",
    "/desk/violations?recorded={month}&repeated=1",
    "/desk/violations?commune=05443&open=1&severity=4",
    "/desk/sites?commune=05443",
    "/desk/remedy",
    "/desk/risk",
    "/desk/risk?commune=05443&sector=MO",
    "/desk/risk?zone=yen-binh",
    "/desk/follow-up/proofs",
    "/desk/follow-up/proofs?days=365",
    "/desk/reports",
    "/desk/reports?kind=consolidated",
    "/desk/reports/statistics",
    "/desk/reports/statistics?commune=05443",
    "/desk/reports/statistics?zone=yen-binh",
    "/desk/reports/statistics?sector=XDK",
    "/desk/reports/{year}/figures/findings?kind=consolidated",
    "/desk/reports/{year}/figures/workers-covered?kind=consolidated",
    "/desk/reports/{year}/figures/records?kind=consolidated",
    "/desk/inspections",
    "/desk/inspections?q=Y-4242",
    "/desk/plan",
    "/desk/plans",
    "/desk/sites",
    "/desk/sites?q=hong+lam",
    "/desk/sites/due",
    "/desk/sites/organisations?q=hong+lam",
    "/desk/follow-up/paper",
)
# One commune that holds half of the province's sites: as many points as one map can be asked for.
CROWDED, CROWD = "05443", 100_000
POINTS = ("/desk/map", "/desk/map/05443", "/desk/map/05443?box=21.59,105.84,21.6,105.85", "/desk/risk?commune=05443")
SEARCHES = ("hong lam", "giàn giáo", "Núi Voi 1234", "Y-4242", "7000001235", "khoang san ba be mep san", "zzz không có")
COLUMNS = ["page", "requests", "p50 ms", "p95 ms", "worst ms", "answer KB"]


class Reader:
    """One person at the desk."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._connection: socket.socket = open_connection(port)

    def get(self, path: str) -> tuple[float, bytes]:
        """Seconds until the whole page is here, and the page."""
        pieces = request("GET", path, self._port, {"Cookie": self._cookie, "Accept": "text/html"})
        began = time.perf_counter()
        self._connection, status, page = exchange(self._port, self._connection, pieces)
        seconds = time.perf_counter() - began
        assert status == b"200", f"{path}: {status!r} {page[:400]!r}"
        return seconds, page


def main(quick: bool = False) -> None:
    table = Table("registry", "Registry over a million violations, PostgreSQL", COLUMNS)
    table.notes += [
        f"{years.VIOLATIONS:,} violations at {years.SITES:,} sites over ten years, read by the coordinator over HTTP.",
        f"Pages are walked by their own link to the next; each filter and search is read {TIMES} times.",
        "Goals: p95 at most 300 ms; the cost flat from page 1 to page 1000.",
        "Crowded: one commune holds up to 100,000 of the sites, each at a place of its own; goal 2 s.",
    ]
    if quick:
        years.SITES, years.VIOLATIONS = 5_000, 40_000
    with ExitStack() as stack:
        cluster = stack.enter_context(ground.cluster())
        installation = Installation(cluster.url(cluster.create()), coordinator=True)
        stack.callback(installation.close)
        years.load(installation)
        _reckon(installation.url)
        server = BenchServer(installation.url, stack.enter_context(ground.folder()), INSPECT_WORKERS="2")
        stack.callback(server.stop)
        server.start()
        reader = Reader(server.port, sign_in(server.port, ground.COORDINATOR, None))
        for path in ("/desk/violations", "/desk/follow-up"):
            reader.get(path)
        walk(reader, table, "/desk/violations", 50 if quick else PAGES)
        walk(reader, table, "/desk/follow-up", 50 if quick else PAGES)
        month = f"{datetime.now(UTC) - timedelta(days=200):%Y-%m}"
        for path in FIGURES:
            again(reader, table, path.format(month="month", year="year"), path.format(month=month, year=month[:4]))
        for path in ("/desk/violations", "/desk/follow-up"):
            for name, wanted in FILTERS.items():
                again(reader, table, f"{path} {name}", f"{path}?{urlencode(wanted)}")
            for text in SEARCHES:
                again(reader, table, f"{path} search: {text}", f"{path}?{urlencode({'q': text})}")
        _crowd(installation)
        for path in POINTS:
            again(reader, table, f"crowded: {path}", path)
    table.keep()


def _reckon(url: str) -> None:
    """What the worker reckons: the points of every site."""
    engine, at = open_engine(url), datetime.now(UTC)
    with open_transactions(engine)[1]() as tx:
        tx.info["scope"] = EVERY_AGENCY
        risk.compute(tx, risk.DEFAULT, USUAL, at.date())
        tx.commit()
    engine.dispose()


def _crowd(installation: Installation) -> None:
    """Half of the sites move into one commune, with what was found there."""
    box = polygons()[CROWDED].box
    with psycopg.connect(dsn(installation), autocommit=True) as connection:
        for each in LOADING:
            connection.execute(each)
        connection.execute(
            "UPDATE site SET commune_code = %s, lat = %s + random() * %s, lon = %s + random() * %s"
            " WHERE id IN (SELECT id FROM site ORDER BY id LIMIT %s)",
            [
                CROWDED,
                box.min_lat,
                box.max_lat - box.min_lat,
                box.min_lon,
                box.max_lon - box.min_lon,
                min(CROWD, years.SITES // 2),
            ],
        )
        connection.execute(
            "UPDATE violation v SET commune_code = s.commune_code FROM site s"
            " WHERE s.id = v.site_id AND v.commune_code <> s.commune_code"
        )
        for table in ("site", "violation", "site_risk"):
            connection.execute(f"VACUUM ANALYZE {table}")


def walk(reader: Reader, table: Table, path: str, pages: int) -> None:
    """Follow the link to the next page; the first and the last hundred are told apart."""
    seconds: list[float] = []
    here: str | None = path
    size = 0
    while here is not None and len(seconds) < pages:
        took, page = reader.get(here)
        seconds.append(took)
        size = len(page)
        found = NEXT.search(page)
        here = html.unescape(found.group(1).decode()) if found else None
    first, last = seconds[: min(100, len(seconds))], seconds[-min(100, len(seconds)) :]
    _row(table, f"{path} pages 1 to {len(first)}", first, size)
    _row(table, f"{path} pages {len(seconds) - len(last) + 1} to {len(seconds)}", last, size)


def again(reader: Reader, table: Table, label: str, path: str) -> None:
    seconds, size = [], 0
    for _ in range(TIMES):
        took, page = reader.get(path)
        seconds.append(took)
        size = len(page)
    _row(table, label, seconds, size)


def _row(table: Table, label: str, seconds: list[float], size: int) -> None:
    ordered = sorted(seconds)
    p50, p95 = measure.percentile(ordered, 0.5), measure.percentile(ordered, 0.95)
    table.add(label, len(ordered), 1000 * p50, 1000 * p95, 1000 * ordered[-1], size / 1024)
