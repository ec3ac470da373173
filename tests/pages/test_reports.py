"""Báo cáo: figures down to their rows, words, handing in, late agencies, files of one content, statistics."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from inspect_app.cli import main
from inspect_app.domain.papers import read_paper
from inspect_app.domain.people import Scope
from inspect_app.services import report_rows, reports
from inspect_app.store.tables import Accident, OshRecord, ReportRow, Violation, ViolationStep
from inspect_app.web.request import ground
from tests import builders
from tests.builders import COMMUNE, NOW, TODAY
from tests.cast import BUILDING, LABOUR, ZONES, Cast, Client
from tests.pages.browsing import change, fields_of, send
from tests.registry_cast import Registry

PAGE = "/desk/reports"


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def cora(cast: Cast) -> Client:
    return cast.client(cast.cora)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def figure(page: str, code: str) -> int:
    found = re.search(rf'figures/{code}(?:\?kind=consolidated)?">([\d.]+)</a>', page)
    assert found, code
    return int(found[1].replace(".", ""))


def an_accident(cast: Cast, agency: str = BUILDING, **columns: Any) -> UUID:
    with cast.writing() as tx:
        given: dict[str, Any] = {"deaths": 1, "seriously_injured": 0, "injured": 0, **columns}
        row = Accident(
            **{
                "id": uuid4(),
                "agency_id": agency,
                "kind": "accident",
                "happened_on": TODAY - timedelta(days=30),
                "declared_on": TODAY,
                "commune_code": COMMUNE,
                "has_contract": True,
                "source": "employer",
                "victims": given["deaths"] + given["seriously_injured"] + given["injured"],
                "made_by": cast.vera.id,
                "recorded_at": NOW,
                **given,
            }
        )
        tx.add(row)
        tx.commit()
        return row.id


def a_record(cast: Cast, kind: str, figures: dict[str, int], *, agency: str = BUILDING, day: date = TODAY) -> UUID:
    with cast.writing() as tx:
        unit = builders.an_organisation(tx)
        row = OshRecord(
            id=uuid4(), agency_id=agency, kind=kind, year=day.year, day=day, organisation_id=unit.id,
            figures=figures, made_by=cast.vera.id, recorded_at=NOW,
        )  # fmt: skip
        tx.add(row)
        tx.commit()
        return row.id


@pytest.fixture
def year(cast: Cast, registry: Registry) -> None:
    """Something of everything, in two agencies; last year's and withdrawn rows that must not count."""
    for severity in (1, 3, 4):
        registry.add(severity=severity, found_on=TODAY - timedelta(days=3))
    registry.add(found_on=date(2025, 6, 1), code="LASTYEAR")
    registry.add(ZONES)
    with cast.writing() as tx:
        for row in tx.scalars(select(Violation)):
            row.inspection.visited_on = row.found_on
        tx.commit()
    an_accident(cast, deaths=2, injured=1, women=1)
    an_accident(cast, has_contract=False)
    an_accident(cast, ZONES)
    an_accident(cast, happened_on=date(2025, 5, 5))
    an_accident(cast, withdrawn_at=NOW, withdrawn_reason="trùng")
    a_record(cast, "training", {"due": 40, "trained": 38})
    a_record(cast, "od-exam", {"exposed": 20, "examined": 10, "suspected": 1, "diagnosed": 0})
    a_record(cast, "monitoring", {"samples": 12, "exceeded": 2})
    a_record(cast, "training", {"due": 7, "trained": 7}, agency=ZONES)


def test_every_figure_is_the_sum_of_its_rows_and_counts_nothing_else(cast: Cast, vera: Client, year: None) -> None:
    page = text(vera.get(PAGE))
    with cast.reading() as tx:
        mine = (Violation.agency_id == BUILDING, Violation.found_on >= date(2026, 1, 1))
        found = tx.scalar(select(func.count()).select_from(Violation).where(*mine))
    assert figure(page, "findings") == found == 3
    assert figure(page, "findings-serious") == 2
    assert figure(page, "visits") == 3
    assert (figure(page, "accidents"), figure(page, "deaths"), figure(page, "deaths-contract")) == (2, 3, 2)
    assert (figure(page, "accidents-no-contract"), figure(page, "victims-women")) == (1, 1)
    assert (figure(page, "trained"), figure(page, "samples"), figure(page, "monitored")) == (38, 12, 1)


