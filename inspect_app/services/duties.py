"""Which duty of the founding plans the product serves, and where."""

from collections.abc import Mapping, Sequence

from inspect_app.store import duty_files
from inspect_app.store.duty_files import Duty

SCOPES: Mapping[str, str] = {"served": "Có", "partly": "Một phần", "outside": "Nằm ngoài"}


def all_duties() -> Sequence[Duty]:
    """In the order of the plans."""
    return duty_files.read()
