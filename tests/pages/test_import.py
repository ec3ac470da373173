"""Nhập tệp từ điện thoại: what a phone could not send comes in by hand, once, whoever brings it however often."""

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from werkzeug.test import TestResponse

from inspect_app.outside import export_files
from inspect_app.outside.export_zip import ExportZip
from inspect_app.services import agency_keys
from inspect_app.store.tables import (
    AgencyKey,
    AuditRow,
    Base,
    Blob,
    Device,
    DeviceChain,
    HeldOperation,
    Inspection,
    Operation,
    Photo,
    Violation,
)
from inspect_app.web.request import ground
from tests.builders import NOW, Op, Phone
from tests.cast import BUILDING, ZONES, Cast, Client
from tests.exports import CHUNK, lock, plain_zip
from tests.held_cast import push
from tests.pages.browsing import fields_of

IMPORT = "/desk/import"
VECTORS = Path(__file__).parents[1] / "vectors" / "export"
FACTS: tuple[type[Base], ...] = (Operation, HeldOperation, Photo, Blob, DeviceChain, Violation, AuditRow, Device)


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def card(cast: Cast, agency: str = BUILDING) -> Any:
    who = {BUILDING: cast.alice, ZONES: cast.carol}[agency]
    return cast.client(who).get("/api/v1/session").get_json()["agency_key"]


def send(desk: Client, content: bytes) -> TestResponse:
    """As a browser sends a form with a file."""
    edge, parts = b"--edge\r\nContent-Disposition: form-data; name=", b""
    for name, value in fields_of(desk.get(IMPORT)).items():
        parts += edge + f'"{name}"\r\n\r\n{value}\r\n'.encode()
    parts += edge + b'"file"; filename="chua-gui.ktz"\r\n\r\n' + content + b"\r\n--edge--\r\n"
    return desk.post(IMPORT, data=parts, content_type="multipart/form-data; boundary=edge")


