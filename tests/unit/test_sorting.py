"""Vietnamese order."""

from inspect_app.domain.sorting import vietnamese_order


def test_letters_come_in_the_order_of_the_alphabet() -> None:
    names = ["Đức Xuân", "Dân Tiến", "Ân Tình", "Ba Bể", "An Khánh", "Ôn Lương", "Ở Đây", "Oai", "Ưng", "Ung", "Y Tý"]
    assert sorted(names, key=vietnamese_order) == [
        "An Khánh",
        "Ân Tình",
        "Ba Bể",
        "Dân Tiến",
        "Đức Xuân",
        "Oai",
        "Ôn Lương",
        "Ở Đây",
        "Ung",
        "Ưng",
        "Y Tý",
    ]


def test_tones_decide_only_between_words_that_are_otherwise_the_same() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma", "man"], key=vietnamese_order) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "man",
    ]


def test_numbers_and_signs_come_first_and_capitals_do_not_matter() -> None:
    assert sorted(["xã 10", "Xã 2", "xã A", "XÃ"], key=vietnamese_order) == ["XÃ", "xã 10", "Xã 2", "xã A"]
