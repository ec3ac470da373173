"""GET /api/v1/visits/…/before/…: what an open violation looked like, for who goes there again and may see it."""

import hashlib
import io
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from inspect_app.store import changes
from inspect_app.store.tables import Inspection, Organisation, Site, TeamMember, Violation
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import PULL, Cast, Client, Player
from tests.sending import upload

ITEM = "GEN-05"


def noise(seed: int, width: int = 900, height: int = 700) -> bytes:
    """The worst that can be photographed: nothing in it is like anything else."""
    picture = Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def site(cast: Cast) -> UUID:
    with cast.writing() as tx:
        made = builders.a_site(tx)
        tx.commit()
        return made.id


def visit(cast: Cast, site: UUID, *team: Player, **columns: Any) -> UUID:
    with cast.writing() as tx:
        ids = [each.id for each in team]
        row = builders.an_inspection(tx, team[0].agency, ids, site=tx.get_one(Site, site), **columns)
        for each in team:
            changes.tell(tx, each.id, "visit", row.id)
        tx.commit()
        return row.id


def found(cast: Cast, inspection: UUID, **columns: Any) -> UUID:
    with cast.writing() as tx:
        made = builders.a_violation(tx, tx.get_one(Inspection, inspection), item=ITEM, **columns)
        tx.commit()
        return made.id


def photograph(cast: Cast, player: Player, inspection: UUID, content: bytes, ago: timedelta = timedelta(0)) -> str:
    client, phone = cast.client(player), cast.phone(player)
    op = phone.photo(inspection, ITEM, content)
    op["t"] -= int(ago.total_seconds() * 1000)
    assert client.post("/api/v1/sync/push", json=phone.batch((inspection, [op]))).status_code == 200
    assert upload(client, inspection, content).status_code in (200, 201, 204)
    return sha(content)


def told(client: Client, player: Player, inspection: UUID) -> dict[str, object]:
    """The photo of each open violation, by its agency, as the phone of this player is told."""
    page = client.post(PULL, json={"epoch": None, "cur": {}, "limit_bytes": 262_144}).get_json()
    documents = [each["visit"] for _, each in page["ch"][f"u:{player.id}"] if "visit" in each]
    [document] = [each for each in documents if each["id"] == str(inspection)]
    return {each["agency"]: each["photo"] and each["photo"]["sha"] for each in document["open_violations"]}


def get(client: Client, inspection: UUID, sha256: str) -> int:
    return client.get(f"/api/v1/visits/{inspection}/before/{sha256}").status_code


def test_the_newest_photo_is_taken_along_in_forty_kilobytes(cast: Cast, site: UUID) -> None:
    earlier = visit(cast, site, cast.alice)
    found(cast, earlier)
    photograph(cast, cast.alice, earlier, noise(1), timedelta(hours=2))
    newest = photograph(cast, cast.alice, earlier, noise(2))
    again = visit(cast, site, cast.bob, kind="phuc-tra")
    client = cast.client(cast.bob)

    assert list(told(client, cast.bob, again).values()) == [newest]
    answer = client.get(f"/api/v1/visits/{again}/before/{newest}")

    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert len(answer.data) <= 40 * 1024
    picture = Image.open(io.BytesIO(answer.data))
    assert 320 <= max(picture.size) <= 640
    kept = client.get(f"/api/v1/visits/{again}/before/{newest}")
    assert kept.data == answer.data
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/api/v1/visits/{again}/before/{newest}", headers=tag).status_code == 304


def test_only_what_the_visit_takes_along_is_given(cast: Cast, site: UUID) -> None:
    earlier = visit(cast, site, cast.alice)
    found(cast, earlier)
    older = photograph(cast, cast.alice, earlier, noise(1, 400, 300), timedelta(hours=2))
    photograph(cast, cast.alice, earlier, noise(2, 400, 300))
    again = visit(cast, site, cast.bob)
    client = cast.client(cast.bob)

    assert get(client, again, older) == 404
    assert get(client, again, "0" * 64) == 404
    assert get(client, again, "x") == 404
    assert get(client, UUID(int=1), older) == 404


