"""Quản trị: accounts and phones of the agency."""

import pytest
from sqlalchemy import func, select

from inspect_app.domain.people import Role
from inspect_app.store.tables import AuditRow, Person
from tests.cast import Cast, Client
from tests.pages.browsing import fields_of, send

NEW = "/desk/people/new"
GOOD = {
    "name": "Đặng Thị Mai",
    "title": "Chuyên viên",
    "username": "so-xay-dung.mai",
    "role": "inspector",
    "password": "một mật khẩu đủ dài",
}


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.adam)


def person(cast: Cast, username: str) -> Person | None:
    with cast.reading() as tx:
        return tx.scalar(select(Person).where(Person.username == username))


def test_a_new_person_belongs_to_the_administrators_agency(desk: Client, cast: Cast) -> None:
    assert send(desk, NEW, **GOOD).status_code == 302

    made = person(cast, "so-xay-dung.mai")
    assert made is not None
    assert (made.agency_id, made.role, made.name) == (cast.adam.agency, Role.INSPECTOR, "Đặng Thị Mai")
    assert "so-xay-dung.mai" in desk.get("/desk/people").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("username", "Mai Viết Hoa", "Chỉ dùng chữ thường"),
        ("password", "ngắn", "ít nhất 10 ký tự"),
        ("name", "", "Nhập họ và tên."),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_stays(desk: Client, cast: Cast, field: str, value: str, told: str) -> None:
    answer = send(desk, NEW, **GOOD | {field: value})

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert fields_of(answer)["title"] == "Chuyên viên"
    assert "một mật khẩu đủ dài" not in answer.get_data(as_text=True)
    assert person(cast, value or GOOD["username"]) is None


def test_a_name_is_given_once(desk: Client, cast: Cast) -> None:
    send(desk, NEW, **GOOD)
    again = send(desk, NEW, **GOOD)

    assert again.status_code == 422
    assert "Tên đăng nhập đã có" in again.get_data(as_text=True)
    with cast.reading() as tx:
        assert tx.scalars(select(func.count(Person.id)).where(Person.username == GOOD["username"])).one() == 1


def test_a_closed_account_is_signed_out_at_once(desk: Client, cast: Cast) -> None:
    bob = cast.client(cast.bob)
    where = f"/desk/people/{cast.bob.username}"
    fields = fields_of(desk.get(where), f"{where}/disable")

    for _ in range(2):
        assert desk.post(f"{where}/disable", data=fields).status_code == 302

    assert bob.get("/api/v1/session").status_code == 401
    with cast.reading() as tx:
        assert len(tx.scalars(select(AuditRow).where(AuditRow.action == "person.disabled")).all()) == 1


def test_a_new_password_opens_the_account_again(desk: Client, cast: Cast) -> None:
    where = f"/desk/people/{cast.bob.username}"
    send(desk, where, f"{where}/disable")

    assert send(desk, where, f"{where}/reset", password="mật khẩu mới dài").status_code == 302

    found = person(cast, cast.bob.username)
    assert found is not None
    assert found.disabled_at is None


def test_nobody_closes_the_own_account(desk: Client, cast: Cast) -> None:
    other = f"/desk/people/{cast.bob.username}"
    fields = fields_of(desk.get(other), f"{other}/disable")

    answer = desk.post(f"/desk/people/{cast.adam.username}/disable", data=fields)

    assert answer.status_code == 409
    assert desk.get("/desk/people").status_code == 200


@pytest.mark.parametrize("step", ["", "/reset", "/disable"])
def test_people_of_another_agency_do_not_exist_here(desk: Client, cast: Cast, step: str) -> None:
    mine = f"/desk/people/{cast.bob.username}"
    fields = fields_of(desk.get(mine), f"{mine}/reset")
    fields["password"] = "mật khẩu rất dài"
    where = f"/desk/people/{cast.carol.username}{step}"

    answer = desk.post(where, data=fields) if step else desk.get(where)

    assert answer.status_code == 404
    assert cast.carol.name not in desk.get("/desk/people").get_data(as_text=True)


@pytest.mark.parametrize("player", ["alice", "vera", "cora", "auth"])
def test_only_an_administrator_enters(cast: Cast, player: str) -> None:
    client = cast.client(getattr(cast, player))

    for where in ("/desk/people", NEW, f"/desk/people/{cast.bob.username}"):
        assert client.get(where).status_code == 403
