"""Who may draw the record of a violation and who may sanction, by decree and agency: a table and a few questions.

First version, from the reading of the decrees in November 2026. It differs per decree, never per "inspector". Where
an agency may not draw the record, it writes down what it saw and refers the file (chuyển hồ sơ) to one that may.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspect_app.domain.errors import RuleBroken


class Answer(StrEnum):
    YES = "yes"
    CONDITIONAL = "conditional"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Power:
    """One answer: condition and ground in Vietnamese as the screen shows them; confidence as with citations."""

    answer: Answer
    ground: str
    condition: str = ""
    most_individual_vnd: int | None = None  # an organisation is fined up to twice that
    share_percent: int | None = None  # of the field's highest fine
    confidence: str = "verified"


@dataclass(frozen=True, slots=True)
class Competence:
    """What an agency may do under one decree, and where the file goes when it may not."""

    decree: str
    record: Power
    sanction: Power
    refer_to: str

    @property
    def must_refer(self) -> bool:
        return self.record.answer in {Answer.NO, Answer.UNKNOWN}

    @property
    def must_refer_decision(self) -> bool:
        return self.sanction.answer in {Answer.NO, Answer.UNKNOWN}


# Penalty rules carry the number of their decree: 283-32.3a.
DECREES: Mapping[str, str] = {"283": "ND283-2026", "16": "ND16-2022", "106": "ND106-2025", "275": "ND275-2026"}

# Where a file goes that the own agency may not handle.
REFER_TO: Mapping[str, str] = {
    "ND283-2026": "Sở Nội vụ tỉnh Thái Nguyên",
    "ND16-2022": "Sở Xây dựng tỉnh Thái Nguyên",
    "ND106-2025": "Công an tỉnh Thái Nguyên",
    "ND275-2026": "Sở Công Thương tỉnh Thái Nguyên",
}
HIGHEST = "Chủ tịch UBND tỉnh Thái Nguyên"

_IN_TEAM = "Trưởng đoàn, thanh tra viên, trong phạm vi cuộc thanh tra"
_CHIEF = Power(Answer.YES, "NĐ 189/2025, sửa đổi bởi NĐ 311/2026", "Chánh Thanh tra tỉnh", share_percent=80)
_NOT_LISTED = "Không có chức danh được xử phạt tại NĐ 189/2025, NĐ 311/2026"
_ZONE_NO_FINE = Power(Answer.NO, _NOT_LISTED)
_UNREAD = Power(Answer.UNKNOWN, "Chưa đối chiếu văn bản", confidence="memory")

# (decree, agency) → (draw the record, sanction). What is not here is not known.
_TABLE: Mapping[tuple[str, str], tuple[Power, Power]] = {
    ("ND283-2026", "thanh-tra"): (Power(Answer.YES, "NĐ 283/2026, Điều 54", _IN_TEAM), _CHIEF),
    ("ND283-2026", "so-noi-vu"): (
        Power(Answer.YES, "NĐ 283/2026, Điều 54", "Công chức Sở Nội vụ"),
        Power(Answer.YES, "NĐ 283/2026, Điều 61", "Giám đốc Sở", most_individual_vnd=60_000_000),
    ),
    ("ND283-2026", "so-xay-dung"): (
        Power(Answer.NO, "NĐ 283/2026, Điều 54: không liệt kê Sở Xây dựng"),
        Power(Answer.NO, "NĐ 283/2026, Điều 54, Điều 61: không liệt kê Sở Xây dựng"),
    ),
    ("ND283-2026", "bql-kcn"): (
        Power(Answer.NO, "NĐ 283/2026, Điều 54: không liệt kê Ban Quản lý các KCN"),
        _ZONE_NO_FINE,
    ),
    ("ND16-2022", "thanh-tra"): (Power(Answer.YES, "NĐ 16/2022, Điều 72", _IN_TEAM), _CHIEF),
    ("ND16-2022", "so-noi-vu"): (
        Power(Answer.NO, "NĐ 16/2022, Điều 72: không liệt kê Sở Nội vụ"),
        Power(Answer.NO, "NĐ 16/2022, Điều 72: không liệt kê Sở Nội vụ"),
    ),
    ("ND16-2022", "so-xay-dung"): (
        Power(Answer.YES, "NĐ 16/2022, khoản 4 Điều 72", "Công chức được giao nhiệm vụ kiểm tra hoạt động xây dựng"),
        Power(Answer.YES, "NĐ 189/2025, khoản 2 Điều 21", "Giám đốc Sở", share_percent=80),
    ),
    ("ND16-2022", "bql-kcn"): (
        Power(
            Answer.CONDITIONAL,
            "NĐ 16/2022, khoản 4 Điều 72",
            "Chỉ khi có quyết định giao công chức nhiệm vụ kiểm tra hoạt động xây dựng",
        ),
        _ZONE_NO_FINE,
    ),
    ("ND106-2025", "thanh-tra"): (Power(Answer.YES, "NĐ 106/2025", _IN_TEAM), _CHIEF),
    ("ND106-2025", "so-noi-vu"): (
        Power(Answer.NO, "NĐ 106/2025: không liệt kê Sở Nội vụ"),
        Power(Answer.NO, "NĐ 106/2025: không liệt kê Sở Nội vụ"),
    ),
    ("ND106-2025", "so-xay-dung"): (
        Power(Answer.YES, "NĐ 106/2025, khoản 2 Điều 29", "Với vai trò cơ quan chuyên môn về xây dựng"),
        _UNREAD,
    ),
    ("ND106-2025", "bql-kcn"): (
        Power(Answer.YES, "NĐ 106/2025, khoản 2 Điều 29", "Với vai trò cơ quan chuyên môn về xây dựng trong khu"),
        _ZONE_NO_FINE,
    ),
    ("ND275-2026", "thanh-tra"): (Power(Answer.YES, "NĐ 275/2026, Điều 73", _IN_TEAM), _CHIEF),
    **{
        ("ND275-2026", agency): (
            Power(Answer.NO, "NĐ 275/2026, Điều 73: không liệt kê cơ quan này"),
            Power(Answer.NO, "NĐ 275/2026, Điều 63: không liệt kê cơ quan này"),
        )
        for agency in ("so-noi-vu", "so-xay-dung", "bql-kcn")
    },
}


def competence(agency: str, decree: str) -> Competence:
    """What the agency may do under the decree. Unknown to us means: refer, and have it checked."""
    record, sanction = _TABLE.get((decree, agency), (_UNREAD, _UNREAD))
    return Competence(decree, record, sanction, REFER_TO.get(decree, HIGHEST))


def competences(agency: str, decrees: Iterable[str]) -> list[Competence]:
    return [competence(agency, decree) for decree in dict.fromkeys(decrees)]


def decree_of(rule: str) -> str | None:
    """The decree a penalty rule belongs to; None when the rule is written in free words."""
    return DECREES.get(rule.partition("-")[0].strip())


def check_record(agency: str, rule: str) -> None:
    """Refuse a record the agency may not draw: RuleBroken "not-competent" with whom to refer to."""
    decree = decree_of(rule)
    if decree is None:
        return
    found = competence(agency, decree)
    if found.must_refer:
        raise RuleBroken("not-competent", decree=decree, ground=found.record.ground, refer_to=found.refer_to)


def check_decision(agency: str, rule: str) -> None:
    """Refuse a decision the agency cannot have taken itself; that of a referred file is recorded without this check."""
    decree = decree_of(rule)
    if decree is None:
        return
    found = competence(agency, decree)
    if found.sanction.answer is Answer.NO:
        raise RuleBroken("not-competent", decree=decree, ground=found.sanction.ground, refer_to=found.refer_to)
