"""What the printed record says about the one signed on the phone: equal, different and where, or not comparable."""

import shutil
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inspect_app.cli.documents import DOCUMENTS
from inspect_app.domain.papers import Paper
from inspect_app.domain.record import EDITION
from inspect_app.domain.record_shape import Record
from inspect_app.services import paper_facts, papers, signed_record
from inspect_app.services.papers import Templates, Wanted
from inspect_app.store.tables import Inspection, Operation
from inspect_app.web.request import ground
from tests.builders import NOW, Op, Phone
from tests.cast import Cast, Player

GATE, FAILING, PASSING = "XDK-G1", "XDK-01", "XDK-02"  # there is scaffolding, so it is asked about


@pytest.fixture
def visit(cast: Cast) -> UUID:
    return cast.inspection(
        cast.alice,
        cast.bob,
        checklists=(("XDK", 1),),
        decision_no="15/QĐ-SXD",
        decision_date=date(2026, 11, 10),
    )


def send(cast: Cast, player: Player, phone: Phone, visit: UUID, *ops: Op) -> None:
    answer = cast.client(player).post("/api/v1/sync/push", json=phone.batch((visit, ops)))
    assert answer.status_code == 200
    with cast.reading() as tx:
        kept = set(tx.scalars(select(Operation.id).where(Operation.inspection_id == visit)))
    assert {UUID(op["id"]) for op in ops} <= kept, answer.get_json()


def begin(phone: Phone, visit: UUID) -> list[Op]:
    return [
        phone.write(visit, "open", checklists=[{"code": "XDK", "version": 1, "sha": "0" * 64}]),
        phone.answer(visit, GATE, "yes"),
        phone.answer(visit, FAILING, "fail"),
        phone.comment(visit, FAILING, "Lỗ thông tầng trục 3-B\nkhông có lan can"),
        phone.answer(visit, PASSING, "pass"),
        phone.write(visit, "opinion", text="Đơn vị sẽ khắc phục ngay.", sup=[]),
    ]


def record(cast: Cast, visit: UUID) -> Record:
    with cast.reading() as tx:
        return signed_record.read(tx, tx.get_one(Inspection, visit), ground(cast.app).library).record


def sign(cast: Cast, phone: Phone, visit: UUID, **fields: object) -> Op:
    """As the phone does: what stands on its screen now."""
    made = record(cast, visit)
    op = phone.sign(visit, "subject")
    op |= {"shown": made.sha256, "edition": EDITION, "parts": [part.mark for part in made.parts], **fields}
    return op


def paper(cast: Cast, visit: UUID, folder: Path = DOCUMENTS) -> Paper:
    with cast.reading() as tx:
        wanted = Wanted(visit, "inspection-record")
        return papers.preview(tx, wanted, now=NOW, library=ground(cast.app).library, templates=Templates(folder))


def said(made: Paper) -> str:
    return "\n".join(block.text for block in made.blocks if "đã ký" in block.text or "trên máy" in block.text)


def test_what_was_signed_is_printed_word_for_word_and_said_to_be_equal(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    signature = sign(cast, phone, visit)
    send(cast, cast.alice, phone, visit, signature, phone.submit(visit))

    made = paper(cast, visit)

    assert "Nội dung trùng với bản Đại diện đối tượng kiểm tra Trần Văn Minh đã ký trên máy lúc" in said(made)
    assert signature["shown"] in said(made)
    printed = iter(made.lines())
    # The number of a finding and the word before its ground stand in columns of their own.
    told = [line.removeprefix("1. ").removeprefix("Căn cứ: ") for line in record(cast, visit).text.split("\n")[1:]]
    assert [line for line in told if line and not any(line == each.strip() for each in printed)] == []


def test_what_was_written_later_makes_it_different_and_is_named(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.alice)
    first = begin(phone, visit)
    send(cast, cast.alice, phone, visit, *first)
    signature = sign(cast, phone, visit)
    send(cast, cast.alice, phone, visit, signature, phone.answer(visit, PASSING, "fail", sup=[first[4]]))

    told = said(paper(cast, visit))

    assert "Nội dung KHÁC với bản Đại diện đối tượng kiểm tra Trần Văn Minh đã ký trên máy" in told
    assert "Khác ở: IV. NỘI DUNG KIỂM TRA; V. KẾT QUẢ KIỂM TRA, XÁC MINH." in told
    assert f"Ghi hoặc đến máy chủ sau khi ký: 1 kết quả ({PASSING})." in told
    assert signature["shown"] in told
    assert record(cast, visit).sha256 in told
    assert "trùng" not in told


def test_what_a_colleague_sends_after_it_counts_although_it_was_written_before(cast: Cast, visit: UUID) -> None:
    phone, other = cast.phone(cast.alice), cast.phone(cast.bob)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit))
    late = other.comment(visit, FAILING, "Sàn tầng 7 cũng vậy")
    late["t"] -= 600_000
    send(cast, cast.bob, other, visit, late)

    assert f"sau khi ký: 1 ghi chú ({FAILING})." in said(paper(cast, visit))


