"""What people read: Vietnamese labels for states and codes, dates and numbers by Vietnamese habit."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from inspect_app.domain.people import Role
from inspect_app.web.request import current_actor, now

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

# group → value → label. The glossary in ARCHITECTURE.md holds the English terms.
WORDS: dict[str, dict[str, str]] = {
    "role": {
        "inspector": "Kiểm tra viên",
        "leader": "Trưởng đoàn",
        "supervisor": "Người giám sát",
        "coordinator": "Tổng hợp (Sở Nội vụ)",
        "authority": "Người có thẩm quyền",
        "admin": "Quản trị",
    },
    "team_role": {"leader": "Trưởng đoàn", "deputy": "Phó Trưởng đoàn", "member": "Thành viên"},
    "inspection_state": {
        "assigned": "Đã phân công",
        "in-progress": "Đang kiểm tra",
        "submitted": "Đã gửi, chờ đủ dữ liệu",
        "complete": "Đủ dữ liệu, chờ duyệt",
        "returned": "Trả lại để bổ sung",
        "approved": "Đã duyệt",
        "cancelled": "Đã hủy",
    },
    "inspection_kind": {
        "thanh-tra": "Thanh tra",
        "kiem-tra": "Kiểm tra chuyên ngành",
        "lien-nganh": "Kiểm tra liên ngành",
        "phuc-tra": "Phúc tra",
        "tu-xa": "Kiểm tra từ xa",
    },
    "ground": {
        "signs": "Có dấu hiệu vi phạm, sự cố",
        "order": "Theo yêu cầu của cơ quan có thẩm quyền",
        "thematic-plan": "Theo kế hoạch kiểm tra chuyên đề",
        "follow-up": "Kiểm tra việc thực hiện kiến nghị",
    },
    "remedy": {
        "awaiting-leader": "Chờ Trưởng đoàn xác nhận",
        "recorded": "Đã ghi vào biên bản kiểm tra",
        "remedy-requested": "Đã yêu cầu khắc phục",
        "remedying": "Đang khắc phục",
        "reported": "Đã báo cáo khắc phục",
        "awaiting-reinspection": "Chờ phúc tra",
        "remedied": "Đã khắc phục",
        "partly-remedied": "Khắc phục một phần",
        "not-remedied": "Không khắc phục",
        "closed": "Đã đóng",
        "cancelled": "Hủy",
    },
    "sanction": {
        "none": "Không đề xuất xử phạt",
        "proposed": "Đề xuất xử phạt",
        "referred": "Đã chuyển hồ sơ",
        "record-drawn": "Đã lập biên bản VPHC",
        "explanation": "Giải trình",
        "decided": "Đã ra quyết định",
        "executing": "Đang thi hành",
        "executed": "Đã thi hành",
        "enforced": "Cưỡng chế",
        "reduced": "Hoãn, giảm, miễn",
        "ended": "Kết thúc",
        "no-sanction": "Không xử phạt",
        "time-barred": "Hết thời hiệu",
        "criminal": "Chuyển cơ quan điều tra",
    },
    "stop": {
        "none": "Không",
        "stop-demanded": "Đã yêu cầu chấm dứt ngay",
        "suspension-proposed": "Đề xuất tạm dừng, đình chỉ",
        "suspension-decided": "Có quyết định dừng, đình chỉ",
        "resumed": "Cho phép hoạt động lại",
    },
    "severity": {"1": "Nhỏ", "2": "Lớn", "3": "Nghiêm trọng", "4": "Nguy cơ trực tiếp"},
    "violation_kind": {"advice": "Khuyến nghị", "shortcoming": "Tồn tại", "violation": "Hành vi vi phạm"},
    "confidence": {
        "verified": "đã đối chiếu văn bản",
        "secondary": "cần kiểm tra (nguồn thứ cấp)",
        "title-only": "cần kiểm tra điều, khoản",
        "memory": "cần kiểm tra",
    },
    "site_kind": {
        "establishment": "Cơ sở sản xuất, kinh doanh",
        "works": "Công trình xây dựng",
        "service-provider": "Tổ chức dịch vụ ATVSLĐ",
        "commune": "Xã, phường",
    },
    "party_role": {
        "investor": "Chủ đầu tư",
        "main-contractor": "Nhà thầu chính",
        "subcontractor": "Nhà thầu phụ",
        "supervision": "Tư vấn giám sát",
        "employer": "Người sử dụng lao động",
    },
    # The checklists of the sectors, by code.
    "sector": {
        "GEN": "Doanh nghiệp, cơ sở SXKD nói chung",
        "XDC": "Công trường xây dựng – quản lý chung",
        "XDK": "Xây dựng – cao tầng, hố đào, giàn giáo",
        "XDT": "Xây dựng – cần trục, vận thăng, điện",
        "GT": "Công trình giao thông",
        "KCN": "Sản xuất trong khu công nghiệp",
        "DT": "Điện tử, linh kiện",
        "CK": "Cơ khí, luyện kim",
        "MO": "Khai thác mỏ, khai thác đá",
        "HC": "Hóa chất",
        "LPG": "Cửa hàng LPG, xăng dầu",
        "VLN": "Kho vật liệu nổ",
        "DL": "An toàn điện",
        "NN": "Nông nghiệp, làng nghề",
        "YT": "Vệ sinh lao động, bệnh nghề nghiệp",
        "PC": "Phòng cháy, chữa cháy",
        "DV": "Tổ chức dịch vụ ATVSLĐ",
        "XA": "UBND xã, phường",
    },
    "verdict": {
        "pass": "Đạt",
        "fail": "Không đạt",
        "na": "Không áp dụng",
        "answered": "Đã ghi",
        "unanswered": "Chưa trả lời",
        "conflict": "Hai kết quả khác nhau",
    },
}


def word(group: str, value: object) -> str:
    """The label of a value. KeyError names a word that is missing: a screen never shows a bare code."""
    return WORDS[group][str(value)]


def local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)


def date_vi(day: date | datetime | None) -> str:
    """dd/mm/yyyy; an empty text when there is no day."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = local(day).date()
    return f"{day:%d/%m/%Y}"


def moment_vi(moment: datetime | None) -> str:
    """dd/mm/yyyy HH:MM, Vietnamese time."""
    return "" if moment is None else f"{local(moment):%d/%m/%Y %H:%M}"


def number_vi(value: float | int | None, digits: int | None = None) -> str:
    """1.234,5: points between thousands, a comma before the fraction."""
    if value is None:
        return ""
    text = f"{value:,.{digits}f}" if digits is not None else f"{value:,}"
    return text.translate(str.maketrans(",.", ".,"))


def register(app: Flask) -> None:
    app.jinja_env.globals["word"] = word
    app.jinja_env.filters.update(date_vi=date_vi, moment_vi=moment_vi, number_vi=number_vi)

    @app.context_processor
    def everywhere() -> dict[str, object]:
        return {"current": current_actor(), "today": local(now()).date(), "Role": Role, "WORDS": WORDS}
