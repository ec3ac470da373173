"""What people read: Vietnamese labels for states and codes, dates and numbers by Vietnamese habit."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from inspect_app.domain import expiry, hazards, vocabulary, workforce
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
    "team_role": dict(vocabulary.TEAM_ROLE),
    "inspection_state": {
        "assigned": "Đã phân công",
        "in-progress": "Đang kiểm tra",
        "submitted": "Đã gửi, chờ đủ dữ liệu",
        "complete": "Đủ dữ liệu, chờ duyệt",
        "returned": "Trả lại để bổ sung",
        "approved": "Đã duyệt",
        "cancelled": "Đã hủy",
    },
    "inspection_kind": dict(vocabulary.INSPECTION_KIND),
    "ground": dict(vocabulary.GROUND),
    "referral_state": {
        "sent": "Đã chuyển, chờ tiếp nhận",
        "received": "Đã tiếp nhận, chờ kết quả",
        "returned": "Trả lại cơ quan chuyển",
        "answered": "Đã có kết quả",
    },
    "referral_answer": {
        "decided": "Đã ra quyết định xử phạt",
        "no-sanction": "Không xử phạt",
        "returned": "Trả lại hồ sơ",
        "prosecuted": "Khởi tố",
        "not-prosecuted": "Không khởi tố",
    },
    "risk": {
        "hazards": "Yếu tố nguy hiểm",
        "workers": "Số lao động",
        "history": "Vi phạm đã phát hiện",
        "since": "Lâu chưa kiểm tra",
        "open": "Vi phạm nghiêm trọng còn mở",
        "accidents": "Tai nạn",
    },
    "plan_kind": {"yearly": "Kế hoạch năm", "thematic": "Kế hoạch chuyên đề", "campaign": "Chiến dịch"},
    "plan_state": {"draft": "Dự thảo", "approved": "Đã phê duyệt", "closed": "Đã kết thúc"},
    "plan_column": {
        "suggested": "Gợi ý",
        "planned": "Trong kế hoạch",
        "assigned": "Đã phân công",
        "done": "Đã kiểm tra",
    },
    "remedy": dict(vocabulary.REMEDY),
    "sanction": dict(vocabulary.SANCTION),
    "stop": dict(vocabulary.STOP),
    "track": dict(vocabulary.TRACK),
    "step": dict(vocabulary.STEP),
    "need": dict(vocabulary.NEED),
    "answer": dict(vocabulary.ANSWER),
    "severity": dict(vocabulary.SEVERITY),
    "violation_kind": dict(vocabulary.VIOLATION_KIND),
    "confidence": {
        "verified": "đã đối chiếu văn bản",
        "secondary": "cần kiểm tra (nguồn thứ cấp)",
        "title-only": "cần kiểm tra điều, khoản",
        "memory": "cần kiểm tra",
    },
    "limit_group": {
        "noise": "Tiếng ồn theo thời gian tiếp xúc",
        "noise-place": "Tiếng ồn theo vị trí",
        "temperature": "Nhiệt độ",
        "humidity": "Độ ẩm",
        "air": "Tốc độ gió",
        "radiant": "Bức xạ nhiệt",
        "light": "Ánh sáng",
        "dust": "Bụi",
        "chemical": "Hóa chất trong không khí",
        "confined": "Không gian hạn chế",
        "training": "Huấn luyện lần đầu",
        "retraining": "Huấn luyện định kỳ",
        "health": "Khám sức khỏe",
        "monitoring": "Quan trắc môi trường lao động",
        "staffing": "Bố trí người làm công tác an toàn",
        "scaffold": "Giàn giáo",
    },
    "site_kind": {
        "establishment": "Cơ sở sản xuất, kinh doanh",
        "works": "Công trình xây dựng",
        "service-provider": "Tổ chức dịch vụ ATVSLĐ",
        "commune": "Xã, phường",
    },
    "party_role": dict(vocabulary.PARTY_ROLE),
    "hazard": {each.code: each.label for each in hazards.HAZARDS},
    "workforce": dict(workforce.GROUPS),
    "equipment": dict(expiry.EQUIPMENT),
    "site_document": dict(expiry.DOCUMENTS),
    "expiry": {"unknown": "Chưa rõ hạn", "over": "Đã hết hạn", "soon": "Sắp hết hạn", "good": "Còn hạn"},
    "item_type": {
        "pass-fail": "Đạt / không đạt",
        "number": "Số đo",
        "count": "Số đếm",
        "date": "Ngày",
        "choice": "Lựa chọn",
        "text": "Chữ",
    },
    "evidence": {
        "photo": "ảnh",
        "document": "tài liệu",
        "measurement": "kết quả đo",
        "interview": "phỏng vấn",
        "video": "video",
        "sketch": "sơ đồ",
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
    # Why the server keeps an operation beside the inspection instead of in it.
    "held": {
        "assignment-revoked": "Người ghi đã rời đoàn",
        "not-in-team": "Người ghi không ở trong đoàn",
        "late": "Đến sau khi đã duyệt hoặc hủy",
        "id-reuse": "Trùng mã với một mục khác",
        "fork": "Máy gửi hai nội dung cho một thứ tự",
        "wrong-state": "Không hợp với bước của cuộc kiểm tra",
        "bad-body": "Nội dung không đúng mẫu",
        "unknown-kind": "Loại mục chưa biết",
        "unknown-inspection": "Không có cuộc kiểm tra này",
        "unknown-item": "Mục không có trong phiếu",
        "bad-answer": "Câu trả lời không hợp với mục",
        "too-long": "Nội dung quá dài",
        "device-revoked": "Máy đã bị thu hồi",
    },
    # What a person decided about such an operation; first as a thing to choose, then as it stands.
    "held_choice": {
        "accepted": "Nhận vào kết quả",
        "reassigned": "Giao lại cho người ghi và nhận",
        "annexed": "Giữ làm phụ lục",
        "refused": "Không nhận",
    },
    "held_result": {
        "accepted": "Đã nhận vào kết quả",
        "reassigned": "Đã giao lại và nhận",
        "annexed": "Đã giữ làm phụ lục",
        "refused": "Không nhận, vẫn lưu",
    },
    "operation": {
        "open": "Bắt đầu",
        "answer": "Câu trả lời",
        "comment": "Ghi chú",
        "finding": "Kết luận về mục",
        "photo": "Ảnh",
        "position": "Vị trí",
        "withdraw": "Rút lại",
        "opinion": "Ý kiến của đối tượng",
        "sign": "Chữ ký",
        "refuse": "Từ chối ký",
        "submit": "Gửi kết quả",
    },
    "signer": {
        "leader": "Trưởng đoàn",
        "inspector": "Kiểm tra viên",
        "subject": "Đại diện đối tượng kiểm tra",
        "witness": "Người chứng kiến",
    },
    "overlap": {
        "second-inspection": "đã có một cuộc thanh tra trong năm",
        "second-check": "đã có một cuộc kiểm tra trong năm",
        "same-content": "đã có cuộc khác cùng nội dung trong năm",
    },
    "every": {
        "none": "Không gửi",
        "daily": "Hằng ngày",
        "weekly": "Hằng tuần (thứ Hai)",
        "monthly": "Hằng tháng (ngày 1)",
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
