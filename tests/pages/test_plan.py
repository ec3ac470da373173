"""Kế hoạch and Phân công."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from inspect_app.domain.people import Role
from inspect_app.store.tables import AuditRow, ChangeRow, Inspection, Notice, Site
from tests import builders
from tests.builders import TODAY
from tests.cast import BUILDING, ZONES, Cast, Client
from tests.pages.browsing import change, fields_of, send


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Chung cư Gia Sàng", sector="XDK")
        tx.commit()
        return row


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def address(site: Site) -> str:
    return f"/desk/plan/new?site={site.id}"


def inspections(cast: Cast) -> list[Inspection]:
    with cast.reading() as tx:
        return list(tx.scalars(select(Inspection).order_by(Inspection.number)))


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_site_is_found_without_diacritics(desk: Client, site: Site) -> None:
    assert f"site={site.id}" in text(desk.get("/desk/plan/new?q=chung cu gia sang"))
    assert f"site={site.id}" not in text(desk.get("/desk/plan/new?q=nha may"))


def test_a_prepared_visit_needs_only_the_button(desk: Client, cast: Cast, site: Site) -> None:
    answer = send(desk, address(site))

    assert answer.status_code == 302
    [row] = inspections(cast)
    assert (row.number, row.agency_id, row.state) == ("SXD-2026-0001", BUILDING, "assigned")
    assert (row.window_start, row.window_end) == (TODAY, TODAY)
    assert [seat.person_id for seat in row.team] == [cast.alice.id]
    assert [each.code for each in row.checklists] == ["XDC", "XDK", "XDT"]


def test_an_enterprise_is_offered_the_general_and_its_own_checklist_first(desk: Client, cast: Cast) -> None:
    with cast.writing() as tx:
        site = builders.a_site(tx, name="Cơ khí Phổ Yên", sector="CK")
        tx.commit()

    page = text(desk.get(address(site)))

    ticks = re.findall(r'<input[^>]* name="checklists"[^>]*>', page)
    offered = [re.search(r'value="(\w+)"', each) for each in ticks]
    assert [found[1] for found in offered if found][:4] == ["GEN", "CK", "KCN", "DL"]
    assert ["checked" in each for each in ticks][:4] == [True, True, False, False]
    assert len(ticks) == len({found[1] for found in offered if found}) == 18


def test_the_team_is_told_and_the_audit_knows(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, address(site), members=[str(cast.bob.id)], secretary=str(cast.bob.id))

    [row] = inspections(cast)
    assert {seat.person_id: seat.is_secretary for seat in row.team} == {cast.alice.id: False, cast.bob.id: True}
    with cast.reading() as tx:
        told = {tuple(row) for row in tx.execute(select(ChangeRow.scope, ChangeRow.kind, ChangeRow.ref))}
        audited = tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.assigned")).one()
    assert told == {(f"u:{person}", "visit", str(row.id)) for person in (cast.alice.id, cast.bob.id)}
    assert (audited.actor_id, audited.subject) == (cast.vera.id, f"inspection:{row.id}")


def test_sending_the_form_twice_makes_one_visit(desk: Client, cast: Cast, site: Site) -> None:
    fields = fields_of(desk.get(address(site)))

    first, again = desk.post(address(site), data=fields), desk.post(address(site), data=fields)

    assert first.headers["Location"] == again.headers["Location"]
    assert len(inspections(cast)) == 1


def test_what_was_typed_stays_when_something_is_wrong(desk: Client, cast: Cast, site: Site) -> None:
    answer = send(
        desk, address(site), first_day="2026-12-05", last_day="2026-12-01", decision_no="125/QĐ-SXD", leader=""
    )

    assert answer.status_code == 422
    assert fields_of(answer)["decision_no"] == "125/QĐ-SXD"
    assert fields_of(answer)["first_day"] == "2026-12-05"
    assert "Chọn Trưởng đoàn." in text(answer)
    assert inspections(cast) == []


def test_a_window_backwards_is_told_beside_its_field(desk: Client, site: Site) -> None:
    answer = send(desk, address(site), first_day="2026-12-05", last_day="2026-12-01")

    assert answer.status_code == 422
    assert "Ngày kết thúc trước ngày bắt đầu" in text(answer)


@pytest.mark.parametrize("person", ["alice", "auth", "cora", "adam"])
def test_only_a_supervisor_assigns(cast: Cast, site: Site, person: str) -> None:
    client = cast.client(getattr(cast, person))

    assert client.get(address(site)).status_code == 403
    assert client.post(address(site)).status_code in {400, 403}
    assert inspections(cast) == []


def test_a_visit_of_another_agency_this_year_needs_a_ground(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site)

    page = text(desk.get(address(site)))
    refused = send(desk, address(site), decision_no="7/QĐ")

    assert "Trùng trong năm 2026" in page
    assert "BQL-2026-0007" in page
    assert refused.status_code == 422
    assert fields_of(refused)["decision_no"] == "7/QĐ"
    assert len(inspections(cast)) == 1

    accepted = send(desk, address(site), overlap_ground="Có phản ánh về sập giàn giáo ngày 20/11")

    assert accepted.status_code == 302
    [_, mine] = inspections(cast)
    assert mine.overlap_ground == "Có phản ánh về sập giàn giáo ngày 20/11"


def test_a_follow_up_is_never_an_overlap(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site)

    assert send(desk, address(site), kind="phuc-tra", ground="follow-up").status_code == 302


def test_last_years_visit_does_not_count(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site, on=date(2025, 12, 1))

    assert send(desk, address(site)).status_code == 302


def foreign(cast: Cast, site: Site, on: date = date(2026, 5, 4)) -> UUID:
    """A visit of the industrial zones' board."""
    return cast.inspection(
        cast.carol, site=site, number="BQL-2026-0007", window_start=on, window_end=on, state="approved"
    )


