"""Invented profiles of the demo's sites: hazards, workforce, days of contractors, equipment and papers that run out."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import Actor
from inspect_app.services import site_parties, site_profile, sites
from inspect_app.services.site_parties import Stay
from inspect_app.services.site_profile import NewDocument, NewEquipment
from inspect_app.services.sites import NewSite
from inspect_app.store.database import Tx
from inspect_app.store.tables import Site

# By sector: hazards, one machine (kind, name, days until its inspection is due), one paper (kind, name, days left).
PROFILES: dict[str, tuple[tuple[str, ...], tuple[str, str, int], tuple[str, str, int]]] = {
    "XDK": (
        ("height", "excavation", "lifting", "electricity"),
        ("tower-crane", "Cần trục tháp QTZ-63", 21),
        ("safety-plan", "Biện pháp bảo đảm an toàn thi công", 120),
    ),
    "GT": (
        ("vehicles", "excavation", "falling-objects"),
        ("crane", "Cần trục bánh lốp 25 tấn", -12),
        ("licence", "Giấy phép thi công trên đường", 45),
    ),
    "KCN": (
        ("machinery", "electricity", "noise", "chemicals"),
        ("forklift", "Xe nâng 2,5 tấn số 3", 9),
        ("monitoring", "Kết quả quan trắc môi trường lao động", 28),
    ),
    "DT": (
        ("chemicals", "electricity", "ergonomics"),
        ("pressure-vessel", "Bình khí nén 500 lít", 64),
        ("health", "Hồ sơ khám bệnh nghề nghiệp", -30),
    ),
    "CK": (
        ("molten-metal", "machinery", "lifting", "noise", "heat"),
        ("crane", "Cầu trục 10 tấn", -3),
        ("training", "Thẻ an toàn nhóm 3", 15),
    ),
    "MO": (
        ("mining", "explosives", "dust", "vehicles"),
        ("mining", "Tời trục mỏ số 1", 33),
        ("explosives", "Giấy phép sử dụng vật liệu nổ", 58),
    ),
    "HC": (
        ("chemicals", "flammable"),
        ("pressure-vessel", "Bồn chứa axit", 18),
        ("chemicals", "Biện pháp phòng ngừa sự cố", 200),
    ),
    "LPG": (("flammable", "pressure"), ("gas-system", "Trạm nạp LPG", -1), ("fire", "Hồ sơ phòng cháy, chữa cháy", 12)),
}
# The story begins this long ago; what runs out is counted from today.
LEAD = timedelta(days=90)
OTHER = (("electricity",), ("electrical", "Tủ điện tổng", 80), ("training", "Giấy chứng nhận huấn luyện nhóm 1", 90))


def enter(tx: Tx, entered: dict[str, Site], *, actor: Actor, now: datetime) -> None:
    """Through the same services as the office; the days are counted from today, so that the list is never empty."""
    today = local_day(now + LEAD)
    for number, site in enumerate(entered.values()):
        hazards, machine, paper = PROFILES.get(site.sector, OTHER)
        _profile(tx, site, hazards, number, actor, now)
        due = today + timedelta(days=machine[2] + number % 5)
        equipment = NewEquipment(
            machine[0],
            machine[1],
            serial=f"SN-{1000 + number}",
            certificate=f"KĐ-{number + 1:03d}/2025",
            inspected_by="Trung tâm Kiểm định (giả định)",
            inspected_on=due - timedelta(days=365),
            due_on=due,
        )
        document = NewDocument(paper[0], paper[1], expires_on=today + timedelta(days=paper[2] + number % 7))
        for word, thing in (("equipment", equipment), ("document", document)):
            site_profile.keep(tx, site.id, _id(site.id, word), thing, version=None, actor=actor, now=now)
        _stays(tx, site, today, actor, now)


def _profile(tx: Tx, site: Site, hazards: tuple[str, ...], number: int, actor: Actor, now: datetime) -> None:
    workers = site.workers or 0
    shares = {"women": workers * (20 + number % 40) // 100, "strict-jobs": workers // 8, "no-contract": workers // 25}
    same = ("kind", "name", "address", "commune_code", "sector", "organisation_id", "zone_id", "lat", "lon", "workers")
    wanted = NewSite(
        **{name: getattr(site, name) for name in same},
        workforce=shares,
        hazards=list(hazards),
        contacts=list(site.contacts),
    )
    sites.change_site(tx, site.id, wanted, version=site.version, actor=actor, now=now)


def _stays(tx: Tx, site: Site, today: date, actor: Actor, now: datetime) -> None:
    work = {
        "main-contractor": "Toàn bộ phần thân",
        "subcontractor": "Giàn giáo, cốp pha",
        "supervision": "Tư vấn giám sát",
    }
    for number, party in enumerate(site.parties):
        began = today - timedelta(days=210 + 15 * number)
        stay = Stay(work.get(party.role, ""), began, None)
        site_parties.change(tx, site.id, party.organisation_id, party.role, stay, actor=actor, now=now)


def _id(site: UUID, word: str) -> UUID:
    return uuid5(site, word)
