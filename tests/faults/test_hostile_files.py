"""Files that are not what they are called: kept as they came, shown only when they can be drawn anew."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from tests.faults.world import Visit, World, a_photo, checksum

pytestmark = pytest.mark.process


def a_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../etc/passwd", "root")
    return content.getvalue()


def a_bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that says it is side × side."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def ninety_megapixels() -> bytes:
    content = io.BytesIO()
    Image.new("1", (9000, 10_000)).save(content, "PNG")
    return content.getvalue()


SCRIPT = b"<script>alert(1)</script>"
NO_PICTURES = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": a_zip(),
    "bomb": a_bomb(60_000),
    "ninety-megapixels": ninety_megapixels(),
    "half-a-jpeg": a_photo()[:150],
    "gif": b"GIF89a" + b"\0" * 40,
    "text": b"=cmd|' /C calc'!A0",
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_kept_and_never_shown(world: World, visit: Visit, name: str) -> None:
    content = NO_PICTURES[name]
    visit.push(visit.phone.photo(visit.id, "GEN-01", content))
    file = visit.file(content)

    with world.no_surprise():
        file.send()
        shown = [file.show(size) for size in ("thumb", "view")]
        file.caller = world.caller(world.cast.vera)
        original = file.show("original")

    assert world.stored(file.sha256).read_bytes() == content
    assert [(each.status, each.code) for each in shown] == [(422, "not-a-picture")] * 2
    assert original.body == content
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment; filename=")
    assert original.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in original.headers["content-security-policy"]


def test_a_script_behind_a_photo_stays_in_the_original(world: World, visit: Visit) -> None:
    content = a_photo() + SCRIPT + a_zip()
    visit.push(visit.phone.photo(visit.id, "GEN-01", content))
    file = visit.file(content)
    file.send()

    for size in ("thumb", "view"):
        shown = file.show(size)
        assert (shown.status, shown.headers["content-type"]) == (200, "image/jpeg")
        assert SCRIPT not in shown.body
        assert b"PK\x03\x04" not in shown.body
        assert "private" in shown.headers["cache-control"]
    assert world.stored(file.sha256).read_bytes() == content


def test_wrong_offsets_sums_and_bytes_are_told_where_to_go_on(world: World, visit: Visit) -> None:
    content = a_photo()
    file = visit.file(content)
    file.create(content[:1000])

    with world.no_surprise():
        early = file.patch(500, content[500:2000])
        late = file.patch(2000, content[2000:3000])
        torn = file.patch(1000, content[1000:2000], Upload_Checksum=checksum(b"something else"))
        assert [(each.status, each.offset) for each in (early, late)] == [(409, 1000)] * 2
        assert (torn.status, torn.offset) == (460, 1000)
        forged = file.patch(1000, b"x" * (len(content) - 1000))
        assert (forged.status, forged.code, forged.offset) == (460, "checksum-mismatch", 0)
        assert not world.stored(file.sha256).exists()
        file.send()

    assert world.stored(file.sha256).read_bytes() == content


def test_a_file_announced_too_long_by_another_hand_still_arrives(world: World, visit: Visit) -> None:
    """Somebody of the team says a greater length and sends rubbish: the true file must not be shut out by that."""
    content = a_photo(200, 150)
    file = visit.file(content)
    assert file.create(length=len(content) + 50_000).status == 201
    assert file.patch(0, b"x" * (len(content) + 10_000)).status == 204

    assert file.create().status == 201
    with world.no_surprise():
        file.send()

    assert world.stored(file.sha256).read_bytes() == content
