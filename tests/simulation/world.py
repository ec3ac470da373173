"""One world: a server, four phones and an office, driven by lot through weeks of bad luck, then left in peace."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.simulation import checks, leanings, network
from tests.simulation.carrier import Carrier, Tally
from tests.simulation.chance import drawn_from
from tests.simulation.ground import BEGIN, Ground
from tests.simulation.handset import Handset
from tests.simulation.model import Breach, Kind, Model
from tests.simulation.office import Office
from tests.simulation.rack import Rack
from tests.simulation.site import Site
from tests.simulation.steps import Steps
from tests.simulation.trace import Trace

STEPS = 250
HASTY_STEPS = 130  # the same ones as far as they go
LIKELIHOODS = (0.6, 0.7, 0.8, 0.9)  # that something befalls a request: one of them for a whole world
MOST_ROUNDS = 10  # clean syncs until everything is everywhere


@dataclass(slots=True)
class Outcome:
    seed: int
    breaches: list[Breach]
    tally: Tally
    operations: int
    photos: int
    rounds: int
    deaths: int
    digest: str
    steps: list[str] = field(default_factory=list)


class World:
    """hasty: whoever looks for one breach ends early, and need not see how the world goes on after it."""

    def __init__(self, ground: Ground, seed: int, *, mutant: str = "", hasty: bool = False) -> None:
        self.hasty = hasty
        self.rng = Random(f"world {seed}")
        self.seed = seed
        self.ground = ground
        self.model = Model()
        self.trace = Trace()
        self.draws = Random(f"product {seed}")
        self.site = Site(ground.app, ground.template, ground.folder, ground.breakage, BEGIN, self.draws)
        people, visits = ground.people, {name: str(key) for name, key in ground.visits.items()}
        ours, theirs = (visits["a1"], visits["a2"]), (visits["b1"],)
        self.handsets = {
            "alice": Handset("alice", people.alice, ours),
            "bob": Handset("bob", people.bob, ours),
            "second": Handset("second", people.alice if self.rng.random() < 0.5 else people.bob, ours),
            "carol": Handset("carol", people.carol, theirs),
        }
        # A process of its own: pages that ended are never quite forgotten, and the tenth world would wait for that.
        self.rack = Rack()
        self.carrier = Carrier(self.rack, self.site, self.handsets, self.model, self.rng, self.trace)
        self.office = Office(ground, self.carrier, self.rng)
        leaning = leanings.of(seed)
        self.carrier.fates = {**network.WEIGHTS, **leaning.fates}
        self.steps = Steps(ground, self.carrier, self.office, self.rng, leaning)
        for phone in self.handsets.values():
            phone.keys = self.rng.choices(["good", "none", "wrong", "unknown"], [5, 2, 1, 1])[0]
        self._mutant = mutant

    def run(self) -> Outcome:
        with drawn_from(self.draws):
            try:
                self._begin()
                self.carrier.likelihood = self.rng.choice(LIKELIHOODS)
                for _ in range(HASTY_STEPS if self.hasty else STEPS):
                    self.steps.one()
                    if self.hasty and self.model.breaches:
                        return self._outcome(0)
                self.carrier.likelihood = 0.0
                rounds = self._end()
                checks.everything(self.carrier, self.ground.visits)
                self._once_more()
                return self._outcome(rounds)
            finally:
                self.rack.close()
                self.site.close()

    def _outcome(self, rounds: int) -> Outcome:
        written = [each.op for each in self.model.captured.values()]
        photos = sum(op["k"] == "photo" for op in written)
        self.trace.mark(len(written), photos, rounds, [each.said for each in self.model.breaches])
        return Outcome(
            self.seed,
            self.model.breaches,
            self.carrier.tally,
            len(written),
            photos,
            rounds,
            self.site.deaths + sum(each.deaths for each in self.handsets.values()),
            self.trace.digest(),
            self.steps.done,
        )

    def _begin(self) -> None:
        tell = self.carrier.tell
        tell({"do": "world", "seed": str(self.seed), "now": self.site.wall})
        for phone in self.handsets.values():
            tell({"do": "buy", "phone": phone.name, "mutant": self._mutant, **self._kind(phone)})
            self.steps.revive(phone)
        self.office.sign_in()
        self.steps.backups.append(self.site.back_up(0))

    def _kind(self, phone: Handset) -> dict[str, Any]:
        return {"packs": self.rng.random() < 0.5, "keys": phone.keys}

    # --- the end ------------------------------------------------------------------------------------

    def _end(self) -> int:
        """Good links, right clocks, room everywhere. How many rounds of sending it took comes back."""
        self._mend()
        self.office.take_in_all()
        for phone in self.handsets.values():  # so that each of them pushes once more, with its seal
            self.steps.revive(phone)
            draft = {"k": "comment", "i": "", "text": self.steps.unique(phone)}
            self.carrier.call(phone, "write", insp=self.steps.where(phone), draft=draft)
        for count in range(1, MOST_ROUNDS + 1):
            for phone in self.handsets.values():
                self.steps.revive(phone)
                self.carrier.ask(phone, "sync")
            self.carrier.wait(1000)
            if all(self._is_quiet(phone) for phone in self.handsets.values()):
                for phone in self.handsets.values():  # what came last comes down to everybody
                    self.carrier.ask(phone, "sync")
                return count + 1
        left = {each.name: self._left(each) for each in self.handsets.values()}
        self.model.breach(Kind.LOST, f"after {MOST_ROUNDS} clean rounds still unsent: {left}")
        return MOST_ROUNDS

    def _mend(self) -> None:
        self.site.skew = timedelta(0)
        self.office.sign_in()
        for sent in self.carrier.later:
            self.carrier.repeat(sent)
        for phone in self.handsets.values():
            phone.skew, phone.is_full = 0, False
            self.carrier.tell(
                {"do": "skew", "phone": phone.name, "skew": 0}, {"do": "room", "phone": phone.name, "room": None}
            )
        self.carrier.carry()
        if self.model.rescued:  # what is in the emergency slot is written at the next start
            for phone in self.handsets.values():
                self.carrier.tell({"do": "kill", "phone": phone.name, "after": 0})

    def _is_quiet(self, phone: Handset) -> bool:
        return not phone.needs_sign_in and self._left(phone) == (0, 0)

    def _left(self, phone: Handset) -> tuple[int, int]:
        look = self.carrier.look(phone)
        return len(look["outbox"]), sum(not each["complete"] for each in look["photos"])

    def _once_more(self) -> None:
        """Everything that was ever kept of the traffic arrives again: nothing may change by it."""
        before = self._counts()
        for sent in self.carrier.kept[:30]:
            if self.rng.random() < 0.5 and "/blobs" not in sent.path:
                self.carrier.repeat(sent)
        if (after := self._counts()) != before:
            self.model.breach(Kind.DUPLICATED, f"old requests changed {before} to {after}")

    def _counts(self) -> list[Any]:
        tables = ("operation", "held_operation", "violation", "photo", "blob")
        return [self.site.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]  # noqa: S608 - our own names
