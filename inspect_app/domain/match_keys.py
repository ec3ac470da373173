"""Coarse keys under which likely duplicates meet, so that nobody compares everything with everything.

A pair that `likeness` would call likely shares at least one key (measured on the labelled pairs); a key that very many
share tells nothing and is left out by whoever looks.
"""

import re
from itertools import product

from inspect_app.domain.company_names import parse
from inspect_app.domain.likeness import Entry, address_parts, digits_of, person
from inspect_app.domain.search import folded
from inspect_app.domain.tax_codes import root

# A change of the rules below needs another number: everything is keyed anew then.
RULES = 1
LONGEST = 64
MOST_SHARED = 200
_WORD = re.compile(r"[^\W\d_]{2,}")


def of_organisation(entry: Entry) -> list[str]:
    """At most about a dozen."""
    name = parse(entry.name)
    numbers, streets = address_parts(entry.address)
    found = {"n:" + ("".join(sorted(name.own)) or " ".join(sorted(name.trades)))}
    if entry.tax_code:
        found.add("t:" + root(entry.tax_code))
    phone = digits_of(entry.phone)
    if phone:
        found.add("p:" + phone)
    representative = person(entry.representative)
    if representative and name.own:
        found.add(f"r:{representative}:{name.own[0][0]}")
    words = sorted(set(streets), key=lambda word: (-len(word), word))[:3]
    if numbers:
        found |= {f"h:{numbers[0]}:{word}" for word in words}
    found |= {f"s:{own}:{word}" for own, word in product(name.own[:3], words[:2])}
    return sorted(key[:LONGEST] for key in found)


def of_site(owner: str, commune: str, name: str) -> list[str]:
    """Places are compared inside one owner and commune only, by the words of their names."""
    return sorted({f"{owner[:32]}:{commune}:{word}"[:LONGEST] for word in _WORD.findall(folded(name))[-4:]})
