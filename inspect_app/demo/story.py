"""The story as a list of events in the order of time: visits are assigned, made, sent, reviewed and followed up."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID

from inspect_app.demo import signing
from inspect_app.demo.cast import Cast, demo_id
from inspect_app.demo.event import Do, Event
from inspect_app.demo.follow_up import Paths, Taken
from inspect_app.demo.phone import Notebook
from inspect_app.demo.plan import Ending, Visit, visits
from inspect_app.demo.sending import Post
from inspect_app.demo.visit import Finding, Ground, Script, phone_of, write
from inspect_app.domain.assignments import Ground as LegalGround
from inspect_app.domain.assignments import Member
from inspect_app.domain.deadlines import VIETNAM, local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import FIELD_ROLES, Actor, Role, TeamRole
from inspect_app.domain.violations import violation_id
from inspect_app.services import people, planning, review, steps
from inspect_app.services.people import SignInRequest
from inspect_app.services.planning import Assignment
from inspect_app.store import violations
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx

GROUNDS = (LegalGround.THEMATIC_PLAN, LegalGround.THEMATIC_PLAN, LegalGround.SIGNS, LegalGround.ORDER)
PHONES = ("Samsung Galaxy A15", "Xiaomi Redmi 13C", "OPPO A18", "iPhone 11", "Vivo Y17s")
OVERLAP = "Công trình, nội dung khác của cùng chủ đầu tư; có dấu hiệu vi phạm cần kiểm tra ngay."


class Story:
    """Writes all events; playing them is somebody else's business."""

    def __init__(self, cast: Cast, library: Library, post: Post, rng: Random, now: datetime) -> None:
        self._cast, self._library, self._post, self._rng, self._now = cast, library, post, rng, now
        self._paths = Paths(rng, library.laws)
        self._events: list[Event] = []
        first_day = max(each.valid_from for each in library.all())
        sectors = {key: site.sector for key, site in cast.sites.items()}
        self.programme = visits(local_day(now), first_day, sectors)

    def events(self) -> list[Event]:
        """Everything up to now, oldest first."""
        self._meet_phones(datetime.combine(min(each.day for each in self.programme), time(7, 30), VIETNAM))
        for visit in self.programme:
            self._tell(visit)
        return sorted((each for each in self._events if each.at < self._now), key=lambda each: each.at)

    def _happens(self, at: datetime, do: Do) -> None:
        self._events.append(Event(at.astimezone(UTC), do))

    def _meet_phones(self, morning: datetime) -> None:
        """Everybody who goes out signs in once with the own phone, a week before the first visit."""
        field = [each for each in self._cast.people.values() if each.role in FIELD_ROLES]
        for number, actor in enumerate(field):
            at = morning - timedelta(days=7, minutes=-3 * number)
            model = PHONES[number % len(PHONES)]
            asked = SignInRequest(actor.username, "", "demo", phone_of(actor.username), model)
            self._happens(at, partial(self._meet_phone, asked=asked, at=at))

    @staticmethod
    def _meet_phone(tx: Tx, *, asked: SignInRequest, at: datetime) -> None:
        opened = people.sign_in(tx, asked, right=True, now=at)
        if opened is not None:
            people.sign_out(tx, opened[0])

    def _tell(self, visit: Visit) -> None:
        inspection = demo_id("inspection", visit.name)
        supervisor = self._person(visit, "supervisor")
        morning = datetime.combine(visit.day, time(9, self._rng.randint(0, 50)), VIETNAM)
        assigned = min(morning - timedelta(days=5), self._now - timedelta(days=2))
        self._happens(assigned, self._assignment(visit, inspection, supervisor, assigned))
        if visit.ending is Ending.CANCELLED:
            at, reason = morning - timedelta(days=1), "Doanh nghiệp tạm ngừng hoạt động, hoãn sang quý sau."
            self._happens(at, lambda tx: _(planning.cancel(tx, inspection, reason=reason, actor=supervisor, now=at)))
        if visit.removed:
            self._remove(visit, inspection, supervisor, morning - timedelta(days=1))
        if visit.ending in {Ending.CANCELLED, Ending.ASSIGNED}:
            return
        script = write(self._ground(visit, inspection))
        self._send(visit, inspection, script)
        if visit.ending is Ending.RETURNED:
            at, comment = script.sent_at + timedelta(days=2), "Bổ sung ảnh toàn cảnh và số đo tại vị trí không đạt."
            self._happens(at, lambda tx: _(review.give_back(tx, inspection, comment=comment, actor=supervisor, now=at)))
        if visit.ending is Ending.APPROVED:
            self._approve(visit, inspection, script, supervisor)
        if visit.ending in {Ending.APPROVED, Ending.COMPLETE}:
            self._follow_up(visit, inspection, script)

    def _assignment(self, visit: Visit, inspection: UUID, supervisor: Actor, at: datetime) -> Do:
        names = [*visit.team, *([visit.guest] if visit.guest else [])]
        team = tuple(
            Member(self._person(visit, name).id, TeamRole.LEADER if not place else TeamRole.MEMBER, place == 1)
            for place, name in enumerate(names)
        )
        ground = LegalGround.FOLLOW_UP if visit.kind is Kind.FOLLOW_UP else self._rng.choice(GROUNDS)
        wanted = Assignment(
            id=inspection,
            site=self._cast.sites[visit.site].id,
            kind=visit.kind,
            planned=ground is LegalGround.THEMATIC_PLAN,
            ground=ground,
            first_day=visit.day,
            last_day=visit.day + timedelta(days=1),
            team=team,
            checklists=visit.checklists,
            decision_no=f"{40 + visit.number}/QĐ-KT",
            decision_date=local_day(at),
        )

        def assign(tx: Tx) -> None:
            try:
                planning.assign(tx, wanted, actor=supervisor, now=at, library=self._library)
            except RuleBroken as broken:
                if broken.code != "overlap":
                    raise
                # The supervisor was warned, and records why the visit is lawful all the same.
                again = replace(wanted, overlap_ground=OVERLAP)
                planning.assign(tx, again, actor=supervisor, now=at, library=self._library)

        return assign

    def _ground(self, visit: Visit, inspection: UUID) -> Ground:
        site = self._cast.sites[visit.site]
        lists = [self._library.latest(code, visit.day) for code in visit.checklists]
        builders = [party.organisation_id for party in site.parties if party.role == "main-contractor"]
        people = [self._person(visit, name) for name in visit.team]
        return Ground(
            visit,
            inspection,
            site,
            tuple((each, self._library.sha256(each.code, each.version)) for each in lists),
            self._rng,
            responsible=builders[0] if builders else site.organisation_id,
            names=tuple((each.name, self._cast.titles[each.username]) for each in people),
        )

    def _send(self, visit: Visit, inspection: UUID, script: Script) -> None:
        """The second phone first, so that all sign the whole; where the two differ it comes into reach later."""
        at = script.sent_at
        lead = self._person(visit, visit.team[1])
        seen = [(lead, script.lead)]
        if script.second is not None:
            second, book, is_late = self._person(visit, visit.team[2]), script.second, visit.ending is Ending.CONFLICT
            came = at + timedelta(hours=2) if is_late else at - timedelta(minutes=10)
            self._happens(came, lambda tx: self._post.operations(tx, second, inspection, book, now=came))
            if not is_late:
                seen.append((second, book))
        keeps = 4 if visit.ending is Ending.IN_PROGRESS else 0

        def send(tx: Tx) -> None:
            signing.fill(tx, seen, inspection, self._library)
            self._post.operations(tx, lead, inspection, script.lead, now=at, keeps=keeps)

        self._happens(at, send)
        missing = min(script.pictures) if visit.ending is Ending.PHOTO_MISSING else None
        for number, (sha256, picture) in enumerate(script.pictures.items()):
            if sha256 != missing:
                self._send_picture(lead, inspection, picture.content, at + timedelta(seconds=4 * number + 5))

    def _send_picture(self, actor: Actor, inspection: UUID, content: bytes, at: datetime) -> None:
        self._happens(at, lambda tx: self._post.picture(tx, actor, inspection, content, now=at))

    def _remove(self, visit: Visit, inspection: UUID, supervisor: Actor, at: datetime) -> None:
        """A member is needed elsewhere; his phone did not hear of it in time and still sends."""
        stays = [Member(self._person(visit, "leader").id, TeamRole.LEADER)]
        stays.append(Member(self._person(visit, visit.team[1]).id, TeamRole.MEMBER, is_secretary=True))
        reason = "Điều động đi đoàn khác."
        self._happens(
            at,
            lambda tx: _(planning.change_team(tx, inspection, stays, reason=reason, actor=supervisor, now=at)),
        )
        gone = self._person(visit, visit.team[2])
        book = Notebook(phone_of(gone.username), self._rng)
        wrote = at + timedelta(days=1)
        book.write("comment", wrote, i="", text="Khu vực kho: lối đi bị chắn bởi pallet.", sup=[])
        book.write("comment", wrote + timedelta(minutes=3), i="", text="Đã nhắc thủ kho dọn ngay.", sup=[])
        sent = wrote + timedelta(hours=5)
        self._happens(sent, lambda tx: self._post.operations(tx, gone, inspection, book, now=sent))

    def _approve(self, visit: Visit, inspection: UUID, script: Script, supervisor: Actor) -> None:
        at = script.sent_at + timedelta(days=2, hours=3)
        self._happens(at, lambda tx: _(review.approve(tx, inspection, actor=supervisor, now=at)))
        if visit.late:
            lead, late = self._person(visit, visit.team[1]), at + timedelta(days=1)
            text = "Bổ sung: đã chụp lại vị trí sau khi đoàn rời đi."

            def send_late(tx: Tx) -> None:
                script.lead.write("comment", late, i="", text=text, sup=[])
                self._post.operations(tx, lead, inspection, script.lead, now=late)

            self._happens(late, send_late)

    def _follow_up(self, visit: Visit, inspection: UUID, script: Script) -> None:
        staff: dict[Role, list[Actor]] = {}
        for name in ("inspector1", "leader", "supervisor", "authority"):
            actor = self._cast.people.get(f"{visit.agency}.{name}")
            if actor is not None:
                staff.setdefault(actor.role, []).append(actor)
        begin, end = script.sent_at + timedelta(hours=22), self._now - timedelta(minutes=30)
        for finding in script.findings:
            for taken in self._paths.of(visit.agency, finding, staff, begin=begin, end=end, hands_on=visit.hands_on):
                self._happens(taken.at, self._step(inspection, finding, taken))

    def _step(self, inspection: UUID, finding: Finding, taken: Taken) -> Do:
        violation, laws = violation_id(inspection, finding.item), self._library.laws

        def step(tx: Tx) -> None:
            row = violations.one(tx, violation)
            version = row.version if row else 0
            at = taken.at.astimezone(UTC)
            steps.take_step(
                tx, violation, taken.step, taken.facts, version=version, actor=taken.actor, now=at, laws=laws
            )

        return step

    def _person(self, visit: Visit, name: str) -> Actor:
        return self._cast.people[name if "." in name else f"{visit.agency}.{name}"]


def _(_result: object) -> None:
    """An event answers nobody."""
