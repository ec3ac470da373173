"""Signatures: the vectors that phones are held to, and the server's own key."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inspect_app.domain.evidence import canonical
from inspect_app.domain.seals import b64, key_statement, phone_jwk, push_statement, receipt, thumbprint, unb64
from inspect_app.outside.signing import is_on_the_curve, is_signed_by_phone, is_signed_by_server, open_signer
from tests.builders import NOW

VECTORS = Path(__file__).parents[1] / "vectors"
SEALS: list[dict[str, Any]] = json.loads((VECTORS / "seal/seals.json").read_text("utf-8"))["cases"]
RECEIPTS: list[dict[str, Any]] = json.loads((VECTORS / "receipt/receipts.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("vector", SEALS, ids=lambda vector: vector["name"])
def test_a_phones_signature(vector: dict[str, Any]) -> None:
    assert canonical(vector["message"]).decode() == vector["canonical"]
    assert thumbprint(vector["jwk"]) == vector["key"]
    assert phone_jwk(vector["jwk"]) == vector["jwk"]
    assert is_signed_by_phone(vector["jwk"], vector["sig"], vector["canonical"].encode()) is vector["good"]


@pytest.mark.parametrize("vector", RECEIPTS, ids=lambda vector: vector["name"])
def test_a_servers_signature(vector: dict[str, Any]) -> None:
    assert canonical(vector["body"]).decode() == vector["canonical"]
    assert thumbprint(vector["jwk"]) == vector["key"]
    assert is_signed_by_server(vector["jwk"], vector["sig"], vector["canonical"].encode()) is vector["good"]


def test_the_statements_are_those_of_the_vectors() -> None:
    told = {vector["name"]: vector for vector in SEALS}
    proof, push = told["key-proof"], told["push"]
    given = {name: UUID(value) for name, value in proof["message"].items() if name != "purpose"}
    assert key_statement(given["device"], given["user"]).decode() == proof["canonical"]
    said = push["message"]
    made = push_statement(UUID(said["device"]), UUID(said["insp"]), said["n"], said["head"])
    assert made.decode() == push["canonical"]


def test_a_receipt_says_what_arrived_and_when() -> None:
    device, inspection = UUID(int=1), UUID(int=2)
    body = receipt(device, inspection, 7, "a" * 64, NOW)
    moment = int(NOW.timestamp() * 1000)
    assert body == {"device": str(device), "head": "a" * 64, "insp": str(inspection), "n": 7, "received": moment}


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"kty": "RSA", "n": "x", "e": "AQAB"},
        {**SEALS[0]["jwk"], "crv": "P-384"},
        {**SEALS[0]["jwk"], "x": "short"},
        {**SEALS[0]["jwk"], "y": 7},
        {**SEALS[0]["jwk"], "x": SEALS[0]["jwk"]["x"] + "="},
    ],
)
def test_what_is_no_key_of_a_phone(given: object) -> None:
    assert phone_jwk(given) is None


def test_a_point_beside_the_curve_is_no_key() -> None:
    beside = {**SEALS[0]["jwk"], "y": b64(bytes(32))}
    assert phone_jwk(beside) == beside
    assert not is_on_the_curve(beside)
    assert not is_signed_by_phone(beside, SEALS[0]["sig"], b"x")


@pytest.mark.parametrize("text", ["", "A" * 85, "A" * 87, "é" * 86, "A" * 85 + "B", "+" * 86, None, 7])
def test_only_one_writing_of_bytes_is_read(text: object) -> None:
    assert unb64(text, 64) is None


# --- the server's key -------------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "signing.pem"
    first = open_signer(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_signer(path).key == first.key
    assert [each.name for each in path.parent.iterdir()] == ["signing.pem"]


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = {signer.key for signer in pool.map(open_signer, [tmp_path / "signing.pem"] * 16)}
    assert len(keys) == 1


def test_what_it_signs_can_be_looked_at_with_the_card_alone(tmp_path: Path) -> None:
    signer = open_signer(tmp_path / "signing.pem")
    assert signer.sign(b"said") == signer.sign(b"said")
    assert is_signed_by_server(signer.jwk, signer.sign(b"said"), b"said")
    assert not is_signed_by_server(signer.jwk, signer.sign(b"said"), b"unsaid")
    assert signer.card() == {"key": thumbprint(signer.jwk), "jwk": signer.jwk}


def test_a_key_of_another_kind_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    private = generate_private_key(SECP256R1())
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(TypeError, match="Ed25519"):
        open_signer(path)
