"""Checks a case file away from the server that made it: needs Python 3.11 and `cryptography`, nothing else of ours.

    python case_verify.py CASE.zip --key=SERVER_KEY [--root=HEX]

No network, no database, nothing is unpacked or written. Exit status: 0 the file agrees, 1 something differs, 2 it
cannot be checked. One file, apart from the code that writes case files, so that anybody can read and run it.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMATS = ("inspect-case/1", "inspect-case/2")  # the second also holds what an establishment sent about the remedy
REMEDY = "remedy.ndjson"
AGREES, DIFFERS, UNREADABLE = 0, 1, 2
START = "0" * 64
SHOWN_ROOTS = 3
MOST_MEMBERS = 60_000
MOST_TEXT = 256 * 1024 * 1024  # of a member that is read into memory; photos are not
PIECE = 1024 * 1024
FIXED = (
    "README.txt",
    "operations.ndjson",
    "seals.ndjson",
    "receipts.ndjson",
    "audit.ndjson",
    "roots.json",
    "keys.json",
)
CHECKLIST = re.compile(r"checklists/[A-Z0-9]{1,10}-v[0-9]{1,6}\.(?:toml|json)")
PHOTO = re.compile(r"photos/([0-9a-f]{64})\.[a-z0-9]{1,5}")
PROOF = re.compile(r"proofs/([0-9a-f]{64})\.[a-z0-9]{1,5}")
# What the audit calls the lines of the remedy.
REMEDY_ACTIONS = {"remedy.link-made": "link", "remedy.received": "proof", "remedy.answered": "answer"}
NOT_IN_CHAIN = frozenset({"fork", "id-reuse"})  # claim a number that another operation has


class Different(Exception):
    """The first thing that differs, in Vietnamese and English."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(f"{vietnamese} / {english}")
        self.vietnamese, self.english = vietnamese, english


class Unreadable(Different):
    """It cannot be checked at all."""


@dataclass(slots=True)
class Report:
    """The verdict: 0, 1 or 2, and what was seen on the way, each in both languages."""

    status: int
    vietnamese: str
    english: str
    seen: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """What is printed."""
        word, said = {
            AGREES: ("KHỚP", "AGREES"),
            DIFFERS: ("KHÁC", "DIFFERS"),
            UNREADABLE: ("KHÔNG KIỂM TRA ĐƯỢC", "CANNOT BE CHECKED"),
        }[self.status]
        yield f"KẾT LUẬN: {word}. {self.vietnamese}"
        yield f"VERDICT: {said}. {self.english}"
        for mark, told in (("-", self.seen), ("!", self.warnings)):
            for vietnamese, english in told:
                yield f"  {mark} {vietnamese} / {english}"


def verify(path: Path, *, key: str | None = None, roots: Sequence[str] = ()) -> Report:
    """Check the file against itself, and against the server's key when that is known. Never raises for bad content."""
    try:
        pinned = _pinned(key) if key else None
        with path.open("rb") as file:
            return check(file, pinned=pinned, roots=roots)
    except Unreadable as wrong:
        return Report(UNREADABLE, wrong.vietnamese, wrong.english)
    except OSError as wrong:
        return Report(UNREADABLE, f"Không mở được tệp: {wrong}.", f"The file cannot be opened: {wrong}.")


def check(file: BinaryIO, *, pinned: str | None = None, roots: Sequence[str] = ()) -> Report:
    """The same for a file that is open. pinned: the thumbprint the signing key must have."""
    case = _Case(file, pinned, roots)
    try:
        case.run()
    except Unreadable as wrong:
        return Report(UNREADABLE, wrong.vietnamese, wrong.english)
    except Different as wrong:
        return Report(DIFFERS, wrong.vietnamese, wrong.english)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as wrong:
        told = f"{type(wrong).__name__}: {str(wrong)[:120]}"
        return Report(DIFFERS, f"Nội dung sai cấu trúc ({told}).", f"The content is malformed ({told}).")
    vietnamese = "Hồ sơ nguyên vẹn: mọi dữ kiện, chữ ký, ảnh và nhật ký trong tệp khớp nhau."
    english = "The case is whole: every fact, signature, photo and audit row in it agrees."
    if pinned is None:
        vietnamese += " CHƯA chứng minh được ai lập hồ sơ: hãy chạy lại với --key là khóa công khai của máy chủ."
        english += " Who made it is NOT proved: run again with --key and the server's public key."
    return Report(AGREES, vietnamese, english, case.seen, case.warnings)


