"""How the targets are counted, when reports are due, and that the duties' table names what exists."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from inspect_app.cli import _parser
from inspect_app.domain.annual_report import Choice, days_left, falling, late, rising
from inspect_app.services import duties

CHOICE = Choice(2024)


def test_the_line_falls_by_four_per_cent_a_year() -> None:
    years = falling({2024: 10, 2025: 9, 2026: 10}, {2024: 100_000, 2025: 100_000, 2026: 100_000}, CHOICE, 2026)
    assert [year.rate for year in years] == [10.0, 9.0, 10.0]
    assert [round(year.goal or 0, 4) for year in years] == [10.0, 9.6, 9.216]
    assert [year.met for year in years] == [None, True, False]


@pytest.mark.parametrize("workers", [{}, {2024: 100_000}, {2025: 100_000}, {2024: 0, 2025: 100_000}])
def test_nothing_is_said_to_be_met_without_the_number_of_workers(workers: Mapping[int, int]) -> None:
    years = falling({2024: 1, 2025: 0}, workers, CHOICE, 2025)
    assert years[-1].met is None


def test_exactly_on_the_line_is_met() -> None:
    years = falling({2024: 100, 2025: 96}, {2024: 100_000, 2025: 100_000}, CHOICE, 2025)
    assert years[1].met is True


def test_a_rise_is_against_the_year_before() -> None:
    years = rising({2024: 100, 2025: 105, 2026: 110}, {2024: 200, 2026: 220}, CHOICE, 2026)
    assert [(year.goal, year.met, year.rate) for year in years] == [
        (None, None, 50.0),
        (105.0, True, None),
        (110.25, False, 50.0),
    ]


def test_a_rise_from_nothing_says_nothing() -> None:
    assert [year.met for year in rising({2025: 5}, {}, CHOICE, 2025)] == [None, None]


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 11, 9), None), (date(2026, 11, 10), 30), (date(2026, 12, 9), 1), (date(2026, 12, 10), 0)],
)
def test_the_count_begins_on_the_tenth_of_november(today: date, left: int | None) -> None:
    assert days_left(2026, today) == left


def test_who_is_late() -> None:
    handed = {"a": date(2026, 12, 9), "b": date(2026, 12, 10)}
    assert late(["a", "b", "c"], handed, 2026, date(2026, 12, 9)) == ["b"]
    assert late(["a", "b", "c"], handed, 2026, date(2026, 12, 10)) == ["b", "c"]


def test_the_definition_is_printed_and_says_when_nobody_decided() -> None:
    assert "chưa được Sở Nội vụ quyết định" in Choice(2024, decided=False).words
    assert "Theo 12/QĐ-SNV." in Choice(2024, document="12/QĐ-SNV").words
    assert "năm gốc 2024" in CHOICE.words


# --- duties -----------------------------------------------------------------------------------


def test_every_page_of_the_duties_exists(app: Flask) -> None:
    router = app.url_map.bind("")
    for duty in duties.all_duties():
        for page in duty.pages:
            try:
                router.match(page, method="GET")
            except (NotFound, MethodNotAllowed) as missing:
                raise AssertionError(f"{duty.ref}: {page}") from missing


def test_every_command_of_the_duties_exists() -> None:
    for duty in duties.all_duties():
        for command in duty.commands:
            with pytest.raises(SystemExit) as end:
                _parser().parse_args([*command.split(), "--help"])
            assert end.value.code == 0, command


def test_what_is_served_says_where_and_every_scope_has_a_word() -> None:
    for duty in duties.all_duties():
        assert duty.scope in duties.SCOPES, duty
        assert duty.duty
        if duty.scope == "served":
            assert duty.pages or duty.commands, duty
        if duty.scope == "partly":
            assert duty.how, duty
    assert len(duties.all_duties()) >= 60
