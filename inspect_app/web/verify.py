"""Open to everybody: whether a printed code is genuine, and the program that checks case files."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app import case_verify
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.services import paper_stamps, verification
from inspect_app.services.verification import Answer
from inspect_app.web.auth import allow_anyone
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import Tx, in_transaction, now, reading, signer

bp = Blueprint("verify", __name__)


@bp.get("/verify")
@allow_anyone
def form() -> ResponseReturnValue:
    """Where a code is typed."""
    given = request.args.get("code", "").strip()
    if given:
        return redirect(url_for("verify.page", code=given[:60]))
    return _render(None)


@bp.get("/verify/<code>")
@allow_anyone
def page(code: str) -> ResponseReturnValue:
    """Genuine, superseded or unknown; number, day, agency and hash, never the content. 429 for whoever guesses."""
    wanted = verification.read(code)
    if wanted is None:
        return _render(Answer("unknown", code[:40])), 404
    network, at = request.remote_addr or "", now()

    def look(tx: Tx) -> Answer:
        verification.check_patience(tx, network, at)
        return verification.look_up(tx, wanted)

    try:
        answer = reading(look, scope=EVERY_AGENCY)
    except RuleBroken as broken:
        seconds = broken.facts.get("seconds", 1)
        raise RequestRefused(broken.code, headers={"Retry-After": str(seconds)}, **broken.facts) from broken
    if answer.state == "unknown":
        in_transaction(lambda tx: verification.count_unknown(tx, network, at), scope=EVERY_AGENCY)
        return _render(answer), 404
    return _render(answer)


@bp.get("/verify/case_verify.py")
@allow_anyone
def program() -> ResponseReturnValue:
    """The program itself; a copy from elsewhere is the better one, and this page says so."""
    headers = {"Content-Disposition": "attachment; filename=case_verify.py"}
    return Response(_program()[0], mimetype="text/x-python", headers=headers)


def _render(answer: Answer | None) -> str:
    stamp = paper_stamps.check(request.full_path, signer().jwk) if answer else None
    return render_template(
        "evidence/verify.html", answer=answer, stamp=stamp, key=signer().key, program_sha256=_program()[1]
    )


@cache
def _program() -> tuple[bytes, str]:
    content = Path(case_verify.__file__).read_bytes()
    return content, hashlib.sha256(content).hexdigest()
