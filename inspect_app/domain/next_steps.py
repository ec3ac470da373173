"""The next step of every violation and its day: one table over the three tracks. Days here are the office's own habit,
never a term of the law: those stand with the papers that set them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from inspect_app.domain.violations import (
    CLOSED_REMEDY,
    CLOSED_SANCTION,
    OPEN_STOP,
    Kind,
    Remedy,
    Sanction,
    Status,
    Statuses,
    Step,
    Stop,
    Track,
)


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done next. days: from the day it became the next step; None: on the violation's deadline."""

    track: Track
    step: Step
    label: str
    days: int | None = None


# Where a track stands → what comes next on it. A status that is not here waits for nobody.
_REMEDY: Mapping[Status, Next] = {
    Remedy.AWAITING_LEADER: Next(Track.REMEDY, Step.CONFIRM, "Trưởng đoàn xác nhận", 3),
    Remedy.RECORDED: Next(Track.REMEDY, Step.REQUEST_REMEDY, "Ra văn bản yêu cầu khắc phục", 5),
    Remedy.REMEDY_REQUESTED: Next(Track.REMEDY, Step.RECEIVE_REPORT, "Nhận báo cáo khắc phục"),
    Remedy.REMEDYING: Next(Track.REMEDY, Step.RECEIVE_REPORT, "Nhận báo cáo khắc phục"),
    Remedy.REPORTED: Next(Track.REMEDY, Step.ACCEPT_REPORT, "Xem xét báo cáo khắc phục", 5),
    Remedy.AWAITING_REINSPECTION: Next(Track.REMEDY, Step.FOUND_REMEDIED, "Tái kiểm tra", 5),
    Remedy.REMEDIED: Next(Track.REMEDY, Step.CLOSE, "Đóng hồ sơ", 5),
    Remedy.PARTLY_REMEDIED: Next(Track.REMEDY, Step.REQUEST_REMEDY, "Yêu cầu khắc phục tiếp", 3),
    Remedy.NOT_REMEDIED: Next(Track.REMEDY, Step.REQUEST_REMEDY, "Yêu cầu khắc phục tiếp", 3),
}
_ADVICE = Next(Track.REMEDY, Step.CLOSE_ADVICE, "Theo dõi khuyến nghị rồi đóng")
_SANCTION: Mapping[Status, Next] = {
    Sanction.PROPOSED: Next(Track.SANCTION, Step.DRAW_RECORD, "Lập biên bản vi phạm hoặc chuyển hồ sơ", 2),
    Sanction.REFERRED: Next(Track.SANCTION, Step.DECIDE, "Hỏi kết quả nơi nhận hồ sơ", 30),
    Sanction.RECORD_DRAWN: Next(Track.SANCTION, Step.DECIDE, "Trình người có thẩm quyền quyết định", 7),
    Sanction.EXPLANATION: Next(Track.SANCTION, Step.DECIDE, "Trình người có thẩm quyền quyết định", 7),
    Sanction.DECIDED: Next(Track.SANCTION, Step.BEGIN_EXECUTION, "Giao quyết định, theo dõi thi hành", 10),
    Sanction.EXECUTING: Next(Track.SANCTION, Step.EXECUTE, "Xác nhận đã thi hành", 10),
    Sanction.EXECUTED: Next(Track.SANCTION, Step.END_SANCTION, "Kết thúc hồ sơ xử phạt", 10),
    Sanction.ENFORCED: Next(Track.SANCTION, Step.END_SANCTION, "Kết thúc hồ sơ xử phạt", 10),
    Sanction.REDUCED: Next(Track.SANCTION, Step.END_SANCTION, "Kết thúc hồ sơ xử phạt", 10),
}
_STOP: Mapping[Status, Next] = {
    Stop.STOP_DEMANDED: Next(Track.STOP, Step.PROPOSE_SUSPENSION, "Kiểm tra việc dừng, xét đề xuất đình chỉ", 3),
    Stop.SUSPENSION_PROPOSED: Next(Track.STOP, Step.DECIDE_SUSPENSION, "Quyết định về đề xuất đình chỉ", 1),
    Stop.SUSPENSION_DECIDED: Next(Track.STOP, Step.RESUME, "Theo dõi, cho hoạt động trở lại", 15),
}


def next_step(statuses: Statuses, kind: Kind) -> Next | None:
    """The one that comes first; None when nothing on any track is open.

    A proposed suspension goes before everything: people are in danger. Then the remedy, then the sanction; what only
    has to be watched, a demand or a suspension, comes when nothing else is left to do.
    """
    if statuses.stop is Stop.SUSPENSION_PROPOSED:
        return _STOP[statuses.stop]
    if statuses.remedy not in CLOSED_REMEDY:
        is_advice = kind is Kind.ADVICE and statuses.remedy is Remedy.RECORDED
        return _ADVICE if is_advice else _REMEDY[statuses.remedy]
    return _SANCTION.get(statuses.sanction) or _STOP.get(statuses.stop)


def is_done(statuses: Statuses) -> bool:
    """Nothing is open on any of the three tracks."""
    return statuses.remedy in CLOSED_REMEDY and statuses.sanction in CLOSED_SANCTION and statuses.stop not in OPEN_STOP


def day_after_step(
    before: Next | None, after: Next | None, *, said: date | None, today: date
) -> tuple[bool, date | None]:
    """Whether the day of the next step changes with a step, and to which (None: it follows the deadline).

    said: the day a person named for it, such as that of a visit. A step on another track leaves the day where it was.
    """
    if said is not None:
        return True, said
    if after == before:
        return False, None
    return True, None if after is None or after.days is None else today + timedelta(days=after.days)


def day_of(step: Next | None, *, next_on: date | None, deadline: date | None, found_on: date) -> date | None:
    """The day of the next step as it is shown: the step's own, else the deadline, else counted from the finding.

    Nothing was written at birth, so the first step's day is counted from the finding; and no step is due after the
    deadline that it is to keep.
    """
    if step is None:
        return None
    if step.days is None:
        return deadline or next_on or found_on
    return next_on or found_on + timedelta(days=step.days)
