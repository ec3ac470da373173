"""What came from outside the office: receipts and results of files handed on, and an establishment's photos."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from inspect_app.demo.cast import Cast, demo_id
from inspect_app.demo.event import AtDesk, Event, at_desk
from inspect_app.demo.pictures import draw
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import Actor
from inspect_app.domain.referrals import Answer, State
from inspect_app.domain.remedy_links import PROPOSED_DAYS, File, ProofKind
from inspect_app.domain.violations import Remedy
from inspect_app.services import import_export, referrals, remedy_links, remedy_proofs
from inspect_app.services.referrals import Result
from inspect_app.services.remedy_links import Wanted
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.store.tables import Referral

# Days before today: files are received, one of them is answered, links are made, a photo comes.
RECEIVED, ANSWERED, LINKED, SENT = 9, 4, 8, 2
# Who receives files, how many of each sender, and who was told by letter that one arrived outside.
RECEIVERS = ("so-noi-vu", "so-xay-dung")
OF_EACH_SENDER = 2
WRITTEN_TO = ("thanh-tra", "so-xay-dung", "bql-kcn", "so-noi-vu")
# The visits whose establishments got a link.
LINKS = (("so-xay-dung", 7), ("bql-kcn", 7))
ASKED = frozenset({Remedy.REMEDY_REQUESTED, Remedy.REMEDYING})


@dataclass(frozen=True, slots=True)
class Door:
    """What receiving a photo needs: the files, the installation's secret, and chance that can be repeated."""

    evidence: EvidenceFiles
    secret: str
    rng: Random


def events(cast: Cast, door: Door, now: datetime) -> Iterator[Event]:
    for agency in RECEIVERS:
        office = cast.people[f"{agency}.supervisor"]
        yield at_desk(office, now - timedelta(days=RECEIVED), _receiving(office))
        yield at_desk(office, now - timedelta(days=ANSWERED), _answering(office))
    for agency in WRITTEN_TO:
        office = cast.people[f"{agency}.supervisor"]
        yield at_desk(office, now - timedelta(days=ANSWERED, minutes=20), _letter(office))
    for agency, number in LINKS:
        yield from _link(cast, door, agency, number, now)


def _receiving(office: Actor) -> AtDesk:
    """The oldest files of each sender."""

    def receive(tx: Tx, moment: datetime) -> None:
        taken: Counter[str] = Counter()
        for row in _waiting(tx, office, received=True):
            if row.referral.state == State.SENT and taken[row.sender] < OF_EACH_SENDER:
                taken[row.sender] += 1
                _receive(tx, row.referral, f"{30 + taken.total()}/TN (giả định)", office, moment)
        if not taken:
            raise LookupError(f"nothing was handed on to {office.agency}")

    return receive


def _answering(office: Actor) -> AtDesk:
    """One is decided, and one goes back because something is missing."""

    def answer(tx: Tx, moment: datetime) -> None:
        rows = [row.referral for row in _waiting(tx, office, received=True) if row.referral.state == State.RECEIVED]
        today = local_day(moment)
        decided = Result(Answer.DECIDED, today, "57/QĐ-XPHC (giả định)", fine_vnd=15_000_000)
        returned = Result(Answer.RETURNED, today, "58/CV (giả định)", "Thiếu biên bản làm việc với đơn vị.")
        for row, result in zip(rows, (decided, returned), strict=False):
            referrals.answer(tx, row.id, result, version=row.version, actor=office, now=moment)

    return answer


def _letter(office: Actor) -> AtDesk:
    """Who does not work here has written that a file arrived; the sender enters it."""

    def enter(tx: Tx, moment: datetime) -> None:
        rows = [row.referral for row in _waiting(tx, office, received=False)]
        outside = next(row for row in rows if row.to_agency is None and row.state == State.SENT)
        _receive(tx, outside, "112/TN (giả định)", office, moment)

    return enter


def _waiting(tx: Tx, office: Actor, *, received: bool) -> list[referrals.Row]:
    """The oldest first."""
    rows, _ = referrals.inbox(tx, received=received, open_only=True, after=None, actor=office)
    return list(reversed(rows))


def _receive(tx: Tx, row: Referral, receipt: str, office: Actor, moment: datetime) -> None:
    on = min(row.sent_on + timedelta(days=3), local_day(moment))
    referrals.receive(tx, row.id, receipt=receipt, on=on, version=row.version, actor=office, now=moment)


def _link(cast: Cast, door: Door, agency: str, number: int, now: datetime) -> Iterator[Event]:
    office = cast.people[f"{agency}.supervisor"]
    inspection, link = (demo_id(kind, f"{agency}/{number}") for kind in ("inspection", "remedy-link"))
    picture = draw(("Da khac phuc, anh do don vi gui",), door.rng, indoors=agency == "bql-kcn")

    def make(tx: Tx, moment: datetime) -> None:
        _, addressees = remedy_links.of_visit(tx, inspection)
        asked = next(each for each in addressees if any(row.remedy_status in ASKED for row in each.findings))
        wanted = Wanted(
            link,
            inspection,
            asked.organisation.id,
            tuple(row.id for row in asked.findings),
            tuple(photo.sha256 for photo in asked.photos),
            local_day(moment) + timedelta(days=PROPOSED_DAYS),
        )
        remedy_links.make(tx, wanted, actor=office, now=moment, secret=door.secret)

    def send(tx: Tx, moment: datetime) -> None:
        page = remedy_proofs.read(tx, link, now=moment)
        finding = next(each.row for each in page.findings if each.takes_proof)
        if not import_export.keep(door.evidence, agency, picture.sha256, picture.content):
            raise OSError("the photo of the establishment was not kept")
        file = File(ProofKind.PHOTO, picture.sha256, len(picture.content), "IMG_0457.jpg")
        note = "Đã làm xong, đề nghị cơ quan kiểm tra (giả định)."
        remedy_proofs.receive(tx, link, finding.id, [file], note, now=moment)

    yield at_desk(office, now - timedelta(days=LINKED), make)
    yield at_desk(office, now - timedelta(days=SENT), send)
