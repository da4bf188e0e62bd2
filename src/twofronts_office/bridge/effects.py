"""What a measure of a rulebook means in the office's registers, as plain values.

The only place that knows both vocabularies: the catalogue's levels and the registers' states. What
is not named here has no register to act on, and is carried out by tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from twofronts.measures import load_catalogue
from twofronts.measures.rulebook import GRADES, GradeLevels
from twofronts.measures.words import levels_words
from twofronts_office.areas.models import Area

COMMUNITY = {
    "open": "open", "registered": "managed", "closed_off": "strict", "sealed": "closed",
}  # fmt: skip
TIERS = {"province_border": "province", "city_border": "city", "inner_checkpoints": "inner"}
MODES = {"free": "open", "filing": "open", "closed": "closed"}  # approval: nothing here waits
GROUPS = {
    "attendance_essential": "essential", "attendance_industry": "industry",
    "attendance_services": "services",
}  # fmt: skip
BASIC = ("lead", "masks", "thermometers", "disinfection")
STRICT = (*BASIC, "roster", "meals", "isolation")
STANDARDS = {"none": (), "basic": BASIC, "strict": STRICT, "closed_loop": (*STRICT, "emergency")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one measure asks of one register.

    ``planned`` and ``terms`` hold one entry for each grade of district, low first; ``where`` is the
    tier of a checkpoint or the group of sectors; ``part`` the part of a filing's conditions.
    """

    kind: str
    planned: tuple[str, str, str]
    basis: str
    notice_days: int
    where: str = ""
    part: str = ""
    terms: tuple[dict, dict, dict] = field(default_factory=lambda: ({}, {}, {}))

    @property
    def graded(self) -> bool:
        """Whether districts of different grades are asked for different things."""
        return len(set(self.planned)) > 1 or self.terms[0] != self.terms[2] or (
            self.terms[0] != self.terms[1]
        )  # fmt: skip


def levels_of_text(measure: str, text: str) -> tuple[str, str, str] | None:
    """The levels that a decision names: one for all districts, or three, low first.

    Returns
    -------
    tuple of str, or None
        None where the measure or a level is unknown, or the number of levels fits neither.
    """
    known = load_catalogue().measure.get(measure)
    words = tuple(w.strip() for w in text.split(",") if w.strip())
    if known is None or len(words) not in (1, 3) or any(w not in known.levels for w in words):
        return None
    return (words * 3)[:3] if len(words) == 1 else words


def levels_known(measure: str) -> str:
    """The levels of a measure, for people who type one; nothing for an unknown measure."""
    known = load_catalogue().measure.get(measure)
    return ", ".join(known.levels) if known else ""


def measures_known() -> str:
    """All measures of the catalogue."""
    return ", ".join(load_catalogue().measure)


def level_words(measure: str, levels: Sequence[str], lang: str) -> str:
    """Name of the measure and its levels in words."""
    known = load_catalogue().measure[measure]
    book = GradeLevels(**dict(zip(GRADES, levels, strict=True)))
    colon = ": " if lang == "en" else "："
    return f"{known.name[lang]}{colon}{levels_words(known, book, lang)}"


def change_words(measure: str, before: Sequence[str], after: Sequence[str], lang: str) -> str:
    """A change of the rulebook in words: from these levels to those, or that they stay."""
    known = load_catalogue().measure[measure]
    old, new = (GradeLevels(**dict(zip(GRADES, x, strict=True))) for x in (before, after))
    name, was, now = known.name[lang], *(levels_words(known, x, lang) for x in (old, new))
    if old == new:
        return f"{name}: {now} (as before)" if lang == "en" else f"{name}：{now}（维持）"
    arrow = f"{was} → {now}"
    return f"{name}: {arrow}" if lang == "en" else f"{name}：{arrow}"


def basis_of(measure: str) -> str:
    """The usual legal basis of a measure, in both languages."""
    basis = load_catalogue().measure[measure].basis
    return f"{basis['zh']} / {basis['en']}"[:200]


def wanted(measure: str, levels: Sequence[str]) -> Wanted | None:
    """What a measure at these levels asks of a register; None where no register holds it."""
    known = load_catalogue().measure.get(measure)
    if known is None:
        return None
    more = {"basis": basis_of(measure), "notice_days": int(known.notice_days)}
    if measure == "community":
        return Wanted("community", _each(COMMUNITY, levels), **more)
    if measure in TIERS:
        planned = tuple("remove" if key == "none" else "keep" for key in levels)
        return Wanted("checkpoint", planned, where=TIERS[measure], **more)
    if measure == "resumption_scheme" and all(key in MODES for key in levels):
        modes = _each(MODES, levels)
        terms = tuple({"mode": m} for m in modes)
        return Wanted("filing", modes, where="all", part="mode", terms=terms, **more)
    if measure in GROUPS:
        caps = tuple({"cap_pct": _cap(known, GROUPS[measure], key)} for key in levels)
        opens = ("open", "open", "open")
        return Wanted("filing", opens, where=GROUPS[measure], part="cap", terms=caps, **more)
    if measure == "protection_standard":
        needed = tuple({"required": list(STANDARDS[key])} for key in levels)
        opens = ("open", "open", "open")
        return Wanted("filing", opens, where="all", part="standard", terms=needed, **more)
    return None


def _each(table: dict[str, str], levels: Sequence[str]) -> tuple[str, str, str]:
    return tuple(table[key] for key in levels)


def _cap(measure, group: str, key: str) -> int:
    """Share of the staff that a level lets in, from the catalogue's own effect. [percent]"""
    effect = measure.level[measure.index(key)].effects.get(f"attend_{group}")
    return 100 if effect is None else round(100 * effect.value)


def district_grades(as_of: date) -> dict[str, str]:
    """Grade of each district by the core's own rule, from the reports that the office holds.

    Parameters
    ----------
    as_of : date
        Last day of reports that count.

    Returns
    -------
    dict of str to str
        Area code to low, medium or high.
    """
    import pandas as pd  # these bring in much; only graded measures need them

    from twofronts.errors import TwoFrontsError
    from twofronts.situation.grading import grade_districts
    from twofronts.situation.reports import reports_of, series_of
    from twofronts_office.bridge.city_folder import report_rows, twelve

    districts = list(
        Area._base_manager.filter(level="district").order_by("code").values_list("code", flat=True)
    )
    codes = [code[:6] for code in districts]
    head, *rows = report_rows()
    told = [[None if v is None else str(v) for v in row] for row in rows if row[0] <= as_of]
    table = pd.DataFrame(told, columns=head, dtype=object)
    if table.empty:
        return dict.fromkeys(districts, GRADES[0])
    try:
        series = series_of(reports_of(table, areas=codes), as_of)
        grades = grade_districts(series, codes)
    except TwoFrontsError:  # without usable reports nothing is known, and the strictest holds
        return dict.fromkeys(districts, GRADES[2])
    return {twelve(g.area): g.level for g in grades if g.basis == "confirmation"}
