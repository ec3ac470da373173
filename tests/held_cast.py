"""Operations that wait for a person, made the way phones make them."""

from uuid import UUID

from sqlalchemy import select

from inspect_app.store.tables import HeldOperation
from tests.builders import Op, Phone
from tests.cast import PUSH, Cast, Player
from tests.pages.browsing import change, fields_of

HELD = "/desk/held"


def push(cast: Cast, player: Player, phone: Phone, visit: UUID, *ops: Op) -> dict[str, tuple[str, str | None]]:
    """Send; operation → (ok | dup | held, code)."""
    answer = cast.client(player).post(PUSH, json=phone.batch((visit, ops)))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()["scopes"][0]["ops"]
    return {key: (each["s"], each.get("code")) for key, each in told.items()}


def address(cast: Cast, op: Op) -> str:
    """The page of a held operation; of several with this id the newest."""
    with cast.reading() as tx:
        rows = tx.scalars(select(HeldOperation).where(HeldOperation.id == UUID(op["id"])))
        newest = max(rows, key=lambda row: row.received_at)
    return f"{HELD}/{newest.id}/{newest.body_sha256}"


def decide(cast: Cast, op: Op, result: str, reason: str = "", *, by: Player | None = None) -> int:
    """Decide on the desk; the status of the answer comes back."""
    client = cast.client(by or cast.vera)
    where = address(cast, op)
    fields = change(fields_of(client.get(where)), {"result": result, "reason": reason})
    return client.post(where, data=fields).status_code
