"""Văn bản: what would be said, drawing it up with a number, and the files."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from inspect_app.domain.checklist_items import Confidence
from inspect_app.services import paper_facts, paper_stamps, verification
from inspect_app.services.paper_sample import FULL
from inspect_app.store.tables import AuditRow, Inspection, PaperRow, Violation, ViolationStep
from inspect_app.web.request import ground
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import fields_of


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def visit(cast: Cast) -> UUID:
    """Sent in and complete, with two findings."""
    made = cast.inspection(
        cast.alice, cast.bob, number="SXD-2026-0042", checklists=(("XDK", 1),), state="complete", visited_on=TODAY
    )
    with cast.writing() as tx:
        row = tx.get_one(Inspection, made)
        for item in ("XDK-04", "XDK-05"):
            builders.a_violation(tx, row, item=item, title=f"Nội dung của {item}")
        tx.commit()
    return made


def papers(cast: Cast) -> list[PaperRow]:
    with cast.reading() as tx:
        return list(tx.scalars(select(PaperRow).order_by(PaperRow.number)))


def draw(desk: Client, visit: UUID, kind: str = "inspection-record", **fields: Any) -> TestResponse:
    address = f"/desk/inspections/{visit}/papers/new?kind={kind}"
    form = fields_of(desk.get(address), f"papers/new?{address.partition('?')[2]}")
    return desk.post(address, data={**form, **fields})


def test_the_page_offers_papers_and_the_findings_to_choose(desk: Client, visit: UUID) -> None:
    page = desk.get(f"/desk/inspections/{visit}/papers").get_data(as_text=True)

    for told in ("Biên bản kiểm tra", "Phụ lục ảnh", "Văn bản yêu cầu khắc phục", "XDK-04", "XDK-05"):
        assert told in page


def test_a_draft_has_no_number_and_leaves_nothing_behind(desk: Client, cast: Cast, visit: UUID) -> None:
    page = desk.get(f"/desk/inspections/{visit}/papers/new?kind=inspection-record").get_data(as_text=True)

    assert "Số: ……/BB-KT" in page
    assert "Nội dung của XDK-04" in page
    assert papers(cast) == []


def test_a_paper_gets_its_number_once_and_keeps_its_content(desk: Client, cast: Cast, visit: UUID) -> None:
    address = f"/desk/inspections/{visit}/papers/new?kind=inspection-record"
    form = fields_of(desk.get(address), f"papers/new?{address.partition('?')[2]}")

    first, again = desk.post(address, data=form), desk.post(address, data=form)

    assert (first.status_code, again.status_code) == (302, 302)
    assert first.location == again.location
    [row] = papers(cast)
    assert (row.number, row.year, row.replaces_id) == ("01/BB-KT", TODAY.year, None)
    with cast.reading() as tx:
        [noted] = tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.paper"))
    assert noted.facts["sha256"] == row.sha256
    page = desk.get(first.location).get_data(as_text=True)
    assert "Số: 01/BB-KT" in page
    assert row.sha256 in page


def test_what_changes_later_does_not_change_the_paper(desk: Client, cast: Cast, visit: UUID) -> None:
    where = draw(desk, visit).location
    with cast.writing() as tx:
        tx.get_one(Inspection, visit).site.name = "Tên khác"
        tx.commit()

    assert "Tên khác" not in desk.get(where).get_data(as_text=True)
    assert "Tên khác" in desk.get(f"/desk/inspections/{visit}/papers/new?kind=inspection-record").get_data(as_text=True)


def test_a_second_one_takes_the_place_of_the_first_under_a_new_number(desk: Client, cast: Cast, visit: UUID) -> None:
    first = draw(desk, visit).location
    draw(desk, visit)

    one, two = papers(cast)
    assert [one.number, two.number] == ["01/BB-KT", "02/BB-KT"]
    assert two.replaces_id == one.id
    assert "Đã được thay bằng" in desk.get(first).get_data(as_text=True)
    assert "Đã thay bằng 02/BB-KT" in desk.get(f"/desk/inspections/{visit}/papers").get_data(as_text=True)


def test_anybody_may_ask_whether_a_paper_is_genuine(desk: Client, cast: Cast, visit: UUID) -> None:
    draw(desk, visit)
    [row] = papers(cast)
    address = f"/verify/{row.code}"

    told = cast.app.test_client().get(address).get_data(as_text=True)

    for part in ("01/BB-KT", "Sở Xây dựng", row.sha256):
        assert part in told
    assert "XDK-04" not in told  # never what it says
    draw(desk, visit)
    assert cast.app.test_client().get(address).get_data(as_text=True) != told  # a newer one took its place


def test_papers_about_different_findings_stand_side_by_side(desk: Client, cast: Cast, visit: UUID) -> None:
    page = desk.get(f"/desk/inspections/{visit}/papers").get_data(as_text=True)
    ids = sorted({part[:36] for part in page.split('name="v" value="')[1:]})

    for one in ids:
        draw(desk, visit, f"remedy-request&v={one}")

    first, second = papers(cast)
    assert (first.replaces_id, second.replaces_id) == (None, None)
    assert {first.number, second.number} == {"01/SXD-YCKP", "02/SXD-YCKP"}
    assert first.violations != second.violations


@pytest.mark.parametrize(("form", "reader"), [("pdf", "pdf"), ("docx", "word")])
def test_both_files_say_what_the_page_says(desk: Client, visit: UUID, form: str, reader: str) -> None:
    where = draw(desk, visit).location

    answer = desk.get(f"{where}.{form}")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="inspection-record-01-BB-KT.{form}"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    read: dict[str, Callable[[bytes], str]] = {
        "pdf": lambda file: "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages),
        "word": lambda file: "".join(
            node.text or "" for node in docx.Document(io.BytesIO(file)).element.iter() if node.tag.endswith("}t")
        ),
    }
    told = read[reader](answer.data)
    assert "BIÊN BẢN KIỂM TRA" in told
    assert "XDK-05" in told
    assert desk.get(f"/desk/inspections/{visit}/papers/draft.{form}?kind=remedy-request").status_code == 200


def test_a_record_of_a_violation_needs_a_proposal(desk: Client, cast: Cast, visit: UUID) -> None:
    for address in (f"/desk/inspections/{visit}/papers/new?kind=violation-record",):
        answer = desk.get(address)
        assert answer.status_code == 409
        assert "Chưa đề xuất xử phạt" in answer.get_data(as_text=True)
    assert papers(cast) == []


def proposed(cast: Cast, visit: UUID, rule: str, organisation: str = "") -> UUID:
    """A finding that somebody proposed to sanction under a rule; organisation: another than the visit's."""
    with cast.writing() as tx:
        row = tx.get_one(Inspection, visit)
        who = builders.an_organisation(tx, organisation).id if organisation else row.organisation_id
        found = builders.a_violation(tx, row, sanction_status="proposed", organisation_id=who)
        step = ViolationStep(
            violation_id=found.id,
            number=1,
            agency_id=row.agency_id,
            track="sanction",
            step="propose-sanction",
            before="none",
            after="proposed",
            actor_id=cast.vera.id,
            at=NOW,
            note="",
            facts={"rule": rule},
        )
        tx.add(step)
        tx.commit()
        return found.id


