"""Whether the server can do its work: the database answers, and its tables are the newest."""

from inspect_app.store import database
from inspect_app.store.database import Tx


def missing(tx: Tx) -> str | None:
    """None when ready, else one sentence saying what is missing."""
    stands, newest = database.revision(tx), database.newest_revision()
    if stands != newest:
        return f"database at {stands}, needs {newest}: run `python run.py migrate`"
    return None