def test_a_photo_that_is_not_here_yet_is_not_taken_along(cast: Cast, site: UUID) -> None:
    earlier = visit(cast, site, cast.alice)
    found(cast, earlier)
    phone = cast.phone(cast.alice)
    batch = phone.batch((earlier, [phone.photo(earlier, ITEM, b"never sent")]))
    assert cast.client(cast.alice).post("/api/v1/sync/push", json=batch).status_code == 200
    again = visit(cast, site, cast.bob)

    assert list(told(cast.client(cast.bob), cast.bob, again).values()) == [None]


def test_another_agency_knows_of_the_violation_and_sees_no_photo(cast: Cast, site: UUID) -> None:
    earlier = visit(cast, site, cast.alice)
    found(cast, earlier)
    photo = photograph(cast, cast.alice, earlier, noise(1, 400, 300))
    theirs = visit(cast, site, cast.carol)
    client = cast.client(cast.carol)

    assert list(told(client, cast.carol, theirs).values()) == [None]
    assert get(client, theirs, photo) == 404


def test_a_seat_in_the_joint_visit_opens_its_photos_and_no_others(cast: Cast, site: UUID) -> None:
    joint = visit(cast, site, cast.alice, cast.carol)
    found(cast, joint)
    own = photograph(cast, cast.carol, joint, noise(1, 400, 300), timedelta(hours=5))
    later = visit(cast, site, cast.alice)
    others = photograph(cast, cast.alice, later, noise(2, 400, 300))
    again = visit(cast, site, cast.carol)
    client = cast.client(cast.carol)

    assert list(told(client, cast.carol, again).values()) == [own]
    assert get(client, again, own) == 200
    assert get(client, again, others) == 404


def test_whoever_was_taken_out_of_the_team_gets_nothing_more(cast: Cast, site: UUID) -> None:
    earlier = visit(cast, site, cast.alice)
    found(cast, earlier)
    photo = photograph(cast, cast.alice, earlier, noise(1, 400, 300))
    again = visit(cast, site, cast.alice, cast.bob)
    client = cast.client(cast.bob)
    assert get(client, again, photo) == 200
    with cast.writing() as tx:
        tx.get_one(TeamMember, (again, cast.bob.id)).removed_at = NOW
        tx.commit()

    assert get(client, again, photo) == 404
    assert get(cast.client(cast.alice), again, photo) == 200


def test_a_violation_that_was_closed_takes_its_photo_with_it(cast: Cast, site: UUID) -> None:
    earlier = visit(cast, site, cast.alice)
    violation = found(cast, earlier)
    photo = photograph(cast, cast.alice, earlier, noise(1, 400, 300))
    again = visit(cast, site, cast.bob)
    with cast.writing() as tx:
        tx.get_one(Violation, violation).remedy_status = "closed"
        tx.commit()

    assert get(cast.client(cast.bob), again, photo) == 404


def test_what_a_contractor_left_elsewhere_comes_with_the_photo_from_there(cast: Cast, site: UUID) -> None:
    with cast.writing() as tx:
        owner = tx.get_one(Site, site).organisation
        elsewhere = builders.a_site(tx, tx.get_one(Organisation, owner.id), name="Kho vật tư").id
        tx.commit()
    there = visit(cast, elsewhere, cast.alice, visited_on=TODAY)
    found(cast, there)
    photo = photograph(cast, cast.alice, there, noise(1, 400, 300))
    again = visit(cast, site, cast.bob)

    assert get(cast.client(cast.bob), again, photo) == 200


def test_nobody_without_a_sign_in(cast: Cast, site: UUID) -> None:
    again = visit(cast, site, cast.bob)

    assert cast.app.test_client().get(f"/api/v1/visits/{again}/before/{'0' * 64}").status_code == 401