def test_each_figure_leads_to_exactly_its_rows(cast: Cast, vera: Client, year: None) -> None:
    report_page = text(vera.get(PAGE))
    codes = re.findall(r'/figures/([a-z-]+)"', report_page)
    assert len(codes) > 40
    for code in codes:
        if code.startswith(("od-", "exams", "disease")):
            continue
        answer = vera.get(f"{PAGE}/2026/figures/{code}", query_string={"format": "csv"})
        rows = list(csv.DictReader(io.StringIO(text(answer).lstrip("\ufeff"))))
        assert sum(int(row["adds"]) for row in rows) == figure(report_page, code), code
        assert len({row["id"] for row in rows}) == len(rows), code
        assert text(vera.get(f"{PAGE}/2026/figures/{code}")).count("<tr>") >= len(rows)


def test_of_many_rows_the_page_shows_the_first_and_says_so(
    vera: Client, year: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_rows, "MOST_SHOWN", 2)
    page = text(vera.get(f"{PAGE}/2026/figures/findings"))
    assert "Dưới đây là 2 dòng đầu; tệp CSV có mọi dòng." in page
    assert page.count('<th scope="row">') == 2
    assert re.search(r"<h1[^>]*>[^<]*: 3 hành vi", page)


def test_rows_of_health_figures_need_the_right(cast: Cast, vera: Client, year: None) -> None:
    assert figure(text(vera.get(PAGE)), "od-examined") == 10
    assert vera.get(f"{PAGE}/2026/figures/od-examined").status_code == 403
    send(cast.client(cast.adam), "/desk/reports/health-right", person=str(cast.vera.id), reason="x")
    assert vera.get(f"{PAGE}/2026/figures/od-examined").status_code == 200


def test_the_coordinator_sees_all_agencies_together(cora: Client, vera: Client, year: None) -> None:
    page = text(cora.get(PAGE, query_string={"kind": "consolidated"}))
    assert (figure(page, "findings"), figure(page, "accidents"), figure(page, "trained")) == (4, 3, 45)
    assert vera.get(PAGE, query_string={"kind": "consolidated"}).status_code == 403
    own = text(cora.get(PAGE))
    assert figure(own, "findings") == 0


