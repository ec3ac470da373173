"""The search key: what a hurried hand types finds what was written with care."""

import unicodedata

import pytest

from inspect_app.domain.search import MOST_WORDS, search_key, words


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đình chỉ thi công", "dinh chi thi cong"),
        ("NGUYỄN THỊ ƯỚC", "nguyen thi uoc"),
        ("Xã Văn Lăng", "xa van lang"),
        ("  Công ty\tTNHH\n một thành viên ", "cong ty tnhh mot thanh vien"),
        ("GEN-01", "gen-01"),
        ("4600123456-001", "4600123456-001"),
        ("100% (a_b)", "100% (a_b)"),
        ("", ""),
    ],
)
def test_key(written: str, typed: str) -> None:
    assert search_key(written) == typed


def test_composed_and_decomposed_letters_are_the_same() -> None:
    name = "Phường Phan Đình Phùng"
    assert search_key(unicodedata.normalize("NFC", name)) == search_key(unicodedata.normalize("NFD", name))


def test_a_key_is_its_own_key() -> None:
    key = search_key("Đoàn kiểm tra số 3 – Sở Xây dựng")
    assert search_key(key) == key


def test_missing_parts_leave_no_gap() -> None:
    assert search_key("Đạt", None, "", "4600") == "dat 4600"


def test_a_key_is_cut_to_its_column() -> None:
    assert search_key("Công ty", "Gang thép", most=12) == "cong ty gang"


def test_words_of_a_question_are_folded_and_counted_once() -> None:
    assert words("Lan Cân  lan can ĐÌNH") == ["lan", "can", "dinh"]
    assert len(words(" ".join(f"từ{number}" for number in range(100)))) == MOST_WORDS
    assert words("   ") == []
