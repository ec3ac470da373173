"""Sites from a file: first a preview that says of each row what would become of it, then all sound rows at once.

No row is lost: those that cannot be taken over are kept with their reasons and go out again as an Excel file.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice
from typing import IO, Any
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.domain.site_rows import LABELS, Fault, Reference, Row, field_of, is_no_site
from inspect_app.domain.site_rows import read as read_row
from inspect_app.outside import list_files
from inspect_app.outside.list_files import MOST_ROWS, Unreadable
from inspect_app.services import sites
from inspect_app.services.site_import_rows import Judge, added, as_change
from inspect_app.store import audit
from inspect_app.store import site_imports as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import SiteImport, SiteImportRow

__all__ = ["Unreadable"]

HEAD_WITHIN = 40  # rows in which the header must be found
TAKEN = ("new", "changed")
LEFT = ("bad", "skipped")
PAGE = 100


def take_in(
    tx: Tx,
    import_id: UUID,
    data: bytes,
    file_name: str,
    *,
    kinds: Mapping[str, str],
    sectors: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> SiteImport:
    """Read the file and keep every row with what would become of it; nothing is entered yet. Again: the same import.

    Raises Unreadable for what is no list.
    """
    there = store.one(tx, import_id)
    if there is not None:
        return there
    sheet = list_files.read(data, file_name)
    skipped, header, rows = _headed(sheet.rows)
    known: dict[str, int] = {}
    for place, text in enumerate(header[1]):
        name = field_of(text)
        if name is not None:
            known.setdefault(name, place)
    row = SiteImport(
        id=import_id,
        agency_id=actor.agency,
        person_id=actor.id,
        file_name=file_name[-200:],
        file_sha256=hashlib.sha256(data).hexdigest(),
        columns=_columns(header[1]),
        facts={
            "sheet": sheet.name,
            "encoding": sheet.encoding,
            "font": sheet.font,
            "header": header[0],
            "known": known,
        },
        counts={},
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    reference = _reference(tx, kinds, sectors)
    judge, counts = Judge(tx), Counter[str]()
    before = [
        _kept(row, number, "skipped", cells, [Fault("", "thuộc phần tiêu đề của tệp", "", stops=False)])
        for number, cells in skipped
    ]
    store.keep_rows(tx, before)
    counts["skipped"] += len(before)
    for batch in _batches(rows):
        kept = _judged(row, batch, judge, reference)
        counts.update(each["outcome"] for each in kept)
        store.keep_rows(tx, kept)
        if sum(counts.values()) > MOST_ROWS:
            raise Unreadable(f"Tệp có hơn {MOST_ROWS} dòng; chia thành nhiều tệp.")
    row.counts = dict(counts)
    facts: dict[str, object] = {"file": row.file_name, "sha256": row.file_sha256, "rows": dict(counts)}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site-import.read", f"site-import:{row.id}", now, facts))
    return row


def apply(
    tx: Tx, import_id: UUID, *, kinds: Mapping[str, str], sectors: Mapping[str, str], actor: Actor, now: datetime
) -> SiteImport:
    """Enter what is sound. Each row is judged again: what came in since counts. A second time changes nothing.

    RuleBroken "unknown-import", "import-dropped".
    """
    row = get(tx, import_id)
    if row.state == "dropped":
        raise RuleBroken("import-dropped")
    if row.state == "applied":
        return row
    reference, judge = _reference(tx, kinds, sectors), Judge(tx, row.id)
    for batch in store.batches(tx, import_id, TAKEN):
        _enter(tx, row, batch, judge, reference, actor, now)
    row.state, row.applied_at = "applied", now
    row.counts = store.counts(tx, import_id)
    tx.flush()
    facts: dict[str, object] = {"file": row.file_name, "sha256": row.file_sha256, "rows": dict(row.counts)}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site-import.applied", f"site-import:{row.id}", now, facts))
    return row


def _enter(
    tx: Tx,
    row: SiteImport,
    batch: Sequence[SiteImportRow],
    judge: Judge,
    reference: Reference,
    actor: Actor,
    now: datetime,
) -> None:
    """One audit row names every site of the batch."""
    read = [_read(row, each.number, each.cells, reference) for each in batch]
    verdicts = judge.all(read)
    organisations, places, told = added(row.id, verdicts, reference, now)
    store.add(tx, organisations, places)
    owners = {number: UUID(organisation) for number, _, organisation in told}
    for kept, verdict in zip(batch, verdicts, strict=True):
        if verdict.outcome == "changed" and verdict.site is not None:
            there = verdict.site
            wanted = as_change(there, verdict.row)
            sites.change_site(tx, there.id, wanted, version=there.version, actor=actor, now=now)
            kept.site_id = there.id
        elif verdict.outcome == "new":
            judge.made.setdefault(verdict.owner, owners[kept.number])
        elif verdict.outcome != kept.outcome:
            kept.outcome, kept.faults = verdict.outcome, [asdict(each) for each in verdict.row.faults]
    judge.forget()
    if told:
        facts: dict[str, object] = {"import": str(row.id), "rows": told}
        audit.note(tx, audit.Entry(actor.agency, actor.id, "sites.imported", f"site-import:{row.id}", now, facts))


def drop(tx: Tx, import_id: UUID, *, actor: Actor, now: datetime) -> SiteImport:
    """Nothing of it will be entered; the rows stay. RuleBroken "unknown-import", "import-applied"."""
    row = get(tx, import_id)
    if row.state == "applied":
        raise RuleBroken("import-applied")
    if row.state == "preview":
        row.state = "dropped"
        audit.note(tx, audit.Entry(actor.agency, actor.id, "site-import.dropped", f"site-import:{row.id}", now))
    return row


def get(tx: Tx, import_id: UUID) -> SiteImport:
    """RuleBroken "unknown-import"."""
    row = store.one(tx, import_id)
    if row is None:
        raise RuleBroken("unknown-import")
    return row


def newest(tx: Tx) -> list[SiteImport]:
    return store.newest(tx, 50)


def page(
    tx: Tx, import_id: UUID, outcome: str, *, after: int = 0, limit: int = PAGE
) -> tuple[list[SiteImportRow], int | None]:
    """Rows in the file's order; outcome "" all, "told" those something is said of."""
    found = store.rows(tx, import_id, (outcome,) if outcome else (), after=after, limit=limit + 1)
    shown = found[:limit]
    return shown, (shown[-1].number if len(found) > limit else None)