# --- the container: a plain zip in exactly one form, so that no byte of it is free ------------------

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _STORED, _DATE = 20, 0x0800, 0, 0x21


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    start: int
    size: int
    crc: int


def _members(file: BinaryIO) -> list[_Member]:
    count, start, central = _directory(file)
    found, at = [], 0
    for _ in range(count):
        member, central = _member(central, at)
        name, size = member.name.encode(), member.size
        fixed = (b"PK\x03\x04", _VERSION, _UTF8, _STORED, 0, _DATE)
        if _read(file, at, member.start - at) != _LOCAL.pack(*fixed, member.crc, size, size, len(name), 0) + name:
            raise _container(f"đầu mục của {member.name}", f"the header of {member.name}")
        found.append(member)
        at = member.start + size
    if central or at != start:
        raise _container("có phần thừa hoặc thiếu", "something is missing or too much between its members")
    if len({member.name for member in found}) != len(found):
        raise _container("có tên trùng nhau", "two members of one name")
    return found


def _directory(file: BinaryIO) -> tuple[int, int, memoryview]:
    """How many members there are, where the directory begins, and its bytes."""
    file.seek(0, 2)
    length = file.tell()
    end = _read(file, max(0, length - _END.size), min(length, _END.size))
    if end[:4] != b"PK\x05\x06":
        if _read(file, 0, min(length, 4)) != b"PK\x03\x04":
            raise Unreadable("Đây không phải tệp hồ sơ.", "This is not a case file.")
        raise Different("Tệp bị cắt cụt hoặc bị nối thêm.", "The file is cut off, or something follows its end.")
    _, disk, of_disk, here, count, size, start, comment = _END.unpack(end)
    if (disk, of_disk, comment) != (0, 0, 0) or here != count or start + size + _END.size != length:
        raise _container("phần kết thúc", "its end record")
    if count > MOST_MEMBERS or size > MOST_TEXT:
        raise _container("quá nhiều thành phần", "too many members")
    return count, start, memoryview(_read(file, start, size))


def _member(central: memoryview, at: int) -> tuple[_Member, memoryview]:
    if len(central) < _CENTRAL.size:
        raise _container("mục lục", "its directory")
    told = _CENTRAL.unpack(central[: _CENTRAL.size])
    crc, packed, size, length, start = (*told[7:11], told[16])
    raw, rest = bytes(central[_CENTRAL.size : _CENTRAL.size + length]), central[_CENTRAL.size + length :]
    # Everything else is fixed: version, flags, stored, no date; no extra field, comment, second disk or attribute.
    fixed = (b"PK\x01\x02", _VERSION, _VERSION, _UTF8, _STORED, 0, _DATE, 0, 0, 0, 0, 0)
    if (*told[:7], *told[11:16]) != fixed:
        raise _container(
            "một thành phần bị nén, là liên kết, hoặc có thuộc tính lạ",
            "a member is compressed, a link, or has odd attributes",
        )
    name = raw.decode("ascii", "replace")
    if len(raw) != length or not _is_known(name):
        raise _container(f"tên lạ {name[:80]!r}", f"the strange name {name[:80]!r}")
    if packed != size or start != at:
        raise _container(f"vị trí của {name}", f"the place of {name}")
    return _Member(name, at + _LOCAL.size + length, size, crc), rest


def _is_known(name: str) -> bool:
    patterns = (CHECKLIST, PHOTO, PROOF)
    return name in {*FIXED, REMEDY, "case.json", "case.sig"} or any(each.fullmatch(name) for each in patterns)


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    content = file.read(size)
    if len(content) != size:
        raise Different("Tệp bị cắt cụt.", "The file is cut off.")
    return content


def _container(vietnamese: str, english: str) -> Different:
    return Different(f"Vỏ tệp không còn như khi lập: {vietnamese}.", f"The container is not as it was made: {english}.")


# --- the case ---------------------------------------------------------------------------------------


