"""POST /api/v1/devices/key, seals and receipts of a push."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import rfc8785
from sqlalchemy import select, update

from inspect_app.outside.signing import is_signed_by_server
from inspect_app.store.tables import AuditRow, Device, DeviceKey, Operation, Seal
from tests.builders import NOW, NOW_MS, Phone
from tests.cast import PUSH, Cast, Client
from tests.sealing import KEY, PhoneKey, introduced


def keys(cast: Cast) -> list[DeviceKey]:
    with cast.reading() as tx:
        return list(tx.scalars(select(DeviceKey).order_by(DeviceKey.created_at)))


def seals(cast: Cast) -> list[Seal]:
    with cast.reading() as tx:
        return list(tx.scalars(select(Seal).order_by(Seal.kind, Seal.n)))


# --- introducing a key ------------------------------------------------------------------------------


def test_the_first_key_is_trusted_and_the_next_waits(cast: Cast, client: Client) -> None:
    phone = cast.phone(cast.alice)
    first, second = PhoneKey(), PhoneKey()

    answers = [client.post(KEY, json=each.introduction(phone)) for each in (first, second)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.get_json() for answer in answers] == [
        {"key": first.key, "state": "trusted"},
        {"key": second.key, "state": "waiting"},
    ]
    with cast.reading() as tx:
        rows = tx.scalars(select(AuditRow).where(AuditRow.action == "device.key-added")).all()
        assert [row.facts["state"] for row in rows] == ["trusted", "waiting"]


def test_the_same_key_again_changes_nothing(cast: Cast, client: Client) -> None:
    phone, key = cast.phone(cast.alice), PhoneKey()
    answers = [client.post(KEY, json=key.introduction(phone)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert {answer.get_json()["state"] for answer in answers} == {"trusted"}
    assert len(keys(cast)) == 1


def test_each_persons_phone_begins_anew(cast: Cast, client: Client) -> None:
    introduced(cast, cast.alice, cast.phone(cast.alice))
    introduced(cast, cast.bob, cast.phone(cast.bob))
    assert [each.state for each in keys(cast)] == ["trusted", "trusted"]


def test_a_proof_of_another_key_person_or_device_is_refused(cast: Cast, client: Client) -> None:
    phone, other, key = cast.phone(cast.alice), cast.phone(cast.bob), PhoneKey()
    body = key.introduction(phone)
    for wrong in (
        {**body, "proof": PhoneKey().introduction(phone)["proof"]},
        {**body, "proof": key.introduction(other)["proof"]},
        {**body, "jwk": PhoneKey().jwk},
        {**body, "jwk": {**key.jwk, "y": key.jwk["x"]}},
        {**body, "jwk": "no key"},
        {**body, "proof": None},
        {**body, "proof": 7},
    ):
        answer = client.post(KEY, json=wrong)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-device-key")
    assert keys(cast) == []


def test_anothers_phone_is_unknown(cast: Cast, client: Client) -> None:
    phone, key = cast.phone(cast.bob), PhoneKey()
    phone.person = cast.alice.id
    answer = client.post(KEY, json=key.introduction(phone))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown-device")


def test_a_revoked_phone_introduces_no_key(cast: Cast, client: Client) -> None:
    phone = cast.phone(cast.alice)
    with cast.writing() as tx:
        tx.execute(update(Device).values(revoked_at=NOW))
        tx.commit()
    answer = client.post(KEY, json=PhoneKey().introduction(phone))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "device-revoked")


@pytest.mark.parametrize("body", [{}, {"device": "x"}, {"device": str(uuid4())}, []])
def test_a_body_without_its_parts_is_refused(client: Client, body: Any) -> None:
    assert client.post(KEY, json=body).status_code == 422


# --- seals of a push --------------------------------------------------------------------------------


class Sealed:
    """Alice's phone with a key, in her inspection."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.phone = cast.phone(cast.alice)
        self.client = cast.client(cast.alice)
        self.key = introduced(cast, cast.alice, self.phone)
        self.id = cast.inspection(cast.alice)

    def answer(self, verdict: str = "pass") -> dict[str, Any]:
        return self.phone.answer(self.id, "GEN-01", verdict)

    def push(self, *ops: Any, seal: Any, head: str | None = None) -> dict[str, Any]:
        batch = self.phone.batch((self.id, ops))
        batch["scopes"][0] |= {"head": head or self.phone.head(self.id), "seal": seal}
        answer = self.client.post(PUSH, json=batch)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        scope: dict[str, Any] = answer.get_json()["scopes"][0]
        return scope

    def good(self, n: int | None = None) -> dict[str, Any]:
        n = n or len(self.phone.written[self.id])
        return self.key.seal(self.phone, self.id, n, self.phone.head(self.id, n))


