"""What the filters of the registry offer: places in Vietnamese order, states in the order they are gone through."""

from inspect_app.domain.deadlines import DUE_IN
from inspect_app.domain.people import Actor
from inspect_app.domain.sorting import vietnamese_order
from inspect_app.domain.violations import Kind, Remedy, Sanction, Stop
from inspect_app.services import sites
from inspect_app.web.request import Tx
from inspect_app.web.words import WORDS, word

Choices = dict[str, list[tuple[str, str]]]


def of(tx: Tx, actor: Actor) -> Choices:
    """(value, label) for each filter. The agency can be chosen only by those who see several."""
    return {
        "agency": _agencies(tx, actor),
        "commune": _by_name([(each.code, each.name) for each in sites.list_communes(tx)]),
        "zone": _by_name([(each.id, each.name) for each in sites.list_zones(tx)]),
        "sector": _by_name(list(WORDS["sector"].items())),
        "severity": [(str(level), word("severity", level)) for level in (4, 3, 2, 1)],
        "kind": [(kind.value, word("violation_kind", kind)) for kind in Kind],
        "remedy": [(status.value, word("remedy", status)) for status in Remedy],
        "sanction": [(status.value, word("sanction", status)) for status in Sanction],
        "stop": [(status.value, word("stop", status)) for status in Stop],
        "due_in": [(str(days), f"{days} ngày") for days in DUE_IN],
    }


def _agencies(tx: Tx, actor: Actor) -> list[tuple[str, str]]:
    if actor.scope.agencies is not None:
        return []
    return _by_name([(each.id, each.short_name) for each in sites.list_agencies(tx)])


def _by_name(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: vietnamese_order(choice[1]))
