"""An establishment with a link: one visit, findings of two organisations, and what a phone's browser sends."""

import hashlib
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from inspect_app.domain.remedy_links import token_of
from inspect_app.store.tables import AuditRow, RemedyAnswer, RemedyLink, RemedyProof, Violation
from inspect_app.web.request import ground
from tests import builders
from tests.builders import TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import fields_of

PDF = b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript /JS (app.alert(1))>>>> endobj\ntrailer <<>>\n%%EOF\n"


def a_jpeg(seed: int = 0) -> bytes:
    """A small picture with a place and a maker in its EXIF."""
    picture, out = Image.new("RGB", (640, 480), (seed * 37 % 256, 120, 80)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRET-PHONE"
    exif.get_ifd(0x8825)[2] = (21.0, 35.0, 39.0)
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


class Establishment:
    """Its visit: two findings of its own, one of a subcontractor."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        with cast.writing() as tx:
            owner, other = builders.an_organisation(tx, "Công ty Đất Việt"), builders.an_organisation(tx, "Thầu phụ")
            site = builders.a_site(tx, owner)
            row = builders.an_inspection(tx, cast.alice.agency, [cast.alice.id, cast.bob.id], site=site, failing=3)
            asked = {"remedy_status": "remedy-requested", "deadline": TODAY + timedelta(days=8)}
            first = builders.a_violation(tx, row, item="GEN-01", title="Lan can chưa đủ cao", observed="0,6 m", **asked)
            second = builders.a_violation(tx, row, item="GEN-02", title="Thiếu biển báo", **asked)
            third = builders.a_violation(
                tx, row, item="GEN-03", title="Việc của thầu phụ", organisation_id=other.id, **asked
            )
            tx.commit()
            self.inspection, self.owner, self.other = row.id, owner.id, other.id
            self.first, self.second, self.others = first.id, second.id, third.id
        self.vera = cast.client(cast.vera)
        self.guest = Client(cast.app)

    # --- the office -----------------------------------------------------------------------------

    def make(self, **changed: Any) -> TestResponse:
        desk = self.vera
        at = f"/desk/inspections/{self.inspection}/remedy"
        action = f"{at}/{self.owner}"
        fields = fields_of(desk.get(at), action)
        fields.setlist("v", [str(each) for each in (self.first, self.second)])
        for name, value in changed.items():
            fields.setlist(name, value if isinstance(value, list) else [value])
        return desk.post(action, data=fields)

    def link(self, **changed: Any) -> str:
        """A new link's token."""
        answer = self.make(**changed)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return self.token(UUID(answer.headers["Location"].rpartition("/")[2]))

    def token(self, link: UUID) -> str:
        return token_of(ground(self.cast.app).settings.secret_key, link)

    def answer(self, result: str, comment: str = "Ảnh rõ", *, violation: UUID | None = None, **fields: Any) -> Any:
        link = self.links()[-1]
        page = self.vera.get(f"/desk/remedy/{link.id}")
        form = fields_of(page, f"/desk/remedy/{link.id}/{violation or self.first}/asked-again")
        for name, value in {"comment": comment, **fields}.items():
            form[name] = value
        return self.vera.post(f"/desk/remedy/{link.id}/{violation or self.first}/{result}", data=form)

    # --- the establishment ----------------------------------------------------------------------

    def open(self, token: str) -> TestResponse:
        return self.guest.get(f"/remedy/{token}")

    def send(
        self, token: str, *files: tuple[bytes, str], note: str = "", violation: UUID | None = None, **extra: Any
    ) -> TestResponse:
        wanted = violation or self.first
        fields = fields_of(self.open(token), f"/remedy/{token}/{wanted}")
        data: dict[str, Any] = {"csrf_token": fields["csrf_token"], "note": note, **extra}
        data["files"] = [(io.BytesIO(content), name) for content, name in files]
        return self.guest.post(f"/remedy/{token}/{wanted}", data=data, content_type="multipart/form-data")

    # --- the rows -------------------------------------------------------------------------------

    def links(self) -> list[RemedyLink]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(RemedyLink).order_by(RemedyLink.made_at)))

    def proofs(self) -> list[RemedyProof]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(RemedyProof).order_by(RemedyProof.n)))

    def answers(self) -> list[RemedyAnswer]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(RemedyAnswer).order_by(RemedyAnswer.at)))

    def audited(self, action: str) -> list[AuditRow]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.seq)))

    def status(self, violation: UUID | None = None) -> str:
        with self.cast.reading() as tx:
            return tx.get_one(Violation, violation or self.first).remedy_status


@pytest.fixture
def firm(cast: Cast) -> Establishment:
    return Establishment(cast)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stranger() -> str:
    return f"{uuid4().hex}{'A' * 11}"
