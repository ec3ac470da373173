"""What people are told: the kinds of notices and the sentence of each."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """label: as it stands in a person's own settings. sentence: with {facts} filled in."""

    label: str
    sentence: str


# A kind never changes its meaning; a new one adds its line.
KINDS: Mapping[str, NoticeKind] = {
    "reminder": NoticeKind("Nhắc hạn khắc phục", "{count} vi phạm {when}."),
    "escalation": NoticeKind("Báo cáo vượt cấp về quá hạn", "{count} vi phạm quá hạn {days} ngày trở lên chưa đóng."),
    "owner": NoticeKind("Được giao phụ trách vi phạm", "{by} giao bạn phụ trách {code}."),
    "remedy-proof": NoticeKind("Đơn vị gửi bằng chứng khắc phục", "Đơn vị gửi {count} bằng chứng về {code}."),
    "list": NoticeKind("Danh sách theo dõi gửi định kỳ", "Danh sách “{name}” có {count} dòng."),
    "assigned": NoticeKind("Được phân công kiểm tra", "{by} phân công bạn vào {number} tại {site}, {days}."),
    "unassigned": NoticeKind("Rời đoàn kiểm tra", "Bạn không còn trong đoàn của {number}: {reason}"),
    "moved": NoticeKind("Cuộc kiểm tra dời ngày", "{number} dời sang {days}: {reason}"),
    "called-off": NoticeKind("Cuộc kiểm tra bị hủy", "{number} đã hủy: {reason}"),
    "returned": NoticeKind("Kết quả được trả lại để bổ sung", "{by} trả lại {number}: {items} mục có góp ý."),
    "approved": NoticeKind("Kết quả được duyệt", "{by} đã duyệt {number}."),
    "joint-offer": NoticeKind("Đề nghị lập đoàn liên ngành", "{agency} đề nghị đi chung cuộc {number}: {note}"),
    "joint-team": NoticeKind(
        "Người của cơ quan vào đoàn liên ngành", "{by} mời {people} vào đoàn {number} tại {site}."
    ),
    "danger": NoticeKind("Nguy cơ trực tiếp mới ghi nhận", "{count} mục nguy cơ trực tiếp tại {site} ({number})."),
    "referral": NoticeKind("Hồ sơ chuyển đến", "{by} chuyển hồ sơ {code} theo {document}."),
    "referral-news": NoticeKind("Tin về hồ sơ đã chuyển", "{by} đã ghi tiếp nhận hoặc kết quả của {document}."),
    "referral-late": NoticeKind("Hồ sơ chuyển quá hạn", "Hồ sơ {document} ({number}) chờ đến {due} mà chưa có hồi âm."),
    "recurrence": NoticeKind(
        "Cuộc định kỳ cần người giám sát",
        "Cuộc lặp lại của {number} ngày {day} chưa phân công được ({code}); hãy tự phân công.",
    ),
    "webhook": NoticeKind("Kết nối hệ thống khác bị tắt", "Kết nối {name} đã tắt vì không gửi được: {said}"),
    "chore": NoticeKind("Việc tự động bị lỗi", "Việc tự động {name} lỗi {failures} lần liền: {said}"),
}

LONGEST_SUBJECT = 300
# What a phone is woken for, where its owner asked for that.
PUSHED = frozenset({"assigned", "returned"})


class _Told(dict[str, object]):
    """A fact nobody gave shows as a dash instead of breaking the sentence."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(kind: str, facts: Mapping[str, object]) -> str:
    """The sentence of a notice. KeyError for a kind that is not listed."""
    return KINDS[kind].sentence.format_map(_Told(facts))


def one_line(text: str) -> str:
    """Without line breaks and control characters: names end up in headers of mail."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