def test_a_joint_team_takes_people_of_another_agency(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, address(site), kind="lien-nganh", members=[str(cast.carol.id)])

    [row] = inspections(cast)
    assert cast.carol.id in {seat.person_id for seat in row.team}


def test_nobody_from_the_office_is_sent_out(desk: Client, cast: Cast, site: Site) -> None:
    answer = send(desk, address(site), members=[str(cast.vera.id)])

    assert answer.status_code == 422
    assert inspections(cast) == []


def test_only_the_inspectorate_decides_a_thanh_tra(desk: Client, cast: Cast, site: Site) -> None:
    assert send(desk, address(site), kind="thanh-tra").status_code == 422
    assert inspections(cast) == []


def test_numbers_have_no_gaps_when_many_assign_at_once(cast: Cast) -> None:
    with cast.writing() as tx:
        places = [builders.a_site(tx, name=f"Công trình {n}") for n in range(6)]
        tx.commit()
    clients = [cast.client(cast.vera) for _ in places]
    forms = [fields_of(client.get(address(each))) for client, each in zip(clients, places, strict=True)]

    with ThreadPoolExecutor(3) as several:
        answers = list(several.map(lambda n: clients[n].post(address(places[n]), data=forms[n]), range(len(places))))

    assert {answer.status_code for answer in answers} == {302}
    assert [row.number for row in inspections(cast)] == [f"SXD-2026-{n:04d}" for n in range(1, 7)]


def test_a_refused_assignment_uses_no_number(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site)
    send(desk, address(site))
    send(desk, address(site), overlap_ground="Có dấu hiệu vi phạm")

    assert {row.number for row in inspections(cast)} == {"BQL-2026-0007", "SXD-2026-0001"}


def test_the_plan_shows_the_own_agency_only(desk: Client, cast: Cast, noise: UUID) -> None:
    mine = cast.inspection(cast.alice, number="SXD-2026-0003")

    page = text(desk.get("/desk/plan"))

    assert str(mine) in page
    assert "NOISE" not in page


def test_an_unknown_site_is_a_page_that_says_so(desk: Client) -> None:
    answer = desk.get(f"/desk/plan/new?site={uuid4()}")

    assert answer.status_code == 404
    assert "Không có cơ sở này" in text(answer)


def test_a_form_of_another_agency_cannot_be_sent_for_it(cast: Cast, site: Site) -> None:
    """The id in the form is no key to somebody else's visit."""
    theirs = foreign(cast, site)
    desk = cast.client(cast.vera)
    fields = change(fields_of(desk.get(address(site))), {"inspection": str(theirs), "overlap_ground": "x"})

    answer = desk.post(address(site), data=fields)

    assert answer.status_code >= 400
    with cast.reading() as tx:
        assert tx.get_one(Inspection, theirs).agency_id == ZONES


def ahead(cast: Cast, site: Site) -> UUID:
    """A visit of the industrial zones' board that nobody has begun."""
    day = date(2026, 12, 3)
    return cast.inspection(cast.carol, site=site, number="BQL-2026-0009", window_start=day, window_end=day)


