"""What kind of bad luck a world has most of. Its seed alone decides, so a mutant meets what honest code passes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.simulation.network import Fate


@dataclass(frozen=True, slots=True)
class Leaning:
    """steps, fates: weights in place of the usual ones. big_photos: how many of a hundred come in several pieces.

    dies_storing: how likely the page dies while it stores a photo.
    """

    name: str
    steps: Mapping[str, int] = field(default_factory=dict)
    fates: Mapping[Fate, int] = field(default_factory=dict)
    restores: float = 0.4
    revokes: float = 0.2
    big_photos: int = 10
    dies_storing: float = 0.15


LEANINGS = (
    Leaning(
        "photos",
        steps={"photograph": 40, "write": 12, "fill": 4},
        fates={Fate.DIED: 16, Fate.BODY_CUT: 8, Fate.ALTERED: 8, Fate.DISK_FULL: 4, Fate.TWICE: 5, Fate.DELAYED: 5},
        restores=0.2,
        big_photos=25,
        dies_storing=0.4,
    ),
    Leaning("everything"),
    Leaning("restores", steps={"back_up": 3, "restore": 4, "kill": 6}, restores=1.0),
    Leaning(
        "office",
        steps={"change_team": 7, "review": 6, "submit": 7, "kill": 6, "arrive_late": 8, "decide_held": 8, "revoke": 2},
        fates={Fate.PHONE_DIED: 6, Fate.DELAYED: 5},
        restores=0.2,
        revokes=0.6,
    ),
)


def of(seed: int) -> Leaning:
    return LEANINGS[seed % len(LEANINGS)]
