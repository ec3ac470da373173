"""What the office does about evidence: a case out of the house, codes for papers, keys of phones, daily roots."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.outside import qr
from inspect_app.services import case_facts, case_file, roots, seals, verification
from inspect_app.services.planning import get
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import Tx, actor, evidence, in_transaction, library, now, reading, settings, signer

bp = Blueprint("evidence", __name__)

MAY_EXPORT = (Role.SUPERVISOR, Role.LEADER, Role.COORDINATOR)


@bp.post("/inspections/<uuid:inspection_id>/case")
@allow(*MAY_EXPORT)
def export(inspection_id: UUID) -> ResponseReturnValue:
    """The case file, streamed; that it was taken stands in it."""
    who, at, sign, forms = actor(), now(), signer(), library()
    in_transaction(lambda tx: case_file.note(tx, inspection_id, actor=who, now=at))
    facts = reading(lambda tx: case_facts.gather(tx, inspection_id, library=forms, signer=sign, now=at))
    case_file.check_size(facts)
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in facts.number)
    headers = {"Content-Disposition": f"attachment; filename=ho-so-{name}.zip", "X-Accel-Buffering": "no"}
    body = stream_with_context(case_file.write(facts, evidence(), sign))
    return Response(body, mimetype="application/zip", headers=headers)


@bp.post("/inspections/<uuid:inspection_id>/code")
@allow(Role.SUPERVISOR, Role.LEADER)
def make_code(inspection_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: verification.code_for(tx, inspection_id, actor=who, now=at))
    return redirect(f"{url_for('inspections.page', inspection_id=inspection_id)}#evidence")


@bp.get("/inspections/<uuid:inspection_id>/code.svg")
@allow(*DESK_ROLES)
def code_picture(inspection_id: UUID) -> ResponseReturnValue:
    """The address behind the code, to be scanned from paper or screen."""

    def find(tx: Tx) -> str:
        found = verification.current(tx, get(tx, inspection_id))
        if found is None:
            raise RequestRefused("not-found")
        return verification.shown(found.code)

    address = f"{settings().base_url}{url_for('verify.page', code=reading(find))}"
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(qr.svg(address), mimetype="image/svg+xml", headers=headers)


# --- keys of phones ---------------------------------------------------------------------------------


@bp.post("/devices/<uuid:device>/keys/<key>/<any(trust, refuse):decision>")
@allow(Role.SUPERVISOR)
def decide(device: UUID, key: str, decision: str) -> ResponseReturnValue:
    try:
        person = UUID(request.form.get("person", ""))
    except ValueError:
        raise RequestRefused("bad-request") from None
    who, at, trust = actor(), now(), decision == "trust"
    in_transaction(lambda tx: seals.decide(tx, key, device, person, trust=trust, actor=who, now=at))
    flash("Đã duyệt khóa của máy." if trust else "Đã từ chối khóa; chữ ký bằng khóa này không được tin.", "done")
    return redirect(url_for("devices.index"))


# --- daily roots ------------------------------------------------------------------------------------


@bp.get("/audit/roots")
@allow(Role.SUPERVISOR, Role.COORDINATOR, Role.ADMIN, Role.AUTHORITY)
def day_roots() -> ResponseReturnValue:
    before = _day(request.args.get("before"))
    rows = reading(lambda tx: roots.newest(tx, before=before))
    onward = rows[-1][0].day.isoformat() if len(rows) == roots.PAGE else None
    return render_template("evidence/roots.html", rows=rows, before=before, onward=onward, key=signer().key)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RequestRefused("bad-request") from None