def write_left(tx: Tx, import_id: UUID, target: IO[bytes]) -> int:
    """Every row that was not taken over, as an Excel file with its reasons: mended, it can come in again."""
    row = get(tx, import_id)
    count = Counter[str]()

    def lines() -> Iterator[list[str]]:
        for batch in store.batches(tx, import_id, LEFT):
            for each in batch:
                count["rows"] += 1
                yield [str(each.number), _reasons(each.faults), *each.cells]

    list_files.write(target, [("Chưa nhập", ["Dòng", "Vì sao chưa nhập", *row.columns], lines())])
    return count["rows"]


def write_template(tx: Tx, target: IO[bytes], *, kinds: Mapping[str, str], sectors: Mapping[str, str]) -> None:
    """The columns we read, and a sheet with what may stand in them."""
    known = _reference(tx, kinds, sectors)
    lists = [sorted(known.communes.values()), [*known.zones.values()], [*sectors.values()], [*kinds.values()]]
    most = max(map(len, lists))
    padded = [[*each, *[""] * (most - len(each))] for each in lists]
    headers = [text for name, text in LABELS.items() if name != "position"]
    choices = ["Xã, phường", "Khu công nghiệp", "Ngành", "Loại"]
    list_files.write(target, [("Cơ sở", headers, []), ("Danh mục", choices, zip(*padded, strict=True))])


