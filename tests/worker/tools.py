"""What chores are run with in tests: the stores of the app under test, a clock that stands, and no network but ours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from inspect_app.outside.outgoing import Outgoing
from inspect_app.outside.push import open_push_key
from inspect_app.services.chore import Chore, Tools
from inspect_app.web.request import ground
from tests.builders import NOW

BASE_URL = "https://kiemtra.example"


def tools_of(app: Flask, smtp_url: str | None = None) -> Tools:
    here = ground(app)
    return Tools(
        here.reading,
        here.writing,
        here.library,
        here.evidence,
        here.signer,
        BASE_URL,
        smtp_url,
        here.settings.secret_key,
        Outgoing(here.settings.inhouse_nets),
        open_push_key(here.settings.data_dir / "push.pem"),
    )


@pytest.fixture
def tools(app: Flask) -> Tools:
    return tools_of(app)


def a_chore(run: Callable[[Tools, datetime], str], **changed: object) -> Chore:
    made = Chore("test-chore", "Việc thử", timedelta(hours=1), run)
    return replace(made, **changed)  # type: ignore[arg-type]  # fields by name


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment
