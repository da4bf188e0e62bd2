"""Rulebooks as the office handles them: TOML text in, checked by the core, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from twofronts.errors import RulebookError, TwoFrontsError
from twofronts.measures import Rulebook, load_catalogue, load_rulebook, to_toml
from twofronts.measures.catalogue import LINES
from twofronts.measures.checks import capped_group
from twofronts.measures.files import check_rulebook, parse_rulebook
from twofronts.measures.rulebook import GRADES, Entry, GradeLevels, Override
from twofronts.measures.words import levels_of
from twofronts_office.bridge.rulebook_faults import in_chinese
from twofronts_office.common.names import english

BUILTIN = ("held", "meeting", "open", "closed")


class BadRulebook(Exception):
    """A rulebook that the core refuses; ``problems`` say what, where, why and what to do."""

    def __init__(self, problems: list[dict[str, str]]):
        self.problems = problems
        super().__init__("\n".join(p["what"] for p in problems))


def _bad(error: RulebookError) -> BadRulebook:
    """Every fault in the reader's language."""
    say = str if english() else in_chinese
    return BadRulebook(
        [
            {"what": say(p.what), "where": p.where, "why": say(p.why), "remedy": say(p.remedy)}
            for p in error.problems
        ]
    )


def read(text: str, name: str = "") -> Rulebook:
    """Return the rulebook of a TOML text, checked.

    Raises
    ------
    BadRulebook
        With every fault found.
    """
    try:
        return parse_rulebook(text, file=name)
    except RulebookError as error:
        raise _bad(error) from error
    except TwoFrontsError as error:
        raise BadRulebook([{"what": str(error), "where": name, "why": "", "remedy": ""}]) from error


def digest(text: str) -> str:
    """Return the short hash of all that a rulebook decides; names do not count."""
    return read(text).digest()


def builtin(name: str) -> str:
    """Return a built-in rulebook as TOML."""
    return to_toml(load_rulebook(name))


def with_measures_of(
    text: str, other: str, measures: Iterable[str], checkpoints: Iterable[str] = ()
) -> str:
    """Return a rulebook in which some measures and checkpoints stand as they do in another one.

    A checkpoint with a level of its own was decided on by itself, and so goes by itself.
    """
    book, source, gone, left = read(text), read(other), set(measures), set(checkpoints)
    own = [o for o in book.overrides if o.checkpoint or o.measure not in gone]
    own = [o for o in own if o.checkpoint is None or o.checkpoint not in left]
    own += [o for o in source.overrides if o.checkpoint in left]
    entries = {k: v for k, v in book.measures.items() if k not in gone}
    entries |= {k: v for k, v in source.measures.items() if k in gone}
    return to_toml(
        book.model_copy(
            update={
                "measures": entries,
                "changes": tuple(c for c in book.changes if c.measure not in gone),
                "overrides": tuple(own),
            }
        )
    )


def title(text: str) -> dict[str, str]:
    """Return a rulebook's title by language; its name where it has none."""
    book = read(text)
    return {lang: book.title.get(lang, book.name) for lang in ("zh", "en")}


def controls(text: str) -> list[dict[str, Any]]:
    """Return a rulebook as plain controls: for each line of work its measures with their levels.

    Returns
    -------
    list of dict
        ``key``, ``zh``, ``en`` of the line and its ``measures``: each with ``graded``, its
        ``levels`` (key, zh, en) and what is ``chosen`` in each grade (low, medium, high).
    """
    book, known = read(text), load_catalogue()
    return [
        {
            "key": line, "zh": names["zh"], "en": names["en"],
            "measures": [
                {
                    "key": m.key, "zh": m.name["zh"], "en": m.name["en"],
                    "graded": m.scope == "graded",
                    "levels": [
                        {"key": v.key, "zh": v.name["zh"], "en": v.name["en"]} for v in m.level
                    ],
                    "chosen": dict(zip(GRADES, levels_of(book, m).by_grade(), strict=True)),
                }
                for m in known.of_line(line)
            ],
        }
        for line, names in LINES.items()
    ]  # fmt: skip


