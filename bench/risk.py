"""Points by risk, tried on an invented past: do the sites they name first have the serious findings of the next visit?

The past is invented by the program below, so the figures say that the arithmetic finds what it is meant to find in such
a world, and how it compares there with no plan and with "longest not visited". They say nothing about Thái Nguyên.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from sqlalchemy import text

from bench import results
from inspect_app.domain.hazards import HAZARDS
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.domain.risk import USUAL, Known, Reason, points
from inspect_app.services.sites import load_reference
from inspect_app.store import risk
from inspect_app.store.database import Tx, migrate, open_engine, open_transactions
from inspect_app.store.sites import communes
from tests.rigs.databases import Databases

TODAY = date(2026, 11, 22)
SEEDS = range(5)
SITES, QUICK_SITES = 10_000, 1_000
VISITS_A_YEAR = 0.12  # the share of sites that can be visited
YEARS = 4


@dataclass
class Place:
    """A site of the invented world. danger: how likely a visit finds something serious; nobody there knows it."""

    hazards: list[str]
    workers: int
    danger: float
    last_visit: date | None = None
    serious: int = 0
    open_serious: int = 0
    accidents: int = 0
    badly_hurt: int = 0
    deaths: int = 0
    found: list[date] = field(default_factory=list)

    def known(self) -> Known:
        return Known(
            self.hazards,
            self.workers,
            self.serious,
            self.last_visit,
            self.open_serious,
            self.accidents,
            self.badly_hurt,
            self.deaths,
        )


def world(chance: random.Random, sites: int) -> list[Place]:
    """Hidden danger follows hazards and size only in part: half of it is the house's own carelessness."""
    made = []
    for _ in range(sites):
        hazards = chance.sample([each.code for each in HAZARDS], min(chance.choice([0, 1, 1, 2, 2, 3, 4, 6]), 6))
        weight = sum(each.weight for each in HAZARDS if each.code in hazards)
        workers = int(chance.lognormvariate(3.4, 1.3)) + 1
        careless = chance.betavariate(1.5, 5)
        danger = min(0.95, 0.02 + 0.025 * weight + 0.02 * (workers > 100) + 0.55 * careless)
        made.append(Place(hazards, workers, danger))
    for month in range(YEARS * 12):
        _live(chance, made, TODAY - timedelta(days=30 * (YEARS * 12 - month)))
    return made


def _live(chance: random.Random, places: list[Place], day: date) -> None:
    """One month: some are visited without any plan, some have accidents, some mend what was found."""
    for each in places:
        if chance.random() < VISITS_A_YEAR / 12:
            each.last_visit = day
            if chance.random() < each.danger:
                each.found.append(day)
                each.open_serious += 1
                each.danger *= 0.85
        if each.open_serious and chance.random() < 0.2:
            each.open_serious -= 1
        if chance.random() < each.danger * 0.004:
            each.accidents += 1
            each.badly_hurt += chance.random() < 0.3
            each.deaths += chance.random() < 0.06
        each.serious = sum(found > TODAY - timedelta(days=3 * 365) for found in each.found)


def precision(places: list[Place], order: Callable[[Place], float], k: int, outcome: list[bool]) -> float:
    """Of the k sites that come first, the share in which the next visit finds something serious."""
    ranked = sorted(range(len(places)), key=lambda n: order(places[n]), reverse=True)
    return sum(outcome[n] for n in ranked[:k]) / k


def orders(chance: random.Random) -> dict[str, Callable[[Place], float]]:
    return {
        "points": lambda each: sum(points(each.known(), TODAY).values()) + chance.random() * 0.01,
        "longest not visited": lambda each: (
            ((TODAY - each.last_visit).days if each.last_visit else 10_000) + chance.random() * 0.01
        ),
        "random": lambda _: chance.random(),
    }


def back_test(sites: int) -> dict[str, dict[str, float]]:
    """precision at k, the mean over the seeds: for the share that a year's visits reach and for a tenth of it."""
    ks = {f"first {share:.1%} of sites": int(sites * share) for share in (VISITS_A_YEAR / 10, VISITS_A_YEAR)}
    found: dict[str, dict[str, list[float]]] = {}
    for seed in SEEDS:
        chance = random.Random(seed)
        places = world(chance, sites)
        outcome = [chance.random() < each.danger for each in places]
        for name, order in orders(chance).items():
            for label, k in ks.items():
                found.setdefault(name, {}).setdefault(label, []).append(precision(places, order, k, outcome))
    return {name: {label: round(sum(each) / len(each), 3) for label, each in by.items()} for name, by in found.items()}


