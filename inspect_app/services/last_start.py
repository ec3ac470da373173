"""A mark outside the database of how far it had come, so that a database that went backwards is noticed at the start.

A copy put back by hand would otherwise make phones believe that what they sent since is safe.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from inspect_app.services import markers
from inspect_app.store import audit_heads
from inspect_app.store.database import Tx

FILE = "last-start.json"
MOST_EPOCHS = 50


def trouble(tx: Tx, data_dir: Path) -> str | None:
    """Why the server must not start: the database is older than the mark, and its epoch was not changed."""
    mark = _read(data_dir / FILE)
    if mark is None or not _went_backwards(tx, mark):
        return None
    return (
        "Cơ sở dữ liệu cũ hơn lần chạy trước: có lẽ vừa được khôi phục bằng tay. Chạy `python run.py epoch bump` để "
        "các máy gửi lại những gì còn giữ, rồi khởi động.\n"
        "The database is older than at the last start: a copy was put back by hand. Run `python run.py epoch bump`, so "
        "that phones offer again what they hold, then start."
    )


def _went_backwards(tx: Tx, mark: dict[str, Any]) -> bool:
    epoch = markers.epoch(tx)
    if epoch != mark["epoch"]:
        return epoch in mark["former"]
    return any(audit_heads.hash_at(tx, agency, seq) != head for agency, (seq, head) in mark["audit"].items())


def keep(tx: Tx, data_dir: Path) -> None:
    """Renew the mark: at the start, and now and then while serving."""
    before, epoch = _read(data_dir / FILE), markers.epoch(tx)
    former = [*before["former"], before["epoch"]] if before and before["epoch"] != epoch else []
    former = former or (before["former"] if before else [])
    heads = {agency: [seq, head] for agency, (seq, head) in audit_heads.read(tx).items()}
    told = {"epoch": epoch, "former": former[-MOST_EPOCHS:], "audit": heads}
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(data_dir / FILE)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told
