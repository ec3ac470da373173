"""Tai nạn lao động, số liệu ATVSLĐ, and the right to health data."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from inspect_app.domain.accidents import investigation_due
from inspect_app.domain.osh_records import KINDS
from inspect_app.store.tables import Accident, AuditRow, Organisation, OshRecord
from tests import builders
from tests.builders import COMMUNE
from tests.cast import BUILDING, ZONES, Cast, Client
from tests.pages.browsing import fields_of, send

LIST, NEW, TABLE = "/desk/reports/accidents", "/desk/reports/accidents/new", "/desk/reports/accidents/table"
RECORDS = "/desk/reports/records"
FATAL = {"happened_on": "2026-11-02", "commune_code": COMMUNE, "deaths": "1", "place": "Mỏ đá số 3"}


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def unit(cast: Cast) -> Organisation:
    with cast.writing() as tx:
        row = builders.an_organisation(tx, "Công ty Mỏ Đá")
        builders.a_site(tx, row, name="Mỏ đá Quang Sơn")
        tx.commit()
        return row


def accidents(cast: Cast) -> list[Accident]:
    with cast.reading() as tx:
        return list(tx.scalars(select(Accident).order_by(Accident.recorded_at, Accident.id)))


def records(cast: Cast) -> list[OshRecord]:
    with cast.reading() as tx:
        return list(tx.scalars(select(OshRecord)))


def audited(cast: Cast, action: str) -> list[AuditRow]:
    with cast.reading() as tx:
        return list(tx.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.seq)))


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def upload(client: Client, address: str, content: bytes, name: str = "bang.csv", **fields: str) -> TestResponse:
    form: dict[str, Any] = dict(fields_of(client.get(address)).items())
    form |= {**fields, "file": FileStorage(io.BytesIO(content), name)}
    return client.post(address, data=form, content_type="multipart/form-data")


def allow_health(cast: Cast, person: str) -> None:
    answer = send(cast.client(cast.adam), "/desk/reports/health-right", person=person, reason="Tổng hợp")
    assert answer.status_code == 302, text(answer)


# --- accidents --------------------------------------------------------------------------------


def test_an_accident_is_taken_in_with_its_employer_and_only_site(cast: Cast, vera: Client, unit: Organisation) -> None:
    answer = send(vera, NEW, **FATAL, tax_code=str(unit.tax_code), cause="untrained", factor="struck")
    assert answer.status_code == 302, text(answer)
    (row,) = accidents(cast)
    assert (row.agency_id, row.deaths, row.victims, row.organisation_id) == (BUILDING, 1, 1, unit.id)
    assert row.site_id is not None
    (entry,) = audited(cast, "accident.entered")
    assert entry.facts["deaths"] == 1
    page = text(vera.get(LIST))
    assert "Công ty Mỏ Đá" in page
    assert "Hạn 02/12/2026" in page


def test_the_same_form_twice_makes_one(cast: Cast, vera: Client) -> None:
    fields = fields_of(vera.get(NEW))
    for name, value in FATAL.items():
        fields[name] = value
    assert [vera.post(NEW, data=fields).status_code for _ in range(2)] == [302, 302]
    assert len(accidents(cast)) == len(audited(cast, "accident.entered")) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"deaths": "0"}, "Chưa có người bị nạn"),
        ({"women": "2"}, "Nhiều hơn số người bị nạn"),
        ({"happened_on": "2026-12-24"}, "Ngày không hợp lý"),
        ({"tax_code": "0000000000"}, "Chưa có đơn vị với mã số thuế này"),
        ({"commune_code": "99999"}, "Not a valid choice"),
        ({"deaths": "-1"}, "Từ 0 đến 10.000"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    cast: Cast, vera: Client, changed: Mapping[str, str], told: str
) -> None:
    answer = send(vera, NEW, **{**FATAL, **changed})
    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="Mỏ đá số 3"' in text(answer)
    assert accidents(cast) == []


def test_a_correction_is_written_down_and_an_older_page_does_not_win(cast: Cast, vera: Client) -> None:
    send(vera, NEW, **FATAL)
    (row,) = accidents(cast)
    address = f"{LIST}/{row.id}"
    old = fields_of(vera.get(address))
    assert send(vera, address, seriously_injured="2").status_code == 302
    (changed,) = audited(cast, "accident.changed")
    assert changed.facts == {"seriously_injured": [0, 2], "victims": [1, 3]}
    old["injured"] = "4"
    answer = vera.post(address, data=old)
    assert answer.status_code == 422
    assert accidents(cast)[0].injured == 0


def test_a_mistake_is_withdrawn_not_deleted(cast: Cast, vera: Client) -> None:
    send(vera, NEW, **FATAL)
    (row,) = accidents(cast)
    page = f"{LIST}/{row.id}"
    token = fields_of(vera.get(page), "withdraw")
    token["reason"] = "Ghi trùng"
    assert [vera.post(f"{page}/withdraw", data=token).status_code for _ in range(2)] == [302, 302]
    assert accidents(cast)[0].withdrawn_reason == "Ghi trùng"
    assert len(audited(cast, "accident.withdrawn")) == 1
    assert "Mỏ đá số 3" not in text(vera.get(LIST))


def test_another_agency_s_accident_is_not_there(cast: Cast, vera: Client) -> None:
    send(cast.client(cast.victor), NEW, **FATAL)
    (row,) = accidents(cast)
    assert row.agency_id == ZONES
    assert vera.get(f"{LIST}/{row.id}").status_code == 404
    assert "Mỏ đá số 3" not in text(vera.get(LIST))
    cora = cast.client(cast.cora)
    assert "Mỏ đá số 3" in text(cora.get(LIST))
    assert cora.post(f"{LIST}/{row.id}", data=fields_of(cora.get(f"{LIST}/{row.id}"))).status_code == 403


@pytest.mark.parametrize("player", ["bob", "adam"])
def test_only_the_office_takes_in(cast: Cast, player: str) -> None:
    assert cast.client(getattr(cast, player)).get(NEW).status_code == 403


@pytest.mark.parametrize(("deaths", "seriously", "due"), [(1, 0, 30), (0, 2, 20), (0, 1, 7), (0, 0, 4)])
def test_how_long_an_investigation_may_take(deaths: int, seriously: int, due: int) -> None:
    assert (investigation_due(date(2026, 11, 1), deaths, seriously) - date(2026, 11, 1)).days == due


# --- tables -----------------------------------------------------------------------------------

HEAD_WORDS = ("Ngày xảy ra", "Mã xã, phường", "Số chết", "Số bị thương nhẹ", "Có hợp đồng lao động", "Nguyên nhân")
HEAD = ",".join(f'"{each}"' for each in HEAD_WORDS)


def test_a_commune_s_table_is_taken_in_once(cast: Cast, vera: Client) -> None:
    table = f"{HEAD}\n05/03/2026,1840,1,,không,Khách quan\\, khó tránh\n05/03/2026,01840,,2,có,".replace(
        "Khách quan\\, khó tránh", '"Khách quan, khó tránh"'
    )
    assert upload(vera, TABLE, table.encode()).status_code == 302
    assert upload(vera, TABLE, table.encode("utf-8-sig")).status_code == 302
    rows = accidents(cast)
    assert sorted((row.deaths, row.injured, row.has_contract, row.cause) for row in rows) == [
        (0, 2, True, ""),
        (1, 0, False, "objective"),
    ]
    assert {row.source for row in rows} == {"commune"}


def test_a_workbook_is_a_table_too(cast: Cast, vera: Client) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ngày xảy ra", "Mã xã, phường", "Số bị thương nặng"])
    sheet.append([date(2026, 5, 4), "01840", 1])
    out = io.BytesIO()
    book.save(out)
    assert upload(vera, TABLE, out.getvalue(), "bang.xlsx").status_code == 302
    assert accidents(cast)[0].happened_on == date(2026, 5, 4)


def test_one_wrong_line_keeps_the_whole_table_out(cast: Cast, vera: Client) -> None:
    table = f"{HEAD}\n05/03/2026,01840,1,,có,\n31/02/2026,99999,x,,có,\n05/03/2026,01840,0,0,có,"
    answer = upload(vera, TABLE, table.encode())
    assert answer.status_code == 422
    assert "Dòng 3" in text(answer)
    assert "Dòng 4: không có người bị nạn nào" in text(answer)
    assert accidents(cast) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04not a zip", b"Cot la\n1", b"\x00\x01\x02"])
def test_what_is_no_table_is_told(cast: Cast, vera: Client, content: bytes) -> None:
    answer = upload(vera, TABLE, content)
    assert answer.status_code == 422
    assert accidents(cast) == []


# --- declarations and health data -----------------------------------------------------------------


def test_a_declaration_is_entered_listed_and_withdrawn(cast: Cast, vera: Client, unit: Organisation) -> None:
    address = f"{RECORDS}/training/new"
    given = {"tax_code": str(unit.tax_code), "day": "2026-10-31", "figure_due": "40", "figure_trained": "38"}
    assert send(vera, address, **given, detail="Nhóm 3").status_code == 302
    (row,) = records(cast)
    assert (row.year, row.figures, row.detail) == (2026, {"due": 40, "trained": 38}, "Nhóm 3")
    page = vera.get(f"{RECORDS}/training")
    assert "Công ty Mỏ Đá" in text(page)
    token = fields_of(page, "withdraw")
    token["reason"] = "Sai"
    assert vera.post(f"{RECORDS}/training/{row.id}/withdraw", data=token).status_code == 302
    assert "Công ty Mỏ Đá" not in text(vera.get(f"{RECORDS}/training"))


def test_figures_that_do_not_fit_are_refused(cast: Cast, vera: Client, unit: Organisation) -> None:
    given = {"tax_code": str(unit.tax_code), "day": "2026-10-31", "figure_due": "4", "figure_trained": "38"}
    answer = send(vera, f"{RECORDS}/training/new", **given)
    assert answer.status_code == 422
    assert "không thể nhiều hơn" in text(answer)
    assert records(cast) == []


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind.health])
def test_health_data_need_their_own_right_and_every_view_is_written_down(
    cast: Cast, vera: Client, unit: Organisation, code: str
) -> None:
    assert vera.get(f"{RECORDS}/{code}").status_code == 403
    assert vera.get(f"{RECORDS}/{code}/new").status_code == 403
    allow_health(cast, str(cast.vera.id))
    detail = {"detail": "Bụi phổi silic"} if KINDS[code].detail else {}
    given = {"tax_code": str(unit.tax_code), "day": "2026-10-31", **detail}
    assert send(vera, f"{RECORDS}/{code}/new", **given).status_code == 302
    assert "Công ty Mỏ Đá" in text(vera.get(f"{RECORDS}/{code}"))
    (row,) = records(cast)
    seen = audited(cast, "health.viewed")
    assert [(each.subject, each.actor_id, each.facts["rows"]) for each in seen] == [
        (f"health:{code}", cast.vera.id, [str(row.id)])
    ]
    assert "figures" not in audited(cast, "record.entered")[0].facts


def test_the_right_ends_when_it_is_taken_back(cast: Cast, vera: Client) -> None:
    allow_health(cast, str(cast.vera.id))
    adam = cast.client(cast.adam)
    page = "/desk/reports/health-right"
    token = fields_of(adam.get(page), f"{cast.vera.id}/end")
    assert adam.post(f"{page}/{cast.vera.id}/end", data=token).status_code == 302
    assert vera.get(f"{RECORDS}/od-exam").status_code == 403
    assert [len(audited(cast, f"health.right-{what}")) for what in ("given", "ended")] == [1, 1]


def test_an_administrator_gives_the_right_to_own_people_only(cast: Cast) -> None:
    adam = cast.client(cast.adam)
    answer = send(adam, "/desk/reports/health-right", person=str(cast.victor.id), reason="x")
    assert answer.status_code == 422
    assert cast.client(cast.vera).get("/desk/reports/health-right").status_code == 403


def test_a_table_of_declarations_is_taken_in(cast: Cast, vera: Client, unit: Organisation) -> None:
    table = f"Mã số thuế;Ngày;Tổ chức quan trắc;Số mẫu đo;Số mẫu vượt giới hạn\n{unit.tax_code};31/10/2026;TT;1.200;3"
    assert upload(vera, f"{RECORDS}/monitoring/table", table.encode()).status_code == 302
    (row,) = records(cast)
    assert (row.figures, row.provider) == ({"samples": 1200, "exceeded": 3}, "TT")


def test_there_is_no_other_kind(vera: Client) -> None:
    assert vera.get(f"{RECORDS}/nothing").status_code == 404
    assert vera.get(f"{LIST}/{uuid4()}").status_code == 404
