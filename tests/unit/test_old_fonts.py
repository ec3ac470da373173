"""Text typed in fonts from before Unicode is told from Unicode, and mended."""

import pytest

from inspect_app.domain.old_fonts import detect, mend

GOOD = "Công ty TNHH Xây dựng Thái Nguyên, phường Phan Đình Phùng"


@pytest.mark.parametrize(
    ("text", "font", "mended"),
    [
        ("C«ng ty TNHH X©y dùng Th¸i Nguyªn, ph­êng Phan §×nh Phïng", "tcvn3", GOOD),
        ("Coâng ty TNHH Xaây döïng Thaùi Nguyeân, phöôøng Phan Ñình Phuøng", "vni", GOOD),
        ("COÂNG TY XAÂY DÖÏNG, huyeän Ñoàng Hyû", "vni", "CÔNG TY XÂY DỰNG, huyện Đồng Hỷ"),
        (GOOD, "", GOOD),
        ("Cong ty TNHH Xay dung", "", "Cong ty TNHH Xay dung"),
        ("Café Hà Nội, Số 1", "", "Café Hà Nội, Số 1"),
        ("", "", ""),
    ],
)
def test_each_font_is_known_and_mended(text: str, font: str, mended: str) -> None:
    assert detect([text]) == font
    assert mend(text, font) == mended