def test_a_paper_about_a_contractors_finding_is_about_the_contractor(desk: Client, cast: Cast, visit: UUID) -> None:
    found = proposed(cast, visit, "283-31.2", "Công ty CP Nhà thầu phụ Sông Công")
    told = desk.get(f"/desk/inspections/{visit}/papers/new?kind=referral&v={found}").get_data(as_text=True)
    assert "Công ty CP Nhà thầu phụ Sông Công" in told


def test_each_organisation_has_a_record_of_its_own(desk: Client, cast: Cast, visit: UUID) -> None:
    both = [proposed(cast, visit, "283-31.2", name) for name in ("", "Công ty CP Nhà thầu phụ Sông Công")]
    asked = "&".join(f"v={each}" for each in both)
    answer = desk.get(f"/desk/inspections/{visit}/papers/new?kind=violation-record&{asked}")
    assert answer.status_code == 409
    assert "nhiều tổ chức" in answer.get_data(as_text=True)


def test_a_record_that_was_drawn_up_before_is_not_drawn_up_again(desk: Client, cast: Cast, visit: UUID) -> None:
    found = proposed(cast, visit, "283-31.2")
    with cast.writing() as tx:
        tx.get_one(Violation, found).sanction_status = "record-drawn"
        tx.commit()
    answer = desk.get(f"/desk/inspections/{visit}/papers/new?kind=violation-record&v={found}")
    assert answer.status_code == 409


def test_nobody_having_chosen_the_open_ones_are_meant(desk: Client, cast: Cast, visit: UUID) -> None:
    address = f"/desk/inspections/{visit}/papers/new?kind=remedy-request"
    with cast.writing() as tx:
        first = tx.scalars(select(Violation).where(Violation.inspection_id == visit)).first()
        assert first is not None
        first.remedy_status, closed = "closed", first.title
        tx.commit()
    assert closed not in desk.get(address).get_data(as_text=True)
    with cast.writing() as tx:
        for row in tx.scalars(select(Violation).where(Violation.inspection_id == visit)):
            row.remedy_status = "closed"
        tx.commit()
    assert desk.get(address).status_code == 409


def test_a_finding_of_another_visit_is_on_no_paper_of_this(desk: Client, cast: Cast, visit: UUID) -> None:
    elsewhere = cast.inspection(cast.alice, number="SXD-2026-0099", checklists=(("XDK", 1),), state="complete")
    found = proposed(cast, elsewhere, "283-31.2")
    for kind in ("violation-record", "remedy-request"):
        assert desk.get(f"/desk/inspections/{visit}/papers/new?kind={kind}&v={found}").status_code == 404


