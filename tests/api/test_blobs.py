"""/api/v1/blobs: photos in pieces, and the pictures that screens show."""

import base64
import errno
import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from inspect_app.store.tables import AuditRow, Blob, Inspection, TeamMember
from inspect_app.web.request import ground
from tests.builders import NOW, Phone
from tests.cast import BUILDING, PUSH, ZONES, Cast, Client

BLOBS = "/api/v1/blobs"


def a_picture(width: int = 800, height: int = 600, form: str = "JPEG", **options: Any) -> bytes:
    content = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(content, form, **options)
    return content.getvalue()


PICTURE = a_picture()


class Sender:
    """A phone that sends one file to one inspection."""

    def __init__(self, client: Client, inspection: UUID, content: bytes = PICTURE, sha256: str = "") -> None:
        self.client = client
        self.inspection = inspection
        self.content = content
        self.sha256 = sha256 or hashlib.sha256(content).hexdigest()
        self.address = f"{BLOBS}/{inspection}/{self.sha256}"

    def create(self, piece: bytes = b"", **headers: str) -> TestResponse:
        told = {"sha256": self.sha256, "inspection": str(self.inspection), "mime": "image/jpeg"}
        given = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(self.content)),
            "Upload-Metadata": metadata(**told),
            "Content-Type": "application/offset+octet-stream",
        }
        sent = {name: value for name, value in {**given, **named(headers)}.items() if value}
        return self.client.post(BLOBS, data=piece, headers=sent)

    def whole(self) -> TestResponse:
        return self.create(self.content)

    def patch(self, offset: int, piece: bytes, **headers: str) -> TestResponse:
        given = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
        return self.client.patch(self.address, data=piece, headers={**given, **named(headers)})

    def head(self) -> TestResponse:
        return self.client.head(self.address)

    def show(self, size: str) -> TestResponse:
        return self.client.get(f"{self.address}/{size}")


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def metadata(**told: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def checksum(piece: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(piece).digest()).decode()


def offset(answer: TestResponse) -> tuple[int, int, str | None]:
    return answer.status_code, int(answer.headers["Upload-Offset"]), answer.headers.get("Upload-Complete")


def refused(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


@pytest.fixture
def insp(cast: Cast) -> UUID:
    return cast.inspection(cast.alice, cast.bob)


@pytest.fixture
def sender(client: Client, insp: UUID) -> Sender:
    return Sender(client, insp)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return cast.phone(cast.alice)


def shown(client: Client, phone: Phone, insp: UUID, content: bytes = PICTURE, item: str = "GEN-01") -> None:
    """The photo's operation; without it a file is nobody's photo."""
    answer = client.post(PUSH, json=phone.batch((insp, [phone.photo(insp, item, content)])))
    assert answer.status_code == 200


def stored(app: Flask, sha256: str, agency: str = BUILDING) -> Path:
    return ground(app).evidence.path(agency, sha256)


# --- whole and in pieces --------------------------------------------------------------------------


def test_a_photo_in_one_request(app: Flask, sender: Sender) -> None:
    answer = sender.whole()

    assert offset(answer) == (201, len(PICTURE), "?1")
    assert answer.headers["Location"] == sender.address
    assert stored(app, sender.sha256).read_bytes() == PICTURE


def test_a_photo_in_pieces(app: Flask, sender: Sender) -> None:
    third = len(PICTURE) // 3
    assert offset(sender.create()) == (201, 0, "?0")
    assert offset(sender.patch(0, PICTURE[:third])) == (204, third, "?0")
    assert offset(sender.head()) == (200, third, "?0")
    assert offset(sender.patch(third, PICTURE[third : 2 * third])) == (204, 2 * third, "?0")
    assert not stored(app, sender.sha256).exists()
    last = PICTURE[2 * third :]
    assert offset(sender.patch(2 * third, last, Upload_Checksum=checksum(last))) == (204, len(PICTURE), "?1")

    assert stored(app, sender.sha256).read_bytes() == PICTURE
    assert sender.head().headers["Upload-Length"] == str(len(PICTURE))


def test_it_begins_with_the_announcement_and_goes_on(app: Flask, sender: Sender) -> None:
    assert offset(sender.create(PICTURE[:1000])) == (201, 1000, "?0")
    assert offset(sender.create(PICTURE[:1000])) == (201, 1000, "?0")
    assert offset(sender.patch(1000, PICTURE[1000:])) == (204, len(PICTURE), "?1")

    assert stored(app, sender.sha256).read_bytes() == PICTURE


def test_sending_it_again_changes_nothing(app: Flask, sender: Sender) -> None:
    sender.whole()
    before = stored(app, sender.sha256).stat()

    assert offset(sender.whole()) == (201, len(PICTURE), "?1")
    assert offset(sender.patch(0, b"something else")) == (204, len(PICTURE), "?1")

    after = stored(app, sender.sha256).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_wrong_offset_is_told_the_right_one(sender: Sender) -> None:
    sender.create(PICTURE[:1000])

    for wrong in (0, 999, 1001):
        answer = sender.patch(wrong, PICTURE[wrong : wrong + 10])
        assert refused(answer) == (409, "offset-mismatch")
        assert answer.headers["Upload-Offset"] == "1000"


def test_more_than_announced_is_not_taken(sender: Sender) -> None:
    sender.create(PICTURE[:1000])

    assert refused(sender.patch(1000, PICTURE[1000:] + b"more")) == (409, "offset-mismatch")
    assert offset(sender.head())[1] == 1000


def test_a_piece_that_changed_on_the_way_is_not_taken(sender: Sender) -> None:
    sender.create(PICTURE[:1000])

    answer = sender.patch(1000, b"x" * 500, Upload_Checksum=checksum(b"y" * 500))

    assert refused(answer) == (460, "checksum-mismatch")
    assert answer.headers["Upload-Offset"] == "1000"
    assert offset(sender.head())[1] == 1000


def test_a_whole_with_another_hash_begins_again_and_five_times_waits(app: Flask, cast: Cast, insp: UUID) -> None:
    sender = Sender(cast.client(cast.alice), insp, PICTURE, sha256="a" * 64)
    for _ in range(5):
        answer = sender.whole()
        assert (refused(answer), answer.headers["Upload-Offset"]) == ((460, "checksum-mismatch"), "0")

    assert refused(sender.whole()) == (422, "photo-held")
    assert not stored(app, sender.sha256).exists()
    with cast.reading() as tx:
        row = tx.scalars(select(Blob)).one()
    assert (row.state, row.failures) == ("held", 5)


def test_a_truncated_photo_is_never_taken_for_whole(app: Flask, sender: Sender) -> None:
    """The link breaks in the middle of a request: what came is kept, and nothing is called complete."""
    environment = {"CONTENT_LENGTH": str(len(PICTURE)), "wsgi.input_terminated": False}
    told = {"sha256": sender.sha256, "inspection": str(sender.inspection), "mime": "image/jpeg"}
    answer = sender.client.post(
        BLOBS,
        input_stream=io.BytesIO(PICTURE[:2000]),
        environ_overrides=environment,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(PICTURE)),
            "Upload-Metadata": metadata(**told),
        },
    )

    assert offset(answer) == (201, 2000, "?0")
    assert not stored(app, sender.sha256).exists()
    assert offset(sender.patch(2000, PICTURE[2000:])) == (204, len(PICTURE), "?1")


