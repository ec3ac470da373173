"""One visit as the phones of its team write it: opening, answers, notes, photos, signatures, sending."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from inspect_app.demo.answers import Given, another_value, answer_all
from inspect_app.demo.cast import demo_id
from inspect_app.demo.phone import Notebook
from inspect_app.demo.pictures import Picture, draw
from inspect_app.demo.plan import Ending, Visit
from inspect_app.domain.checklists import PHOTO_SEVERITY, Checklist
from inspect_app.domain.deadlines import VIETNAM, proposed_deadline
from inspect_app.domain.violations import Kind, Stop, default_kind, start_statuses
from inspect_app.store.tables import Site

OPINIONS = (
    "Công ty nhất trí với nội dung biên bản và cam kết khắc phục đúng thời hạn.",
    "Đề nghị đoàn kiểm tra xem xét gia hạn việc kiểm định thiết bị do đơn vị kiểm định hẹn lịch cuối tháng.",
    "Một số tồn tại đã được khắc phục ngay trong buổi kiểm tra, đề nghị ghi nhận.",
)
UNKNOWN = ""  # the hash of the record, until demo.signing fills it in
REFUSAL = "Người đại diện không đồng ý ký vì cho rằng lỗi thuộc về nhà thầu phụ."


@dataclass(frozen=True, slots=True)
class Finding:
    """A failing item as it goes to the registry."""

    item: str
    severity: int
    kind: Kind
    rules: tuple[str, ...]
    remedy_days: int
    stop: Stop


@dataclass(slots=True)
class Script:
    """What comes out: per phone its notebook and times, the pictures by hash, and what failed."""

    lead: Notebook
    second: Notebook | None
    sent_at: datetime
    pictures: dict[str, Picture] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the writing of one visit needs to know."""

    visit: Visit
    inspection: UUID
    site: Site
    checklists: tuple[tuple[Checklist, str], ...]  # with the hash of each file
    rng: Random
    responsible: UUID
    names: tuple[tuple[str, str], ...]  # (name, title) of the team, the leader first