@pytest.fixture
def sealed(cast: Cast) -> Sealed:
    return Sealed(cast)


def test_a_good_seal_is_stored_as_good(cast: Cast, sealed: Sealed) -> None:
    sealed.push(sealed.answer(), seal=sealed.good())
    (found,) = seals(cast)
    assert (found.verdict, found.kind, found.n, found.key) == ("good", "push", 1, sealed.key.key)
    assert (found.inspection_id, found.device_id, found.person_id) == (sealed.id, sealed.phone.device, cast.alice.id)
    assert found.head == sealed.phone.head(sealed.id)


def test_sending_the_same_again_stores_no_second_seal(cast: Cast, sealed: Sealed) -> None:
    op = sealed.answer()
    sealed.push(op, seal=sealed.good())
    sealed.push(op, seal=sealed.good())  # ECDSA: other bytes, the same statement
    assert len(seals(cast)) == 1


def test_a_seal_over_an_earlier_number_is_held_against_the_chain_there(cast: Cast, sealed: Sealed) -> None:
    first, second = sealed.answer(), sealed.answer("fail")
    sealed.push(first, second, seal=None)
    batch_head = sealed.phone.head(sealed.id, 1)
    sealed.push(first, seal=sealed.good(1), head=batch_head)
    assert [(each.n, each.verdict) for each in seals(cast)] == [(1, "good")]


def wrong_seals(sealed: Sealed) -> dict[str, tuple[Any, str]]:
    good = sealed.good()
    return {
        "another's signature": ({**good, "sig": PhoneKey().seal(sealed.phone, sealed.id, 1, "0" * 64)["sig"]}, "wrong"),
        "no signature": ({"key": good["key"], "n": 1}, "wrong"),
        "odd signature": ({**good, "sig": ["x"]}, "wrong"),
        "number zero": ({**good, "n": 0}, "wrong"),
        "number as text": ({**good, "n": "1"}, "wrong"),
        "endless number": ({**good, "n": 10**30}, "wrong"),
        "nobody's key": (PhoneKey().seal(sealed.phone, sealed.id, 1, sealed.phone.head(sealed.id)), "unknown-key"),
        "no key": ({**good, "key": None}, "unknown-key"),
        "a key with a NUL": ({**good, "key": "\\u0000" * 43}, "unknown-key"),
        "a word": ("sealed", "wrong"),
        "a list": ([], "wrong"),
    }


def test_a_wrong_seal_never_stands_in_the_way(cast: Cast) -> None:
    names = list(wrong_seals(_fresh(cast)))
    for name in names:
        sealed = _fresh(cast)
        op = sealed.answer()
        seal, verdict = wrong_seals(sealed)[name]
        scope = sealed.push(op, seal=seal)
        assert scope["ops"][op["id"]]["s"] == "ok", name
        with cast.reading() as tx:
            stored = tx.scalars(select(Seal.verdict).where(Seal.inspection_id == sealed.id)).all()
            assert stored == [verdict], name
            assert tx.scalars(select(Operation.id).where(Operation.inspection_id == sealed.id)).all() == [
                UUID(op["id"])
            ]


def _fresh(cast: Cast) -> Sealed:
    sealed = Sealed(cast)
    sealed.phone.written[sealed.id] = []
    return sealed


