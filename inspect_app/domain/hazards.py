"""What can hurt people at a place: the list that profiles choose from and that planning weighs."""

from collections.abc import Iterable
from dataclasses import dataclass

from inspect_app.domain.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Hazard:
    """weight: how much harm it tends to do, 1 (health, slowly) to 3 (kills several at once). A person may disagree."""

    code: str
    label: str
    weight: int


HAZARDS = (
    Hazard("height", "Làm việc trên cao, giàn giáo", 3),
    Hazard("excavation", "Tầng hầm, hố đào sâu", 3),
    Hazard("lifting", "Thiết bị nâng, cần trục, vận thăng", 3),
    Hazard("pressure", "Thiết bị áp lực, nồi hơi", 3),
    Hazard("confined-space", "Không gian hạn chế", 3),
    Hazard("explosives", "Vật liệu nổ, nổ mìn", 3),
    Hazard("flammable", "Khí, chất lỏng dễ cháy nổ (LPG, xăng dầu)", 3),
    Hazard("chemicals", "Hóa chất nguy hiểm", 3),
    Hazard("mining", "Khai thác mỏ, hầm lò, sạt lở", 3),
    Hazard("molten-metal", "Kim loại nóng chảy, nhiệt độ cao", 3),
    Hazard("electricity", "Điện", 2),
    Hazard("machinery", "Máy cắt, dập, cán, bộ phận chuyển động", 2),
    Hazard("vehicles", "Xe, máy thi công, giao thông nội bộ", 2),
    Hazard("falling-objects", "Vật rơi, văng bắn", 2),
    Hazard("radiation", "Bức xạ, phóng xạ", 2),
    Hazard("pesticides", "Thuốc bảo vệ thực vật", 2),
    Hazard("dust", "Bụi", 1),
    Hazard("noise", "Tiếng ồn, rung", 1),
    Hazard("heat", "Nóng, vi khí hậu xấu", 1),
    Hazard("biological", "Yếu tố sinh học", 1),
    Hazard("ergonomics", "Tư thế, thao tác lặp lại", 1),
)
BY_CODE = {each.code: each for each in HAZARDS}


def chosen(codes: Iterable[str]) -> list[str]:
    """The codes, each once, in the order of the list. RuleBroken "unknown-hazard"."""
    wanted = set(codes)
    unknown = sorted(wanted - BY_CODE.keys())
    if unknown:
        raise RuleBroken("unknown-hazard", hazard=unknown[0])
    return [each.code for each in HAZARDS if each.code in wanted]
