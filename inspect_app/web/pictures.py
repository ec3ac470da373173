"""Photos as screens and papers show them: encoded anew, made once, kept."""

from inspect_app.outside import images
from inspect_app.web.request import evidence

SIZES = {"thumb": 320, "view": 1600}


def jpeg(agency: str, sha256: str, pixels: int) -> bytes:
    """The photo with its longer side at most so many pixels. RuleBroken "not-a-picture"; FileNotFoundError."""
    path = evidence().derived_path(agency, sha256, pixels)
    if not path.exists():
        made = images.reencode(evidence().path(agency, sha256), tuple(SIZES.values()))
        for size, content in made.items():
            evidence().keep_derived(agency, sha256, size, content)
    return path.read_bytes()
