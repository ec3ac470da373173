"""One world: a server, four phones and an office, driven by lot through weeks of bad luck, then left in peace."""

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from inspect_app.domain.assignments import Member
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import TeamRole
from inspect_app.services import planning, review
from inspect_app.store.database import Tx
from tests.cast import PASSWORD, Player
from tests.simulation import checks, leanings, network, watch
from tests.simulation.carrier import Carrier, Tally
from tests.simulation.chance import drawn_from
from tests.simulation.ground import BEGIN, MARKS, Ground
from tests.simulation.handset import Handset
from tests.simulation.model import Breach, Kind, Model
from tests.simulation.site import Backup, Site, actor_of
from tests.simulation.trace import Trace

STEPS = 120
MOST_ROUNDS = 10  # clean syncs until everything is everywhere
DAY = 24 * 3_600_000
FULL_AT = 3_000  # bytes left on a phone that is full


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
    """hasty: whoever looks for one breach need not see how the world goes on after it."""

    def __init__(self, ground: Ground, seed: int, *, mutant: str = "", hasty: bool = False) -> None:
        self.hasty = hasty
        self.rng = Random(f"world {seed}")
        self.seed = seed
        self.ground = ground
        self.model = Model()
        self.trace = Trace()
        self.site = Site(ground.app, ground.template, ground.folder, ground.breakage, BEGIN)
        people, visits = ground.people, {name: str(key) for name, key in ground.visits.items()}
        ours, theirs = (visits["a1"], visits["a2"]), (visits["b1"],)
        self.handsets = {
            "alice": Handset("alice", people.alice, ours),
            "bob": Handset("bob", people.bob, ours),
            "second": Handset("second", people.alice if self.rng.random() < 0.5 else people.bob, ours),
            "carol": Handset("carol", people.carol, theirs),
        }
        self.carrier = Carrier(ground.rack, self.site, self.handsets, self.model, self.rng, self.trace)
        self.desks: dict[str, tuple[Player, str]] = {}
        self.backups: list[Backup] = []
        self.steps: list[str] = []
        self.bump = True
        self.leaning = leanings.of(seed)
        self.carrier.fates = {**network.WEIGHTS, **self.leaning.fates}
        self.can_restore = self.rng.random() < self.leaning.restores
        self.can_jump = self.rng.random() < 0.5
        self._mutant = mutant
        self._texts = 0

    def run(self) -> Outcome:
        with drawn_from(Random(f"product {self.seed}")):
            try:
                self._begin()
                self.carrier.likelihood = self.rng.choice([0.3, 0.5, 0.6, 0.7])
                for _ in range(STEPS):
                    self._step()
                    if self.hasty and self.model.breaches:
                        return self._outcome(0)
                self.carrier.likelihood = 0.0
                rounds = self._end()
                checks.everything(self.carrier, self.ground.visits)
                self._once_more()
                return self._outcome(rounds)
            finally:
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
            self.steps,
        )

    def _begin(self) -> None:
        tell = self.carrier.tell
        tell({"do": "world", "seed": str(self.seed), "now": self.site.wall})
        for phone in self.handsets.values():
            tell({"do": "buy", "phone": phone.name, "mutant": self._mutant, "packs": self.rng.random() < 0.5})
            self._revive(phone)
        for name, player in (("vera", self.ground.people.vera), ("victor", self.ground.people.victor)):
            self.desks[name] = (player, self.site.sign_in_desk(player, f"desk-of-{name}"))
        self.backups.append(self.site.back_up(0))

    def _revive(self, phone: Handset) -> None:
        """The page is opened, and the person signs in if the app asks for it."""
        if not phone.is_open:
            self.carrier.ask(phone, "open")
        if phone.needs_sign_in and phone.is_open:
            self.carrier.ask(phone, "signIn", username=phone.player.username, password=PASSWORD)

    # --- what happens -------------------------------------------------------------------------------

    def _step(self) -> None:
        steps: Mapping[Callable[[Handset], None], int] = {
            self._write: 30,
            self._photograph: 13,
            self._send: 40,
            self._wait: 8,
            self._kill: 4,
            self._jump: 2,
            self._submit: 3,
            self._change_team: 3,
            self._review: 3,
            self._end_sessions: 2,
            self._back_up: 2,
            self._restore: 1,
            self._fill: 1,
            self._arrive_late: 5,
            self._look_from_desk: 3,
        }
        weights = [self.leaning.steps.get(each.__name__[1:], usual) for each, usual in steps.items()]
        step = self.rng.choices(list(steps), weights)[0]
        phone = self.rng.choices(list(self.handsets.values()), [4, 4, 3, 1])[0]
        self.steps.append(f"{step.__name__[1:]} {phone.name}")
        self.trace.mark(self.steps[-1])
        self.carrier.pass_time(self.rng.randint(200, 30_000))
        if not phone.is_open or (phone.needs_sign_in and self.rng.random() < 0.6):
            self._revive(phone)
        if phone.is_open:
            step(phone)

    def _draft(self, phone: Handset) -> dict[str, Any]:
        item = self.rng.choice(self.ground.items[:4])
        mark = MARKS[phone.player.agency]
        self._texts += 1
        kind = self.rng.choices(["answer", "comment", "finding"], [7, 3, 1])[0]
        if kind == "answer":
            return {"k": "answer", "i": item, "v": self.rng.choice(["pass", "fail", "fail", "na", None])}
        if kind == "comment":
            return {"k": "comment", "i": item, "text": f"{mark} ghi chú số {self._texts}"}
        return {
            "k": "finding",
            "i": item,
            "kind": self.rng.choice(["violation", "shortcoming"]),
            "responsible": None,
            "responsible_text": f"{mark} {self._texts}",
            "deadline": None,
            "stop_demanded": False,
            "stop_proposed": False,
        }

    def _where(self, phone: Handset) -> str:
        return self.rng.choice(phone.inspections)

    def _write(self, phone: Handset) -> None:
        insp = self._where(phone)
        if self.rng.random() < 0.2:
            self.carrier.call(phone, "begin", insp=insp)
        for _ in range(self.rng.randint(1, 4)):
            draft = {"k": "comment", "i": "", "text": self._unique(phone)} if phone.is_full else self._draft(phone)
            self.carrier.call(phone, "write", insp=insp, draft=draft)

    def _unique(self, phone: Handset) -> str:
        self._texts += 1
        return f"{MARKS[phone.player.agency]} khi máy đầy {self._texts} " + "x" * 400

    def _photograph(self, phone: Handset) -> None:
        big = self.leaning.big_photos
        sizes = [self.rng.randint(50, 9000), self.rng.randint(70_000, 200_000)]
        size = self.rng.choices(sizes, [100 - big, big])[0]
        content = MARKS[phone.player.agency].encode() + self.rng.randbytes(size)
        given = {"insp": self._where(phone), "item": self.rng.choice(["", *self.ground.items[:3]])}
        if self.rng.random() < self.leaning.dies_storing:
            self.carrier.tell({"do": "kill", "phone": phone.name, "after": self.rng.randint(1, 40)})
        self.carrier.call(phone, "photo", bytes=base64.b64encode(content).decode(), **given)

    def _send(self, phone: Handset) -> None:
        self.carrier.call(phone, "sync")
        if self.rng.random() < 0.4:
            other = self.rng.choice(list(self.handsets.values()))
            if other.is_open and other is not phone:
                self.carrier.call(other, "sync")
        if self.rng.random() < 0.2 and phone.is_open:
            self._write(phone)  # while it is sending
        if self.rng.random() < 0.95:
            self.carrier.carry()

    def _wait(self, _: Handset) -> None:
        if self.can_jump and self.rng.random() < 0.15:
            for phone in self.handsets.values():  # everybody goes home
                self._kill(phone)
            self.carrier.pass_time(8 * DAY)
            return
        self.carrier.wait(self.rng.choice([2_000, 60_000, 300_000]), deaf=self.rng.random() < 0.1)

    def _kill(self, phone: Handset) -> None:
        if self.rng.random() < 0.5:
            self.carrier.call(phone, "sync")
        self.carrier.tell({"do": "kill", "phone": phone.name, "after": 0})

    def _jump(self, phone: Handset) -> None:
        """Somebody sets the phone's clock, up to a quarter of a year off."""
        if self.can_jump:
            phone.skew = self.rng.choice([0, self.rng.randint(-90 * DAY, 90 * DAY), self.rng.randint(-60_000, 60_000)])
            self.carrier.tell({"do": "skew", "phone": phone.name, "skew": phone.skew})

    def _submit(self, phone: Handset) -> None:
        self.carrier.call(phone, "submit", insp=self._where(phone))

    def _change_team(self, phone: Handset) -> None:
        """Bob is taken off a visit, or put back."""
        people = self.ground.people
        insp = self.ground.visits[self.rng.choice(["a1", "a2"])]
        team = [Member(people.alice.id, TeamRole.LEADER)]
        if self.rng.random() < 0.6:
            team.append(Member(people.bob.id, TeamRole.MEMBER))
        vera = actor_of(people.vera)
        self._decide(lambda tx: planning.change_team(tx, insp, team, reason="đổi người", actor=vera, now=self.site.now))

    def _review(self, _: Handset) -> None:
        insp = self.ground.visits[self.rng.choice(["a1", "a2"])]
        vera = actor_of(self.ground.people.vera)
        if self.rng.random() < 0.5:
            self._decide(lambda tx: review.approve(tx, insp, actor=vera, now=self.site.now))
        else:
            self._decide(lambda tx: review.give_back(tx, insp, comment="bổ sung", actor=vera, now=self.site.now))

    def _decide(self, do: Callable[[Tx], object]) -> None:
        with suppress(RuleBroken):  # not in this state: then the office does nothing
            self.site.decide(do)

    def _end_sessions(self, phone: Handset) -> None:
        self.site.end_sessions(phone.player.id)

    def _back_up(self, _: Handset) -> None:
        self.backups.append(self.site.back_up(len(self.backups)))

    def _restore(self, _: Handset) -> None:
        """The newest backup comes back; every session since then is gone, and the epoch is another one."""
        if self.can_restore:
            self.site.restore(self.backups[-1], with_files=self.rng.random() < 0.5)
            for name, (player, _cookie) in self.desks.items():
                self.desks[name] = (player, self.site.sign_in_desk(player, f"desk-of-{name}-{len(self.steps)}"))

    def _fill(self, phone: Handset) -> None:
        """The phone has no room left; later somebody deletes films."""
        phone.is_full = not phone.is_full
        if phone.is_full and self.rng.random() < 0.5:
            self.carrier.ask(phone, "ballast")
        self.carrier.tell({"do": "room", "phone": phone.name, "room": FULL_AT if phone.is_full else None})

    def _arrive_late(self, _: Handset) -> None:
        """Requests that hung somewhere arrive now, in any order."""
        self.rng.shuffle(self.carrier.later)
        while self.carrier.later and self.rng.random() < 0.8:
            self.carrier.repeat(self.carrier.later.pop())

    def _look_from_desk(self, _: Handset) -> None:
        """Both offices look at their lists, and at what is none of their business."""
        ours = [op.op["sha"] for op in self.model.captured.values() if op.op["k"] == "photo"]
        for name, (player, cookie) in self.desks.items():
            insp = self.rng.choice(list(self.ground.visits.values()))
            paths = ["/api/v1/inspections", "/api/v1/violations", f"/api/v1/inspections/{insp}"]
            if ours:
                paths.append(f"/api/v1/blobs/{insp}/{self.rng.choice(ours)}/original")
            for path in paths:
                reply = self.site.serve("GET", path, {"Accept": "application/json"}, b"", cookie=cookie)
                watch.leaks(self.model, player.agency, self.site, path, reply)
                if reply.status == 401:
                    self.model.breach(Kind.LOST, f"{name} was not let in, and saw nothing to judge by")
                self.trace.mark(name, path.rsplit("/", 1)[-1], reply.status)

    # --- the end ------------------------------------------------------------------------------------

    def _end(self) -> int:
        """Good links, right clocks, room everywhere. How many rounds of sending it took comes back."""
        self._mend()
        for count in range(1, MOST_ROUNDS + 1):
            for phone in self.handsets.values():
                self._revive(phone)
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
