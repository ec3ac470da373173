"""What runs out at a place: kinds of equipment and documents, and how near the end is."""

from collections.abc import Mapping
from datetime import date, timedelta

from inspect_app.domain.errors import RuleBroken

EQUIPMENT: Mapping[str, str] = {
    "tower-crane": "Cần trục tháp",
    "crane": "Cần trục, cầu trục, cổng trục",
    "hoist": "Vận thăng, máy nâng chở hàng và người",
    "winch": "Palăng, tời, bàn nâng",
    "suspended-platform": "Sàn treo, sàn nâng người",
    "forklift": "Xe nâng hàng",
    "elevator": "Thang máy, thang cuốn",
    "boiler": "Nồi hơi, nồi đun nước nóng",
    "pressure-vessel": "Bình chịu áp lực, bồn, bể chứa khí",
    "gas-system": "Hệ thống nạp, cung cấp khí; đường ống khí",
    "refrigeration": "Hệ thống lạnh",
    "scaffold": "Giàn giáo, cốp pha trượt",
    "electrical": "Thiết bị điện, phương tiện bảo vệ điện",
    "blasting": "Máy nổ mìn, thiết bị phòng nổ",
    "mining": "Tời, xe, thiết bị mỏ hầm lò",
    "amusement": "Thiết bị vui chơi",
    "other": "Khác",
}
DOCUMENTS: Mapping[str, str] = {
    "licence": "Giấy phép, giấy chứng nhận đủ điều kiện",
    "safety-plan": "Kế hoạch, biện pháp bảo đảm an toàn",
    "emergency-plan": "Phương án ứng cứu khẩn cấp",
    "training": "Giấy chứng nhận, thẻ an toàn (huấn luyện)",
    "monitoring": "Kết quả quan trắc môi trường lao động",
    "health": "Khám sức khỏe, bệnh nghề nghiệp",
    "fire": "Hồ sơ phòng cháy, chữa cháy",
    "chemicals": "Kế hoạch, biện pháp về hóa chất",
    "explosives": "Giấy phép vật liệu nổ",
    "mining": "Giấy phép khai thác, thiết kế mỏ",
    "insurance": "Bảo hiểm",
    "contract": "Hợp đồng, thỏa thuận phối hợp an toàn",
    "other": "Khác",
}
SOON_DAYS = 30


def check_days(begins: date | None, ends: date | None) -> None:
    """RuleBroken "days-reversed"."""
    if begins is not None and ends is not None and ends < begins:
        raise RuleBroken("days-reversed", begins=begins.isoformat(), ends=ends.isoformat())


def standing(ends: date | None, today: date) -> str:
    """unknown | over | soon | good. The last day itself still counts."""
    if ends is None:
        return "unknown"
    if ends < today:
        return "over"
    return "soon" if ends <= today + timedelta(days=SOON_DAYS) else "good"
