"""Who works at a place: the groups of a workforce profile that the law treats apart."""

from collections.abc import Mapping

from inspect_app.domain.errors import RuleBroken

GROUPS: Mapping[str, str] = {
    "women": "Lao động nữ",
    "minors": "Chưa thành niên (dưới 18 tuổi)",
    "elderly": "Người cao tuổi",
    "disabled": "Người khuyết tật",
    "no-contract": "Không theo hợp đồng lao động",
    "strict-jobs": "Làm công việc có yêu cầu nghiêm ngặt",
    "heavy-jobs": "Làm nghề nặng nhọc, độc hại, nguy hiểm",
}
MOST = 1_000_000


def profile(workers: int | None, groups: Mapping[str, int | None]) -> dict[str, int]:
    """The groups that were counted, in the order of the list. A group may overlap another, none exceeds the whole.

    RuleBroken "unknown-group", "group-over-whole".
    """
    for code, people in groups.items():
        if code not in GROUPS:
            raise RuleBroken("unknown-group", group=code)
        if people is not None and not 0 <= people <= (MOST if workers is None else workers):
            raise RuleBroken("group-over-whole", group=GROUPS[code], people=people, workers=workers)
    return {code: people for code in GROUPS if (people := groups.get(code)) is not None}
