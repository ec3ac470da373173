"""An item that several checklists ask is written once: `use` takes it over from another list, in one version of it."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from inspect_app.store.checklist_schema import SHARED_ID

# folder/file → the file as it was parsed.
Others = Mapping[str, Mapping[str, Any]]
# What belongs to the place where the item is asked.
OWN = frozenset({"id", "section", "when", "use"})


def with_shared(block: Any, others: Others) -> Any:
    """The block with every key it does not write itself; ValidationError when there is nothing to take."""
    if not isinstance(block, dict) or "use" not in block:
        return block
    asked = block["use"]
    match = re.fullmatch(SHARED_ID, asked) if isinstance(asked, str) else None
    if match is None:
        return block
    name = f"{match[1].lower()}/v{match[2]}.toml"
    blocks = others.get(name, {}).get("item", [])
    wanted = asked.partition("/")[0]
    shared = next((each for each in blocks if isinstance(each, dict) and each.get("id") == wanted), None)
    if shared is None:
        raise ValidationError({"use": [f"không có mục {wanted} trong {name}"]})
    if "use" in shared:
        raise ValidationError({"use": [f"{wanted} cũng lấy từ phiếu khác: dẫn thẳng tới {shared['use']}"]})
    return {**{key: value for key, value in shared.items() if key not in OWN}, **block}
