"""Photos as screens and papers show them: encoded anew, made once, kept."""

from datetime import timedelta

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside import images
from inspect_app.web.request import evidence, now

SIZES = {"thumb": 320, "view": 1600}
LOOK_AGAIN = timedelta(days=1)


def jpeg(agency: str, sha256: str, pixels: int) -> bytes:
    """The photo with its longer side at most so many pixels. RuleBroken "not-a-picture"; FileNotFoundError."""
    files = evidence()
    path = files.derived_path(agency, sha256, pixels)
    if not path.exists():
        # What is no picture stays none, and every look at it would start a program. Looked at again after a while:
        # it may have been this server that had no time or no memory then.
        if files.is_refused(agency, sha256, since=now() - LOOK_AGAIN):
            raise RuleBroken("not-a-picture")
        try:
            made = images.reencode(files.path(agency, sha256), tuple(SIZES.values()))
        except RuleBroken:
            files.keep_refusal(agency, sha256, now())
            raise
        for size, content in made.items():
            files.keep_derived(agency, sha256, size, content)
    return path.read_bytes()
