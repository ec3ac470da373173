"""A registry of many years: a million violations at 200,000 sites, made inside PostgreSQL."""

import time
from pathlib import Path
from typing import Any

import psycopg

from bench.fill import LOADING, drop_indexes, dsn
from bench.ground import Installation
from inspect_app.domain.search import folded

STATEMENTS = Path(__file__).with_suffix(".sql")
SITES, VIOLATIONS = 200_000, 1_000_000
PER_VISIT = 8
AGENCIES = ["thanh-tra", "so-xay-dung", "bql-kcn", "so-noi-vu"]
SECTORS = ["XDK", "KCN", "GEN", "MO", "CK", "DT", "HC", "LPG"]
# One of each four lists by chance; most years are long closed, as in life.
REMEDIES = ["closed"] * 11 + ["cancelled"] + [
    "recorded", "remedy-requested", "remedying", "reported", "awaiting-reinspection", "partly-remedied", "not-remedied",
    "remedied",
]  # fmt: skip
SANCTIONS = ["none"] * 12 + [
    "proposed",
    "referred",
    "record-drawn",
    "decided",
    "executing",
    "executed",
    "ended",
    "ended",
]
STOPS = ["none"] * 17 + ["stop-demanded", "suspension-proposed", "resumed"]
FIRST = [
    "Hồng Lam", "Việt Bắc", "Sông Cầu", "Trung Du", "An Phú", "Minh Quang", "Thái Sơn", "Đại Tín", "Ba Bể",
    "Phú Lương", "Tân Tiến", "Hoàng Gia", "Đông Á", "Thành Công", "Bách Quang", "Kim Sơn", "Gia Sàng", "Núi Voi",
]  # fmt: skip
SECOND = [
    "Xây dựng", "Cơ khí", "Khoáng sản", "Thương mại", "Điện tử", "Vật liệu", "Gỗ", "May", "Thép", "Bê tông", "Hóa chất",
]  # fmt: skip
ITEMS = [
    ("GEN-14", "Máy, thiết bị có yêu cầu nghiêm ngặt được kiểm định còn hạn"),
    ("GEN-19", "Cơ cấu che chắn bộ phận chuyển động, nút dừng khẩn cấp hoạt động"),
    ("GEN-21", "Trang cấp phương tiện bảo vệ cá nhân đúng chủng loại, đủ số lượng"),
    ("XDK-05", "Lan can an toàn trên giàn giáo, sàn thao tác"),
    ("XDK-08", "Mép sàn, lỗ mở, giếng thang máy được che đậy"),
    ("XDK-19", "Mái dốc, chống đỡ vách hố đào đúng biện pháp"),
    ("KCN-04", "Xe nâng: kiểm định, thẻ người lái, đèn, còi"),
    ("KCN-18", "Đường, cửa thoát nạn thông suốt, không khóa"),
]


def load(installation: Installation) -> None:
    """Organisations, sites, visits, violations and their steps; then indexes, statistics, checkpoint."""
    began = time.monotonic()
    told: dict[str, Any] = {
        "agencies": AGENCIES,
        "sectors": SECTORS,
        "remedies": REMEDIES,
        "sanctions": SANCTIONS,
        "stops": STOPS,
        "first": FIRST,
        "second": SECOND,
        "first_key": [folded(each) for each in FIRST],
        "second_key": [folded(each) for each in SECOND],
        "items": [item for item, _ in ITEMS],
        "titles": [title for _, title in ITEMS],
        "keys": [folded(title) for _, title in ITEMS],
        "sites": SITES,
        "visits": VIOLATIONS // PER_VISIT,
        "person": installation.inspectors[0][0],
    }
    with psycopg.connect(dsn(installation), autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        for each in LOADING:
            connection.execute(each)
        definitions = drop_indexes(connection, "violation")
        for statement in STATEMENTS.read_text("utf-8").split(";\n\n"):
            connection.execute(statement, told)
        for each in definitions:
            connection.execute(each)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    print(f"  {VIOLATIONS:,} violations at {SITES:,} sites loaded in {time.monotonic() - began:.0f} s")
