"""Occupational accidents as they are declared: the lists they are sorted by, and how long an investigation may take."""

from collections.abc import Mapping
from datetime import date, timedelta

KINDS: Mapping[str, str] = {"accident": "Tai nạn lao động", "incident": "Sự cố kỹ thuật gây mất ATVSLĐ nghiêm trọng"}
SOURCES: Mapping[str, str] = {
    "employer": "Người sử dụng lao động khai báo",
    "commune": "UBND xã, phường ghi nhận",
    "police": "Công an thông báo",
    "other": "Nguồn khác",
}
CAUSES: Mapping[str, str] = {
    "no-safety-device": "Không có hoặc không bảo đảm thiết bị an toàn",
    "no-ppe": "Không có hoặc không tốt phương tiện bảo vệ cá nhân",
    "organisation": "Tổ chức lao động chưa hợp lý",
    "untrained": "Chưa huấn luyện ATVSLĐ",
    "no-procedure": "Không có quy trình, biện pháp an toàn",
    "conditions": "Điều kiện làm việc không tốt",
    "broke-rules": "Người lao động vi phạm nội quy, quy trình",
    "ppe-unused": "Không dùng phương tiện bảo vệ cá nhân",
    "objective": "Khách quan, khó tránh",
}
FACTORS: Mapping[str, str] = {
    "lifting": "Thiết bị nâng",
    "machine": "Máy gia công, cán, cắt, ép",
    "electric": "Điện giật",
    "fall": "Ngã cao",
    "struck": "Vật rơi, văng bắn, đổ sập",
    "heat": "Nhiệt, bỏng",
    "vehicle": "Phương tiện vận chuyển, giao thông",
    "chemical": "Hóa chất, hơi khí độc, ngạt",
    "explosion": "Cháy, nổ",
    "drowning": "Đuối nước",
    "other": "Yếu tố khác",
}
INVESTIGATORS: Mapping[str, str] = {
    "employer": "Đoàn điều tra cơ sở",
    "province": "Đoàn điều tra cấp tỉnh",
    "police": "Cơ quan điều tra",
}


def investigation_days(deaths: int, seriously_injured: int) -> int:
    """Within how many days an investigation ends (Luật ATVSLĐ, Điều 35), without what may be added for an expert."""
    if deaths:
        return 30
    if seriously_injured >= 2:
        return 20
    return 7 if seriously_injured else 4


def investigation_due(happened_on: date, deaths: int, seriously_injured: int) -> date:
    return happened_on + timedelta(days=investigation_days(deaths, seriously_injured))
