"""Facts of an invented visit that has everything: what templates are checked on, and what an office previews with."""

from typing import Any

from inspect_app.services.signed_record import PARTS

Facts = dict[str, Any]

_MEMBER: Facts = {
    "name": "Nguyễn Văn An",
    "title": "Chuyên viên",
    "role": "Trưởng đoàn",
    "agency": "Sở Xây dựng",
    "leads": True,
    "writes": False,
}
_SECRETARY: Facts = {**_MEMBER, "name": "Phạm Thị Dung", "role": "Thành viên, Thư ký", "leads": False, "writes": True}
_FINDING: Facts = {
    "number": "1",
    "code": "SXD-2026-0042/XDK-04",
    "item": "XDK-04",
    "title": "Lan can, lưới che mép sàn, lỗ mở có đủ và chắc chắn không?",
    "fault": "Không đạt nội dung “Lan can, lưới che mép sàn, lỗ mở có đủ và chắc chắn không”. Đã thấy: Lỗ thông tầng.",
    "observed": "Lỗ thông tầng trục 3-B, sàn tầng 7 không có lan can.",
    "kind": "Hành vi vi phạm",
    "is_violation": True,
    "severity": "Nguy cơ trực tiếp",
    "basis": "khoản 1 Điều 16, Luật ATVSLĐ 2015",
    "deadline": "22/11/2026",
    "found_on": "20/11/2026",
    "responsible": "Công ty cổ phần Xây dựng Minh Họa",
    "responsible_tax_code": "4600000000",
    "stopped": True,
    "stop_proposed": True,
    "stop": "Đề xuất tạm dừng, đình chỉ",
    "remedy": "Đã yêu cầu khắc phục",
    "sanction": "Đề xuất xử phạt",
    "repeated": True,
    "conduct": "Vi phạm quy chuẩn kỹ thuật quốc gia về an toàn, vệ sinh lao động",
    "rule": "khoản 9 Điều 33 283/2026/NĐ-CP",
    "requested": "12/SXD-YCKP ngày 21/11/2026",
    "photos": "1, 2",
    "in_conflict": False,
}

_NO_PART: Facts = {"heading": "", "lines": [], "entries": []}
_UNSIGNED: Facts = {"signed": False, "sha256": "", "says": [], **dict.fromkeys(PARTS, _NO_PART)}

FULL: Facts = {
    "agency": {
        "name": "Sở Xây dựng",
        "short": "Sở Xây dựng",
        "parent": "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN",
        "symbol": "SXD",
    },
    "inspection": {
        "number": "SXD-2026-0042",
        "kind": "Kiểm tra chuyên ngành",
        "planned": True,
        "ground": "Theo kế hoạch kiểm tra chuyên đề",
        "ground_note": "Kế hoạch chuyên đề quý IV",
        "decision": "Quyết định số 15/QĐ-SXD ngày 10/11/2026",
        "first_day": "20/11/2026",
        "last_day": "20/11/2026",
        "visited_on": "20/11/2026",
        "began": "08 giờ 30 phút ngày 20 tháng 11 năm 2026",
        "ended": "11 giờ 05 phút ngày 20 tháng 11 năm 2026",
        "amended": True,
    },
    "site": {
        "name": "Chung cư Minh Họa",
        "address": "đường Bến Oánh, Phường Phan Đình Phùng, tỉnh Thái Nguyên",
        "commune": "Phường Phan Đình Phùng",
        "zone": "KCN Minh Họa",
        "workers": "120",
        "contacts": [{"name": "Trần Thị Bình", "role": "Chỉ huy trưởng"}],
    },
    "organisation": {
        "name": "Công ty cổ phần Xây dựng Minh Họa",
        "tax_code": "4600000000",
        "household": False,
        "representative": "Lê Văn Cường",
        "phone": "0208 000 000",
        "address": "số 1, đường Minh Họa, Phường Phan Đình Phùng",
    },
    "parties": [{"name": "Công ty TNHH Đầu tư Minh Họa", "role": "Chủ đầu tư"}],
    "team": [_MEMBER, _SECRETARY],
    "leader": _MEMBER,
    "secretary": _SECRETARY,
    "checklists": [
        {
            "code": "XDK",
            "title": "Xây dựng – cao tầng, tầng hầm, hố đào, giàn giáo, làm việc trên cao",
            "version": "1",
            "sha256": "0" * 64,
            "asked": "32",
            "passed": "20",
            "failed": "1",
            "not_applicable": "6",
            "recorded": "3",
            "unanswered": "1",
            "conflicts": "1",
        }
    ],
    "findings": [_FINDING, {**_FINDING, "number": "2", "stopped": False, "deadline": "", "photos": ""}],
    "opinions": ["Đơn vị đồng ý với kết quả kiểm tra và sẽ khắc phục ngay."],
    "refusals": [
        {
            "reason": "Không đồng ý với nội dung 2",
            "witness": "Hoàng Văn Em",
            "witness_title": "Phó Chủ tịch UBND phường",
            "at": "11 giờ 00 phút ngày 20 tháng 11 năm 2026",
        }
    ],
    "signatures": [
        {
            "role": "Trưởng đoàn",
            "is_subject": False,
            "name": "Nguyễn Văn An",
            "title": "Chuyên viên",
            "at": "11 giờ 02 phút ngày 20 tháng 11 năm 2026",
            "shown": "0" * 64,
        }
    ],
    "photos": [
        {
            "n": 1,
            "sha256": "0" * 64,
            "item": "XDK-04",
            "by": "Nguyễn Văn An",
            "at": "09:12:30 20/11/2026",
            "position": "21.59280, 105.84420 (±8 m)",
            "source": "chụp trong ứng dụng",
        }
    ],
    "notes": ["Công trường tạm nghỉ do mưa từ 10 giờ."],
    "record": _UNSIGNED,
    "today": "22/11/2026",
    "addressee": "Thanh tra tỉnh",
}
# The same visit of a household business that found nothing, refused nothing and signed nothing.
BARE: Facts = {
    **FULL,
    "organisation": {**FULL["organisation"], "household": True, "tax_code": "", "representative": ""},
    "inspection": {**FULL["inspection"], "planned": False, "decision": "", "ground_note": "", "amended": False},
    "parties": [],
    "findings": [],
    "opinions": [],
    "refusals": [],
    "signatures": [],
    "photos": [],
    "notes": [],
}
# The same visit, signed on the phone: its record is printed word for word.
SIGNED: Facts = {
    **FULL,
    "record": {
        "signed": True,
        "sha256": "0" * 64,
        "says": ["Nội dung trùng với bản Trưởng đoàn Nguyễn Văn An đã ký trên máy, mã băm " + "0" * 64 + "."],
        **{name: {"heading": name.upper(), "lines": [f"Dòng của {name}"], "entries": []} for name in PARTS},
        "results": {
            "heading": "V. KẾT QUẢ KIỂM TRA, XÁC MINH",
            "lines": [],
            "entries": [
                {
                    "number": "1",
                    "head": "XDK-04. Lan can, lưới che mép sàn, lỗ mở có đủ và chắc chắn không?",
                    "seen": ["Đã thấy: Lỗ thông tầng trục 3-B, sàn tầng 7 không có lan can.", "Ảnh số: 1"],
                    "basis": "khoản 1 Điều 16, Luật ATVSLĐ 2015",
                    "asked": ["Hành vi vi phạm", "Thời hạn đề nghị khắc phục: 22/11/2026"],
                }
            ],
        },
    },
}
SAMPLES = (FULL, BARE, SIGNED)
