"""POST /api/v1/sync/pull and the visit document."""

import json
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from inspect_app.store import changes
from inspect_app.store.tables import Inspection, TeamMember
from tests import builders
from tests.builders import NOW, NOW_MS, Phone
from tests.cast import BUILDING, PULL, PUSH, ZONES, Cast, Client


def pull(client: Client, read: dict[str, int] | None = None, **fields: Any) -> dict[str, Any]:
    answer = client.post(PULL, json={"epoch": None, "cur": read or {}, "limit_bytes": 262_144, **fields})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    page: dict[str, Any] = answer.get_json()
    return page


def tell(cast: Cast, person: UUID, kind: str, inspection: UUID) -> None:
    with cast.writing() as tx:
        changes.tell(tx, person, kind, inspection)
        tx.commit()


@pytest.fixture
def insp(cast: Cast) -> UUID:
    made = cast.inspection(cast.alice, cast.bob, checklists=[("GEN", 1), ("XDK", 1)])
    tell(cast, cast.alice.id, "visit", made)
    return made


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return cast.phone(cast.alice)


def test_a_new_phone_learns_of_its_visits(cast: Cast, client: Client, insp: UUID) -> None:
    page = pull(client)

    own = f"u:{cast.alice.id}"
    assert page["scopes"] == {own: 1, str(insp): 0}
    assert [seq for seq, _ in page["ch"][own]] == [1]
    assert page["ch"][own][0][1]["visit"]["id"] == str(insp)
    assert (page["more"], page["server_time"], page["epoch"][:2]) == (False, NOW_MS, "e_")


def test_the_visit_document_holds_what_is_taken_along(cast: Cast, client: Client, insp: UUID) -> None:
    visit = pull(client)["ch"][f"u:{cast.alice.id}"][0][1]["visit"]

    assert visit["site"]["commune"] == {"code": builders.COMMUNE, "name": "Phường Đức Xuân"}
    assert visit["site"]["contacts"][0]["phone"] == "0912000000"
    assert visit["my_role"] == "leader"
    assert [(each["name"], each["role"]) for each in visit["team"]] == [
        (cast.alice.name, "leader"),
        (cast.bob.name, "member"),
    ]
    assert [(each["code"], each["version"], each["url"]) for each in visit["checklists"]] == [
        ("GEN", 1, "/api/v1/checklists/GEN/1"),
        ("XDK", 1, "/api/v1/checklists/XDK/1"),
    ]
    assert visit["checklists"][0]["items"] == 45
    assert visit["province"]["min_lat"] < visit["site"]["lat"] < visit["province"]["max_lat"]
    assert (visit["window"], visit["decision"]) == (["2026-11-22", "2026-11-22"], {"no": "", "date": None})
    assert (visit["history"], visit["open_violations"], visit["revoked"]) == ([], [], False)


def test_what_other_agencies_found_there_is_taken_along_in_few_fields(cast: Cast, client: Client) -> None:
    with cast.writing() as tx:
        contractor = builders.an_organisation(tx, "Nhà thầu chính")
        site = builders.a_site(tx, parties=[(contractor, "main-contractor")])
        elsewhere = builders.a_site(tx, contractor, name="Công trình khác")
        stranger = builders.a_site(tx, name="Không liên quan")
        before = builders.an_inspection(
            tx, ZONES, [cast.carol.id], site=site, state="approved", failing=2, visited_on=builders.TODAY
        )
        builders.a_violation(tx, before, item="GEN-01", title="Ở công trình này")
        builders.a_violation(tx, before, item="GEN-02", remedy_status="closed")
        other = builders.an_inspection(tx, ZONES, [cast.carol.id], site=elsewhere)
        builders.a_violation(tx, other, item="GEN-03", title="Của nhà thầu", severity=4)
        unrelated = builders.an_inspection(tx, ZONES, [cast.carol.id], site=stranger)
        builders.a_violation(tx, unrelated, item="GEN-04", title="Của người khác")
        mine = builders.an_inspection(tx, BUILDING, [cast.alice.id], site=site)
        changes.tell(tx, cast.alice.id, "visit", mine.id)
        tx.commit()

    visit = pull(client)["ch"][f"u:{cast.alice.id}"][0][1]["visit"]

    assert [(each["title"], each["agency"]) for each in visit["open_violations"]] == [
        ("Của nhà thầu", "Ban Quản lý các KCN"),
        ("Ở công trình này", "Ban Quản lý các KCN"),
    ]
    assert set(visit["open_violations"][0]) == {
        "id", "code", "item", "title", "severity", "deadline", "remedy_status", "found_on", "agency", "organisation",
        "photo",
    }  # fmt: skip
    assert [each["photo"] for each in visit["open_violations"]] == [None, None]
    assert [(each["number"], each["failing"]) for each in visit["history"]] == [(before.number, 2)]


