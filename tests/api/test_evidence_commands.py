"""The commands `audit` and `case`, as an operator runs them."""

from pathlib import Path

import pytest
from sqlalchemy import text, update

from inspect_app.cli import main
from inspect_app.domain.deadlines import local_day
from inspect_app.store.tables import Inspection, InspectionChecklist
from inspect_app.web.request import ground
from tests.builders import NOW
from tests.cast import PUSH, Cast
from tests.sealing import introduced


@pytest.fixture
def number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    """An inspection with a fact, and the environment of its installation."""
    here = ground(cast.app)
    monkeypatch.setenv("INSPECT_DATABASE_URL", here.settings.database_url)
    monkeypatch.setenv("INSPECT_DATA_DIR", str(here.settings.data_dir))
    phone, inspection = cast.phone(cast.alice), cast.inspection(cast.alice)
    key = introduced(cast, cast.alice, phone)
    batch = phone.batch((inspection, [phone.answer(inspection, "GEN-01", "pass")]))
    head = phone.head(inspection)
    batch["scopes"][0] |= {"head": head, "seal": key.seal(phone, inspection, 1, head)}
    assert cast.client(cast.alice).post(PUSH, json=batch).status_code == 200
    with cast.writing() as tx:
        tx.execute(update(InspectionChecklist).values(sha256=here.library.sha256("GEN", 1)))
        tx.commit()
        return tx.get_one(Inspection, inspection).number


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit status and what was said."""
    status = 0
    try:
        main(list(words))
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    return status, capsys.readouterr().out


def test_audit_verify_ends_with_0_or_names_the_break_and_ends_with_1(
    cast: Cast, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(capsys, "audit", "verify", "--photos")
    assert (status, "KHỚP" in said) == (0, True), said
    with cast.writing() as tx:
        on_postgresql = ground(cast.app).engine.dialect.name == "postgresql"
        tx.execute(text("DROP TRIGGER audit_keep" + (" ON audit" if on_postgresql else "")))
        tx.execute(text("UPDATE audit SET action = 'x' WHERE seq = 2"))
        tx.commit()
    status, said = run(capsys, "audit", "verify")
    assert status == 1
    assert "guard-missing: audit_keep" in said
    assert "audit-altered: 2" in said


def test_audit_root_makes_what_is_missing_once(cast: Cast, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    today = local_day(NOW).isoformat()
    status, said = run(capsys, "audit", "root")  # the clock of the machine: the day of the test may not have ended
    again = run(capsys, "audit", "root")
    assert status == 0
    assert again == (0, "")
    assert all(line.startswith(today) for line in said.splitlines())


def test_case_export_writes_what_case_verify_accepts(
    number: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, cast: Cast
) -> None:
    file = tmp_path / "out" / "case.zip"
    file.parent.mkdir()
    status, said = run(capsys, "case", "export", number, "--out", str(file))
    assert (status, number in said) == (0, True), said
    assert [each.name for each in file.parent.iterdir()] == ["case.zip"]
    key = ground(cast.app).signer.key
    assert run(capsys, "case", "verify", str(file), f"--key={key}")[0] == 0
    assert run(capsys, "case", "verify", str(file), "--key=" + "A" * 43)[0] == 1
    assert run(capsys, "case", "verify", str(tmp_path / "none.zip"))[0] == 2


def test_case_export_of_what_is_not_there_writes_nothing(
    number: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "case", "export", "NO-SUCH", "--out", str(tmp_path / "case.zip"))[0] == 1
    assert not (tmp_path / "case.zip").exists()