def _reasons(faults: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(
        ": ".join(filter(None, (each["column"], each["wrong"]))) + f" → {each['mend']}" * bool(each["mend"])
        for each in faults
    )


def _headed(
    rows: Iterator[tuple[int, list[str]]],
) -> tuple[list[tuple[int, list[str]]], tuple[int, list[str]], Iterator[tuple[int, list[str]]]]:
    """What stands above the header, the header (two rows of it put together), and the rows below."""
    first = [each for each in islice(rows, HEAD_WITHIN) if any(each[1])]
    score = [len({field_of(cell) for cell in cells} - {None}) for _, cells in first]
    best = max(range(len(first)), key=lambda n: (score[n], -n), default=None)
    if best is None or score[best] < 2:
        wanted = ", ".join(f"“{LABELS[name]}”" for name in ("name", "tax_code", "address", "commune"))
        raise Unreadable(f"Không thấy dòng tiêu đề trong {HEAD_WITHIN} dòng đầu. Cần các cột như {wanted}.")
    number, header = first[best]
    below = best + 1
    if below < len(first) and _goes_on(header, first[below][1]):
        header = [low if field_of(low) else high for high, low in _paired(header, first[below][1])]
        below += 1
    skipped = [each for each in first[:below] if each[0] != number]
    return skipped, (number, header), chain(first[below:], rows)


def _goes_on(header: list[str], under: list[str]) -> bool:
    """Merged cells: the second row names what the first one only groups, and is empty below the rest."""
    pairs = list(_paired(header, under))
    names = any(field_of(low) and not field_of(high) for high, low in pairs)
    return names and not any(low and field_of(high) for high, low in pairs)


def _paired(one: list[str], other: list[str]) -> Iterable[tuple[str, str]]:
    wide = max(len(one), len(other))
    return zip([*one, *[""] * (wide - len(one))], [*other, *[""] * (wide - len(other))], strict=True)


def _columns(header: Sequence[str]) -> list[str]:
    return [text or f"Cột {place}" for place, text in enumerate(header, start=1)]


def _batches(rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    filled = (each for each in rows if any(each[1]))
    while batch := list(islice(filled, store.TOGETHER)):
        yield batch


def _judged(
    row: SiteImport, batch: Sequence[tuple[int, list[str]]], judge: Judge, reference: Reference
) -> list[dict[str, Any]]:
    kept, read = {}, []
    for number, cells in batch:
        why = is_no_site(cells)
        if why:
            kept[number] = _kept(row, number, "skipped", cells, [Fault("", why, "", stops=False)])
        else:
            kept[number] = _kept(row, number, "bad", cells, [])
            read.append(_read(row, number, cells, reference))
    for verdict in judge.all(read):
        mine = kept[verdict.row.number]
        mine["outcome"], mine["faults"] = verdict.outcome, [asdict(each) for each in verdict.row.faults]
        mine["site_id"] = verdict.site.id if verdict.site is not None else None
    judge.forget()
    return list(kept.values())


def _read(row: SiteImport, number: int, cells: Sequence[str], reference: Reference) -> Row:
    known: dict[str, int] = row.facts["known"]
    texts = {name: cells[place] if place < len(cells) else "" for name, place in known.items()}
    return read_row(number, texts, {name: row.columns[place] for name, place in known.items()}, reference)


def _kept(row: SiteImport, number: int, outcome: str, cells: Sequence[str], faults: Sequence[Fault]) -> dict[str, Any]:
    return {
        "import_id": row.id,
        "agency_id": row.agency_id,
        "number": number,
        "outcome": outcome,
        "cells": list(cells),
        "faults": [asdict(each) for each in faults],
        "site_id": None,
    }


def _reference(tx: Tx, kinds: Mapping[str, str], sectors: Mapping[str, str]) -> Reference:
    communes = {each.code: each.name for each in sites.list_communes(tx)}
    zones = {each.id: each.name for each in sites.list_zones(tx)}
    return Reference(communes, zones, sectors, kinds)