def test_pieces_of_one_file_wait_for_one_another(app: Flask, cast: Cast, sender: Sender) -> None:
    sender.create(PICTURE[:1000])
    others = [Sender(cast.client(cast.alice), sender.inspection) for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: one.patch(1000, PICTURE[1000:]), others))

    assert {answer.status_code for answer in answers} <= {204, 409}
    assert 204 in {answer.status_code for answer in answers}
    assert stored(app, sender.sha256).read_bytes() == PICTURE


def test_the_same_photo_from_two_phones_at_once(app: Flask, cast: Cast, insp: UUID) -> None:
    senders = [Sender(cast.client(who), insp) for who in (cast.alice, cast.bob, cast.alice, cast.bob)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.whole(), senders))

    assert [offset(answer) for answer in answers] == [(201, len(PICTURE), "?1")] * 4
    assert stored(app, senders[0].sha256).read_bytes() == PICTURE


def test_one_photo_in_two_answers_is_legal(
    cast: Cast, client: Client, insp: UUID, phone: Phone, sender: Sender
) -> None:
    shown(client, phone, insp, item="GEN-01")
    shown(client, phone, insp, item="GEN-02")

    assert sender.whole().status_code == 201
    with cast.reading() as tx:
        row = tx.get_one(Inspection, insp)
    assert (row.photos, row.photos_missing) == (2, 0)


# --- a full disk ----------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_loses_nothing(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's own answer to a write; half of the piece still found room."""
    write, calls = os.pwrite, []

    def full(file: int, piece: Any, offset: int) -> int:
        calls.append(offset)
        if len(calls) == 1:
            return write(file, bytes(piece)[:500], offset)
        raise OSError(errno.ENOSPC, "No space left on device")

    sender.create()
    with monkeypatch.context() as disk:
        disk.setattr("os.pwrite", full)
        assert refused(sender.patch(0, PICTURE)) == (507, "storage-full")

    assert offset(sender.head()) == (200, 500, "?0")
    assert offset(sender.patch(500, PICTURE[500:])) == (204, len(PICTURE), "?1")


# --- whose it is ----------------------------------------------------------------------------------


