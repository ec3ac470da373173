"""From notices to letters, and out of the house: at least once, each with an id that stays the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import TypeAlias
from uuid import UUID, uuid4

from inspect_app.domain.notices import LONGEST_SUBJECT, one_line, sentence
from inspect_app.domain.people import DESK_ROLES
from inspect_app.outside import smtp
from inspect_app.outside.smtp import Letter, Line, Post
from inspect_app.services.chore import Tools
from inspect_app.store import mail as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Mail, Notice, Person

BATCH = 200
# Notices this old are no news: mail that was switched on late does not begin with last month.
STALE = timedelta(days=3)
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 16  # two days and a half
LEASE = timedelta(minutes=10)
AT_ONCE = 20
LONGEST_SAID = 500
GREETING = "Kính gửi"
FOOT = "Thư tự động của hệ thống kiểm tra ATVSLĐ. Chọn loại thư muốn nhận ở trang “Việc của tôi”."
FOOT_SHORT = "Thư tự động của hệ thống kiểm tra ATVSLĐ."
Told: TypeAlias = tuple[str, str, list[str], str | None]  # what about, the sentence, its lines, where to look


def post(tools: Tools, now: datetime) -> str:
    """The chore: letters are written and go out."""
    if tools.smtp_url is None:
        return ""
    return "; ".join(
        said for said in (write(tools, now), send(tools, Post.of(tools.smtp_url, tools.base_url), now)) if said
    )


def write(tools: Tools, now: datetime) -> str:
    """What people are to be told by mail becomes one letter per person."""
    written = 0
    while True:
        with tools.writing() as tx:
            taken, made = _write_some(tx, tools.base_url, now)
            tx.commit()
        written += made
        if taken < BATCH:
            return f"{written} thư đã soạn" if written else ""


def _write_some(tx: Tx, base_url: str, now: datetime) -> tuple[int, int]:
    rows = store.due_notices(tx, limit=BATCH)
    people: dict[UUID, Person] = {}
    told: dict[UUID, list[Notice]] = {}
    for notice, person in rows:
        wanted = person.email and person.disabled_at is None and now - notice.made_at <= STALE
        notice.mail = "queued" if wanted else "none"
        if wanted:
            people[person.id] = person
            told.setdefault(person.id, []).append(notice)
    tx.add_all(_letter(people[person], notices, base_url, now) for person, notices in told.items())
    return len(rows), len(told)


def _letter(person: Person, notices: Sequence[Notice], base_url: str, now: datetime) -> Mail:
    first = notices[0].subject
    subject = first if len(notices) == 1 else f"{len(notices)} việc cần biết: {first}"
    return compose(person, subject, [_told(each, base_url) for each in notices], base_url, now)


def compose(
    person: Person,
    subject: str,
    told: Sequence[Told],
    base_url: str,
    now: datetime,
    file: tuple[str, bytes] | None = None,
) -> Mail:
    """A letter for the outbox. Addresses of the desk are left out for those who may not enter it."""
    at_desk = person.role in DESK_ROLES
    if not at_desk:
        told = [(about, said, lines, None) for about, said, lines, _ in told]
    return Mail(
        id=uuid4(),
        agency_id=person.agency_id,
        person_id=person.id,
        address=person.email,
        subject=one_line(subject)[:LONGEST_SUBJECT],
        body=plain(person.name, told, None if at_desk else f"{base_url}/field/"),
        html=rich(person.name, told, None if at_desk else f"{base_url}/field/"),
        file_name=file[0] if file else None,
        file=file[1] if file else None,
        made_at=now,
        next_at=now,
        state="waiting",
        attempts=0,
        said="",
    )


def _told(notice: Notice, base_url: str) -> Told:
    lines = [str(each) for each in notice.facts.get("lines", [])]
    return notice.subject, sentence(notice.kind, notice.facts), lines, f"{base_url}{notice.href}"


def plain(name: str, told: Sequence[Told], elsewhere: str | None) -> str:
    """The letter as plain text."""
    parts = [f"{GREETING} {one_line(name)},"]
    for subject, said, lines, href in told:
        parts.append("\n".join([subject, said, *(f"  - {line}" for line in lines), *([href] if href else [])]))
    parts.append(f"Trên điện thoại: {elsewhere}\n{FOOT_SHORT}" if elsewhere else FOOT)
    return "\n\n".join(parts) + "\n"


def rich(name: str, told: Sequence[Told], elsewhere: str | None) -> str:
    """The same as simple HTML: nothing is fetched, nothing is clickable but our own addresses."""
    parts = [f"<p>{GREETING} {escape(one_line(name))},</p>"]
    for subject, said, lines, href in told:
        link = f'<p><a href="{escape(href)}">Mở trong hệ thống</a></p>' if href else ""
        listed = f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""
        parts.append(f"<p><strong>{escape(subject)}</strong><br>{escape(said)}</p>{listed}{link}")
    if elsewhere:
        parts.append(f'<p><a href="{escape(elsewhere)}">Mở trên điện thoại</a></p>')
    parts.append(f"<p>{FOOT_SHORT if elsewhere else FOOT}</p>")
    return '<!doctype html><html lang="vi"><body>' + "".join(parts) + "</body></html>"


def send(tools: Tools, post: Post, now: datetime) -> str:
    """Letters go out. Raises Away: the chore has failed then, and waits longer and longer."""
    sent = refused = 0
    while True:
        with tools.writing() as tx:
            taken = [(_as_letter(mail, name), mail.attempts) for mail, name in _take(tx, now)]
            tx.commit()
        if not taken:
            break
        good, bad = _send_some(tools, post, taken, now)
        sent, refused = sent + good, refused + bad
    told = [f"{sent} thư đã gửi"] if sent else []
    told += [f"{refused} thư bị từ chối"] if refused else []
    return ", ".join(told)


def _take(tx: Tx, now: datetime) -> list[tuple[Mail, str]]:
    return store.take(tx, now=now, lease=LEASE, limit=AT_ONCE)


def _as_letter(mail: Mail, name: str) -> Letter:
    return Letter(
        id=str(mail.id),
        name=name,
        address=mail.address,
        subject=mail.subject,
        body=mail.body,
        html=mail.html,
        made_at=mail.made_at,
        file_name=mail.file_name,
        file=mail.file,
    )


def _send_some(tools: Tools, post: Post, taken: Sequence[tuple[Letter, int]], now: datetime) -> tuple[int, int]:
    """How many were sent, how many refused. When the server goes away the rest waits for the next run."""
    done: set[str] = set()
    good = 0
    try:
        with smtp.open_line(post) as line:
            for letter, attempts in taken:
                good += _send_one(tools, line, letter, attempts, now)
                done.add(letter.id)
    except smtp.Away as away:
        with tools.writing() as tx:
            for letter, _ in taken:
                if letter.id not in done:
                    store.hand_back(tx, UUID(letter.id), next_at=now, said=str(away)[:LONGEST_SAID])
            tx.commit()
        raise
    return good, len(taken) - good


def _send_one(tools: Tools, line: Line, letter: Letter, attempts: int, now: datetime) -> bool:
    """The mark is written at once: a crash between sending and marking costs a second copy with the same id."""
    refused: smtp.Refused | None = None
    try:
        line.send(letter)
    except smtp.Refused as error:
        refused = error
    with tools.writing() as tx:
        if refused is None:
            store.sent(tx, UUID(letter.id), now)
        elif refused.for_good or attempts >= MOST_ATTEMPTS:
            store.give_up(tx, UUID(letter.id), said=str(refused)[:LONGEST_SAID])
        else:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))
            store.later(tx, UUID(letter.id), next_at=now + wait, said=str(refused)[:LONGEST_SAID])
        tx.commit()
    return refused is None
