"""What enterprises declared: accidents of two years, yearly declarations, and the annual report made from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from inspect_app.demo.cast import Cast, demo_id
from inspect_app.demo.event import Event, at_desk
from inspect_app.domain.annual_report import Choice
from inspect_app.domain.deadlines import local_day
from inspect_app.services import accidents, health_right, osh_records, reports
from inspect_app.store.database import Tx

# Everything of the past was entered this long ago; the report was handed in a few days ago.
ENTERED, HANDED_IN = 80, 3
INVENTED = "(giả định)"


@dataclass(frozen=True, slots=True)
class _Accident:
    """agency, site and how it happened; day: (month, day) of the year before, or days before today."""

    agency: str
    site: str
    day: tuple[int, int] | int
    cause: str
    factor: str
    occupation: str
    told: str
    deaths: int = 0
    seriously: int = 0
    injured: int = 0
    contract: bool = True


ACCIDENTS = (
    _Accident("so-noi-vu", "gen-05", (2, 11), "no-procedure", "struck", "Thợ lò", "Đá rơi từ nóc lò chợ", deaths=1),
    _Accident("so-xay-dung", "ct-14", (5, 6), "no-safety-device", "fall", "Thợ xây", "Ngã từ sàn thao tác", deaths=1),
    _Accident("bql-kcn", "kcn-07", (8, 19), "broke-rules", "machine", "Thợ ép", "Khuôn dập vào tay", seriously=1),
    _Accident("so-noi-vu", "gen-14", 132, "organisation", "machine", "Công nhân may", "Kim đâm", injured=1),
    _Accident("so-xay-dung", "ct-02", 74, "ppe-unused", "fall", "Thợ cốp pha", "Ngã khi tháo cốp pha", seriously=2),
    _Accident("so-xay-dung", "ct-05", 24, "organisation", "struck", "Thợ sắt", "Bó thép rơi khi cẩu", injured=2),
    _Accident(
        "so-noi-vu",
        "xa-01",
        51,
        "no-ppe",
        "fall",
        "Thợ xây tự do",
        "Ngã giàn giáo nhà ở riêng lẻ",
        deaths=1,
        contract=False,
    ),
    _Accident("bql-kcn", "kcn-11", 38, "conditions", "heat", "Thợ cán", "Bỏng phôi thép", seriously=1, injured=1),
    _Accident("bql-kcn", "kcn-03", 11, "untrained", "vehicle", "Lái xe nâng", "Xe nâng quệt chân", injured=1),
)
# The site whose employer declares, its workers, whom it declares to, and who is asked about health as well.
DECLARERS = {"kcn": "bql-kcn", "gen": "so-noi-vu", "ct": "so-xay-dung"}  # by the first letters of the site
DECLARING = (("kcn-01", 1850), ("kcn-06", 1240), ("kcn-11", 280), ("gen-05", 240), ("gen-14", 520), ("ct-16", 110))
HEALTH = ("gen-05", "gen-14")


def events(cast: Cast, now: datetime) -> Iterator[Event]:
    entered = local_day(now) - timedelta(days=ENTERED)
    for each in ACCIDENTS:
        yield _accident(cast, each, entered, now)
    yield from _declarations(cast, entered, now)
    yield from _report(cast, now)


def _accident(cast: Cast, told: _Accident, entered: date, now: datetime) -> Event:
    site, actor = cast.sites[told.site], cast.people[f"{told.agency}.supervisor"]
    if isinstance(told.day, int):
        happened = local_day(now) - timedelta(days=told.day)
        days = min(told.day - 2, ENTERED)
    else:
        happened, days = date(entered.year - 1, *told.day), ENTERED
    investigated = told.seriously + told.deaths > 0 and happened < local_day(now) - timedelta(days=30)
    employer = next(each for each in cast.organisations.values() if each.id == site.organisation_id)
    declared = accidents.Declared(
        kind="accident",
        happened_on=happened,
        declared_on=happened + timedelta(days=1),
        commune_code=site.commune_code,
        has_contract=told.contract,
        source="employer" if told.contract else "commune",
        tax_code=(employer.tax_code or "") if told.contract else "",
        place=site.name,
        sector=site.sector,
        deaths=told.deaths,
        seriously_injured=told.seriously,
        injured=told.injured,
        women=int(told.site == "gen-14"),
        cause=told.cause,
        factor=told.factor,
        occupation=told.occupation,
        description=f"{told.told} {INVENTED}.",
        record_no="" if told.contract else "07/BB-UBND",
        investigator=("province" if told.deaths else "employer") if investigated else "",
        investigated_on=happened + timedelta(days=28) if investigated else None,
        days_off=20 * told.seriously + 6 * told.injured,
        medical_vnd=18_000_000 * told.seriously + 1_200_000 * told.injured,
        compensation_vnd=240_000_000 * told.deaths + 35_000_000 * told.seriously,
    )
    key = demo_id("accident", f"{told.site}/{told.factor}")
    return at_desk(
        actor, now - timedelta(days=days), lambda tx, at: accidents.enter(tx, key, declared, actor=actor, now=at)
    )


def _declarations(cast: Cast, entered: date, now: datetime) -> Iterator[Event]:
    """Of the year before as a whole, and of this year as far as it has gone."""
    admin, health = cast.people["admin"], cast.people["so-noi-vu.supervisor"]
    at = now - timedelta(days=ENTERED)
    reason = f"Tổng hợp báo cáo sức khỏe người lao động {INVENTED}"
    yield at_desk(admin, at, lambda tx, moment: health_right.give(tx, health.id, reason, actor=admin, now=moment))
    for site, workers in DECLARING:
        agency = DECLARERS[site.partition("-")[0]]
        for day, share in ((date(entered.year - 1, 12, 31), 100), (entered - timedelta(days=3), 103)):
            for kind, figures, provider in _figures(workers * share // 100, health=site in HEALTH):
                yield _record(cast, agency, site, kind, day, figures, provider, at)


def _figures(workers: int, *, health: bool) -> Iterator[tuple[str, dict[str, int], str]]:
    machines = workers // 40 + 2
    yield (
        "workforce",
        {
            "workers": workers,
            "women": workers * 55 // 100,
            "heavy": workers // 9,
            "exposed": workers // 5,
            "osh_officers": workers // 300 + 1,
            "medical_staff": workers // 500 + 1,
        },
        "",
    )
    yield "training", {"due": workers, "trained": workers * 92 // 100}, "Trung tâm huấn luyện Trung Du (giả định)"
    tested = {"in_use": machines, "inspected": machines - 1, "declared": machines - 1}
    yield "equipment", tested, "Trung tâm Kiểm định (giả định)"
    yield "monitoring", {"samples": workers // 10 + 12, "exceeded": workers // 120}, "Quan trắc Việt Bắc (giả định)"
    yield "self-inspection", {"items": 48, "found": 9, "fixed": 7}, ""
    if health:
        seen = {"due": workers, "examined": workers * 9 // 10, "class_4": workers // 50, "class_5": workers // 200}
        yield "health-exam", seen, "Trung tâm y tế (giả định)"
        ill = {"exposed": workers // 5, "examined": workers // 6, "suspected": workers // 90, "diagnosed": 1}
        yield "od-exam", ill, "Trung tâm y tế (giả định)"


DETAILS = {"training": "Nhóm 4", "equipment": "Thiết bị áp lực, thiết bị nâng"}


def _record(
    cast: Cast,
    agency: str,
    site: str,
    kind: str,
    day: date,
    figures: dict[str, int],
    provider: str,
    at: datetime,
) -> Event:
    place, actor = cast.sites[site], cast.people[f"{agency}.supervisor"]
    employer = next(each for each in cast.organisations.values() if each.id == place.organisation_id)
    declared = osh_records.Declared(
        kind,
        day,
        employer.tax_code or "",
        figures,
        provider=provider,
        detail=DETAILS.get(kind, ""),
        note=INVENTED,
        commune_code=place.commune_code,
    )
    key = demo_id("record", f"{site}/{kind}/{day.year}/{day.month}")
    # A little later than the right to health data was given.
    return at_desk(
        actor,
        at + timedelta(minutes=5),
        lambda tx, moment: osh_records.enter(tx, key, declared, actor=actor, now=moment),
    )


WORDS = {
    "leading": "Ban đã ban hành kế hoạch công tác an toàn, vệ sinh lao động và phân công từng phòng (giả định).",
    "informing": "Đã tổ chức 3 hội nghị phổ biến pháp luật cho 210 doanh nghiệp (giả định).",
    "managing": "Đôn đốc doanh nghiệp huấn luyện, kiểm định, quan trắc và khám sức khỏe theo kỳ (giả định).",
    "checking": "Đã kiểm tra theo kế hoạch và theo dõi khắc phục đến khi đóng (giả định).",
    "difficulties": "Một số doanh nghiệp báo cáo chậm; nhà thầu phụ thay đổi thường xuyên (giả định).",
    "proposals": "Đề nghị sớm thống nhất biểu mẫu báo cáo giữa các cơ quan (giả định).",
}
WORKERS = 412_000


def _report(cast: Cast, now: datetime) -> Iterator[Event]:
    """The targets are decided, and one agency has handed in its report of the year that is under way or just over."""
    coordinator, supervisor = cast.people["so-noi-vu.coordinator"], cast.people["bql-kcn.supervisor"]
    # Until some weeks into January the report of the year before is what people work on.
    year = (local_day(now) - timedelta(days=40)).year

    def decide(tx: Tx, moment: datetime) -> None:
        chosen = Choice(year - 1, document="Công văn 118/SNV-LĐ (giả định)")
        reports.choose(tx, chosen, actor=coordinator, now=moment)
        for each in (year - 1, year):
            told = f"Số liệu {INVENTED}"
            many = WORKERS + 9_000 * (each - year)
            reports.supply(tx, each, "workers-contract", many, told, actor=coordinator, now=moment)

    def hand_in(tx: Tx, moment: datetime) -> None:
        reports.save_words(tx, year, WORDS, version=0, actor=supervisor, now=moment)
        reports.hand_in(tx, demo_id("report", "bql-kcn"), year, reports.AGENCY, actor=supervisor, now=moment)

    yield at_desk(coordinator, now - timedelta(days=50), decide)
    yield at_desk(supervisor, now - timedelta(days=HANDED_IN), hand_in)
