"""Settings: defaults, what stops the start, and that the documentation lists every one of them."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from inspect_app.settings import Environment, Settings, SettingsWrong

TOP = Path(__file__).parents[2]
SECRET = "s" * 32


def read(tmp_path: Path, **variables: str) -> Settings:
    return Settings.from_environment({"INSPECT_DATA_DIR": str(tmp_path), "INSPECT_SECRET_KEY": SECRET, **variables})


def test_defaults_stand_on_the_data_folder(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert settings.environment is Environment.DEMO
    assert settings.database_url == f"sqlite:///{tmp_path}/inspect.sqlite3"
    assert settings.evidence_dir == tmp_path / "evidence"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.queue_url, settings.smtp_url, settings.locale) == ("local", None, "vi")
    assert not settings.is_production
    assert not settings.is_secure


def test_given_values_are_taken(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        INSPECT_ENV="production",
        INSPECT_DATABASE_URL="postgresql://u@h/d",
        INSPECT_BASE_URL="https://kiemtra.example/",
        INSPECT_EVIDENCE_URL="file:///srv/%E1%BA%A3nh",
        INSPECT_PORT="8080",
        INSPECT_WORKERS="3",
    )

    assert settings.is_production
    assert settings.is_secure
    assert settings.database_url == "postgresql://u@h/d"
    assert settings.base_url == "https://kiemtra.example"
    assert settings.evidence_dir == Path("/srv/ảnh")
    assert (settings.port, settings.workers) == (8080, 3)


def test_an_empty_variable_counts_as_absent(tmp_path: Path) -> None:
    assert read(tmp_path, INSPECT_PORT=" ", INSPECT_SMTP_URL="").port == 8000


def test_production_does_not_start_without_a_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match=r"(?s)Thiếu INSPECT_SECRET_KEY.*INSPECT_SECRET_KEY is missing"):
        Settings.from_environment({"INSPECT_ENV": "production", "INSPECT_DATA_DIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INSPECT_ENV", "test"),
        ("INSPECT_SECRET_KEY", "short"),
        ("INSPECT_PORT", "0"),
        ("INSPECT_PORT", "65536"),
        ("INSPECT_PORT", "٨٠٠٠"),
        ("INSPECT_PORT", "-1"),
        ("INSPECT_BASE_URL", "inspect.example"),
        ("INSPECT_BASE_URL", "https://inspect.example/office"),
        ("INSPECT_EVIDENCE_URL", "s3://bucket"),
        ("INSPECT_EVIDENCE_URL", "file://"),
        ("INSPECT_QUEUE_URL", "amqp://somewhere"),
        ("INSPECT_QUEUE_URL", "redis://"),
        ("INSPECT_SMTP_URL", "mail.example:587"),
        ("INSPECT_TILE_URL", "https://tiles.example/{z}/{x}.png"),
        ("INSPECT_TILE_URL", "file:///{z}/{x}/{y}.png"),
        ("INSPECT_TILE_URL", "https://tiles.example; script-src */{z}/{x}/{y}.png"),
        ("INSPECT_SMTP_URL", "smtp://"),
        ("INSPECT_SMTP_URL", "smtps://mail.example:many"),
        ("INSPECT_LOCALE", "fr"),
        ("INSPECT_THREADS", "many"),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsWrong, match=name):
        read(tmp_path, **{name: value})


def test_the_demo_makes_its_secret_once_and_keeps_it_private(tmp_path: Path) -> None:
    variables = {"INSPECT_DATA_DIR": str(tmp_path / "new")}

    with ThreadPoolExecutor(8) as starts:
        found = {s.secret_key for s in starts.map(lambda _: Settings.from_environment(variables), range(16))}

    assert len(found) == 1
    assert len(found.pop()) >= 32
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


def test_secrets_stay_out_of_the_printed_form(tmp_path: Path) -> None:
    given = {
        "INSPECT_DATABASE_URL": "postgresql://u:hidden@h/d",
        "INSPECT_SMTP_URL": "smtp://u:hidden@h",
        "INSPECT_QUEUE_URL": "redis://:hidden@h",
    }
    shown = repr(read(tmp_path, **given))

    assert SECRET not in shown
    assert "hidden" not in shown


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        read(tmp_path).port = 1  # type: ignore[misc]


def test_the_documentation_has_one_row_for_each_setting() -> None:
    rows = re.findall(r"^\| `(INSPECT_\w+)` \| `(\w+)` \|", (TOP / "docs/settings.md").read_text("utf-8"), re.MULTILINE)

    assert sorted(rows) == sorted((f.metadata["variable"], f.name) for f in fields(Settings))


def test_the_example_file_names_every_setting() -> None:
    named = re.findall(r"^#?(INSPECT_\w+)=", (TOP / ".env.example").read_text("utf-8"), re.MULTILINE)

    assert sorted(named) == sorted(f.metadata["variable"] for f in fields(Settings))
