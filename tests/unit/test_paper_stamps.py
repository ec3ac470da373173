"""What the code on a paper carries is signed, and any changed sign of it shows without the database."""

from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from inspect_app.cli import main
from inspect_app.domain.paper_stamps import Stamp
from inspect_app.outside.signing import Signer, open_signer
from inspect_app.services import paper_stamps

STAMP = Stamp("ABCDEFGHIJKLMNOP", "05/BB-KT", date(2026, 11, 20), "so-xay-dung", "a1" * 32)
PAGE = "https://example.invalid/verify/ABCD-EFGH-IJKL-MNOP"


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return open_signer(tmp_path / "data" / "signing.pem")


@pytest.fixture
def scanned(signer: Signer) -> str:
    return f"{PAGE}?s={quote(STAMP.text(signer.sign(STAMP.message)), safe='~')}"


def test_what_was_signed_is_genuine(signer: Signer, scanned: str) -> None:
    checked = paper_stamps.check(scanned, signer.jwk)
    assert checked is not None
    assert (checked.stamp, checked.genuine) == (STAMP, True)
    assert len(scanned) < 300


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("05/BB-KT", "06/BB-KT"),
        ("20261120", "20261121"),
        ("so-xay-dung", "bql-kcn"),
        ("oaGh", "obGh"),
        ("ABCD-", "BBCD-"),
    ],
)
def test_a_changed_fact_is_not_genuine(signer: Signer, scanned: str, old: str, new: str) -> None:
    address = unquote(scanned)
    assert old in address
    checked = paper_stamps.check(address.replace(old, new, 1), signer.jwk)
    assert checked is not None
    assert not checked.genuine


def test_another_key_has_not_signed_it(scanned: str, tmp_path: Path) -> None:
    checked = paper_stamps.check(scanned, open_signer(tmp_path / "other.pem").jwk)
    assert checked is not None
    assert not checked.genuine


@pytest.mark.parametrize(
    "address",
    ["", PAGE, f"{PAGE}?s=x", f"{PAGE}?s=a~b~c~d~e", f"{PAGE}?s=1~20269999~a~b~c", "x" * 5000, "://[", "http://[x"],
)
def test_an_address_without_a_stamp_says_so(signer: Signer, address: str) -> None:
    assert paper_stamps.check(address, signer.jwk) is None


def test_the_command_needs_no_database(
    signer: Signer, scanned: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INSPECT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("INSPECT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("INSPECT_SIGNING_KEY", str(tmp_path / "data" / "signing.pem"))
    main(["documents", "verify", scanned])
    assert "05/BB-KT" in capsys.readouterr().out
    main(["documents", "verify", scanned, f"--key={signer.jwk['x']}"])  # a key may begin with a hyphen
    for address, status in ((scanned.replace("20261120", "20261121"), 1), (PAGE, 2)):
        with pytest.raises(SystemExit) as end:
            main(["documents", "verify", address])
        assert end.value.code == status
