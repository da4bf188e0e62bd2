"""A rulebook to begin with: every measure, its levels and their names as comments."""

from __future__ import annotations

from twofronts.measures.catalogue import LINES, Catalogue, load_catalogue
from twofronts.measures.files import _string, _value
from twofronts.measures.rulebook import Rulebook
from twofronts.measures.words import levels_of

_HEAD = """\
# A rulebook: what a city issues. 一套措施规则。
# Check it with: twofronts rulebook check {name}.toml
name = {quoted}
title = {{ en = {quoted}, zh = {quoted} }}

[orders]
# On what the restrictions rest, and when they end unless renewed. A measure can have its own:
# community = {{ level = "closed_off", basis = "...", until = 2020-03-18 }}
basis = {basis}
days = {days}

[measures]
# One level for all districts, or one for each grade:
# community = {{ low = "registered", medium = "closed_off", high = "sealed" }}
# A measure that is left out stays at its first level, ordinary life.
"""

_TAIL = """
# Dated changes, in order; a change with the same level and a later end renews an order:
# [[changes]]
# date = 2020-03-02            # or day = 14, counted from the start of the run
# measure = "schools"
# level = "final_years"
# until = 2020-04-30

# Exceptions for a district (its code), a compound (its number), an enterprise (its id) or, for
# attendance, a sector (its code in sectors.csv; in every district, before a district's exception):
# [[overrides]]
# district = "320104"
# measure = "community"
# level = "sealed"
# from = 2020-02-20
# until = 2020-03-05
# basis = "..."

# When a district is low, medium or high; these are the values of 17 February 2020:
# [grades]
# total_above = 50
# new_days = 14
# cluster_days = 14
# cluster_size = 2

# Two sets of levels and what moves the city between them (either trigger is enough):
# [switch]
# tighten = { beds_share = 0.95, reproduction = 1.2 }
# relax = { beds_share = 0.25, reproduction = 0.95 }
# min_days = 7
# [switch.strict]
# community = "sealed"
# [switch.relaxed]
# community = "registered"
"""


def template(book: Rulebook, *, name: str, catalogue: Catalogue | None = None) -> str:
    """Return TOML text with a comment on every measure, beginning with a rulebook's levels.

    Parameters
    ----------
    book : Rulebook
    name : str
        Name of the new rulebook.
    catalogue : Catalogue, optional
        The built-in one if not given.

    Returns
    -------
    str
        Text that ``parse_rulebook`` accepts.
    """
    known = catalogue or load_catalogue()
    basis = book.orders.basis or {"en": "name the decision here", "zh": "填写依据"}
    head = _HEAD.format(
        name=name,
        quoted=_string(name),
        basis=_value(basis),
        days=book.orders.days or 28,
    )
    parts = [head]
    for line, title in LINES.items():
        parts.append(f"\n# {title['en']} {title['zh']}\n")
        for m in known.of_line(line):
            levels = " < ".join(f"{v.key} ({v.name['zh']})" for v in m.level)
            value = _value(levels_of(book, m).model_dump())
            parts.append(f"# {m.name['en']} {m.name['zh']}: {levels}\n{m.key} = {value}\n")
    return "".join(parts) + _TAIL