def test_everybodys_operations_come_in_order(cast: Cast, client: Client, insp: UUID, phone: Phone) -> None:
    bobs = cast.phone(cast.bob)
    his = [bobs.answer(insp, "GEN-01", "fail"), bobs.comment(insp, "GEN-01", "Cửa khóa")]
    mine = phone.answer(insp, "GEN-01", "pass")
    cast.client(cast.bob).post(PUSH, json=bobs.batch((insp, his)))
    client.post(PUSH, json=phone.batch((insp, [mine])))

    rows = pull(client)["ch"][str(insp)]

    assert [(seq, change["op"]) for seq, change in rows] == [(1, his[0]), (2, his[1]), (3, mine)]
    assert rows[0][1] == {
        "op": his[0],
        "by": str(cast.bob.id),
        "by_name": cast.bob.name,
        "device": str(bobs.device),
        "received": NOW_MS,
    }


def test_only_what_is_new_comes_again(cast: Cast, client: Client, insp: UUID, phone: Phone) -> None:
    client.post(PUSH, json=phone.batch((insp, [phone.comment(insp, "", "1"), phone.comment(insp, "", "2")])))
    heads = pull(client)["scopes"]

    assert pull(client, heads)["ch"] == {}
    assert [seq for seq, _ in pull(client, {**heads, str(insp): 1})["ch"][str(insp)]] == [2]


def test_held_operations_are_not_handed_out(client: Client, insp: UUID, phone: Phone) -> None:
    client.post(PUSH, json=phone.batch((insp, [phone.answer(insp, "GEN-01", "maybe")])))

    assert str(insp) not in pull(client)["ch"]


def test_a_visit_told_three_times_is_rendered_once(cast: Cast, client: Client, insp: UUID) -> None:
    other = cast.inspection(cast.alice)
    for each in (other, insp, insp):
        tell(cast, cast.alice.id, "visit", each)

    told = pull(client)["ch"][f"u:{cast.alice.id}"]

    assert [(seq, change["visit"]["id"]) for seq, change in told] == [(2, str(other)), (4, str(insp))]


def test_who_left_the_team_is_told_and_sees_no_more(cast: Cast, client: Client, insp: UUID, phone: Phone) -> None:
    client.post(PUSH, json=phone.batch((insp, [phone.comment(insp, "", "1")])))
    read = pull(client)["scopes"]
    with cast.writing() as tx:
        tx.execute(update(TeamMember).where(TeamMember.person_id == cast.alice.id).values(removed_at=NOW))
        changes.tell(tx, cast.alice.id, "gone", insp)
        tx.commit()

    page = pull(client, {f"u:{cast.alice.id}": read[f"u:{cast.alice.id}"]})

    assert str(insp) not in page["scopes"]
    assert page["ch"] == {f"u:{cast.alice.id}": [[page["scopes"][f"u:{cast.alice.id}"], {"gone": str(insp)}]]}


def test_pages_are_small_and_lose_nothing(cast: Cast, client: Client, insp: UUID, phone: Phone) -> None:
    ops = [phone.comment(insp, "", f"{n} " + "đ" * 500) for n in range(60)]
    client.post(PUSH, json=phone.batch((insp, ops)))
    read: dict[str, int] = {}
    seen: list[Any] = []
    pages = 0
    while True:
        page = pull(client, read, limit_bytes=4096)
        pages += 1
        for scope, rows in page["ch"].items():
            read[scope] = rows[-1][0]
            if scope == str(insp):
                seen += [change["op"] for _, change in rows]
        if not page["more"]:
            break

    assert seen == ops
    assert pages > 5
    assert read == page["scopes"]