def databases(end: ExitStack) -> Iterator[tuple[str, str]]:
    """An empty database of each kind."""
    folder = Path(end.enter_context(TemporaryDirectory()))
    yield "sqlite", f"sqlite:///{folder / 'risk.sqlite3'}"
    rig = Databases(folder)
    end.callback(rig.close)
    yield "postgresql", end.enter_context(rig.empty_postgresql())


def speed(url: str, sites: int) -> dict[str, float]:
    """Seconds to compute all points; milliseconds of twenty pages, one after another."""
    with ExitStack() as end:
        migrate(url)
        engine = open_engine(url)
        end.callback(engine.dispose)
        writing = open_transactions(engine)[1]
        with writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            _fill(tx, sites)
            tx.commit()
        began = time.perf_counter()
        with writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            risk.compute(tx, risk.DEFAULT, USUAL, TODAY)
            tx.commit()
        computed = time.perf_counter() - began
        figures = {"compute_s": round(computed, 2)}
        with engine.begin() as connection:  # what the database does by itself after a while
            connection.execute(text("ANALYZE"))
        with writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            for name, wanted in {
                "page": risk.Filter(),
                "page_of_a_commune": risk.Filter(commune="01840"),
                "page_of_a_sector": risk.Filter(sector="MO"),
            }.items():
                after: tuple[int, UUID] | None = None
                times = []
                for _ in range(20):
                    began = time.perf_counter()
                    rows = risk.page(tx, risk.DEFAULT, wanted, after=after, limit=51)
                    times.append((time.perf_counter() - began) * 1000)
                    after = (rows[-1][0].score, rows[-1][0].site_id) if len(rows) == 51 else None
                figures[f"{name}_ms_p95"] = round(sorted(times)[18], 1)
    return figures


def _fill(tx: Tx, sites: int) -> None:
    load_reference(tx)
    chance, here = random.Random(1), [each.code for each in communes(tx)]
    owner = uuid4()
    now = f"{TODAY} 00:00:00+00:00"
    hexed = tx.get_bind().dialect.name == "sqlite"
    tx.execute(
        text(
            "INSERT INTO organisation (id, name, household, representative, phone, address, invented, search_key, "
            "created_at) VALUES (:id, 'Bench', :no, '', '', '', :no, 'bench', :now)"
        ),
        {"id": key(owner, hexed=hexed), "now": now, "no": False},
    )
    rows = [
        {
            "id": key(uuid4(), hexed=hexed),
            "commune": chance.choice(here),
            "sector": chance.choice(["XDK", "KCN", "MO", "CK", "DT", "NN"]),
            "owner": key(owner, hexed=hexed),
            "workers": int(chance.lognormvariate(3.4, 1.3)) + 1,
            "hazards": "[" + ", ".join(f'"{each.code}"' for each in chance.sample(HAZARDS, chance.randrange(5))) + "]",
            "now": now,
        }
        for _ in range(sites)
    ]
    tx.execute(
        text(
            "INSERT INTO site (id, kind, name, address, commune_code, sector, organisation_id, workers, contacts, "
            "hazards, search_key, created_at) VALUES (:id, 'establishment', 'Bench', '', :commune, :sector, :owner, "
            ":workers, '[]', :hazards, 'bench', :now)"
        ),
        rows,
    )


def key(each: UUID, *, hexed: bool) -> str:
    return each.hex if hexed else str(each)


def main(*, quick: bool = False) -> None:
    sites = QUICK_SITES if quick else SITES
    told = back_test(sites)
    labels = list(next(iter(told.values())))
    table = results.Table("risk", "Suggestions by risk, on an invented past", ["order", *labels])
    for name, by in told.items():
        table.add(name, *(by[label] for label in labels))
    table.notes.append(
        f"{sites} invented sites, {len(SEEDS)} seeds: the share of the first sites where the next visit finds "
        "something serious. The world is invented (bench/risk.py), so this is no statement about real places."
    )
    table.keep()
    many = 2_000 if quick else 200_000
    with ExitStack() as end:
        fast = results.Table("risk-speed", f"Points of {many} sites", ["database", "what", "figure"])
        for kind, url in databases(end):
            for what, figure in speed(url, many).items():
                fast.add(kind, what, figure)
        fast.keep()


assert set(USUAL) == set(Reason)