def told_to(cast: Cast, person: UUID) -> list[tuple[str, str]]:
    with cast.reading() as tx:
        asked = select(Notice.kind, Notice.href).where(Notice.person_id == person).order_by(Notice.made_at)
        return [(kind, href) for kind, href in tx.execute(asked)]


def test_an_overlap_names_its_law_as_sure_as_it_was_read(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site)

    assert "Điều 4, NQ 198/2025/QH15 (nguồn thứ cấp)" in text(desk.get(address(site)))


def test_the_ground_and_what_it_stood_against_are_kept_and_shown(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site)

    send(desk, address(site), overlap_ground="Có dấu hiệu vi phạm")

    [_, mine] = inspections(cast)
    with cast.reading() as tx:
        audited = tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.assigned")).one()
    assert audited.facts["overlaps"] == [{"visit": "BQL-2026-0007", "reason": "second-check"}]
    assert audited.facts["overlap_ground"] == "Có dấu hiệu vi phạm"
    assert "Dù trùng với BQL-2026-0007: Có dấu hiệu vi phạm" in text(desk.get(f"/desk/inspections/{mine.id}"))


def test_a_joint_team_is_offered_to_the_agency_that_comes_first_and_only_once(
    desk: Client, cast: Cast, site: Site
) -> None:
    theirs = ahead(cast, site)
    offer = f"/desk/plan/joint-offers/{theirs}"

    first = send(desk, address(site), f"{offer}?site={site.id}", note="Cùng đi sáng 3/12")
    send(desk, address(site), f"{offer}?site={site.id}")

    assert first.status_code == 302
    assert told_to(cast, cast.victor.id) == [("joint-offer", f"/desk/inspections/{theirs}/team")]
    assert cast.client(cast.victor).get(f"/desk/inspections/{theirs}/team").status_code == 200


def test_only_a_visit_of_another_agency_that_is_ahead_can_be_joined(desk: Client, cast: Cast, site: Site) -> None:
    theirs = ahead(cast, site)
    begun = foreign(cast, site)
    mine = cast.inspection(cast.alice, number="SXD-2026-0003")
    fields = fields_of(desk.get(address(site)), f"/desk/plan/joint-offers/{theirs}?site={site.id}")

    answers = [desk.post(f"/desk/plan/joint-offers/{each}", data=fields) for each in (begun, mine, uuid4())]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_of_an_agency_with_several_visits_one_joint_team_is_proposed(desk: Client, cast: Cast, site: Site) -> None:
    foreign(cast, site)
    june = date(2026, 6, 1)
    cast.inspection(cast.carol, site=site, number="BQL-2026-0008", state="assigned", window_start=june, window_end=june)

    page = text(desk.get(address(site)))

    assert page.count("Lập đoàn liên ngành với") == 1
    assert page.count("Đề nghị đi chung cuộc") == 1


def test_the_form_for_a_joint_team_has_its_kind_and_their_people_at_hand(desk: Client, cast: Cast, site: Site) -> None:
    page = desk.get(f"{address(site)}&joint={ZONES}")

    assert fields_of(page)["kind"] == "lien-nganh"
    assert "Hoàng Thị Châu" in text(page)


def test_the_team_and_the_agency_that_goes_along_get_a_notice(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, address(site), kind="lien-nganh", members=[str(cast.carol.id)])

    assert told_to(cast, cast.alice.id) == [("assigned", "/field/")]
    assert told_to(cast, cast.carol.id) == [("assigned", "/field/")]
    assert [kind for kind, _ in told_to(cast, cast.victor.id)] == ["joint-team"]


def test_a_visit_ahead_of_another_agency_is_told_to_those_who_plan_only(cast: Cast, site: Site) -> None:
    ahead(cast, site)
    place = f"/desk/sites/{site.id}"

    assert "BQL-2026-0009" in text(cast.client(cast.vera).get(place))
    assert "BQL-2026-0009" in text(cast.client(cast.cora).get(place))
    assert "BQL-2026-0009" not in text(cast.client(cast.alice).get(place))


def test_two_agencies_that_assign_at_the_same_moment_do_not_both_get_through(cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        leader = builders.a_person(tx, ZONES, Role.LEADER, "Trịnh Văn Lãnh")
        tx.commit()
    clients = [cast.client(cast.vera), cast.client(cast.victor)]
    forms = [fields_of(client.get(address(site))) for client in clients]
    change(forms[1], {"leader": str(leader.id)})

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda n: clients[n].post(address(site), data=forms[n]), range(2)))

    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert len(inspections(cast)) == 1
