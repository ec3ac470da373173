"""Once a year: what counts as a second visit, and what does not."""

from datetime import date

import pytest

from inspect_app.domain.overlap import Kind, Reason, Visit, overlaps


def a_visit(kind: Kind, *, on: date = date(2026, 5, 4), until: date | None = None, content: str = "XDK") -> Visit:
    return Visit("SXD-2026-0001", "so-xay-dung", kind, on, until or on, frozenset(content.split()))


def reasons(wanted: Visit, *others: Visit) -> list[Reason]:
    return [each.reason for each in overlaps(wanted, others)]


def test_the_first_visit_of_a_year_is_free() -> None:
    assert reasons(a_visit(Kind.CHECK)) == []


@pytest.mark.parametrize("kind", [Kind.CHECK, Kind.JOINT, Kind.REMOTE])
def test_a_second_check_overlaps_even_on_other_content(kind: Kind) -> None:
    assert reasons(a_visit(Kind.CHECK, content="XDK"), a_visit(kind, content="KCN")) == [Reason.SECOND_CHECK]


def test_a_second_thanh_tra_overlaps() -> None:
    assert reasons(a_visit(Kind.INSPECTION), a_visit(Kind.INSPECTION, content="KCN")) == [Reason.SECOND_INSPECTION]


def test_thanh_tra_and_check_overlap_only_on_the_same_content() -> None:
    wanted = a_visit(Kind.CHECK, content="GEN XDK")

    assert reasons(wanted, a_visit(Kind.INSPECTION, content="GEN KCN")) == [Reason.SAME_CONTENT]
    assert reasons(wanted, a_visit(Kind.INSPECTION, content="KCN")) == []


def test_a_follow_up_neither_counts_nor_is_counted() -> None:
    assert reasons(a_visit(Kind.FOLLOW_UP), a_visit(Kind.CHECK)) == []
    assert reasons(a_visit(Kind.CHECK), a_visit(Kind.FOLLOW_UP)) == []


def test_the_year_before_does_not_count() -> None:
    assert reasons(a_visit(Kind.CHECK, on=date(2026, 1, 2)), a_visit(Kind.CHECK, on=date(2025, 12, 30))) == []


def test_a_window_over_new_year_counts_in_both_years() -> None:
    over = a_visit(Kind.CHECK, on=date(2025, 12, 29), until=date(2026, 1, 5))

    assert reasons(a_visit(Kind.CHECK, on=date(2026, 6, 1)), over) == [Reason.SECOND_CHECK]
    assert reasons(over, a_visit(Kind.CHECK, on=date(2025, 2, 1))) == [Reason.SECOND_CHECK]


def test_the_reasons_come_earliest_first() -> None:
    late, early = a_visit(Kind.CHECK, on=date(2026, 9, 1)), a_visit(Kind.JOINT, on=date(2026, 3, 1))

    found = overlaps(a_visit(Kind.CHECK, on=date(2026, 11, 1)), [late, early])

    assert [each.visit for each in found] == [early, late]
