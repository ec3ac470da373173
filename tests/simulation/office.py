"""Both offices of a world: they plan, review, decide what is held, take phones out of service, import files, look."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from inspect_app.domain.assignments import Member
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.held import NEEDS_REASON, Result, choices
from inspect_app.domain.people import TeamRole
from inspect_app.services import devices, held, planning, review
from inspect_app.store.database import Tx
from inspect_app.web.request import ground
from tests.cast import Player
from tests.simulation import watch
from tests.simulation.breakage import Plan
from tests.simulation.carrier import DEEPEST, Carrier
from tests.simulation.ground import Ground
from tests.simulation.handset import Handset
from tests.simulation.model import Kind
from tests.simulation.site import Reply, actor_of

IMPORT = "/desk/import"
SESSION = timedelta(days=7)  # nobody in an office is away for so long
TOKEN = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')
FACTS = ("operation", "held_operation", "violation", "photo", "blob", "audit")


@dataclass(slots=True)
class Desk:
    """A browser of somebody in an office."""

    player: Player
    cookies: dict[str, str]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Office:
    def __init__(self, prepared: Ground, carrier: Carrier, rng: Random) -> None:
        self.people = prepared.people
        self.visits = prepared.visits
        self.library = ground(prepared.app).library
        self.carrier = carrier
        self.site = carrier.site
        self.model = carrier.model
        self.rng = rng
        self.desks: dict[str, Desk] = {}
        self.files: list[tuple[Player, bytes]] = []  # exports of phones, with who may import them
        self._tokens = 0
        self._signed_in = self.site.clock

    def sign_in(self) -> None:
        """Everybody gets a new session."""
        self._signed_in = self.site.clock
        for player in (self.people.vera, self.people.victor):
            self._tokens += 1
            cookie = self.site.sign_in_desk(player, f"desk-of-{player.username}-{self._tokens}")
            self.desks[str(player.id)] = Desk(player, dict([cookie.split("=", 1)]))

    # --- decisions --------------------------------------------------------------------------------------

    def change_team(self) -> None:
        """Bob is taken off a visit, or put back."""
        insp = self.visits[self.rng.choice(["a1", "a2"])]
        team = [Member(self.people.alice.id, TeamRole.LEADER)]
        if self.rng.random() < 0.6:
            team.append(Member(self.people.bob.id, TeamRole.MEMBER))
        vera, now = actor_of(self.people.vera), self.site.clock
        self._decide(lambda tx: planning.change_team(tx, insp, team, reason="đổi người", actor=vera, now=now))

    def review(self) -> None:
        insp = self.visits[self.rng.choice(["a1", "a2"])]
        vera, now = actor_of(self.people.vera), self.site.clock
        if self.rng.random() < 0.5:
            self._decide(lambda tx: review.approve(tx, insp, actor=vera, now=now))
        else:
            self._decide(lambda tx: review.give_back(tx, insp, comment="bổ sung", actor=vera, now=now))

    def decide_held(self) -> None:
        """Some of what waits: each is accepted, reassigned, annexed or refused."""
        self._decide(self._decide_some)

    def _decide_some(self, tx: Tx) -> None:
        vera, now = actor_of(self.people.vera), self.site.clock
        waiting, _ = held.waiting(tx, held.HeldFilter())
        for each in waiting[: self.rng.randint(1, 4)]:
            row = each.operation
            result = self.rng.choice(choices(row.code))
            reason = "đã xem" if result in NEEDS_REASON or result is Result.REASSIGNED else ""
            key = (row.id, row.body_sha256)
            held.decide(tx, [key], result, reason=reason, actor=vera, now=now, library=self.library)

    def revoke(self, phone: Handset) -> None:
        """A phone was lost, they say."""
        self.site.may_be_revoked = True
        vera, now, username = actor_of(self.people.vera), self.site.clock, phone.player.username
        self._decide(
            lambda tx: devices.revoke(
                tx, UUID(phone.device), username, reason="mất máy", agency=None, actor=vera, now=now
            )
        )

    def _decide(self, do: Callable[[Tx], object]) -> None:
        try:
            self.site.decide(do)
        except RuleBroken:
            pass  # not in this state: then the office does nothing
        except (SQLAlchemyError, LookupError, ValueError) as error:
            self.model.breach(Kind.LOST, f"the office could not decide: {error}")

    # --- files of phones ----------------------------------------------------------------------------------

    def bring(self, phone: Handset, content: bytes) -> None:
        people = self.people
        self.files.append((people.victor if phone.player is people.carol else people.vera, content))

    def take_in(self, *, badly: bool) -> None:
        """One of the files, perhaps again; when it came through, once more at once: nothing may change by that."""
        if not self.files:
            return
        player, content = self.rng.choice(self.files)
        plan = Plan()
        if badly and self.rng.random() < 0.5:
            plan = Plan(die_at=self.rng.randint(1, DEEPEST), no_room=self.rng.random() < 0.2)
        if self._import(player, content, plan).status == 200:
            self._again(player, content)

    def take_in_all(self) -> None:
        for player, content in self.files:
            reply = self._import(player, content, Plan())
            if reply.status != 200:
                self.model.breach(Kind.LOST, f"a file of {player.agency} was not taken in: {reply.status}")
        for player, content in self.files:
            self._again(player, content)

    def _again(self, player: Player, content: bytes) -> None:
        before = self._facts()
        self._import(player, content, Plan())
        if (after := self._facts()) != before:
            self.model.breach(Kind.DUPLICATED, f"a file imported again changed {before} to {after}")

    def _facts(self) -> list[int]:
        return [self.site.rows(f"SELECT count(*) FROM {table}")[0][0] for table in FACTS]  # noqa: S608 - our own names

    def _import(self, player: Player, content: bytes, plan: Plan) -> Reply:
        """As a browser sends the form."""
        token = TOKEN.search(self._ask(player, "GET", IMPORT).body)
        assert token, "the page of imports has no form"
        edge = b"--edge\r\nContent-Disposition: form-data; name="
        body = edge + b'"csrf_token"\r\n\r\n' + token[1] + b"\r\n"
        body += edge + b'"file"; filename="chua-gui.ktz"\r\n\r\n' + content + b"\r\n--edge--\r\n"
        reply = self._ask(player, "POST", IMPORT, body, "multipart/form-data; boundary=edge", plan)
        self.carrier.trace.mark("import", player.username, len(content), reply.status, reply.died)
        return reply

    # --- looking ------------------------------------------------------------------------------------------

    def look(self) -> None:
        """One of the offices looks at its lists, and at what is none of its business."""
        ours = [op.op["sha"] for op in self.model.captured.values() if op.op["k"] == "photo"]
        player = self.rng.choice(list(self.desks.values())).player
        insp = self.rng.choice(list(self.visits.values()))
        paths = ["/api/v1/inspections", "/api/v1/violations", f"/api/v1/inspections/{insp}"]
        if ours:
            paths.append(f"/api/v1/blobs/{insp}/{self.rng.choice(ours)}/original")
        for path in paths:
            reply = self._ask(player, "GET", path)
            if reply.status == 401:
                self.model.breach(Kind.LOST, f"{player.agency} was not let in, and saw nothing to judge by")
            self.carrier.trace.mark(player.username, path.rsplit("/", 1)[-1], reply.status)

    def _ask(
        self, player: Player, method: str, path: str, body: bytes = b"", kind: str = "", plan: Plan | None = None
    ) -> Reply:
        if abs(self.site.clock - self._signed_in) > SESSION:
            self.sign_in()
        desk = self.desks[str(player.id)]
        headers = {"Accept": "text/html" if path.startswith("/desk") else "application/json"}
        if kind:
            headers["Content-Type"] = kind
        reply = self.site.serve(method, path, headers, body, cookie=desk.cookie, plan=plan)
        for name, value in reply.headers:
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                desk.cookies[key] = rest.split(";", 1)[0]
        watch.leaks(self.model, desk.player.agency, self.site, path, reply)
        return reply
