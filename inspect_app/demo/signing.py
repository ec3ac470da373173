"""What the signatures of the story stand under: the record, which can be made only when the visit has its number."""

from collections.abc import Sequence
from uuid import UUID

from inspect_app.demo.phone import Notebook
from inspect_app.domain.operations import Entry, fold
from inspect_app.domain.people import Actor
from inspect_app.domain.record import EDITION, Told, day_of, record_of
from inspect_app.services import planning, visits
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx


def fill(tx: Tx, seen: Sequence[tuple[Actor, Notebook]], inspection: UUID, library: Library) -> None:
    """Write the record that stood on the first phone's screen into what was signed and sent under it.

    seen: what this phone knew, its own notebook first.
    """
    row = planning.get(tx, inspection)
    state = fold(
        Entry(each, str(by.id), str(book.device))
        for by, book in seen
        for each in book.operations
        if each["k"] not in ("sign", "submit")
    )
    lists = [library.get(each.code, each.version) for each in row.checklists]
    record = record_of(Told(visits.as_assigned(row), lists, state, day_of(state, row.window_start)))
    _, own = seen[0]
    own.show(record.sha256, EDITION, [part.mark for part in record.parts])