def by_sector() -> list[str]:
    """Return the measures of which a sector can have a level of its own."""
    return [k for k, m in load_catalogue().measure.items() if capped_group(m)]


def sector_measure(group: str) -> str:
    """Return the measure that caps the attendance of a group of sectors, "" if there is none."""
    known = load_catalogue().measure.items()
    return next((k for k, m in known if capped_group(m) == group), "")


def places(text: str) -> list[dict[str, str]]:
    """Return the exceptions of a rulebook: kind and name of the place, measure and level.

    Those of a checkpoint have their last day, ``until``, too: "" where the order has none.
    """
    found = []
    for o in read(text).overrides:
        row = {"kind": o.place[0], "place": o.place[1], "measure": o.measure, "level": o.level}
        if o.checkpoint is not None:
            row["until"] = o.until.isoformat() if o.until else ""
        found.append(row)
    return found


def checkpoint_measure(tier: str) -> str:
    """Return the measure that works at checkpoints of a tier, "" if there is none."""
    known = load_catalogue().measure.items()
    return next((k for k, m in known if m.tier == tier), "") if tier else ""


def checkpoint_levels() -> list[dict[str, Any]]:
    """Return the measures that work at checkpoints, with their levels but the lowest.

    Returns
    -------
    list of dict
        ``zh`` and ``en`` of the measure, and ``levels`` (key, zh, en).
    """
    return [
        {**m.name, "levels": [{"key": v.key, **v.name} for v in m.level[1:]]}
        for m in load_catalogue().measure.values()
        if m.tier
    ]


def edited(
    text: str,
    chosen: Mapping[str, Mapping[str, str]],
    exceptions: Sequence[Mapping[str, str]],
    *,
    name: str,
) -> str:
    """Return a rulebook with other levels and exceptions; dates, basis and ends stay.

    Parameters
    ----------
    text : str
        TOML of the rulebook that is edited.
    chosen : mapping
        Level by measure and grade; measures left out stay as they are.
    exceptions : sequence of mapping
        As :func:`places` gives them; they take the place of those there were; a last day that is
        given, or taken away with "", that of the one there was.
    name : str

    Raises
    ------
    BadRulebook
        If the result has faults: a level that does not exist, a lower level in a higher grade.
    """
    book, known = read(text), load_catalogue()
    entries = dict(book.measures)
    for key, levels in chosen.items():
        if key not in known.measure:
            continue
        wanted = GradeLevels(**{g: levels[g] for g in GRADES})
        if wanted == levels_of(book, known.measure[key]):
            continue
        before = entries.get(key, Entry(level=wanted))
        entries[key] = before.model_copy(update={"level": wanted})
    kept = {tuple(sorted(_key(o))): o for o in book.overrides}
    rows = []
    try:
        for e in exceptions:
            place = int(e["place"]) if e["kind"] == "compound" else e["place"]
            fresh = Override(**{e["kind"]: place, "measure": e["measure"], "level": e["level"]})
            one = kept.get(tuple(sorted(_key(fresh))), fresh)
            if "until" in e:
                end = {"until": e["until"], "days": None} if e["until"] else {"until": None}
                one = Override.model_validate(one.model_dump(by_alias=True) | end)
            rows.append(one)
        made = book.model_copy(
            update={
                "name": name, "title": {"zh": name, "en": name}, "note": {}, "measures": entries,
                "overrides": tuple(rows),
            }
        )  # fmt: skip
        check_rulebook(made, file=name)
    except RulebookError as error:
        raise _bad(error) from error
    except ValidationError as error:
        said = "; ".join(e["msg"].removeprefix("Value error, ") for e in error.errors())
        raise BadRulebook([{"what": said, "where": name, "why": "", "remedy": ""}]) from error
    except ValueError as error:
        raise BadRulebook([{"what": str(error), "where": name, "why": "", "remedy": ""}]) from error
    return to_toml(made)


def _key(one: Override) -> tuple[str, ...]:
    return (*one.place, one.measure, one.level)