def test_a_change_larger_than_a_page_still_comes(client: Client, insp: UUID, phone: Phone) -> None:
    op = phone.comment(insp, "", "đ" * 20_000)
    client.post(PUSH, json=phone.batch((insp, [op])))
    first = pull(client, limit_bytes=1)

    rest = pull(client, {scope: rows[-1][0] for scope, rows in first["ch"].items()}, limit_bytes=1)

    assert (first["more"], rest["more"]) == (True, False)
    assert rest["ch"][str(insp)][0][1]["op"] == op


def test_a_cursor_from_the_future_begins_again(cast: Cast, client: Client, insp: UUID) -> None:
    own = f"u:{cast.alice.id}"

    assert [seq for seq, _ in pull(client, {own: 999})["ch"][own]] == [1]


def test_another_persons_scope_is_not_answered(cast: Cast, client: Client, insp: UUID, noise: UUID) -> None:
    tell(cast, cast.carol.id, "visit", noise)

    answer = client.post(PULL, json={"epoch": None, "cur": {f"u:{cast.carol.id}": 0, str(noise): 0}})

    assert set(answer.get_json()["scopes"]) == {f"u:{cast.alice.id}", str(insp)}
    assert "NOISE" not in answer.get_data(as_text=True)
    assert str(noise) not in answer.get_data(as_text=True)


def test_a_joint_visit_of_another_agency_is_whole(cast: Cast) -> None:
    joint = cast.inspection(cast.alice, cast.carol)
    tell(cast, cast.carol.id, "visit", joint)
    carol = cast.client(cast.carol)
    carols = cast.phone(cast.carol)
    carol.post(PUSH, json=carols.batch((joint, [carols.comment(joint, "", "Của Châu")])))

    page = pull(carol)

    assert page["ch"][f"u:{cast.carol.id}"][0][1]["visit"]["team"][1]["agency"] == "Ban Quản lý các KCN"
    assert page["ch"][str(joint)][0][1]["by_name"] == cast.carol.name


@pytest.mark.parametrize(("state", "is_there"), [("approved", True), ("cancelled", False), ("complete", True)])
def test_which_visits_are_in_reach(cast: Cast, client: Client, insp: UUID, state: str, is_there: bool) -> None:
    with cast.writing() as tx:
        tx.execute(update(Inspection).values(state=state, approved_at=NOW))
        tx.commit()

    assert (str(insp) in pull(client)["scopes"]) is is_there


def test_a_long_approved_visit_is_left_behind(cast: Cast, client: Client, insp: UUID) -> None:
    with cast.writing() as tx:
        tx.execute(update(Inspection).values(state="approved", approved_at=NOW.replace(month=9)))
        tx.commit()

    assert str(insp) not in pull(client)["scopes"]


def test_submitting_tells_the_team(cast: Cast, client: Client, insp: UUID, phone: Phone) -> None:
    client.post(PUSH, json=phone.batch((insp, [phone.submit(insp)])))

    told = pull(cast.client(cast.bob))["ch"][f"u:{cast.bob.id}"]

    assert [change["visit"]["state"] for _, change in told] == ["complete"]


def test_another_epoch(client: Client) -> None:
    answer = client.post(PULL, json={"epoch": "e_old", "cur": {}})

    assert (answer.status_code, answer.get_json()["code"]) == (409, "epoch-changed")


@pytest.mark.parametrize("fields", [{"cur": {"u:x": "1"}}, {"cur": []}, {"cur": {"x": -1}}, {"limit_bytes": "many"}])
def test_what_is_no_pull(client: Client, fields: dict[str, Any]) -> None:
    answer = client.post(PULL, json={"epoch": None, **fields})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-request")


def test_without_a_session(app: Flask) -> None:
    assert Client(app).post(PULL, json={"cur": {}}).status_code == 401


def test_the_answer_is_plain_json(client: Client, insp: UUID, phone: Phone) -> None:
    op = phone.comment(insp, "", 'Dấu "ngoặc", \\ và 🔒 </script>')
    client.post(PUSH, json=phone.batch((insp, [op])))

    answer = client.post(PULL, json={"epoch": None, "cur": {}})

    assert answer.mimetype == "application/json"
    assert json.loads(answer.get_data())["ch"][str(insp)][0][1]["op"] == op