def test_a_photo_torn_by_a_server_that_died_goes_on_where_it_broke(app: Flask, sender: Sender) -> None:
    partial = ground(app).settings.data_dir / "partial" / BUILDING / sender.sha256
    partial.parent.mkdir(parents=True)
    partial.write_bytes(PICTURE[:1000])  # nothing of it stands in the database yet

    begun = sender.whole()
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "1000")
    assert sender.patch(1000, PICTURE[1000:]).headers["Upload-Complete"] == "?1"


def test_nobody_sends_into_somebody_elses_inspection(cast: Cast, insp: UUID) -> None:
    for stranger in (cast.carol, cast.vera):
        assert refused(Sender(cast.client(stranger), insp).whole()) == (404, "unknown-inspection")
    assert refused(Sender(cast.client(cast.alice), uuid4()).whole()) == (404, "unknown-inspection")


def test_who_left_the_team_still_sends_the_photos(cast: Cast, insp: UUID) -> None:
    with cast.writing() as tx:
        tx.execute(update(TeamMember).where(TeamMember.person_id == cast.bob.id).values(removed_at=NOW))
        tx.commit()

    assert Sender(cast.client(cast.bob), insp).whole().status_code == 201


def test_photos_of_held_operations_are_taken(app: Flask, cast: Cast, insp: UUID) -> None:
    carols = cast.phone(cast.carol)
    carol = cast.client(cast.carol)
    shown(carol, carols, insp)

    assert Sender(carol, insp).whole().status_code == 201
    assert stored(app, hashlib.sha256(PICTURE).hexdigest()).exists()


def test_agencies_share_no_bytes(app: Flask, cast: Cast, sender: Sender) -> None:
    """Else whoever guesses a hash learns that another agency has the picture."""
    sender.whole()
    theirs = cast.inspection(cast.carol)

    assert offset(Sender(cast.client(cast.carol), theirs).create()) == (201, 0, "?0")
    assert not stored(app, sender.sha256, ZONES).exists()


def test_a_joint_teams_photo_belongs_to_the_inspections_agency(app: Flask, cast: Cast) -> None:
    joint = cast.inspection(cast.alice, cast.carol)

    Sender(cast.client(cast.carol), joint).whole()

    assert stored(app, hashlib.sha256(PICTURE).hexdigest(), BUILDING).exists()


def test_the_last_photo_completes_the_inspection(
    cast: Cast, client: Client, insp: UUID, phone: Phone, sender: Sender
) -> None:
    ops = [phone.photo(insp, "GEN-01", PICTURE), phone.submit(insp)]
    assert client.post(PUSH, json=phone.batch((insp, ops))).get_json()["need_blobs"] == [sender.sha256]
    with cast.reading() as tx:
        before = tx.get_one(Inspection, insp)
    assert (before.state, before.photos_missing) == ("submitted", 1)

    sender.whole()

    with cast.reading() as tx:
        after = tx.get_one(Inspection, insp)
        noted = tx.scalars(select(AuditRow).where(AuditRow.action == "photo.received")).one()
    assert (after.state, after.photos_missing, after.completed_at) == ("complete", 0, NOW)
    assert noted.facts == {"sha256": sender.sha256, "size": len(PICTURE)}
    assert client.post(PUSH, json=phone.batch((insp, ops))).get_json()["need_blobs"] == []


# --- what is no upload ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Tus_Resumable": ""}, (412, "wrong-protocol")),
        ({"Upload_Length": ""}, (422, "bad-upload")),
        ({"Upload_Length": "-1"}, (422, "bad-upload")),
        ({"Upload_Length": "0"}, (422, "bad-upload")),
        ({"Upload_Length": "٣"}, (422, "bad-upload")),
        ({"Upload_Length": str(16 * 1024 * 1024)}, (413, "too-large")),
        ({"Upload_Metadata": ""}, (422, "bad-upload")),
        ({"Upload_Metadata": "sha256 !!!"}, (422, "bad-upload")),
        ({"Upload_Metadata": metadata(sha256="../passwd", inspection=str(uuid4()), mime="a/b")}, (422, "bad-upload")),
        ({"Upload_Metadata": metadata(sha256="a" * 64, inspection="x", mime="image/jpeg")}, (422, "bad-upload")),
        ({"Upload_Metadata": metadata(sha256="a" * 64, inspection=str(uuid4()), mime="a\r\nb")}, (422, "bad-upload")),
    ],
)  # fmt: skip
def test_what_is_no_announcement(sender: Sender, headers: dict[str, str], expected: tuple[int, str]) -> None:
    given = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}

    assert refused(sender.create(b"", **given)) == expected


def test_a_piece_above_a_megabyte_is_halved(sender: Sender) -> None:
    sender.create()

    assert refused(sender.patch(0, b"x" * (1024 * 1024 + 1))) == (413, "too-large")