class Writing:
    """Walks through the site with one or two phones."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._rng = ground.rng
        visit = ground.visit
        lead = Notebook(phone_of(f"{visit.agency}.{visit.team[1]}"), self._rng)
        has_second = len(visit.team) > 2 and not visit.removed
        second = Notebook(phone_of(f"{visit.agency}.{visit.team[2]}"), self._rng) if has_second else None
        self._at = datetime.combine(visit.day, datetime.min.time(), VIETNAM) + timedelta(
            hours=8, minutes=self._rng.randint(5, 35)
        )
        self._script = Script(lead, second, self._at)

    def whole(self) -> Script:
        """Everything up to the sending, or half of it for a visit that is under way."""
        visit, given = self._ground.visit, self._answers()
        self._open()
        self._position(self._script.lead)
        stop = len(given) if visit.ending is not Ending.IN_PROGRESS else len(given) * 3 // 5
        for number, each in enumerate(given[:stop]):
            book = self._script.second if self._script.second and number % 3 == 2 else self._script.lead
            self._answer(book, each)
        if visit.ending is Ending.CONFLICT:
            self._differ(given)
        if visit.ending is not Ending.IN_PROGRESS:
            self._close()
        self._script.sent_at = self._later(60, 240)
        return self._script

    def _answers(self) -> list[Given]:
        visit = self._ground.visit
        failing = 0.10 if visit.earlier else 0.25
        return [
            each
            for checklist, _ in self._ground.checklists
            for each in answer_all(
                checklist, visit.day, self._rng, failing=failing, on_works=self._ground.site.kind == "works"
            )
        ]

    def _open(self) -> None:
        lists = [{"code": c.code, "version": c.version, "sha": sha} for c, sha in self._ground.checklists]
        self._script.lead.write("open", self._at, checklists=lists, gps=self._fix())
        if self._script.second:
            self._script.second.write("open", self._later(20, 90), checklists=lists, gps=self._fix())

    def _position(self, book: Notebook) -> None:
        book.write("position", self._later(20, 60), gps=self._fix(), distance=self._rng.randint(4, 60))

    def _answer(self, book: Notebook, given: Given) -> None:
        book.write("answer", self._later(25, 130), i=given.item.id, v=given.value, sup=[], gps=self._fix())
        if given.fails:
            book.write("comment", self._later(15, 60), i=given.item.id, text=given.note, sup=[])
            self._photos(book, given, self._rng.choice((1, 1, 2)) if given.item.severity >= PHOTO_SEVERITY else 0)
            self._find(book, given)
        elif self._rng.random() < 0.04:
            self._photos(book, given, 1)

    def _photos(self, book: Notebook, given: Given, count: int) -> None:
        for _ in range(count):
            at, fix = self._later(10, 40), self._fix()
            place = f"{fix[0]:.5f}, {fix[1]:.5f} +-{fix[2]:g} m  {at:%d/%m/%Y %H:%M}"
            lines = (f"{given.item.id} {given.note or given.item.ask}", self._ground.site.name, place)
            picture = draw(lines, self._rng, indoors=self._ground.site.kind != "works")
            self._script.pictures[picture.sha256] = picture
            about: dict[str, Any] = {"sha": picture.sha256, "size": len(picture.content), "mime": "image/jpeg"}
            source = self._rng.choice(("camera", "camera", "viewfinder"))
            book.write("photo", at, i=given.item.id, **about, w=picture.width, h=picture.height, src=source, gps=fix)

    def _find(self, book: Notebook, given: Given) -> None:
        item, day = given.item, self._ground.visit.day
        kind = default_kind(has_penalties=bool(item.penalties))
        if item.severity == 1 and self._rng.random() < 0.5:
            kind = Kind.ADVICE
        grave = item.severity == 4
        demanded, proposed = grave and self._rng.random() < 0.6, grave and self._rng.random() < 0.25
        book.write(
            "finding",
            self._later(5, 30),
            i=item.id,
            kind=str(kind),
            responsible=str(self._ground.responsible),
            responsible_text="",
            deadline=proposed_deadline(day, item.remedy_days).isoformat(),
            stop_demanded=demanded,
            stop_proposed=proposed,
            sup=[],
        )
        rules = tuple(each.code for each in item.penalties)
        stop = start_statuses(signed=True, stop_demanded=demanded, stop_proposed=proposed).stop
        self._script.findings.append(Finding(item.id, item.severity, kind, rules, item.remedy_days, stop))

    def _differ(self, given: list[Given]) -> None:
        """The second inspector saw the same things otherwise, without having seen the first answer."""
        book = self._script.second
        if book is None:
            raise ValueError("a conflict needs a second phone")
        chosen = [each for number, each in enumerate(given) if number % 3 != 2 and each.value in ("pass", "fail")]
        for each in self._rng.sample(chosen, 2):
            other = another_value(each.item, each.value, self._ground.visit.day, self._rng)
            book.write("answer", self._later(30, 90), i=each.item.id, v=other, sup=[], gps=self._fix())
            note = "Tôi kiểm tra ở vị trí khác, kết quả không giống."
            book.write("comment", self._later(20, 60), i=each.item.id, text=note, sup=[])

    def _close(self) -> None:
        visit, lead = self._ground.visit, self._script.lead
        lead.write("opinion", self._later(120, 400), text=self._rng.choice(OPINIONS), sup=[])
        if visit.ending is not Ending.PHOTO_MISSING:  # nobody has signed yet: the findings wait for the leader
            self._sign(lead)
        devices = [{"device": str(b.device), "n": len(b.operations), "head": b.head} for b in self._books()]
        answers = {op["i"] for book in self._books() for op in book.operations if op["k"] == "answer"}
        manifest = {"devices": devices, "photos": sorted(self._script.pictures), "answers": len(answers)}
        lead.write("submit", self._later(30, 120), manifest=manifest, shown=UNKNOWN)

    def _sign(self, book: Notebook) -> None:
        for role, (name, title) in zip(("leader", "inspector"), self._ground.names, strict=False):
            self._signature(book, role, name, title)
        contact = self._ground.site.contacts[0]
        if self._ground.visit.refused:
            witness = {"name": "Hoàng Văn Thành", "title": "Phó Chủ tịch UBND"}
            book.write("refuse", self._later(60, 200), reason=REFUSAL, witness=witness, sup=[])
            self._signature(book, "witness", witness["name"], witness["title"])
        else:
            self._signature(book, "subject", contact["name"], contact["role"])

    def _signature(self, book: Notebook, role: str, name: str, title: str) -> None:
        x, strokes = self._rng.randint(60, 160), []
        for _ in range(self._rng.randint(2, 4)):
            stroke = []
            for _ in range(self._rng.randint(6, 14)):
                x = min(990, x + self._rng.randint(4, 34))
                stroke += [x, self._rng.randint(320, 720)]
            strokes.append(stroke)
        about: dict[str, Any] = {"role": role, "name": name, "title": title}
        book.write("sign", self._later(20, 70), **about, strokes=strokes, shown=UNKNOWN, sup=[])

    def _books(self) -> list[Notebook]:
        return [book for book in (self._script.lead, self._script.second) if book is not None]

    def _fix(self) -> list[float]:
        site, rng = self._ground.site, self._rng
        lat = round((site.lat or 0.0) + rng.uniform(-0.0006, 0.0006), 6)
        lon = round((site.lon or 0.0) + rng.uniform(-0.0006, 0.0006), 6)
        return [lat, lon, round(rng.uniform(4, 28), 1), int(self._at.timestamp() * 1000) - rng.randint(200, 4000)]

    def _later(self, least: int, most: int) -> datetime:
        self._at += timedelta(milliseconds=self._rng.randint(least * 1000, most * 1000))
        return self._at


def phone_of(username: str) -> UUID:
    """Everybody's own phone."""
    return demo_id("phone", username)


def write(ground: Ground) -> Script:
    """The operations of one visit, the same for the same seed."""
    return Writing(ground).whole()