def words(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def facts(cast: Cast) -> list[list[tuple[Any, ...]]]:
    """Every fact there is, to see that nothing changed."""
    with cast.reading() as tx:
        return [sorted(tuple(map(str, row)) for row in tx.execute(select(*table.__table__.c))) for table in FACTS]


class Work:
    """An evening's work on Alice's phone that never found a network."""

    def __init__(self, cast: Cast) -> None:
        self.visit = cast.inspection(cast.alice)
        self.phone = cast.phone(cast.alice)
        self.picture = b"picture " * 200_000  # more than one piece of the file
        self.ops = [self.phone.answer(self.visit, "GEN-01", "fail")]
        self.ops += [self.phone.comment(self.visit, "", f"Ghi chú {n}") for n in range(250)]
        self.ops += [self.phone.photo(self.visit, "GEN-01", self.picture), self.phone.submit(self.visit)]

    def zip(self, **more: Any) -> bytes:
        return plain_zip(self.phone, [(self.visit, self.ops)], {self.picture: self.visit}, **more)


@pytest.fixture
def work(cast: Cast) -> Work:
    return Work(cast)


def test_what_the_phone_kept_comes_in_as_if_it_had_been_sent(desk: Client, cast: Cast, work: Work) -> None:
    page = words(send(desk, lock(work.zip(rescued=["Lan can chưa"]), BUILDING, card(cast))))

    assert "Đã nhập xong" in page
    assert cast.alice.name in page
    assert "Lan can chưa" in page
    with cast.reading() as tx:
        stored = list(tx.scalars(select(Operation).order_by(Operation.n)))
        row = tx.get_one(Inspection, work.visit)
        chain = tx.get_one(DeviceChain, (work.visit, work.phone.device))
        received = tx.scalars(select(AuditRow).where(AuditRow.action == "operations.received")).all()
    assert [each.body for each in stored] == work.ops
    assert {each.person_id for each in stored} == {cast.alice.id}
    assert (row.state, row.failing) == ("complete", 1)
    assert chain.head == work.phone.head(work.visit)
    assert {each.actor_id for each in received} == {cast.vera.id}
    assert {each.facts["on_behalf_of"] for each in received} == {str(cast.alice.id)}


def test_importing_twice_and_sending_later_changes_nothing(desk: Client, cast: Cast, work: Work) -> None:
    file = lock(work.zip(), BUILDING, card(cast))
    send(desk, file)
    before = facts(cast)

    page = words(send(desk, file))

    assert facts(cast) == before
    assert '<dt>Mục đã có từ trước</dt><dd class="num">253</dd>' in page
    told = push(cast, cast.alice, work.phone, work.visit, *work.ops[:200])
    assert set(told.values()) == {("dup", None)}
    assert [each for n, each in enumerate(facts(cast)) if n != FACTS.index(Device)] == before[:-1]


def test_sent_first_and_imported_later_changes_nothing(desk: Client, cast: Cast, work: Work) -> None:
    small = work.ops[:100]
    push(cast, cast.alice, work.phone, work.visit, *small)
    file = lock(plain_zip(work.phone, [(work.visit, small)]), BUILDING, card(cast))
    before = facts(cast)

    send(desk, file)

    assert facts(cast) == before


def test_the_phone_was_not_heard_of_by_an_import(desk: Client, cast: Cast, work: Work) -> None:
    with cast.writing() as tx:
        row = tx.get_one(Device, (work.phone.device, cast.alice.id))
        row.unsent, row.oldest_unsent_at = 7, NOW
        tx.commit()

    send(desk, lock(work.zip(), BUILDING, card(cast)))

    with cast.reading() as tx:
        row = tx.get_one(Device, (work.phone.device, cast.alice.id))
    assert (row.unsent, row.last_contact_at) == (7, NOW)


def test_what_may_not_count_is_held_and_said(desk: Client, cast: Cast, work: Work) -> None:
    with cast.writing() as tx:
        tx.get_one(Inspection, work.visit).state = "approved"
        tx.commit()

    page = words(send(desk, lock(work.zip(), BUILDING, card(cast))))

    assert "đến sau khi đã duyệt hoặc hủy (253)" in page
    with cast.reading() as tx:
        assert tx.scalars(select(Operation)).all() == []


def test_a_file_that_is_not_locked_is_taken_too(desk: Client, cast: Cast, work: Work) -> None:
    assert "Đã nhập xong" in words(send(desk, work.zip()))
    with cast.reading() as tx:
        assert len(tx.scalars(select(Operation)).all()) == len(work.ops)


def test_a_key_that_was_renewed_still_opens_its_files(desk: Client, cast: Cast, work: Work) -> None:
    file = lock(work.zip(), BUILDING, card(cast))
    old = card(cast)["key"]
    with cast.writing() as tx:
        agency_keys.renew(tx, BUILDING, secret=ground(cast.app).settings.secret_key, now=NOW)
        tx.commit()

    assert card(cast)["key"] != old
    assert "Đã nhập xong" in words(send(desk, file))


def test_another_agencys_file_and_an_unknown_key_are_told_apart(desk: Client, cast: Cast, work: Work) -> None:
    theirs = lock(work.zip(), ZONES, card(cast, ZONES))
    wrong_key = lock(work.zip(), BUILDING, card(cast, ZONES))
    foreign = lock(plain_zip(cast.phone(cast.carol), []), BUILDING, card(cast))

    for file, said in (
        (theirs, "Tệp của cơ quan khác"),
        (wrong_key, "Không có khóa mở tệp này"),
        (foreign, "Tệp của cơ quan khác"),
    ):
        answer = send(desk, file)
        assert (answer.status_code, said in words(answer)) == (422, True)
    with cast.reading() as tx:
        assert tx.scalars(select(Operation)).all() == []


def test_after_the_secret_changed_the_page_says_so(desk: Client, cast: Cast, work: Work) -> None:
    file = lock(work.zip(), BUILDING, card(cast))
    with cast.writing() as tx:
        row = tx.scalars(select(AgencyKey).where(AgencyKey.agency_id == BUILDING)).one()
        other = export_files.make_key("another secret, thirty-two characters long")
        row.private_key = other.private
        tx.commit()

    answer = send(desk, file)

    assert (answer.status_code, "Khóa bí mật của máy chủ đã đổi" in words(answer)) == (409, True)


def test_every_flipped_or_missing_byte_is_noticed(desk: Client, cast: Cast, work: Work) -> None:
    file = lock(work.zip(), BUILDING, card(cast))
    head = file.index(b"\n") + 1
    broken = [file[:-1], file[: head + CHUNK + 16], file[:head], file + b"\0", file[:head] + file[head + CHUNK + 16 :]]
    flipped = (head, head + CHUNK + 8, len(file) - 1)
    broken += [file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :] for at in flipped]

    for each in broken:
        answer = send(desk, each)
        assert (answer.status_code, "Tệp bị hỏng hoặc bị cắt" in words(answer)) == (422, True)
    with cast.reading() as tx:
        assert tx.scalars(select(Operation)).all() == []


