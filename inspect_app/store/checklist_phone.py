"""The JSON form of a checklist that a phone keeps; forms/README.md describes it, static/js/types.d.ts types it."""

import json
from dataclasses import asdict
from typing import Any

from inspect_app.domain.checklists import Basis, Checklist, Condition, Confidence, Field, Item, Verdict
from inspect_app.domain.laws import Laws

UNCHECKED = "cần kiểm tra văn bản gốc"


def phone_shape(checklist: Checklist, laws: Laws, *, sha256: str) -> dict[str, Any]:
    return {
        "code": checklist.code,
        "version": checklist.version,
        "sha256": sha256,
        "title": checklist.title,
        "title_en": checklist.title_en,
        "agencies": list(checklist.agencies),
        "sectors": list(checklist.sectors),
        "valid_from": checklist.valid_from.isoformat(),
        "sections": [asdict(section) for section in checklist.sections],
        "items": [_item(item, laws) for item in checklist.items],
    }


def phone_bytes(checklist: Checklist, laws: Laws, *, sha256: str) -> bytes:
    """Compact, the same bytes for the same file."""
    shape = phone_shape(checklist, laws, sha256=sha256)
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _item(item: Item, laws: Laws) -> dict[str, Any]:
    """Empty keys are left out: the phone pays for every byte. Numbers that are 0 stay."""
    shape: dict[str, Any] = {
        "id": item.id,
        "section": item.section,
        "ask": item.ask,
        "ask_en": item.ask_en,
        "type": str(item.type),
        "severity": item.severity,
        "evidence": [str(each) for each in item.evidence],
        "basis": [_basis(each, laws) for each in item.basis],
        "remedy_days": item.remedy_days,
        "phrases": list(item.phrases),
        "penalties": [asdict(each) for each in item.penalties],
        "advice": item.advice,
        "responsible": item.responsible,
        "unit": item.unit,
        "range": list(item.range or ()),
        "fields": [_field(each) for each in item.fields],
        "fail": [_without_empty(asdict(each)) for each in item.fail],
        "older_than_days": item.older_than_days,
        "expires": item.expires or None,
        "options": [
            {**asdict(each), "verdict": "none" if each.verdict is Verdict.ANSWERED else str(each.verdict)}
            for each in item.options
        ],
        "when": item.when and _condition(item.when),
    }
    if item.limit is not None:
        shape |= {"min": item.limit.min, "max": item.limit.max, "limit_basis": _basis(item.limit.basis, laws)}
        shape["limit_note"] = _limit_note(item.limit.basis)
    return _without_empty(shape)


def _field(field: Field) -> dict[str, Any]:
    return _without_empty({**asdict(field), "decimal": field.decimal or None})


def _basis(basis: Basis, laws: Laws) -> dict[str, Any]:
    provision, law = laws.provisions.get((basis.law, basis.at)), laws.laws.get(basis.law)
    begun = (provision and provision.valid_from) or (law and law.in_force)
    ended = [day for day in (provision and provision.valid_to, law and law.replaced_on) if day]
    return _without_empty(
        {
            "label": basis.label,
            "at": basis.at,
            "title": basis.title,
            "confidence": str(basis.confidence),
            "note": basis.note,
            "gist": provision and provision.gist,
            "from": begun and begun.isoformat(),
            "until": min(ended).isoformat() if ended else None,
        }
    )


def _limit_note(basis: Basis) -> str:
    parts = [f"Ngưỡng theo {basis.label}" + (f", {basis.at}" if basis.at else ""), basis.note]
    if basis.confidence in (Confidence.TITLE_ONLY, Confidence.MEMORY):
        parts.append(UNCHECKED)
    return "; ".join(part for part in parts if part)


def _condition(condition: Condition) -> dict[str, Any]:
    return _without_empty(
        {
            "item": condition.item,
            "is": list(condition.values),
            "verdict": [str(each) for each in condition.verdicts],
            "field": condition.field,
            "above": condition.above,
            "below": condition.below,
            "all": [_condition(each) for each in condition.all],
            "any": [_condition(each) for each in condition.any],
        }
    )


def _without_empty(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if value not in (None, "", [], {})}