def test_steps_of_the_year_are_counted(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add()
    with cast.writing() as tx:
        for number, (step, facts, at) in enumerate(
            (
                ("decide", {"amount": 50_000_000}, NOW),
                ("demand-stop", {}, NOW),
                ("decide", {"amount": 7}, datetime(2025, 12, 31, 16, 59, tzinfo=UTC)),
                ("request-remedy", {}, datetime(2025, 12, 31, 17, 0, tzinfo=UTC)),
            ),
            1,
        ):
            tx.add(
                ViolationStep(
                    violation_id=violation, number=number, agency_id=BUILDING, track="sanction", step=step, before="a",
                    after="b", actor_id=cast.vera.id, at=at, facts=facts,
                )
            )  # fmt: skip
        tx.commit()
    page = text(vera.get(PAGE))
    assert (figure(page, "fines"), figure(page, "sanctions")) == (50_000_000, 1)
    assert (figure(page, "stop-demands"), figure(page, "remedy-requests")) == (1, 1)


# --- words, handing in ----------------------------------------------------------------------------


def test_words_are_kept_and_an_older_page_does_not_win(cast: Cast, vera: Client) -> None:
    address = f"{PAGE}/2026/words"
    old = fields_of(vera.get(address))
    assert send(vera, address, leading="Đã ban hành kế hoạch.", difficulties="Thiếu người.").status_code == 302
    assert "Đã ban hành kế hoạch." in text(vera.get(PAGE))
    old["leading"] = "Khác"
    assert vera.post(address, data=old).status_code == 409
    assert "Đã ban hành kế hoạch." not in text(cast.client(cast.victor).get(PAGE))


def test_a_report_is_handed_in_once_and_stays_as_it_was(cast: Cast, vera: Client, year: None) -> None:
    fields = fields_of(vera.get(PAGE), "hand-in")
    answers = [vera.post(f"{PAGE}/2026/hand-in", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    with cast.reading() as tx:
        (row,) = tx.scalars(select(ReportRow)).all()
    assert (row.number, row.kind, row.agency_id) == ("01/BC-SXD", "agency", BUILDING)
    assert read_paper(row.content).sha256 == row.sha256
    assert len(row.sources["findings"]) == 3
    an_accident(cast, deaths=9)
    said = Document(io.BytesIO(vera.get(f"{PAGE}/handed-in/{row.id}.docx").data))
    cells = [cell.text for table in said.tables for line in table.rows for cell in line.cells]
    at = cells.index("Số người chết")
    assert cells[at + 2] == "3"
    assert cast.client(cast.victor).get(f"{PAGE}/handed-in/{row.id}.pdf").status_code == 404


def test_a_correction_is_a_new_report_with_a_new_number(cast: Cast, vera: Client) -> None:
    for _ in range(2):
        vera.post(f"{PAGE}/2026/hand-in", data=fields_of(vera.get(PAGE), "hand-in"))
    with cast.reading() as tx:
        assert sorted(row.number for row in tx.scalars(select(ReportRow))) == ["01/BC-SXD", "02/BC-SXD"]


@pytest.mark.parametrize("player", ["alice", "adam"])
def test_not_everybody_hands_in(cast: Cast, player: str) -> None:
    client = cast.client(getattr(cast, player))
    page = client.get(PAGE)
    assert "hand-in" not in text(page)
    token = {"csrf_token": fields_of(page, "theme")["csrf_token"], "report": str(uuid4())}
    assert client.post(f"{PAGE}/2026/hand-in", data=token).status_code == 403


def test_late_agencies_are_listed(cast: Cast, vera: Client, cora: Client) -> None:
    vera.post(f"{PAGE}/2026/hand-in", data=fields_of(vera.get(PAGE), "hand-in"))
    page = text(cora.get(PAGE, query_string={"kind": "consolidated"}))
    assert "Còn 18 ngày" in page
    assert "Chậm báo cáo" not in page
    cast.set_clock(datetime(2026, 12, 10, 1, 0, tzinfo=UTC))
    page = text(cora.get(PAGE, query_string={"kind": "consolidated"}))
    late = page.partition("Chậm báo cáo:")[2].partition("</p>")[0]
    assert "Ban Quản lý các khu công nghiệp" in late
    assert "Xây dựng" not in late
    assert "Đã đến hạn gửi" in page


# --- targets --------------------------------------------------------------------------------------


def test_the_definition_is_chosen_by_the_coordinator_and_printed(cast: Cast, vera: Client, cora: Client) -> None:
    assert "chưa được Sở Nội vụ quyết định" in text(vera.get(PAGE))
    assert vera.get(f"{PAGE}/targets").status_code == 403
    page = cora.get(f"{PAGE}/targets")
    chosen = {"base_year": "2025", "counted": "cases", "workers": "all", "document": "12/QĐ-SNV"}
    fields = change(fields_of(page), {**chosen, "what": "choice"})
    assert cora.post(f"{PAGE}/targets", data=fields).status_code == 302
    for of, value in ((2025, "500000"), (2026, "500000")):
        given = {"what": "figure", "year": str(of), "name": "workers-all", "value": value, "source": "Niên giám"}
        assert cora.post(f"{PAGE}/targets", data=change(fields_of(page), given)).status_code == 302
    an_accident(cast, happened_on=date(2025, 5, 5))
    an_accident(cast, deaths=3)
    page_now = text(vera.get(PAGE))
    assert "Theo 12/QĐ-SNV." in page_now
    assert "0,20" in page_now
    assert "0,19" in page_now
    assert "Chưa đạt" in page_now


# --- files ----------------------------------------------------------------------------------------


def test_word_and_pdf_say_the_same_and_excel_and_csv_hold_the_numbers(vera: Client, year: None) -> None:
    answer = {form: vera.get(f"{PAGE}/2026.{form}") for form in ("pdf", "docx", "xlsx", "csv")}
    assert {form: each.status_code for form, each in answer.items()} == dict.fromkeys(answer, 200)
    word = Document(io.BytesIO(answer["docx"].data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    words = " ".join([*cells, *(each.text for each in word.paragraphs)])
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer["pdf"].data)).pages)
    for said in ("Số vụ tai nạn lao động", "BÁO CÁO", "năm gốc 2025", "ĐỀ XUẤT, KIẾN NGHỊ"):
        assert " ".join(said.split()) in " ".join(words.split())
        assert " ".join(said.split()) in " ".join(pages.split())
    rows = list(csv.DictReader(io.StringIO(text(answer["csv"]).lstrip("\ufeff"))))
    sheet = load_workbook(io.BytesIO(answer["xlsx"].data))["data"]
    by_code = {row[1].value: row[5].value for row in sheet.iter_rows(min_row=2)}
    assert by_code["deaths"] == 3
    assert {row["code"]: row["value"] for row in rows}["deaths"] == "3"


def test_statistics_of_a_period_and_place(cast: Cast, vera: Client, year: None) -> None:
    page = text(vera.get(f"{PAGE}/statistics", query_string={"first": "2025-01-01", "last": "2025-12-31"}))
    assert "01/01/2025" in page
    asked = {"first": "2025-01-01", "last": "2025-12-31", "format": "csv"}
    rows = csv.DictReader(io.StringIO(text(vera.get(f"{PAGE}/statistics.csv", query_string=asked)).lstrip("\ufeff")))
    told = {row["code"]: row["value"] for row in rows}
    assert (told["findings"], told["accidents"], told["trained"]) == ("1", "1", "0")
    nowhere = vera.get(f"{PAGE}/statistics.csv", query_string={"commune": "05443"})
    assert {row["value"] for row in csv.DictReader(io.StringIO(text(nowhere).lstrip("\ufeff")))} == {"0"}
    for form in ("pdf", "docx", "xlsx"):
        assert vera.get(f"{PAGE}/statistics.{form}").status_code == 200
    assert vera.get(f"{PAGE}/statistics", query_string={"first": "gestern"}).status_code == 422


def test_the_duties_are_shown(vera: Client) -> None:
    page = text(vera.get(f"{PAGE}/duties"))
    assert "Sở Nội vụ trước 10/12" in page
    assert "run.py report annual" in page


def test_the_command_writes_every_form(cast: Cast, year: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ground(cast.app).settings
    monkeypatch.setenv("INSPECT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("INSPECT_DATA_DIR", str(settings.data_dir))
    for form in ("pdf", "docx", "xlsx", "csv"):
        path = tmp_path / f"report.{form}"
        main(["report", "annual", str(path), "--year", "2026"])
        assert path.stat().st_size > 500
    rows = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text("utf-8-sig"))))
    assert {row["code"]: row["value"] for row in rows}["accidents"] == "3"
    main(["report", "annual", str(tmp_path / "one.csv"), "--year", "2026", "--agency", BUILDING])
    rows = list(csv.DictReader(io.StringIO((tmp_path / "one.csv").read_text("utf-8-sig"))))
    assert {row["code"]: row["value"] for row in rows}["accidents"] == "2"
    with pytest.raises(SystemExit):
        main(["report", "annual", str(tmp_path / "x.exe")])


def test_the_report_of_a_year_is_as_the_reader_s_agency(cast: Cast, year: None) -> None:
    with ground(cast.app).reading() as tx:
        tx.info["scope"] = Scope.of(LABOUR)
        report = reports.build(tx, 2026, reports.AGENCY, LABOUR, now=NOW)
    assert {each.value for each in report.figures} == {0}


@pytest.mark.parametrize("address", ["1.pdf", "2101.csv", "1/words", "1/figures/findings"])
def test_there_is_no_report_of_a_year_that_cannot_be(vera: Client, address: str) -> None:
    assert vera.get(f"{PAGE}/{address}").status_code == 404