def hostile(work: Work) -> dict[str, bytes]:
    """Zips as an enemy would make them."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    return {
        "no zip": b"PK\x03\x04 and nothing more",
        "bomb": bomb.getvalue(),
        "deflated": work.zip(compression=zipfile.ZIP_DEFLATED),
        "path": work.zip(members={"../../etc/passwd": b"x"}),
        "absolute": work.zip(members={"/etc/x": b"x"}),
        "extra": work.zip(members={"readme.txt": b"x"}),
        "no json": work.zip(members={"manifest.json": b"{"}),
        "deep": work.zip(members={"manifest.json": b"[" * 100_000}),
        "changed": work.zip(members={"ops.ndjson": b"{}\n"}),
        "no line": plain_zip(work.phone, [], members={"ops.ndjson": b"7\n"}, ops_sha256=sha(b"7\n")),
        "no user": work.zip(user="x"),
    }


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


HOSTILE = [
    "no zip",
    "bomb",
    "deflated",
    "path",
    "absolute",
    "extra",
    "no json",
    "deep",
    "changed",
    "no line",
    "no user",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strangers_zip_is_refused_with_words(desk: Client, cast: Cast, work: Work, name: str) -> None:
    answer = send(desk, hostile(work)[name])

    assert answer.status_code == 422
    assert "Không đọc được tệp này" in words(answer)
    with cast.reading() as tx:
        assert tx.scalars(select(Operation)).all() == []


def test_a_picture_that_is_not_what_its_name_says_is_not_taken(desk: Client, cast: Cast, work: Work) -> None:
    false = {f"photos/{sha(work.picture)}": b"another picture"}

    page = words(send(desk, work.zip(members=false)))

    assert "1 ảnh không khớp mã, không nhận" in page
    with cast.reading() as tx:
        assert [each.state for each in tx.scalars(select(Blob))] == []


def test_only_the_office_imports(cast: Cast) -> None:
    for player, status in ((cast.bob, 403), (cast.alice, 403), (cast.adam, 200), (cast.cora, 403)):
        assert cast.client(player).get(IMPORT).status_code == status


@pytest.mark.parametrize("name", ["answers", "photos", "two-pieces"])
def test_files_that_phones_wrote_open_here(name: str) -> None:
    told = json.loads((VECTORS / "export.json").read_text())
    [case] = [each for each in told["cases"] if each["name"] == name]
    d = int.from_bytes(unb64(told["jwk"]["d"]), "big")
    private = ec.derive_private_key(d, ec.SECP256R1())
    plain = io.BytesIO()
    with (VECTORS / f"{name}.ktz").open("rb") as file:
        header = export_files.read_header(file)
        export_files.decrypt(file, header, private, plain)
    content = ExportZip(plain)
    manifest = content.manifest()
    lines = list(content.lines(manifest["ops_sha256"]))

    assert (header.to, header.agency, manifest["user"]) == (told["key"], told["agency"], told["user"])
    assert len(lines) == case["ops"]
    assert content.photos == sorted(case.get("photos", []))
    assert all(content.photo(each) is not None for each in content.photos)
    phone = Phone(UUID(told["user"]), UUID(told["device"]))
    written: list[Op] = [line.op for line in lines]
    phone.written[UUID(told["insp"])] = written
    assert phone.head(UUID(told["insp"])) == case["last"]["head"]


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- large files ----------------------------------------------------------------------------------


def test_an_evening_of_photos_is_larger_than_a_push_may_be(cast: Cast, desk: Client) -> None:
    visit, phone = cast.inspection(cast.alice), cast.phone(cast.alice)
    pictures = [bytes([each]) * 1_500_000 for each in range(3)]
    ops = [phone.photo(visit, "GEN-01", each) for each in pictures]
    answer = send(desk, plain_zip(phone, [(visit, ops)], dict.fromkeys(pictures, visit)))
    assert answer.status_code == 200
    with cast.reading() as tx:
        assert {row.state for row in tx.scalars(select(Blob))} == {"complete"}


def test_who_may_not_import_may_send_no_large_file_either(cast: Cast) -> None:
    body = b"--edge\r\n" + b"0" * 3_000_000
    for client in (cast.client(cast.alice), cast.app.test_client()):
        answer = client.post(IMPORT, data=body, content_type="multipart/form-data; boundary=edge")
        assert answer.status_code == 413
