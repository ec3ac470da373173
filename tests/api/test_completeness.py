"""Submit declares; the inspection becomes complete by itself; and anybody may ask what the server holds."""

import hashlib
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from inspect_app.services import markers
from inspect_app.store import changes
from inspect_app.store.tables import Inspection, Photo
from inspect_app.web.request import ground
from tests.builders import NOW, Op, new_id
from tests.cast import BUILDING, PULL, Cast, Client, Player
from tests.held_cast import push
from tests.pages.test_devices import b64

HOLDINGS = "/api/v1/sync/holdings"


def upload(cast: Cast, player: Player, visit: UUID, content: bytes) -> None:
    sha = hashlib.sha256(content).hexdigest()
    metadata = f"sha256 {b64(sha)},inspection {b64(str(visit))},mime {b64('image/jpeg')}"
    sent = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    assert cast.client(player).post("/api/v1/blobs", data=content, headers=sent).status_code == 201


def state(cast: Cast, visit: UUID) -> str:
    with cast.reading() as tx:
        return tx.get_one(Inspection, visit).state


def arrival(cast: Cast, player: Player, visit: UUID) -> dict[str, Any]:
    with cast.writing() as tx:
        changes.tell(tx, player.id, "visit", visit)
        tx.commit()
    answer = cast.client(player).post(PULL, json={"epoch": None, "cur": {}}).get_json()
    news = [change["visit"] for _, change in answer["ch"][f"u:{player.id}"] if "visit" in change]
    found: dict[str, Any] = news[-1]["arrival"]
    return found


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_phones_submit_and_the_last_piece_completes_it_in_any_order(cast: Cast, order: tuple[int, ...]) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    alices, bobs = cast.phone(cast.alice), cast.phone(cast.bob)
    hers = [alices.answer(visit, "GEN-01", "pass")]
    his = [bobs.answer(visit, "GEN-02", "fail"), bobs.photo(visit, "GEN-02", b"picture")]
    hers_end, his_end = alices.submit(visit), bobs.submit(visit)
    pieces = [
        lambda: push(cast, cast.alice, alices, visit, hers_end),
        lambda: push(cast, cast.bob, bobs, visit, his_end),
        lambda: push(cast, cast.alice, alices, visit, *hers),
        lambda: push(cast, cast.bob, bobs, visit, *his),
    ]

    for each in order:
        pieces[each]()
    assert state(cast, visit) == "submitted"
    upload(cast, cast.bob, visit, b"picture")

    assert state(cast, visit) == "complete"


