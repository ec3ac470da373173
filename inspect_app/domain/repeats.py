"""Tồn tại lặp lại: the same item failed before, at the same site or by the same organisation.

Computed, never stored. It is not tái phạm: that needs an earlier decision on a sanction for the same conduct,
still within its term (Luật XLVPHC Đ2k5, Đ7), and is decided by the person who sanctions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Finding:
    """As much of a violation as a comparison needs. A cancelled one was none."""

    id: UUID
    inspection: UUID
    item: str
    site: UUID
    organisation: UUID
    found_on: date
    code: str = ""
    agency: str = ""
    cancelled: bool = False


def is_repeat_of(later: Finding, earlier: Finding) -> bool:
    """Whether `later` was found before as `earlier`: another visit, an earlier day, the same item and place or firm."""
    return (
        later.item == earlier.item
        and later.inspection != earlier.inspection
        and earlier.found_on < later.found_on
        and not earlier.cancelled
        and (later.site == earlier.site or later.organisation == earlier.organisation)
    )


def earlier_findings(finding: Finding, others: Iterable[Finding]) -> list[Finding]:
    """Those that `finding` repeats, the latest first."""
    found = [each for each in others if is_repeat_of(finding, each)]
    return sorted(found, key=lambda each: (each.found_on, str(each.id)), reverse=True)


def repeated(findings: Iterable[Finding], others: Iterable[Finding]) -> frozenset[UUID]:
    """The ids of those findings that repeat an earlier one."""
    by_item: dict[str, list[Finding]] = {}
    for each in others:
        by_item.setdefault(each.item, []).append(each)
    return frozenset(
        finding.id for finding in findings if any(is_repeat_of(finding, each) for each in by_item.get(finding.item, ()))
    )