def test_a_phone_that_counts_other_facts_is_seen(cast: Cast, sealed: Sealed) -> None:
    op = sealed.answer()
    head = "5" * 64
    sealed.push(op, seal=sealed.key.seal(sealed.phone, sealed.id, 1, head), head=head)
    assert [each.verdict for each in seals(cast)] == ["head-differs"]


def test_another_persons_key_is_unknown_even_on_the_same_phone(cast: Cast, sealed: Sealed) -> None:
    stranger = Phone(cast.bob.id)
    stranger.device = sealed.phone.device
    with cast.writing() as tx:
        row = {"name": "", "first_seen_at": NOW, "last_contact_at": NOW, "health": {}}
        tx.add(Device(id=stranger.device, person_id=cast.bob.id, agency_id=cast.bob.agency, **row))
        tx.commit()
    theirs = introduced(cast, cast.bob, stranger)
    sealed.push(sealed.answer(), seal=theirs.seal(sealed.phone, sealed.id, 1, sealed.phone.head(sealed.id)))
    assert [each.verdict for each in seals(cast)] == ["unknown-key"]


def test_a_seal_of_an_inspection_that_is_not_here_is_kept_too(cast: Cast, sealed: Sealed) -> None:
    elsewhere = uuid4()
    op = sealed.phone.answer(elsewhere, "GEN-01", "pass")
    batch = sealed.phone.batch((elsewhere, [op]))
    head = sealed.phone.head(elsewhere)
    batch["scopes"][0] |= {"head": head, "seal": sealed.key.seal(sealed.phone, elsewhere, 1, head)}
    assert sealed.client.post(PUSH, json=batch).status_code == 200
    assert [(each.inspection_id, each.verdict) for each in seals(cast)] == [(elsewhere, "ahead")]


# --- the manifest's seal ----------------------------------------------------------------------------


def submitted(sealed: Sealed, *, signs: dict[str, Any] | None = None) -> dict[str, Any]:
    op = sealed.phone.submit(sealed.id)
    op["seal"] = {"key": sealed.key.key, "sig": sealed.key.sign(signs or op["manifest"])}
    return op


def test_the_seal_of_a_manifest_is_stored(cast: Cast, sealed: Sealed) -> None:
    answer, op = sealed.answer(), submitted(sealed)
    scope = sealed.push(answer, op, seal=None)
    assert scope["ops"][op["id"]]["s"] == "ok"
    assert [(each.kind, each.n, each.verdict) for each in seals(cast)] == [("manifest", 2, "good")]


def test_a_manifest_that_was_not_the_signed_one_is_seen(cast: Cast, sealed: Sealed) -> None:
    sealed.push(sealed.answer(), submitted(sealed, signs={"devices": [], "photos": [], "answers": 0}), seal=None)
    assert [each.verdict for each in seals(cast)] == ["wrong"]


# --- receipts ---------------------------------------------------------------------------------------


def test_the_answer_carries_the_servers_receipt(cast: Cast, sealed: Sealed) -> None:
    scope = sealed.push(sealed.answer(), seal=sealed.good())
    receipt = scope["receipt"]
    server = sealed.client.get("/api/v1/evidence/key").get_json()
    assert receipt["key"] == server["key"]
    assert receipt["body"] == {
        "device": str(sealed.phone.device),
        "head": scope["head"],
        "insp": str(sealed.id),
        "n": 1,
        "received": NOW_MS,
    }
    assert is_signed_by_server(server["jwk"], receipt["sig"], rfc8785.dumps(receipt["body"]))


def test_nothing_has_arrived_nothing_is_receipted(cast: Cast, sealed: Sealed) -> None:
    sealed.answer()
    second = sealed.answer()
    assert sealed.push(second, seal=None)["receipt"] is None


def test_the_session_names_the_servers_key(cast: Cast, client: Client) -> None:
    told = client.get("/api/v1/session").get_json()
    assert told["server_key"] == client.get("/api/v1/evidence/key").get_json()