def test_pieces_of_what_nobody_announced(sender: Sender) -> None:
    assert refused(sender.patch(0, b"x")) == (404, "not-found")
    assert sender.head().status_code == 404


def test_without_a_session(app: Flask, cast: Cast, insp: UUID) -> None:
    assert Sender(Client(app), insp).whole().status_code == 401


# --- pictures -------------------------------------------------------------------------------------


def opened(answer: TestResponse) -> Image.Image:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "image/jpeg"
    return Image.open(io.BytesIO(answer.get_data()), formats=("JPEG",))


def test_pictures_are_encoded_anew_in_two_sizes(client: Client, insp: UUID, phone: Phone) -> None:
    turned = Image.Exif()
    turned[0x0112], turned[0x010E] = 6, "SECRET PLACE"
    content = a_picture(2400, 1200, exif=turned) + b"<script>alert(1)</script>PK\x03\x04"
    shown(client, phone, insp, content)
    sender = Sender(client, insp, content)
    half = len(content) // 2
    sender.create(content[:half])
    assert offset(sender.patch(half, content[half:]))[2] == "?1"

    thumb, view = sender.show("thumb"), sender.show("view")

    assert opened(thumb).size == (160, 320)
    assert opened(view).size == (800, 1600)
    for answer in (thumb, view):
        assert b"script" not in answer.get_data()
        assert b"SECRET" not in answer.get_data()
        assert not opened(answer).getexif()
    assert client.get(f"{sender.address}/thumb", headers={"If-None-Match": thumb.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_are_shown_too(client: Client, insp: UUID, phone: Phone, form: str) -> None:
    content = a_picture(400, 300, form)
    shown(client, phone, insp, content)
    sender = Sender(client, insp, content)
    sender.whole()

    assert opened(sender.show("thumb")).size == (320, 240)


def a_bomb() -> bytes:
    content = io.BytesIO()
    Image.new("1", (9_500, 9_500)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        PICTURE[: len(PICTURE) // 2],
        b"\xff\xd8\xff" + b"\0" * 1000,
        a_picture(form="BMP")[:900_000],
        a_bomb(),
    ],
    ids=["svg", "html", "cut", "junk", "bmp", "bomb"],
)
def test_what_is_no_picture_is_kept_and_never_shown(
    app: Flask, cast: Cast, client: Client, insp: UUID, phone: Phone, content: bytes
) -> None:
    shown(client, phone, insp, content)
    sender = Sender(client, insp, content)
    assert sender.whole().status_code == 201

    for size in ("thumb", "view"):
        assert refused(sender.show(size)) == (422, "not-a-picture")

    kept = cast.client(cast.vera).get(f"{sender.address}/original")
    assert kept.get_data() == content == stored(app, sender.sha256).read_bytes()
    assert kept.mimetype == "application/octet-stream"


def test_the_original_is_handed_over_never_opened(
    cast: Cast, client: Client, insp: UUID, phone: Phone, sender: Sender
) -> None:
    shown(client, phone, insp)
    sender.whole()

    answer = cast.client(cast.vera).get(f"{sender.address}/original")

    assert answer.get_data() == PICTURE
    assert answer.headers["Content-Disposition"] == f"attachment; filename={sender.sha256}.jpg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with cast.reading() as tx:
        assert (
            tx.scalars(select(AuditRow.actor_id).where(AuditRow.action == "photo.original-read")).one() == cast.vera.id
        )


def test_an_inspector_does_not_take_originals(
    cast: Cast, client: Client, insp: UUID, phone: Phone, sender: Sender
) -> None:
    shown(client, phone, insp)
    sender.whole()

    answer = cast.client(cast.bob).get(f"{sender.address}/original")

    assert refused(answer) == (403, "not-allowed")


def test_who_sees_a_photo(cast: Cast, phone: Phone) -> None:
    joint = cast.inspection(cast.alice, cast.carol)
    shown(cast.client(cast.alice), phone, joint)
    sender = Sender(cast.client(cast.alice), joint)
    sender.whole()
    address = f"{sender.address}/thumb"

    seen = {who.name: cast.client(who).get(address).status_code for who in (cast.bob, cast.vera, cast.carol, cast.cora)}

    assert set(seen.values()) == {200}
    assert cast.client(cast.victor).get(address).status_code == 404
    assert Client(cast.app).get(address).status_code == 401


def test_a_photo_that_has_not_arrived(client: Client, insp: UUID, phone: Phone, sender: Sender) -> None:
    shown(client, phone, insp)

    assert refused(sender.show("thumb")) == (404, "photo-missing")


def test_a_file_that_is_no_photo_of_this_inspection(cast: Cast, client: Client, insp: UUID, sender: Sender) -> None:
    sender.whole()

    assert refused(sender.show("view")) == (404, "not-found")
