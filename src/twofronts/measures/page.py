"""The catalogue as a page of the documentation: ``docs/measures.md`` is made of this."""

from __future__ import annotations

from collections.abc import Iterator

from twofronts.measures.catalogue import LINES, Catalogue, Level, Measure, load_catalogue
from twofronts.measures.effects import EFFECTS, fronts_of
from twofronts.measures.files import BUILT_IN, load_rulebook
from twofronts.measures.words import levels_of, levels_words
from twofronts.parameters import load_parameters

_HEAD = """\
# The measures

Made from `data/measures.toml` by `twofronts measures --page`; change that file, not this one.

A rulebook sets a level for each measure, for the whole city or for each grade of district. The
first level of every measure is ordinary life: no effect, no burden. Each effect is a number with
a range, from which every draw takes its own value: one uniform per draw and measure moves all
effects of a measure together, from the weak end of their ranges to the strong end.

**Combination.** Effects of one kind multiply, or the largest counts, or the smallest; they never
add. **Notice and dwell.** When a district's grade changes, or the switch moves, a level follows
after the notice, and holds for the dwell at least. Dated changes and overrides are announced
ahead and take effect on their day. An override is for a district, a checkpoint, a compound, an
enterprise or, for attendance, a sector; a sector's goes before a district's. **City-wide** measures
go by the city's worst district.

**One checkpoint.** Three measures work at checkpoints: those inside the city at the checkpoints of
each district, the others at those of the whole border. A checkpoint with a level of its own moves
its district or border by its share of the traffic: the column `traffic` of `checkpoints.csv` where
all of that district or border have it, else all count alike, and the run's manifest says so. Every
effect of the measure, its burden and its price become the mean over the traffic, each checkpoint at
its own level, the rest at that of the district or border; the mean then multiplies with other
measures, or is held against them, as below. With three checkpoints alike and one removed, the
contacts left outside the compound (0.65 under checks on all roads, 1 without) are (0.65 + 0.65 + 1)
/ 3 = 0.77; a delivery is late by 0.67 days on the mean. All checkpoints of a district at one level
are exactly the district at that level. A place counts whether it stands at the as-of date or not: a
rulebook says what stands. It goes before its district's override; a compound's or an enterprise's
own level goes before it. Gates of compounds are no such checkpoints: their measure is `community`.

**Orders** restrict people: they need a basis and an end, and end then unless
renewed. The legal references are from memory, for the city's lawyers to check.
"""


def page(catalogue: Catalogue | None = None) -> str:
    """Return the catalogue as Markdown.

    Returns
    -------
    str
    """
    known = catalogue or load_catalogue()
    parts = [_HEAD, "\n## Levels of the built-in rulebooks\n\n", *_rulebooks(known)]
    parts += _channels(known)
    for line, title in LINES.items():
        parts.append(f"\n## {title['en']} {title['zh']}\n")
        for measure in known.of_line(line):
            parts += _measure(measure)
    parts.append("\n## Kinds of effect\n\n| effect | combines | neutral | unit | what it is |\n")
    parts.append("| --- | --- | --- | --- | --- |\n")
    parts += [
        f"| `{e.name}` | {e.combine} | {e.neutral:g} | {e.unit} | {e.doc} |\n" for e in EFFECTS
    ]
    parts.append(f"\n## Sources\n\nBurden: {known.burden_source}\n\n")
    parts += [f"- `{key}`: {text}\n" for key, text in known.sources.items()]
    return "".join(parts)


def _rulebooks(known: Catalogue) -> Iterator[str]:
    yield "| measure | " + " | ".join(f"`{name}`" for name in BUILT_IN) + " |\n"
    yield "| --- |" + " --- |" * len(BUILT_IN) + "\n"
    books = [load_rulebook(name) for name in BUILT_IN]
    for m in known.measure.values():
        cells = [levels_words(m, levels_of(book, m), "en") for book in books]
        yield f"| {m.name['en']} | " + " | ".join(cells) + " |\n"


def _channels(known: Catalogue) -> Iterator[str]:
    prices = load_parameters()
    yield "\n## What acts where\n\n"
    yield "Every effect by the front it acts on, every level above the lowest. Effects of both "
    yield "fronts work in the same run and on the same people: who may not come to work, cannot "
    yield "get there or stays at home meets nobody at work and makes nothing. Money is for each "
    yield "resident and day; what is lost in output is counted by front two, not here. Under each "
    yield "measure that leaves one front alone it says why.\n\n"
    yield "| measure, level | front one: who is infected | front two: what is produced "
    yield "| burden | money |\n| --- | --- | --- | --- | --- |\n"
    for m in known.measure.values():
        for level in m.level[1:]:
            kinds = sorted(level.effects)
            one = ", ".join(k for k in kinds if 1 in fronts_of(k)) or "-"
            two = ", ".join(k for k in kinds if 2 in fronts_of(k)) or "-"
            price = f"cost.{m.key}_{level.key}"
            money = f"{prices.value(price):g}" if price in prices else "-"
            yield f"| {m.name['en']}: {level.name['en']} | {one} | {two} "
            yield f"| {_burden(level)} | {money} |\n"


def _measure(m: Measure) -> Iterator[str]:
    scope = "graded by district" if m.scope == "graded" else "city-wide"
    order = "; an order: needs a basis and an end" if m.order else ""
    yield f"\n### {m.name['en']} {m.name['zh']}\n\n"
    tier = f"; works at checkpoints of tier `{m.tier}`" if m.tier else ""
    yield f"`{m.key}`: {m.kind}, {scope}; notice {m.notice_days} d, dwell {m.dwell_days} d{order}"
    yield f"{tier}."
    yield f"\nUsual basis: {m.basis['en']} ({m.basis['zh']}).\n\n"
    yield "| level | name | burden | effects: value (range), source |\n| --- | --- | --- | --- |\n"
    for level in m.level:
        name = f"{level.name['en']} {level.name['zh']}"
        yield f"| `{level.key}` | {name} | {_burden(level)} | {_effects(level)} |\n"


def _burden(level: Level) -> str:
    return f"{level.burden.weight:g}, {level.burden.who}" if level.burden.weight else "-"


def _effects(level: Level) -> str:
    parts = []
    for kind, p in level.effects.items():
        low, high = p.range or (p.value, p.value)
        source = p.source.split(":")[0].split(",")[0].rstrip(".")
        unit = "" if p.unit == "1" else f" {p.unit}"
        parts.append(f"{kind} {p.value:g} ({low:g} to {high:g}){unit}, {p.grade}: {source}")
    return "<br>".join(parts) or "-"
