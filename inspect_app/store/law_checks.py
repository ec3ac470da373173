"""Everything that can be wrong with the law files although each block by itself is well-formed."""

from collections.abc import Collection, Iterable, Mapping

from inspect_app.domain.laws import Laws
from inspect_app.domain.penalties import PenaltyRule
from inspect_app.store.checklist_schema import ChecklistProblem


def check_laws(
    laws: Laws, places: Mapping[str, str], *, agencies: Collection[str], addressees: Mapping[str, str]
) -> list[ChecklistProblem]:
    """Codes that point nowhere, ranges and days the wrong way round, scales with gaps."""
    return [
        *_pointing_nowhere(laws, places),
        *_days(laws, places),
        *(problem for rule in laws.penalties.values() for problem in _penalty(rule, laws, places)),
        *_authority(laws, places, agencies, addressees),
    ]


def _pointing_nowhere(laws: Laws, places: Mapping[str, str]) -> Iterable[ChecklistProblem]:
    named: list[tuple[str | None, str, str]] = []
    for law in laws.laws.values():
        named.append((law.replaced_by, law.id, "replaced_by"))
        named += [(each.by, law.id, "amended") for each in law.amended]
    named += [(each.law, f"{each.law} {each.at}", "law") for each in laws.provisions.values()]
    named += [(rule.decree, rule.code, "decree") for rule in laws.penalties.values()]
    named += [(row.law, "limit", "law") for row in laws.limits]
    named += [(row.decree, "authority", "decree") for row in laws.authority.table]
    for law_id, item, key in named:
        if law_id is not None and law_id not in laws.laws:
            mend = "thêm khối [[law]] hoặc sửa mã văn bản"
            yield ChecklistProblem(places.get(item, ""), item, key, f"không có văn bản {law_id}", mend)


def _days(laws: Laws, places: Mapping[str, str]) -> Iterable[ChecklistProblem]:
    for law in laws.laws.values():
        if law.in_force and law.replaced_on and law.replaced_on <= law.in_force:
            wrong = "văn bản hết hiệu lực trước khi có hiệu lực"
            yield ChecklistProblem(places[law.id], law.id, "replaced_on", wrong, "sửa in_force hoặc replaced_on")
        if law.replaced_by == law.id:
            yield ChecklistProblem(places[law.id], law.id, "replaced_by", "văn bản tự thay thế", "sửa mã văn bản thay")


def _penalty(rule: PenaltyRule, laws: Laws, places: Mapping[str, str]) -> Iterable[ChecklistProblem]:
    for key, wrong, mend in (*_amounts(rule), *_tiers(rule), *_replaced(rule, laws)):
        yield ChecklistProblem(places[rule.code], rule.code, key, wrong, mend)


def _amounts(rule: PenaltyRule) -> Iterable[tuple[str, str, str]]:
    if (rule.min is None) != (rule.max is None):
        yield "min", "chỉ có một trong hai mức phạt", "ghi đủ min và max, hoặc bỏ cả hai"
    if rule.min is not None and rule.max is not None and rule.min > rule.max:
        yield "min", "mức thấp nhất lớn hơn mức cao nhất", "đổi chỗ hai mức phạt"
    if rule.organisation_only and rule.printed_basis != "organisation":
        yield "organisation_only", "mức chỉ của tổ chức phải in mức tổ chức", "sửa printed_basis"


def _tiers(rule: PenaltyRule) -> Iterable[tuple[str, str, str]]:
    steps = zip(rule.tiers, rule.tiers[1:], strict=False)
    if any(each.most is None or after.least != each.most + 1 for each, after in steps):
        yield "tiers", "các bậc không nối tiếp nhau", "ghi bậc sau bắt đầu ngay sau bậc trước"
    if rule.tiers and (rule.tiers[0].min, rule.tiers[-1].max) != (rule.min, rule.max):
        yield "tiers", "các bậc không khớp min, max", "ghi min của bậc đầu, max của bậc cuối"


def _replaced(rule: PenaltyRule, laws: Laws) -> Iterable[tuple[str, str, str]]:
    for old in rule.replaces:
        if old not in laws.penalties:
            yield "replaces", f"không có quy tắc {old}", "thêm quy tắc cũ hoặc sửa mã"


def _authority(
    laws: Laws, places: Mapping[str, str], agencies: Collection[str], addressees: Mapping[str, str]
) -> Iterable[ChecklistProblem]:
    for row in laws.authority.table:
        if row.agency not in agencies:
            mend = "thêm khối [[agency]] hoặc sửa mã"
            yield ChecklistProblem(places["authority"], row.agency, "agency", f"không có cơ quan {row.agency}", mend)
        for code in row.codes:
            if code not in laws.penalties:
                mend = "sửa mã quy tắc xử phạt"
                yield ChecklistProblem(places["authority"], row.agency, "codes", f"không có quy tắc {code}", mend)
    for decree, agency in addressees.items():
        if decree not in laws.laws or agency not in agencies:
            wrong, mend = f"không có văn bản {decree} hoặc cơ quan {agency}", "sửa mã"
            yield ChecklistProblem(places[decree], decree, "addressee", wrong, mend)
