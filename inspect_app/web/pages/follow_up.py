"""Danh sách theo dõi khắc phục: the page, the paper to print, and the Excel file."""

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import follow_up, registry
from inspect_app.services.registry import Filter
from inspect_app.web import registry_choices
from inspect_app.web.auth import allow
from inspect_app.web.pages.follow_steps import ACTING
from inspect_app.web.registry_query import address_of, complaints, filter_of, read_cursor, write_cursor
from inspect_app.web.request import Tx, actor, now, reading

bp = Blueprint("follow_up", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 4 * 1024 * 1024
# A paper of more rows is read by nobody; Excel is the place for them.
MOST_PRINTED = 500


@bp.get("/follow-up")
@allow(*DESK_ROLES)
def listing() -> ResponseReturnValue:
    try:
        wanted = filter_of(request.args.to_dict())
    except ValidationError as error:
        return render_template("follow_up/list.html", wrong=complaints(error), wanted=Filter(), page=None), 422
    after = read_cursor(request.args.get("after"))

    def read(tx: Tx) -> tuple[follow_up.Page, int | None, registry_choices.Choices]:
        page = follow_up.page(tx, wanted, now=now(), after=after)
        count = follow_up.count(tx, wanted, now=now(), first=page) if after is None else None
        return page, count, registry_choices.of(tx, actor())

    page, count, choices = reading(read)
    here = address_of(wanted)
    onward = write_cursor(page.after)
    return render_template(
        "follow_up/list.html",
        wrong=[],
        wanted=wanted,
        page=page,
        count=count,
        most=registry.MOST_COUNTED,
        choices=choices,
        here=here,
        acts=actor().role in ACTING,
        next_href=_href(".listing", {**here, "after": onward}) if onward else None,
        first_href=_href(".listing", here) if after else None,
        excel_href=_href(".excel", here),
        paper_href=_href(".paper", here),
    )


@bp.get("/follow-up.xlsx")
@allow(*DESK_ROLES)
def excel() -> ResponseReturnValue:
    """Written to a file beside the memory, then sent in pieces: a long list costs no more memory than a short one."""
    wanted = filter_of(request.args.to_dict())
    name = follow_up.file_name(local_day(now()))
    with ExitStack() as unless_sent:
        file = unless_sent.enter_context(SpooledTemporaryFile(IN_MEMORY))
        reading(lambda tx: follow_up.write(tx, file, wanted, agency=actor().agency, now=now()))
        file.seek(0)
        answer = send_file(file, mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)
        unless_sent.pop_all()  # from here on the answer closes it
    return answer


@bp.get("/follow-up/paper")
@allow(*DESK_ROLES)
def paper() -> ResponseReturnValue:
    """The same list laid out as a paper of an authority, for the printer."""
    wanted = filter_of(request.args.to_dict())

    def read(tx: Tx) -> tuple[follow_up.Page, object]:
        page = follow_up.page(tx, wanted, now=now(), limit=MOST_PRINTED)
        return page, follow_up.heading_of(tx, wanted, agency=actor().agency, now=now())

    page, heading = reading(read)
    back = _href(".listing", address_of(wanted))
    return render_template("follow_up/paper.html", page=page, heading=heading, back=back, most=MOST_PRINTED)


def _href(endpoint: str, parts: dict[str, str]) -> str:
    return f"{url_for(endpoint)}?{urlencode(parts)}" if parts else url_for(endpoint)
