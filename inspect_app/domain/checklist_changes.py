"""What differs between two versions of a checklist: item by item, key by key, and what of an answer carries over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from inspect_app.domain.checklist_items import Checklist, Item, ItemType

HEAD = ("title", "title_en", "agencies", "sectors", "valid_from")


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"  # nothing but the place in the list


@dataclass(frozen=True, slots=True)
class KeyChange:
    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ItemChange:
    """before is None for what was added, after for what was removed."""

    id: str
    kind: Kind
    before: Item | None
    after: Item | None
    keys: tuple[KeyChange, ...] = ()

    @property
    def carries_over(self) -> bool:
        """Whether every answer under the old version means the same under the new one."""
        return bool(self.before and self.after and not _answers_differently(self.before, self.after))


@dataclass(frozen=True, slots=True)
class Changes:
    head: tuple[KeyChange, ...]
    items: tuple[ItemChange, ...]
    same: int

    @property
    def counts(self) -> Mapping[Kind, int]:
        return {kind: sum(each.kind is kind for each in self.items) for kind in Kind}


def compare(before: Checklist, after: Checklist) -> Changes:
    """In the order of the newer version; what is gone stands where it was."""
    changes = [change for item in _merged(before, after) if (change := _item(item, before, after))]
    same = len(before.by_id.keys() & after.by_id.keys()) - sum(bool(each.before and each.after) for each in changes)
    head = [KeyChange(key, getattr(before, key), getattr(after, key)) for key in HEAD]
    sections = KeyChange("section", before.sections, after.sections)
    return Changes(tuple(each for each in (*head, sections) if each.before != each.after), tuple(changes), same)


def _merged(before: Checklist, after: Checklist) -> list[str]:
    order = [item.id for item in after.items]
    last = -1
    for item in before.items:
        if item.id in after.by_id:
            last = order.index(item.id)
        else:
            last += 1
            order.insert(last, item.id)
    return order


def _item(item_id: str, before: Checklist, after: Checklist) -> ItemChange | None:
    old, new = before.by_id.get(item_id), after.by_id.get(item_id)
    if old is None or new is None:
        return ItemChange(item_id, Kind.REMOVED if new is None else Kind.ADDED, old, new)
    keys = tuple(
        KeyChange(each.name, getattr(old, each.name), getattr(new, each.name))
        for each in fields(Item)
        if getattr(old, each.name) != getattr(new, each.name)
    )
    if keys:
        return ItemChange(item_id, Kind.CHANGED, old, new, keys)
    moved = _place(before, after, item_id) != _place(after, before, item_id)
    return ItemChange(item_id, Kind.MOVED, old, new) if moved else None


def _place(of: Checklist, beside: Checklist, item_id: str) -> str | None:
    """The item before it that both have."""
    shared = [item.id for item in of.items if item.id in beside.by_id]
    place = shared.index(item_id)
    return shared[place - 1] if place else None


def _answers_differently(old: Item, new: Item) -> bool:
    if old.type is not new.type or old.unit != new.unit or old.expires != new.expires:
        return True
    if new.type is ItemType.CHOICE:
        kept = {each.id: each.verdict for each in new.options}
        return any(kept.get(each.id) is not each.verdict for each in old.options)
    if new.type is ItemType.COUNT:
        return _shape(old.fields) != _shape(new.fields)
    if new.type is ItemType.NUMBER and old.range and new.range:
        return not (new.range[0] <= old.range[0] and old.range[1] <= new.range[1])
    return False


def _shape(counted: Sequence[Any]) -> dict[str, tuple[bool, str, str | None]]:
    return {each.id: (each.decimal, each.unit, each.within) for each in counted}
