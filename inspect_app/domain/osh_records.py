"""What an enterprise or a provider declares for a year: which figures each kind of declaration has, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a declaration. `part_of`: it cannot be more than that one."""

    name: str
    label: str
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """health: only who has the right to health data sees single rows. detail, provider: what these columns hold here;
    empty: the kind has none."""

    code: str
    title: str
    figures: tuple[Figure, ...]
    health: bool = False
    detail: str = ""
    details: tuple[str, ...] = ()
    provider: str = ""


_ALL = (
    RecordKind(
        "workforce",
        "Lao động",
        (
            Figure("workers", "Tổng số lao động"),
            Figure("women", "Lao động nữ", "workers"),
            Figure("heavy", "Làm nghề nặng nhọc, độc hại, nguy hiểm", "workers"),
            Figure("minors", "Chưa thành niên", "workers"),
            Figure("disabled", "Người khuyết tật", "workers"),
            Figure("elderly", "Người cao tuổi", "workers"),
            Figure("exposed", "Tiếp xúc yếu tố có hại", "workers"),
            Figure("osh_officers", "Người làm công tác ATVSLĐ", "workers"),
            Figure("medical_staff", "Người làm công tác y tế", "workers"),
        ),
    ),
    RecordKind(
        "training",
        "Huấn luyện ATVSLĐ",
        (Figure("due", "Số phải huấn luyện"), Figure("trained", "Số đã huấn luyện", "due")),
        detail="Nhóm",
        details=tuple(f"Nhóm {n}" for n in range(1, 7)),
        provider="Tổ chức huấn luyện",
    ),
    RecordKind(
        "equipment",
        "Kiểm định máy, thiết bị nghiêm ngặt",
        (
            Figure("in_use", "Số đang sử dụng"),
            Figure("inspected", "Đã kiểm định còn hạn", "in_use"),
            Figure("declared", "Đã khai báo", "in_use"),
        ),
        detail="Loại máy, thiết bị",
        provider="Tổ chức kiểm định",
    ),
    RecordKind(
        "monitoring",
        "Quan trắc môi trường lao động",
        (Figure("samples", "Số mẫu đo"), Figure("exceeded", "Số mẫu vượt giới hạn", "samples")),
        provider="Tổ chức quan trắc",
    ),
    RecordKind(
        "self-inspection",
        "Doanh nghiệp tự kiểm tra",
        (
            Figure("items", "Số nội dung đã kiểm tra"),
            Figure("found", "Số tồn tại phát hiện"),
            Figure("fixed", "Số tồn tại đã khắc phục", "found"),
        ),
    ),
    RecordKind(
        "health-exam",
        "Khám sức khỏe định kỳ",
        (
            Figure("due", "Số phải khám"),
            Figure("examined", "Số được khám", "due"),
            Figure("class_4", "Sức khỏe loại IV", "examined"),
            Figure("class_5", "Sức khỏe loại V", "examined"),
        ),
        health=True,
        provider="Cơ sở khám",
    ),
    RecordKind(
        "od-exam",
        "Khám phát hiện bệnh nghề nghiệp",
        (
            Figure("exposed", "Số tiếp xúc phải khám"),
            Figure("examined", "Số được khám", "exposed"),
            Figure("suspected", "Nghi mắc bệnh", "examined"),
            Figure("diagnosed", "Được chẩn đoán mắc bệnh", "examined"),
        ),
        health=True,
        provider="Cơ sở khám",
    ),
    RecordKind(
        "disease",
        "Bệnh nghề nghiệp",
        (
            Figure("new", "Mắc mới trong năm", "total"),
            Figure("total", "Tổng số người mắc"),
            Figure("assessed", "Đã giám định", "total"),
            Figure("compensated", "Được trợ cấp, bồi thường", "total"),
        ),
        health=True,
        detail="Bệnh",
    ),
)
KINDS: Mapping[str, RecordKind] = {each.code: each for each in _ALL}


def wrong_figures(kind: RecordKind, figures: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with the numbers, by figure; empty when they fit together."""
    labels = {each.name: each.label for each in kind.figures}
    found = {}
    for each in kind.figures:
        value = figures.get(each.name, 0)
        if not 0 <= value <= MOST:
            found[each.name] = f"phải từ 0 đến {MOST}"
        elif each.part_of and value > figures.get(each.part_of, 0):
            found[each.name] = f"không thể nhiều hơn “{labels[each.part_of]}”"
    return found