class _Case:
    """One case while it is looked at, from the outside inwards."""

    def __init__(self, file: BinaryIO, pinned: str | None, roots: Sequence[str]) -> None:
        self._file, self._pinned, self._roots = file, pinned, [each.lower() for each in roots]
        self.seen: list[tuple[str, str]] = []
        self.warnings: list[tuple[str, str]] = []

    def run(self) -> None:
        self._members = {member.name: member for member in _members(self._file)}
        self._check_signature()
        self._check_members()
        self._check_operations()
        self._check_photos()
        self._check_proofs()
        self._check_seals()
        self._check_roots()
        self._check_audit()
        self._check_receipts()
        self._check_checklists()
        self._tell()

    def _check_signature(self) -> None:
        """The manifest, under the server's key."""
        raw = self._text("case.json")
        self._said = said = _json(raw, "case.json")
        self._keys = {each["key"]: each["jwk"] for each in said["server_keys"]}
        for key, jwk in self._keys.items():
            if jwk.get("kty") != "OKP" or thumbprint(jwk) != key:
                raise Different("Tên khóa máy chủ không khớp với khóa.", "A server key is not the one it is named as.")
        if self._pinned is not None and said["key"] != self._pinned:
            raise Different(
                f"Hồ sơ do khóa khác ký: {said['key']}.", f"The case was signed with another key: {said['key']}."
            )
        if not _is_servers(self._keys.get(said["key"]), self._text("case.sig").decode("ascii", "replace"), raw):
            raise Different(
                "Chữ ký của máy chủ trên case.json không đúng.", "The server's signature on case.json does not hold."
            )
        if said["format"] not in FORMATS:
            raise Unreadable("Định dạng hồ sơ này chưa biết.", "This format of case is not known.")

    def _check_members(self) -> None:
        """Exactly the members that were signed, byte for byte."""
        names = [each["name"] for each in self._said["members"]]
        if [*names, "case.json", "case.sig"] != list(self._members):
            raise Different("Danh sách thành phần không khớp case.json.", "The members are not those of case.json.")
        for each in self._said["members"]:
            member = self._members[each["name"]]
            digest, crc = hashlib.sha256(), 0
            for piece in self._pieces(member):
                digest.update(piece)
                crc = zlib.crc32(piece, crc)
            if member.size != each["size"] or digest.hexdigest() != each["sha256"] or crc != member.crc:
                raise Different(f"{member.name} đã bị sửa.", f"{member.name} was altered.")
        for name in ("case.json", "case.sig"):
            if zlib.crc32(self._text(name)) != self._members[name].crc:
                raise _container(f"mã kiểm của {name}", f"the check sum of {name}")
        if [name for name in names if name in FIXED] != list(FIXED):
            raise Different("Hồ sơ thiếu thành phần.", "A member is missing.")

    def _check_operations(self) -> None:
        """Each fact has its hash, and each phone's facts their chain."""
        self._ops = list(self._lines("operations.ndjson"))
        numbers: dict[str, dict[int, str]] = {}
        for at, op in enumerate(self._ops, start=1):
            place = f"{at} (n={op['n']}, {op['device'][-6:]})"
            _check_fact(op, place)
            taken = numbers.setdefault(op["device"], {})
            if op["n"] and op["code"] not in NOT_IN_CHAIN and taken.setdefault(op["n"], op["sha256"]) != op["sha256"]:
                raise Different(f"Hai dữ kiện cùng số: {place}.", f"Two facts of one number: {place}.")
        self._heads = {device: _chain(found) for device, found in numbers.items()}
        accepted = self._accepted()
        content = b"".join(map(bytes.fromhex, sorted(op["sha256"] for op in accepted)))
        if hashlib.sha256(content).hexdigest() != self._said["content"]:
            raise Different("Mã nội dung không khớp các dữ kiện.", "The content hash is not that of the facts.")
        for manifest in (op["body"]["manifest"] for op in accepted if op["body"]["k"] == "submit"):
            self._check_declared(manifest)

    def _accepted(self) -> list[dict[str, Any]]:
        return [op for op in self._ops if op["state"] == "accepted"]

    def _check_declared(self, manifest: Mapping[str, Any]) -> None:
        for each in manifest["devices"]:
            if each["n"] == 0:
                continue
            head = self._head_at(each["device"], each["n"])
            if head is None:
                self.warnings.append(
                    (
                        f"Còn thiếu dữ kiện của máy {each['device'][-6:]}",
                        f"facts of phone {each['device'][-6:]} are missing",
                    )
                )
            elif head != each["head"]:
                raise Different("Bản kê khi gửi không khớp các dữ kiện.", "What was declared is not what is here.")

    def _check_photos(self) -> None:
        here = {found.group(1): name for name in self._members if (found := PHOTO.fullmatch(name))}
        hashes = {each["name"]: each["sha256"] for each in self._said["members"]}
        for sha, name in here.items():
            if hashes[name] != sha:
                raise Different(f"Ảnh {sha[:12]}… không còn nguyên.", f"Photo {sha[:12]}… is not what was taken.")
        named = {op["body"].get("sha") for op in self._ops if op["body"].get("k") == "photo"}
        missing = set(self._said["photos_missing"])
        if not set(here) <= named or not missing <= named:
            raise Different("Có ảnh không thuộc dữ kiện nào.", "There is a photo that no fact names.")
        expected = {
            op["body"]["sha"] for op in self._ops if op["state"] == "accepted" and op["body"].get("k") == "photo"
        }
        if lost := expected - set(here) - missing:
            raise Different(f"Thiếu ảnh {min(lost)[:12]}….", f"Photo {min(lost)[:12]}… is missing.")
        if missing:
            self.warnings.append(
                (
                    f"{len(missing)} ảnh chưa về máy chủ khi lập hồ sơ",
                    f"{len(missing)} photos had not arrived when it was made",
                )
            )
        self.seen.append((f"{len(here)} ảnh đúng từng byte", f"{len(here)} photos byte for byte"))

    def _check_proofs(self) -> None:
        """What an establishment sent: each file under the hash its line names, and none too many."""
        here = {found.group(1): name for name in self._members if (found := PROOF.fullmatch(name))}
        self._remedy = list(self._lines(REMEDY)) if REMEDY in self._members else []
        with_proofs = self._said["format"] == FORMATS[1]
        if with_proofs != bool(self._remedy) or with_proofs != ("proofs_missing" in self._said):
            raise Different("Phần khắc phục không khớp định dạng.", "The remedy's part is not of this format.")
        hashes = {each["name"]: each["sha256"] for each in self._said["members"]}
        if wrong := next((sha for sha, name in here.items() if hashes[name] != sha), None):
            raise Different(f"Bằng chứng {wrong[:12]}… không còn nguyên.", f"Proof {wrong[:12]}… is not what was sent.")
        proofs = [line for line in self._remedy if line["type"] == "proof"]
        named = {line["sha256"] for line in proofs if line["kind"] != "note"}
        missing = set(self._said.get("proofs_missing", ()))
        if set(here) | missing != named or set(here) & missing:
            raise Different("Tệp khắc phục không khớp danh sách.", "The remedy's files are not those of its lines.")
        if altered := next((line for line in proofs if not _are_its_words(line)), None):
            raise Different(f"Ghi chú {altered['n']} đã bị sửa.", f"Note {altered['n']} was altered.")
        if missing:
            self._warn(f"{len(missing)} tệp khắc phục không còn", f"{len(missing)} proofs are no longer there")
        if proofs:
            self._see(f"{len(proofs)} bằng chứng khắc phục đúng từng byte", f"{len(proofs)} proofs byte for byte")

    def _check_remedy(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Each line stands in the audit word for word, and the audit knows of no other."""
        said = sorted(
            canonical({"type": REMEDY_ACTIONS[each["action"]], **each["facts"], "at": each["at"]}) for each in told
        )
        bare = sorted(canonical({k: v for k, v in line.items() if k != "text"}) for line in self._remedy)
        links = [each for each in said if json.loads(each)["type"] == "link"]
        if (bare or len(said) != len(links)) and bare != said:
            raise Different("Phần khắc phục không khớp nhật ký.", "The remedy's lines are not those of the audit.")

    def _check_seals(self) -> None:
        """What the phones signed."""
        told = _json(self._text("keys.json"), "keys.json")["devices"]
        if any(thumbprint(each["jwk"]) != each["key"] for each in told):
            raise Different("Tên khóa của máy không khớp với khóa.", "A phone's key is not the one it is named as.")
        keys = {(each["key"], each["device"], each["person"]): each for each in told}
        seals = list(self._lines("seals.ndjson"))
        good = [seal for seal in seals if seal["verdict"] == "good"]
        for seal in good:
            self._check_seal(seal, keys)
        trusted = {place for place, each in keys.items() if each["state"] == "trusted"}
        signers = {(seal["key"], seal["device"], seal["person"]) for seal in good}
        for name in sorted({key for key, *_ in signers - trusted}):
            self._warn(f"Khóa {name[:8]}… chưa được duyệt", f"key {name[:8]}… is not trusted")
        self._see(f"{len(good)} chữ ký của máy đúng", f"{len(good)} seals of phones hold")
        if odd := len(seals) - len(good):
            self._warn(f"{odd} chữ ký của máy không dùng được khi nhận", f"{odd} seals were no good on arrival")
        if not good:
            self._warn("Không máy nào ký: chỉ có chuỗi của máy chủ", "no phone signed: only the server's chain")
        elif bare := self._unsealed(good):
            self._warn(f"{bare} dữ kiện không nằm dưới chữ ký nào của máy", f"{bare} facts stand under no phone's seal")

    def _unsealed(self, good: Sequence[Mapping[str, Any]]) -> int:
        """Accepted facts beyond the last head their phone signed; copies that the office made are the server's."""
        through: dict[str, int] = {}
        for seal in good:
            if seal["kind"] == "push":
                through[seal["device"]] = max(through.get(seal["device"], 0), seal["n"])
        return sum(op["n"] > through.get(op["device"], 0) and "copies" not in op["body"] for op in self._accepted())

    def _check_seal(self, seal: Mapping[str, Any], keys: Mapping[tuple[str, str, str], Mapping[str, Any]]) -> None:
        where = f"n={seal['n']}, {seal['device'][-6:]}"
        key = keys.get((seal["key"], seal["device"], seal["person"]))
        if key is None:
            raise Different(f"Chữ ký của máy ({where}) không có khóa.", f"A phone's seal ({where}) has no key.")
        message = self._sealed_manifest(seal, where) if seal["kind"] == "manifest" else self._sealed_head(seal, where)
        if not _is_phones(key["jwk"], seal["sig"], message.encode()):
            raise Different(f"Chữ ký của máy không đúng ({where}).", f"A phone's seal does not hold ({where}).")

    def _sealed_head(self, seal: Mapping[str, Any], where: str) -> str:
        if self._head_at(seal["device"], seal["n"]) not in (None, seal["head"]):
            raise Different(f"Máy đã ký dữ kiện khác ({where}).", f"The phone sealed other facts ({where}).")
        inspection = self._said["inspection"]["id"]
        return canonical({"device": seal["device"], "head": seal["head"], "insp": inspection, "n": seal["n"]})

    def _sealed_manifest(self, seal: Mapping[str, Any], where: str) -> str:
        for op in self._ops:
            if (op["device"], op["n"], op["body"].get("k")) == (seal["device"], seal["n"], "submit"):
                message = canonical(op["body"]["manifest"])
                if hashlib.sha256(message.encode()).hexdigest() == seal["head"]:
                    return message
        raise Different(f"Bản kê được ký ({where}) không có ở đây.", f"The sealed manifest ({where}) is not here.")

    def _check_roots(self) -> None:
        """The signed Merkle roots over the agency's audit."""
        self._trees = _json(self._text("roots.json"), "roots.json")["roots"]
        agency = self._said["agency"]["id"]
        for each in self._trees:
            names = ("agency", "day", "first", "last", "root", "head")
            message = canonical({"purpose": "inspect-day-root", **{name: each[name] for name in names}})
            if each["agency"] != agency:
                raise Different("Nhật ký của cơ quan khác.", "An audit of another agency.")
            if not _is_servers(self._keys.get(each["key"]), each["sig"], message.encode()):
                raise Different(
                    f"Chữ ký trên gốc {each['day']} không đúng.", f"The root of {each['day']} is not signed."
                )
        known = {each["root"] for each in self._trees}
        for root in self._roots:
            if root not in known:
                raise Different(f"Hồ sơ không có gốc {root[:16]}…", f"The case does not stand under root {root[:16]}…")

    def _check_audit(self) -> None:
        """The server's own record: each row in its place under a root, each head in it the one computed here."""
        inspection = f"inspection:{self._said['inspection']['id']}"
        counted, amended = {"accepted": 0, "held": 0, "carried": 0}, set[str]()
        self._received: list[tuple[str, int, str, int]] = []
        remedy: list[Mapping[str, Any]] = []
        before, open_rows, rows = (0, ""), 0, 0
        for row in self._lines("audit.ndjson"):
            before = self._check_row(row, before)
            entry = row["entry"]
            open_rows += self._trees[row["tree"]]["kind"] != "day"
            rows += 1
            if (entry["subject"], entry["action"]) == (inspection, "operations.received"):
                self._check_received(entry, counted)
            elif (entry["subject"], entry["action"]) == (inspection, "results.amended"):
                amended.update(entry["facts"]["operations"])
            elif entry["subject"] == inspection and entry["action"] in REMEDY_ACTIONS:
                remedy.append(entry)
        self._check_counts(counted, amended)
        self._check_remedy(remedy)
        if carried := counted["carried"]:
            self._warn(
                f"{carried} dữ kiện do người khác nhập từ tệp, máy của tác giả không gửi",
                f"{carried} facts were brought in as a file by another person than their author",
            )
        self._see(
            f"{rows} dòng nhật ký dưới {len(self._trees)} gốc", f"{rows} audit rows under {len(self._trees)} roots"
        )
        if open_rows:
            self._warn(f"{open_rows} dòng nhật ký chưa có gốc ngày", f"{open_rows} audit rows have no daily root yet")

    def _check_row(self, row: Mapping[str, Any], before: tuple[int, str]) -> tuple[int, str]:
        entry, seq = row["entry"], row["entry"]["seq"]
        told = hashlib.sha256(bytes.fromhex(row["before"]) + canonical(entry).encode()).hexdigest()
        follows = seq > before[0] and (seq > before[0] + 1 or not before[0] or row["before"] == before[1])
        if told != row["hash"] or not follows:
            raise Different(f"Dòng nhật ký {seq} đã bị sửa.", f"Audit row {seq} was altered.")
        if entry["agency"] != self._said["agency"]["id"]:
            raise Different(f"Dòng nhật ký {seq} của cơ quan khác.", f"Audit row {seq} is another agency's.")
        tree, path = self._trees[row["tree"]], [bytes.fromhex(each) for each in row["path"]]
        size = tree["last"] - tree["first"] + 1
        if not is_in_tree(bytes.fromhex(told), seq - tree["first"], size, path, tree["root"]):
            raise Different(f"Dòng nhật ký {seq} không nằm dưới gốc.", f"Audit row {seq} is not under its root.")
        return seq, told

    def _check_counts(self, counted: Mapping[str, int], amended: set[str]) -> None:
        """No fact more and none less than the audit says: also of those that stand behind a gap in their chain."""
        if sum(op["id"] not in amended for op in self._accepted()) != counted["accepted"]:
            raise Different("Số dữ kiện không khớp nhật ký.", "The facts are not as many as the audit says.")
        if sum(op["code"] is not None for op in self._ops) != counted["held"]:
            raise Different("Số mục giữ lại không khớp nhật ký.", "The held facts are not as many as the audit says.")

    def _check_received(self, entry: Mapping[str, Any], counted: dict[str, int]) -> None:
        facts = entry["facts"]
        counted["accepted"] += facts["accepted"]
        counted["held"] += sum(facts.get("held", {}).values())
        if "on_behalf_of" in facts:
            counted["carried"] += facts["accepted"] + sum(facts.get("held", {}).values())
        device, through = facts["device"], facts["through"]
        if not through:
            return
        if self._head_at(device, through) != facts["head"]:
            raise Different(
                f"Dữ kiện của máy {device[-6:]} đến số {through} không phải dữ kiện đã nhận.",
                f"The facts of phone {device[-6:]} up to {through} are not those received.",
            )
        self._received.append((device, through, facts["head"], _milliseconds(entry["at"])))

    def _check_receipts(self) -> None:
        told = []
        for receipt in self._lines("receipts.ndjson"):
            body = receipt["body"]
            if not _is_servers(self._keys.get(receipt["key"]), receipt["sig"], canonical(body).encode()):
                raise Different(f"Biên nhận n={body['n']} không đúng.", f"The receipt for n={body['n']} does not hold.")
            if body["insp"] != self._said["inspection"]["id"]:
                raise Different("Biên nhận của cuộc khác.", "A receipt of another inspection.")
            told.append((body["device"], body["n"], body["head"], body["received"]))
        if told != self._received:
            raise Different("Biên nhận không khớp nhật ký.", "The receipts are not those of the audit.")

    def _check_checklists(self) -> None:
        hashes = {each["name"]: each["sha256"] for each in self._said["members"]}
        for each in self._said["inspection"]["checklists"]:
            name = f"checklists/{each['code']}-v{each['version']}.toml"
            if hashes.get(name) != each["sha256"]:
                raise Different(
                    f"Phiếu {each['code']} không phải bản đã dùng.", f"Checklist {each['code']} is not the one used."
                )

    def _tell(self) -> None:
        said = self._said
        accepted = sum(op["state"] == "accepted" for op in self._ops)
        self.seen[:0] = [
            (f"Hồ sơ {said['inspection']['number']}, {said['agency']['name']}", f"case {said['inspection']['number']}"),
            (f"Lập lúc {said['made']}", f"made {said['made']}"),
            (f"Khóa máy chủ {said['key']}", f"server key {said['key']}"),
            (
                f"{accepted} dữ kiện, {len(self._heads)} chuỗi máy",
                f"{accepted} facts, {len(self._heads)} chains of phones",
            ),
        ]
        days = [each for each in self._trees if each["kind"] == "day"]
        for each in days[-SHOWN_ROOTS:]:
            self._see(f"Gốc ngày {each['day']}: {each['root']}", f"root of {each['day']}")
        if len(days) > SHOWN_ROOTS:
            self._see(f"{len(days) - SHOWN_ROOTS} gốc trước đó: xem roots.json", "earlier roots: see roots.json")

    # --- telling ---

    def _see(self, vietnamese: str, english: str) -> None:
        self.seen.append((vietnamese, english))

    def _warn(self, vietnamese: str, english: str) -> None:
        self.warnings.append((vietnamese, english))

    # --- reading ---

    def _head_at(self, device: str, n: int) -> str | None:
        heads = self._heads.get(device, [START])
        return heads[n] if 0 <= n < len(heads) else None

    def _text(self, name: str) -> bytes:
        member = self._members.get(name)
        if member is None:
            raise Different(f"Thiếu {name}.", f"{name} is missing.")
        if member.size > MOST_TEXT:
            raise Different(f"{name} quá lớn.", f"{name} is too large.")
        return _read(self._file, member.start, member.size)

    def _pieces(self, member: _Member) -> Iterator[bytes]:
        at, end = member.start, member.start + member.size
        while at < end:
            yield _read(self._file, at, min(PIECE, end - at))
            at += PIECE

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        for line in self._text(name).splitlines():
            yield _json(line, name)


# --- hashes, trees, signatures ----------------------------------------------------------------------


def _check_fact(op: Mapping[str, Any], place: str) -> None:
    if op["sha256"] not in _hashes(op["body"]):
        raise Different(f"Dữ kiện {place} không khớp mã băm.", f"Fact {place} does not have its hash.")
    if op["state"] == "accepted" and (op["body"]["n"], op["body"]["id"]) != (op["n"], op["id"]):
        raise Different(f"Dữ kiện {place} mang số khác.", f"Fact {place} bears another number.")


def _are_its_words(line: Mapping[str, Any]) -> bool:
    """A note has the hash of its words; a file has no words."""
    if line["kind"] != "note":
        return not line["text"]
    return hashlib.sha256(line["text"].encode()).hexdigest() == str(line["sha256"])


def _hashes(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Of a fact; what could not be read as one was hashed as the text it came as."""
    as_json = hashlib.sha256(canonical(body).encode()).hexdigest()
    if set(body) == {"as_received"} and isinstance(body["as_received"], str):
        return as_json, hashlib.sha256(body["as_received"].encode("ascii")).hexdigest()
    return (as_json,)


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def _chain(numbers: Mapping[int, str]) -> list[str]:
    """The heads after 0, 1, 2 … facts, as far as there is no gap."""
    heads = [START]
    while (sha := numbers.get(len(heads))) is not None:
        heads.append(hashlib.sha256(bytes.fromhex(heads[-1]) + bytes.fromhex(sha)).hexdigest())
    return heads


def is_in_tree(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: str) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for each in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = hashlib.sha256(b"\x01" + each + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + each).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found.hex() == root


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638."""
    needed = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("crv", "kty", "x")
    return _b64(hashlib.sha256(canonical({name: jwk[name] for name in needed}).encode()).digest())


def _is_servers(jwk: Mapping[str, str] | None, signature: object, message: bytes) -> bool:
    raw, key = _unb64(signature, 64), _unb64(jwk.get("x") if jwk else None, 32)
    if raw is None or key is None:
        return False
    return _holds(lambda: Ed25519PublicKey.from_public_bytes(key).verify(raw, message))


def _is_phones(jwk: Mapping[str, str], signature: object, message: bytes) -> bool:
    raw, x, y = _unb64(signature, 64), _unb64(jwk["x"], 32), _unb64(jwk["y"], 32)
    if raw is None or x is None or y is None:
        return False
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
    return _holds(lambda: numbers.public_key().verify(der, message, ec.ECDSA(SHA256())))


def _holds(look: Callable[[], None]) -> bool:
    with suppress(InvalidSignature, ValueError):
        look()
        return True
    return False


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _unb64(text: object, length: int) -> bytes | None:
    """Only the one writing of these bytes."""
    if not isinstance(text, str) or not text.isascii() or len(text) != -(-length * 4 // 3):
        return None
    with suppress(ValueError):
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return content if _b64(content) == text else None
    return None


def _pinned(given: str) -> str:
    """The thumbprint of a key given as itself, as a PEM file, or as the JSON the server shows."""
    if re.fullmatch(r"[A-Za-z0-9_-]{43}", given):
        return given
    try:
        raw = Path(given).read_bytes()
        if raw.lstrip().startswith(b"{"):
            told = json.loads(raw)
            return thumbprint(told.get("jwk", told))
        public = load_pem_public_key(raw)
        if isinstance(public, Ed25519PublicKey):
            point = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
            return thumbprint({"kty": "OKP", "crv": "Ed25519", "x": _b64(point)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Unreadable(f"Không đọc được khóa --key: {wrong}.", f"The --key cannot be read: {wrong}.") from wrong
    raise Unreadable("Khóa --key không phải khóa Ed25519.", "The --key is not an Ed25519 key.")


# --- JSON in its one form (RFC 8785) ----------------------------------------------------------------


def _json(raw: bytes, name: str) -> dict[str, Any]:
    """An object that is written exactly as its canonical form: no doubled keys, no spaces, no second writing."""
    try:
        value = json.loads(raw)
        if isinstance(value, dict) and canonical(value).encode() == raw:
            return value
    except (ValueError, RecursionError):
        pass
    raise Different(f"{name} không đúng dạng chuẩn.", f"{name} is not in canonical form.")


def canonical(value: object) -> str:
    """RFC 8785."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError("a number that is not exact")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    raise TypeError(type(value).__name__)


def _number(value: float) -> str:
    """As ECMAScript writes it."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a finite number")
    if value == 0:
        return "0"
    sign, text = ("-" if value < 0 else ""), repr(abs(value))
    mantissa, _, power = text.partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + part) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="case_verify.py", description="Kiểm tra tệp hồ sơ / check a case file.")
    parser.add_argument("file", type=Path, help="tệp hồ sơ / the case file")
    parser.add_argument(
        "--key", help="khóa công khai của máy chủ: tệp PEM, tệp JSON hoặc tên khóa / the server's public key"
    )
    parser.add_argument(
        "--root", action="append", default=[], help="gốc ngày đã in hoặc đã gửi / a daily root you were given"
    )
    asked = parser.parse_args(arguments)
    report = verify(asked.file, key=asked.key, roots=asked.root)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    for line in report.lines():
        print(line)
    return report.status


if __name__ == "__main__":
    sys.exit(main())