def test_a_cancelled_finding_is_on_no_paper(desk: Client, cast: Cast, visit: UUID) -> None:
    with cast.writing() as tx:
        row = tx.get_one(Inspection, visit)
        gone = builders.a_violation(tx, row, item="XDK-06", title="Đã hủy vì ghi nhầm", remedy_status="cancelled").id
        tx.commit()
    assert "Đã hủy vì ghi nhầm" not in desk.get(f"/desk/inspections/{visit}/papers").get_data(as_text=True)
    address = f"/desk/inspections/{visit}/papers/new?kind=referral"
    assert "Đã hủy vì ghi nhầm" not in desk.get(address).get_data(as_text=True)
    assert desk.get(f"{address}&v={gone}").status_code == 404


def test_a_rule_that_nobody_read_is_not_printed(desk: Client, cast: Cast, visit: UUID) -> None:
    library = ground(cast.app).library
    rule = next(each for each in library.laws.penalties.values() if each.confidence is Confidence.MEMORY)
    found = proposed(cast, visit, rule.code)
    told = desk.get(f"/desk/inspections/{visit}/papers/new?kind=referral&v={found}").get_data(as_text=True)
    assert "Căn cứ cần đối chiếu văn bản gốc" in told
    assert rule.conduct not in told


def test_before_the_visit_is_sent_in_there_are_only_drafts(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, number="SXD-2026-0043", checklists=(("XDK", 1),), state="in-progress")
    address = f"/desk/inspections/{visit}/papers/new?kind=inspection-record"

    assert "Lập văn bản" not in desk.get(address).get_data(as_text=True)
    token = fields_of(desk.get(f"/desk/inspections/{visit}/team"), "")["csrf_token"]
    assert desk.post(address, data={"csrf_token": token, "paper": str(uuid4())}).status_code == 409
    assert papers(cast) == []


@pytest.mark.parametrize("then", ["papers", "papers/new?kind=inspection-record", "papers/draft.pdf?kind=referral"])
def test_another_agencys_visit_has_no_papers_for_us(cast: Cast, visit: UUID, then: str) -> None:
    assert cast.client(cast.victor).get(f"/desk/inspections/{visit}/{then}").status_code == 404


def test_another_agencys_paper_is_not_there(desk: Client, cast: Cast, visit: UUID) -> None:
    where = draw(desk, visit).location

    for form in ("", ".pdf", ".docx"):
        assert cast.client(cast.victor).get(where + form).status_code == 404
    assert cast.client(cast.cora).get(where).status_code == 200  # the coordinator reads all


def test_who_only_reads_cannot_draw_up(cast: Cast, visit: UUID) -> None:
    reader = cast.client(cast.cora)
    address = f"/desk/inspections/{visit}/papers/new?kind=inspection-record"
    page = reader.get(address).get_data(as_text=True)

    assert "Lập văn bản</button>" not in page
    assert reader.post(address, data={"paper": str(uuid4())}).status_code in {400, 403}
    assert papers(cast) == []


@pytest.mark.parametrize("kind", ["", "nothing", "../../etc/passwd"])
def test_an_unknown_kind_is_said(desk: Client, visit: UUID, kind: str) -> None:
    assert desk.get(f"/desk/inspections/{visit}/papers/new?kind={kind}").status_code == 404


def test_templates_are_checked_on_what_real_visits_have(cast: Cast, visit: UUID) -> None:
    """The sample that `documents check` uses has every field of a real visit and no other."""
    with cast.reading() as tx:
        library = ground(cast.app).library
        _, facts = paper_facts.read(tx, visit, violations=(), library=library, now=NOW)

    assert _shape(facts, FULL) == []


def _shape(real: Any, sample: Any, where: str = "") -> list[str]:
    if isinstance(real, dict):
        wrong = [f"{where}.{key}" for key in set(real) ^ set(sample)]
        return wrong + [
            each for key in set(real) & set(sample) for each in _shape(real[key], sample[key], f"{where}.{key}")
        ]
    if isinstance(real, list) and real and sample:
        return _shape(real[0], sample[0], f"{where}[]")
    return []


def test_the_code_of_a_paper_shows_its_signed_facts(desk: Client, cast: Cast, visit: UUID) -> None:
    draw(desk, visit)
    [row] = papers(cast)
    scanned = paper_stamps.address(row, f"/verify/{verification.shown(row.code)}", ground(cast.app).signer)
    stranger = Client(cast.app)
    page = stranger.get(scanned).get_data(as_text=True)
    assert "Đúng chữ ký của máy chủ" in page
    assert "số 01/BB-KT" in page
    assert row.sha256 in page
    forged = stranger.get(scanned.replace("so-xay-dung", "bql-kcn")).get_data(as_text=True)
    assert "Không phải chữ ký của máy chủ" in forged
