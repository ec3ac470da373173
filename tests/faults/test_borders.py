"""Nothing of an agency is seen from outside it: no status, count or size tells that it is there."""

import csv
import io
from urllib.parse import quote
from uuid import uuid4

import openpyxl
import pytest

from tests.cast import PASSWORD
from tests.faults.world import Caller, File, Visit, World, a_photo, results, scope_of

pytestmark = pytest.mark.process

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}#{7*7}",
    "\u202egpj.exe\u2066 đảo chữ",
    "x" * 10_000,
    '=HYPERLINK("http://evil.example","bấm")',
    "+1+1",
    "@SUM(1)",
    "-2+3",
    "\uffff\x01\x1b[31m",
]


def test_another_agency_learns_nothing(world: World) -> None:
    cast, picture = world.cast, a_photo()
    visit = world.visit()
    photo = visit.phone.photo(visit.id, "GEN-01", picture)
    visit.push(visit.phone.answer(visit.id, "GEN-01", "fail"), photo, visit.phone.submit(visit.id))
    visit.file(picture).send()
    with cast.reading() as tx:
        from sqlalchemy import select

        from inspect_app.store.tables import Violation

        violation = tx.scalars(select(Violation.id).where(Violation.inspection_id == visit.id)).one()

    for player in (cast.carol, cast.victor):
        stranger, nowhere = world.caller(player), uuid4()
        for there, not_there in (
            (f"/api/v1/inspections/{visit.id}", f"/api/v1/inspections/{nowhere}"),
            (f"/api/v1/violations/{violation}", f"/api/v1/violations/{nowhere}"),
            (f"/desk/inspections/{visit.id}", f"/desk/inspections/{nowhere}"),
            (f"/desk/inspections/{visit.id}/positions.svg", f"/desk/inspections/{nowhere}/positions.svg"),
            (f"/desk/violations/{violation}", f"/desk/violations/{nowhere}"),
            *(
                (f"{visit.file(picture).path}/{size}", f"/api/v1/blobs/{nowhere}/{photo['sha']}/{size}")
                for size in ("thumb", "view", "original")
            ),
        ):
            one, other = stranger.get(there), stranger.get(not_there)
            assert one.status == other.status, there
            assert one.status in (403, 404), there
            blanked = [each.text.replace(str(gone), "") for each, gone in ((one, visit.id), (other, nowhere))]
            assert len(blanked[0].replace(str(violation), "")) == len(blanked[1]), there
        for listing in ("/api/v1/inspections", "/api/v1/violations", "/api/v1/follow-up"):
            assert str(visit.id) not in stranger.get(listing).text
            assert stranger.get(f"{listing}?agency=so-xay-dung").text.count('"id"') == 0
        assert str(visit.id) not in stranger.pull({str(visit.id): 0}).text
        probe = File(stranger, visit.id, picture)
        assert (probe.head().status, probe.create().status, probe.patch(0, b"x").status) == (404, 404, 404)


def test_two_agencies_on_one_joint_visit(world: World) -> None:
    cast = world.cast
    visit = world.visit(cast.alice, cast.carol)
    carols, carol = cast.phone(cast.carol), world.caller(cast.carol)
    picture = a_photo()
    ops = [carols.answer(visit.id, "GEN-01", "fail"), carols.photo(visit.id, "GEN-01", picture)]

    assert results(visit.push(visit.phone.answer(visit.id, "GEN-01", "pass"))) == ["ok"]
    assert results(scope_of(carol.push(carols.batch((visit.id, ops))))) == ["ok", "ok"]
    file = File(carol, visit.id, picture)
    file.send()

    assert {each.agency_id for each in world.operations(visit.id)} == {cast.alice.agency}
    assert [each.agency_id for each in world.blobs(file.sha256)] == [cast.alice.agency]
    assert [file.show("thumb").status, visit.file(picture).show("thumb").status] == [200, 200]
    assert File(world.caller(cast.victor), visit.id, picture).show("thumb").status == 404
    assert len(carol.pull({}).json["ch"][str(visit.id)]) == len(visit.caller.pull({}).json["ch"][str(visit.id)]) == 3


def test_hostile_words_stay_words_on_every_paper(world: World, visit: Visit) -> None:
    phone, insp = visit.phone, visit.id
    ops = [phone.answer(insp, "GEN-01", "fail"), *(phone.comment(insp, "GEN-01", text) for text in NASTY)]
    ops += [phone.finding(insp, "GEN-01", responsible_text=NASTY[5], deadline="2000-01-01")]
    ops += [phone.answer(insp, "GEN-02", "fail"), phone.finding(insp, "GEN-02", deadline="2100-12-31")]
    with world.no_surprise():
        assert set(results(visit.push(*ops, phone.submit(insp)))) == {"ok"}
        vera = world.caller(world.cast.vera)
        pages = [f"/desk/inspections/{insp}", "/desk/violations", "/desk/follow-up", "/desk/follow-up/paper", "/desk/"]
        for path in pages:
            page = vera.get(path)
            assert page.status == 200, path
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
            assert page.headers["cache-control"] == "no-store"
        for path in ("/api/v1/follow-up", "/api/v1/violations"):
            assert vera.get(path).headers["content-type"].startswith("application/json")
            table = vera.get(path, Accept="text/csv")
            assert table.status == 200
            cells = [cell for row in csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))) for cell in row]
            assert [cell[:20] for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        book = vera.get("/desk/follow-up.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.body)).active
    assert sheet is not None
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type in ("f", "e")] == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "javascript:1",
    ],
)
def test_signing_in_leads_nowhere_else(world: World, target: str) -> None:
    stranger = world.stranger()
    path = f"/desk/sign-in?next={quote(target, safe='')}"
    page = stranger.get(path)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    form_cookie = page.headers["set-cookie"].split(";", 1)[0]
    body = f"csrf_token={quote(token)}&username={world.cast.vera.username}&password={quote(PASSWORD)}".encode()
    kind = "application/x-www-form-urlencoded"

    refused = stranger.call("POST", path, body.replace(b"csrf_token=", b"other="), Content_Type=kind)
    entered = stranger.call("POST", path, body, Content_Type=kind, Cookie=form_cookie)

    assert refused.status == 400
    assert entered.status == 302
    # "/%09/…" is a path of ours, if an odd one: a browser does not unpack it.
    assert entered.headers["location"] in ("/", "/%09/evil.example")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_no_path_leads_out_of_its_folder(world: World, visit: Visit) -> None:
    caller = visit.caller
    build = caller.get("/field/").text.split("/assets/", 1)[1].split("/", 1)[0]
    for path in (
        f"/assets/{build}/../../setup.cfg",
        f"/assets/{build}/..%2f..%2fsetup.cfg",
        f"/assets/{build}/%2e%2e/run.py",
        f"/api/v1/blobs/{visit.id}/..%2f..%2fserver.log/thumb",
        f"/api/v1/blobs/{visit.id}/{'a' * 63}%0a/original",
        "/api/v1/checklists/..%2fGEN/1",
    ):
        answer = Caller(world.server.port, caller.cookie.removeprefix("inspect=")).get(path)
        assert answer.status in (400, 403, 404, 422), path