def test_what_is_missing_is_said_with_the_phone_it_is_on(cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    alices, bobs = cast.phone(cast.alice), cast.phone(cast.bob)
    ops = [alices.comment(visit, "", "Một"), alices.photo(visit, "", b"of alice"), alices.submit(visit)]
    his = [bobs.comment(visit, "", f"{n}") for n in range(3)]
    push(cast, cast.alice, alices, visit, ops[0], ops[2])
    push(cast, cast.bob, bobs, visit, his[0], his[2])  # he never submits, and his second note is on its way

    told = arrival(cast, cast.alice, visit)

    expected = {
        str(alices.device): {"person_name": cast.alice.name, "ops": 1, "photos": 1},
        str(bobs.device): {"person_name": cast.bob.name, "ops": 1, "photos": 0},
    }
    assert told["complete"] is False
    assert {
        each["device"]: {name: each[name] for name in ("person_name", "ops", "photos")} for each in told["missing"]
    } == expected
    page = cast.client(cast.vera).get(f"/desk/inspections/{visit}").get_data(as_text=True)
    assert f"của {cast.alice.name}" in page
    assert "thiếu 1 mục, 1 ảnh" in page

    push(cast, cast.alice, alices, visit, ops[1])
    upload(cast, cast.alice, visit, b"of alice")
    assert (state(cast, visit), len(arrival(cast, cast.alice, visit)["missing"])) == ("submitted", 1)
    push(cast, cast.bob, bobs, visit, his[1])
    assert (state(cast, visit), arrival(cast, cast.alice, visit)) == ("complete", {"complete": True, "missing": []})


def test_a_picture_that_was_taken_back_is_not_waited_for(cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    photo = phone.photo(visit, "", b"never sent")
    push(cast, cast.alice, phone, visit, photo, phone.submit(visit))
    assert state(cast, visit) == "submitted"

    push(cast, cast.alice, phone, visit, phone.write(visit, "withdraw", ref=photo["id"], reason="Nhầm"))

    assert state(cast, visit) == "complete"


def test_the_last_picture_does_not_complete_what_differs_from_the_declared(cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    ops = [phone.comment(visit, "", "Một"), phone.photo(visit, "", b"the last")]
    submit = phone.submit(visit, devices=[{"device": str(phone.device), "n": 1, "head": "f" * 64}])
    push(cast, cast.alice, phone, visit, *ops, submit)

    upload(cast, cast.alice, visit, b"the last")

    assert state(cast, visit) == "submitted"


def test_what_was_declared_before_it_was_given_back_no_longer_binds(cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    push(cast, cast.alice, phone, visit, phone.submit(visit, photos=["ab" * 32]))
    with cast.writing() as tx:
        tx.execute(update(Inspection).where(Inspection.id == visit).values(state="returned"))
        tx.commit()

    push(cast, cast.alice, phone, visit, phone.submit(visit))

    assert state(cast, visit) == "complete"


# --- "which of these do you hold?" -----------------------------------------------------------------


def ask(client: Client, visit: UUID, ops: list[Op], photos: list[str], **fields: Any) -> dict[str, Any]:
    asked = {"epoch": None, "insp": str(visit), "ops": [op["id"] for op in ops], "photos": photos, **fields}
    answer = client.post(HOLDINGS, json=asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_phone_asks_what_is_held_and_hears_what_is_not(cast: Cast) -> None:
    visit, phone, client = cast.inspection(cast.alice), cast.phone(cast.alice), cast.client(cast.alice)
    sent, strange = phone.answer(visit, "GEN-01", "pass"), phone.answer(visit, "GEN-99", "pass")
    photo, lost = phone.photo(visit, "", b"here"), phone.comment(visit, "", "Chưa gửi")
    push(cast, cast.alice, phone, visit, sent, strange, photo)
    upload(cast, cast.alice, visit, b"here")
    elsewhere = hashlib.sha256(b"not here").hexdigest()

    told = ask(client, visit, [sent, strange, photo, lost], [photo["sha"], elsewhere])

    assert (told["ops"], told["photos"]) == ([lost["id"]], [elsewhere])
    assert told["epoch"].startswith("e_")


def test_a_file_that_is_gone_from_the_folder_is_not_held_and_may_be_sent_again(cast: Cast) -> None:
    visit, phone, client = cast.inspection(cast.alice), cast.phone(cast.alice), cast.client(cast.alice)
    photo = phone.photo(visit, "", b"here")
    push(cast, cast.alice, phone, visit, photo)
    upload(cast, cast.alice, visit, b"here")
    ground(cast.app).evidence.path(BUILDING, photo["sha"]).unlink()

    assert ask(client, visit, [photo], [photo["sha"]])["photos"] == [photo["sha"]]
    upload(cast, cast.alice, visit, b"here")
    assert ask(client, visit, [photo], [photo["sha"]])["photos"] == []


def test_of_another_inspection_everything_is_not_held(cast: Cast, noise: UUID) -> None:
    with cast.reading() as tx:
        theirs = tx.query(Photo).filter(Photo.inspection_id == noise).one()
    op = {"id": str(theirs.id)}

    told = ask(cast.client(cast.alice), noise, [op], [theirs.sha256])

    assert (told["ops"], told["photos"]) == ([op["id"]], [theirs.sha256])
    assert ask(cast.client(cast.carol), noise, [op], [])["ops"] == []


def test_the_team_is_told_of_everybodys_and_strangers_of_their_own(cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    alices, carols = cast.phone(cast.alice), cast.phone(cast.carol)
    hers, strange = alices.comment(visit, "", "Của Trưởng đoàn"), carols.comment(visit, "", "Người ngoài")
    push(cast, cast.alice, alices, visit, hers)
    push(cast, cast.carol, carols, visit, strange)

    assert ask(cast.client(cast.carol), visit, [hers, strange], [])["ops"] == [hers["id"]]
    assert ask(cast.client(cast.alice), visit, [hers, strange], [])["ops"] == []


@pytest.mark.parametrize(
    "fields",
    [{"insp": "x"}, {"ops": ["x"]}, {"photos": ["AB" * 32]}, {"ops": [new_id() for _ in range(2001)]}, {"photos": 7}],
)
def test_a_bad_question_is_refused(cast: Cast, fields: dict[str, Any]) -> None:
    asked = {"epoch": None, "insp": str(UUID(int=1)), "ops": [], "photos": [], **fields}

    assert cast.client(cast.alice).post(HOLDINGS, json=asked).status_code == 422


def test_push_and_pull_carry_how_far_a_backup_reaches(cast: Cast) -> None:
    visit, phone, client = cast.inspection(cast.alice), cast.phone(cast.alice), cast.client(cast.alice)
    assert client.post(PULL, json={}).get_json()["backup"] is None
    assert client.post("/api/v1/sync/push", json=phone.batch((visit, []))).get_json()["backup"] is None
    moment = int(NOW.timestamp() * 1000)
    for each in (moment, moment - 1):  # the mark never goes back
        with cast.writing() as tx:
            markers.keep_backup(tx, each)
            tx.commit()

    assert client.post(PULL, json={}).get_json()["backup"] == moment
    assert client.post("/api/v1/sync/push", json=phone.batch((visit, []))).get_json()["backup"] == moment


def test_a_held_picture_is_seen_by_who_decides_about_it(cast: Cast) -> None:
    visit, phone = cast.inspection(cast.alice, cast.bob), cast.phone(cast.bob)
    photo = phone.photo(visit, "ZZZ-99", b"no picture, but bytes")
    assert push(cast, cast.bob, phone, visit, photo) == {photo["id"]: ("held", "unknown-item")}
    upload(cast, cast.bob, visit, b"no picture, but bytes")
    where = f"/api/v1/blobs/{visit}/{photo['sha']}/original"

    assert cast.client(cast.vera).get(where).get_data() == b"no picture, but bytes"
    assert cast.client(cast.victor).get(where).status_code == 404
