"""A whole case for tests: sealed pushes of two phones, photos, a held fact, a submission, and the file made of it."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from inspect_app.case_verify import Report, check
from inspect_app.domain.evidence import canonical
from inspect_app.domain.plain_zip import PlainZip
from inspect_app.outside.signing import Signer
from inspect_app.services import case_facts, case_file, roots
from inspect_app.store.checklist_files import Library
from inspect_app.store.tables import InspectionChecklist
from inspect_app.web.request import ground
from tests.builders import NOW, Op, Phone
from tests.cast import PUSH, Cast, Client, Player
from tests.sealing import PhoneKey, introduced
from tests.sending import upload

LANGUAGE = Path(__file__).parent / "forms" / "language"


@dataclass(slots=True)
class Sending:
    """A person's phone with its key."""

    player: Player
    phone: Phone
    client: Client
    key: PhoneKey | None


class Casebook:
    """Alice leads and Bob is on her team; the checklist is a small one."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        here = ground(cast.app)
        self.library = Library(LANGUAGE)
        cast.app.extensions["inspect"] = replace(here, library=self.library)
        self.signer: Signer = here.signer
        self.id = cast.inspection(cast.alice, cast.bob, checklists=(("TST", 1),))
        with cast.writing() as tx:
            tx.execute(update(InspectionChecklist).values(sha256=self.library.sha256("TST", 1)))
            tx.commit()
        self.alice = self.sending(cast.alice)
        self.bob = self.sending(cast.bob)

    def sending(self, player: Player, *, key: bool = True) -> Sending:
        phone = self.cast.phone(player)
        made = introduced(self.cast, player, phone) if key else None
        return Sending(player, phone, self.cast.client(player), made)

    def push(self, who: Sending, *ops: Op) -> dict[str, Any]:
        batch = who.phone.batch((self.id, ops))
        n = ops[-1]["n"]
        head = who.phone.head(self.id, n)
        batch["scopes"][0]["head"] = head
        if who.key:
            batch["scopes"][0]["seal"] = who.key.seal(who.phone, self.id, n, head)
        answer = who.client.post(PUSH, json=batch)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        scope: dict[str, Any] = answer.get_json()["scopes"][0]
        return scope

    def picture(self, who: Sending, item: str, content: bytes) -> Op:
        op = who.phone.photo(self.id, item, content)
        self.push(who, op)
        answer = upload(who.client, self.id, content)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return op

    def submit(self, who: Sending) -> None:
        op = who.phone.submit(self.id)
        if who.key:
            op["seal"] = {"key": who.key.key, "sig": who.key.sign(op["manifest"])}
        self.push(who, op)

    def fill(self) -> "Casebook":
        """A visit as it should be, with one fact that had to be held."""
        alice, bob = self.alice, self.bob
        self.push(alice, alice.phone.answer(self.id, "TST-01", "pass"), alice.phone.comment(self.id, "TST-01", "Đạt"))
        self.push(bob, bob.phone.comment(self.id, "TST-02", "Lối thoát bị chắn, “rộng” 0,6 m\n\u2028"))
        self.picture(alice, "TST-02", b"\xff\xd8\xff" + b"anh so mot")
        self.push(bob, bob.phone.write(self.id, "telepathy", i="TST-01"))
        self.submit(alice)
        return self

    def end_the_day(self) -> None:
        """Make the root of today, tomorrow."""
        tomorrow = NOW + timedelta(days=1)
        with self.cast.writing() as tx:
            roots.make(tx, signer=self.signer, now=tomorrow)
            tx.commit()

    def facts(self) -> case_facts.CaseFacts:
        with self.cast.reading() as tx:
            return case_facts.gather(tx, self.id, library=self.library, signer=self.signer, now=NOW)

    def file(self) -> bytes:
        return b"".join(case_file.write(self.facts(), ground(self.cast.app).evidence, self.signer))


def look(content: bytes, *, pinned: str | None = None, roots: tuple[str, ...] = ()) -> Report:
    return check(io.BytesIO(content), pinned=pinned, roots=roots)


def members(content: bytes) -> dict[str, bytes]:
    """The members of a case file, read with the standard library."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {each.filename: opened.read(each) for each in opened.infolist()}


def packed(parts: dict[str, bytes]) -> bytes:
    made = PlainZip()
    return b"".join(made.add(name, part) for name, part in parts.items()) + made.end()


def forged(content: bytes, signer: Signer, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The case as an operator would make it who changes a part and signs everything anew."""
    parts = members(content)
    said = json.loads(parts["case.json"])
    change(parts)
    names = [name for name in parts if name not in {"case.json", "case.sig"}]
    said["members"] = [
        {"name": name, "size": len(parts[name]), "sha256": hashlib.sha256(parts[name]).hexdigest()} for name in names
    ]
    parts["case.json"] = canonical(said)
    parts["case.sig"] = signer.sign(parts["case.json"]).encode()
    return packed(parts)
