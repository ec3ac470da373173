"""What may happen in a world, step by step: what people do with their phones, and what befalls phones and server."""

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from tests.cast import PASSWORD
from tests.simulation.carrier import Carrier
from tests.simulation.ground import MARKS, Ground
from tests.simulation.handset import Handset
from tests.simulation.leanings import Leaning
from tests.simulation.office import Office
from tests.simulation.site import Backup

DAY = 24 * 3_600_000
FULL_AT = 3_000  # bytes left on a phone that is full


class Steps:
    """can_*: what this world knows at all. done: the steps so far, by name and phone."""

    def __init__(self, ground: Ground, carrier: Carrier, office: Office, rng: Random, leaning: Leaning) -> None:
        self.ground = ground
        self.carrier = carrier
        self.handsets = carrier.handsets
        self.site = carrier.site
        self.office = office
        self.rng = rng
        self.leaning = leaning
        self.can_restore = rng.random() < leaning.restores
        self.can_jump = rng.random() < 0.5
        self.can_revoke = rng.random() < leaning.revokes
        self.backups: list[Backup] = []
        self.done: list[str] = []
        self._texts = 0

    def revive(self, phone: Handset) -> None:
        """The page is opened, and the person signs in if the app asks for it."""
        if not phone.is_open:
            self.carrier.ask(phone, "open")
        if phone.needs_sign_in and phone.is_open:
            self.carrier.ask(phone, "signIn", username=phone.player.username, password=PASSWORD)

    def one(self) -> None:
        steps: Mapping[Callable[[Handset], None], int] = {
            self.write: 30,
            self.photograph: 13,
            self.send: 48,
            self.wait: 8,
            self.kill: 4,
            self.jump: 2,
            self.submit: 3,
            self.change_team: 3,
            self.review: 3,
            self.end_sessions: 2,
            self.back_up: 2,
            self.restore: 1,
            self.fill: 1,
            self.arrive_late: 5,
            self.look_from_desk: 2,
            self.decide_held: 3,
            self.revoke: 1,
            self.export: 2,
            self.take_in: 2,
            self.second_tab: 2,
            self.set_server_clock: 1,
        }
        weights = [self.leaning.steps.get(each.__name__, usual) for each, usual in steps.items()]
        step = self.rng.choices(list(steps), weights)[0]
        phone = self.rng.choices(list(self.handsets.values()), [4, 4, 3, 1])[0]
        self.done.append(f"{step.__name__} {phone.name}")
        self.carrier.trace.mark(self.done[-1])
        self.carrier.pass_time(self.rng.randint(200, 30_000))
        if not phone.is_open or (phone.needs_sign_in and self.rng.random() < 0.6):
            self.revive(phone)
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

    def where(self, phone: Handset) -> str:
        return self.rng.choice(phone.inspections)

    def write(self, phone: Handset) -> None:
        insp = self.where(phone)
        if self.rng.random() < 0.2:
            self.carrier.call(phone, "begin", insp=insp)
        count = self.rng.randint(1, 4)
        for at in range(1, count + 1):
            draft = {"k": "comment", "i": "", "text": self.unique(phone)} if phone.is_full else self._draft(phone)
            tab, both = self.rng.choice([1, 2]), phone.has_second and at < count  # two tabs at the same moment
            self.carrier.call(phone, "write", tab=tab, with_next=both, insp=insp, draft=draft)

    def unique(self, phone: Handset) -> str:
        self._texts += 1
        return f"{MARKS[phone.player.agency]} khi máy đầy {self._texts} " + "x" * 400

    def photograph(self, phone: Handset) -> None:
        big = self.leaning.big_photos
        sizes = [self.rng.randint(50, 9000), self.rng.randint(70_000, 200_000)]
        size = self.rng.choices(sizes, [100 - big, big])[0]
        content = MARKS[phone.player.agency].encode() + self.rng.randbytes(size)
        given: dict[str, Any] = {"insp": self.where(phone), "item": self.rng.choice(["", *self.ground.items[:3]])}
        if self.rng.random() < self.leaning.dies_storing:
            self.carrier.tell({"do": "kill", "phone": phone.name, "after": self.rng.randint(1, 40)})
        self.carrier.call(phone, "photo", bytes=base64.b64encode(content).decode(), **given)

    def send(self, phone: Handset) -> None:
        self.carrier.call(phone, "sync", tab=self.rng.choice([1, 1, 2]))
        if self.rng.random() < 0.4:
            other = self.rng.choice(list(self.handsets.values()))
            if other.is_open and other is not phone:
                self.carrier.call(other, "sync")
        if self.rng.random() < 0.2 and phone.is_open:
            self.write(phone)  # while it is sending
        if self.rng.random() < 0.95:
            self.carrier.carry()

    def wait(self, _: Handset) -> None:
        if self.can_jump and self.rng.random() < 0.15:
            for phone in self.handsets.values():  # everybody goes home
                self.kill(phone)
            self.carrier.pass_time(8 * DAY)
            return
        self.carrier.wait(self.rng.choice([2_000, 60_000, 300_000]), deaf=self.rng.random() < 0.1)

    def kill(self, phone: Handset) -> None:
        if self.rng.random() < 0.5:
            self.carrier.call(phone, "sync")
        self.carrier.tell({"do": "kill", "phone": phone.name, "after": 0})

    def jump(self, phone: Handset) -> None:
        """Somebody sets the phone's clock, up to a quarter of a year off."""
        if self.can_jump:
            phone.skew = self.rng.choice([0, self.rng.randint(-90 * DAY, 90 * DAY), self.rng.randint(-60_000, 60_000)])
            self.carrier.tell({"do": "skew", "phone": phone.name, "skew": phone.skew})

    def submit(self, phone: Handset) -> None:
        self.carrier.call(phone, "submit", insp=self.where(phone))

    def change_team(self, _: Handset) -> None:
        self.office.change_team()

    def review(self, _: Handset) -> None:
        self.office.review()

    def decide_held(self, _: Handset) -> None:
        self.office.decide_held()

    def revoke(self, _: Handset) -> None:
        """At most one phone of a world: it can do nothing any more but send."""
        lost = self.handsets["second"]
        if self.can_revoke and lost.device:
            self.office.revoke(lost)

    def export(self, phone: Handset) -> None:
        """Everything unsent in one file, which somebody carries to the office."""
        found = self.carrier.answer(phone, "exported")
        if found:
            self.office.bring(phone, base64.b64decode(found["bytes"]))

    def take_in(self, _: Handset) -> None:
        self.office.take_in(badly=True)

    def second_tab(self, phone: Handset) -> None:
        if not phone.has_second:
            self.carrier.call(phone, "second")

    def set_server_clock(self, _: Handset) -> None:
        if self.can_jump:
            self.site.skew = timedelta(minutes=self.rng.choice([0, self.rng.randint(-180, 180), 14 * 24 * 60]))

    def end_sessions(self, phone: Handset) -> None:
        self.site.end_sessions(phone.player.id)

    def back_up(self, _: Handset) -> None:
        self.backups.append(self.site.back_up(len(self.backups)))

    def restore(self, _: Handset) -> None:
        """The newest backup comes back; every session since then is gone, and the epoch is another one."""
        if self.can_restore:
            self.site.restore(self.backups[-1], with_files=self.rng.random() < 0.5)
            self.office.sign_in()

    def fill(self, phone: Handset) -> None:
        """The phone has no room left; later somebody deletes films."""
        phone.is_full = not phone.is_full
        if phone.is_full and self.rng.random() < 0.5:
            self.carrier.ask(phone, "ballast")
        self.carrier.tell({"do": "room", "phone": phone.name, "room": FULL_AT if phone.is_full else None})

    def arrive_late(self, _: Handset) -> None:
        """Requests that hung somewhere arrive now, in any order."""
        self.rng.shuffle(self.carrier.later)
        while self.carrier.later and self.rng.random() < 0.8:
            self.carrier.repeat(self.carrier.later.pop())

    def look_from_desk(self, _: Handset) -> None:
        self.office.look()