def test_what_the_office_changes_is_a_difference_too(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit))
    with cast.writing() as tx:
        tx.get_one(Inspection, visit).site.name = "Tên khác"
        tx.commit()

    told = said(paper(cast, visit))

    assert "Khác ở: THỜI GIAN, ĐỊA ĐIỂM. Sau khi ký không có gì được ghi thêm tại hiện trường." in told


@pytest.mark.parametrize("fields", [{"edition": EDITION + 1}, {"edition": None}])
def test_another_wording_is_not_compared(cast: Cast, visit: UUID, fields: dict[str, object]) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit, **fields))

    told = said(paper(cast, visit))

    assert "không tính lại để so với văn bản này được" in told
    assert "trùng" not in told
    assert "KHÁC" not in told


@pytest.mark.parametrize("parts", [None, ["x"], "không", [0] * 10])
def test_marks_that_say_nothing_name_no_part_or_all(cast: Cast, visit: UUID, parts: object) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit, shown="b" * 64, parts=parts))

    told = said(paper(cast, visit))

    assert "Nội dung KHÁC với bản" in told
    assert ("Không rõ khác ở phần nào" in told) is not (isinstance(parts, list) and len(parts) > 1)


def test_a_template_that_prints_less_says_nothing_about_what_was_signed(
    cast: Cast, visit: UUID, tmp_path: Path
) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit))
    folder = Path(shutil.copytree(DOCUMENTS, tmp_path / "documents"))
    template = folder / "inspection-record.toml"
    wording = template.read_text(encoding="utf-8")
    template.write_text(wording.replace("{{ line }}", "{{ line | upper }}"), encoding="utf-8")

    told = said(paper(cast, visit, folder))

    assert "Văn bản này không in nguyên văn nội dung đã ký trên máy" in told
    assert "trùng" not in told


def test_nobody_signed_so_nothing_is_said(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))

    assert said(paper(cast, visit)) == ""


def test_a_very_long_note_is_printed_whole(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.alice)
    long = phone.comment(visit, FAILING, "dài " * 4_900 + "hết")
    send(cast, cast.alice, phone, visit, *begin(phone, visit), long)
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit))

    made = paper(cast, visit)

    assert "Nội dung trùng" in said(made)
    assert "".join("\n".join(made.lines()).split()).count("dài") >= 4_900


def test_a_paper_about_chosen_findings_is_no_record(cast: Cast, visit: UUID) -> None:
    phone = cast.phone(cast.alice)
    send(cast, cast.alice, phone, visit, *begin(phone, visit))
    send(cast, cast.alice, phone, visit, sign(cast, phone, visit), phone.submit(visit))
    with cast.reading() as tx:
        [line] = paper_facts.standing(tx, visit, now=NOW)
        wanted = Wanted(visit, "inspection-record", (line.row.id,))
        made = papers.preview(tx, wanted, now=NOW, library=ground(cast.app).library, templates=Templates(DOCUMENTS))

    assert "trùng" not in said(made)


def test_another_agencys_visit_is_unknown(cast: Cast, visit: UUID) -> None:
    answer = cast.client(cast.victor).get(f"/desk/inspections/{visit}/papers/new?kind=inspection-record")

    assert answer.status_code == 404
    assert cast.client(cast.vera).get(f"/desk/inspections/{uuid4()}/papers").status_code == 404
