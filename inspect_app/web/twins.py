"""What may be there already is shown once before something is entered; whoever sends the form again means another."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField

from inspect_app.services.twins import Twin


class ShowsTwins(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    seen = HiddenField()  # twins that were shown


def unseen(form: ShowsTwins, found: Sequence[Twin]) -> Sequence[Twin]:
    """All of these when some of them were not shown yet; else none."""
    if {str(each.row.id) for each in found} <= set((form.seen.data or "").split()):
        return ()
    form.seen.data = " ".join(str(each.row.id) for each in found)
    form.seen.raw_data = None
    return found
