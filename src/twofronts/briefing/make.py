"""From evidence to files: figures, sentences, pictures, tables, pages and the manifest."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from twofronts.briefing import folder
from twofronts.briefing.apart import Apart
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import choose
from twofronts.briefing.columns import SERIES, columns_table
from twofronts.briefing.compose import compose, compose_first
from twofronts.briefing.document import Document
from twofronts.briefing.evidence import PLAN, Evidence
from twofronts.briefing.figures import Figures
from twofronts.briefing.html import render_html
from twofronts.briefing.measure import build_figures, table_of
from twofronts.briefing.pdf import render_pdf
from twofronts.briefing.tasks import Tell, silent
from twofronts.fonts import require_glyphs
from twofronts.manifest import Manifest


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV that spreadsheets open with its Chinese intact (UTF-8 with BOM)."""
    out = io.StringIO()
    table.to_csv(out, index=False, lineterminator="\n")
    return out.getvalue().encode("utf-8-sig")


def tables_of(evidence: Evidence, figures: Figures) -> dict[str, bytes]:
    """Return the tables of the brief as CSV files, by path."""
    e = evidence
    files = {
        "figures": table_of(figures),
        "reports": e.reports,
        "course": course_of(e),
        "rates_by_sector": _rates(e, "sector"),
        "rates_by_district": _rates(e, "district"),
        "limits": e.search.limits,
        "advantage": e.search.advantage,
        "changes": e.search.changes,
        "measures": e.search.parts,
        "means": e.search.means,
        "turns": e.search.flips,
        "assumptions": pd.DataFrame([asdict(a) for a in e.assumptions]),
    }
    if e.fitted is not None:
        files["fit"] = fit_table(e)
    if e.estimates.grades is not None:
        files["grades"] = e.estimates.grades
    if e.estimates.reproduction is not None:
        files["reproduction"] = e.estimates.reproduction
    if e.estimates.more_cases is not None:
        files["more_cases"] = e.estimates.more_cases
    files = {k: v for k, v in files.items() if len(v)}
    files["columns"] = columns_table(files)
    return {f"tables/{k}.csv": csv_bytes(v) for k, v in files.items()}


def fit_table(evidence: Evidence) -> pd.DataFrame:
    """Return the fitted courses' confirmed cases by day as quantiles, beside the reported ones."""
    fitted = evidence.fitted
    assert fitted is not None
    q = np.quantile(fitted.confirmed, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    table = pd.DataFrame(q.T, columns=["q05", "q25", "q50", "q75", "q95"])
    table.insert(0, "date", fitted.dates)
    reported = evidence.reports.set_index("date")["new_confirmed"]
    table.insert(1, "reported", [reported.get(d) for d in fitted.dates])
    return table


def course_of(evidence: Evidence) -> pd.DataFrame:
    """Return every daily series under every option as quantiles over the draws, in long form."""
    parts = []
    for key, option in evidence.options.items():
        for name, draws in option.daily.items():
            q = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
            part = pd.DataFrame(q.T, columns=["q05", "q25", "q50", "q75", "q95"])
            part.insert(0, "unit", SERIES[name])
            part.insert(0, "series", name)
            part.insert(0, "option_zh", option.name_zh)
            part.insert(0, "option_en", option.name_en)
            part.insert(0, "option", key)
            part.insert(0, "date", evidence.dates)
            part["mean"] = draws.mean(axis=0)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _rates(evidence: Evidence, part: str) -> pd.DataFrame:
    place = evidence.place.sectors if part == "sector" else evidence.place.districts
    rows = []
    for key, option in evidence.options.items():
        values = option.by_sector if part == "sector" else option.by_district
        for name, draws in values.items():
            low, mid, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=0)
            for i, (code, en, zh) in enumerate(place.iloc[:, :3].itertuples(index=False)):
                names = (key, option.name_en, option.name_zh)
                rows.append((*names, code, en, zh, name, mid[i], low[i], high[i]))
    columns = [
        "option",
        "option_en",
        "option_zh",
        part,
        "name_en",
        "name_zh",
        "rate",
        "median",
        "q05",
        "q95",
    ]
    return pd.DataFrame(rows, columns=columns)


def draw_pictures(
    evidence: Evidence,
    voice: Voice,
    document: Document,
    tell: Tell = silent,
    kinds: Sequence[str] = ("svg", "png"),
) -> dict[str, dict[str, bytes]]:
    """Return each picture of the document as SVG and PNG: {id: {"svg": ..., "png": ...}}."""
    from twofronts.briefing.pictures import PICTURES
    from twofronts.briefing.pictures.style import look, save

    drawn = {}
    wanted = document.pictures()
    with look():
        for i, picture in enumerate(wanted):
            tell("pictures", i / len(wanted))
            canvas = PICTURES[picture.id](evidence, voice)
            drawn[picture.id] = {kind: save(canvas, kind) for kind in kinds}
    return drawn


def pages_of(
    evidence: Evidence, figures: Figures, lang: str, tell: Tell = silent
) -> dict[str, bytes]:
    """Return the pages of the brief in a language with their pictures, by path.

    Raises
    ------
    FontError
        If the typeface is missing or lacks a character of a name.
    """
    document = compose(evidence, figures, lang)
    require_glyphs(document.all_text(), where=f"the brief ({lang})")
    drawn = draw_pictures(evidence, Voice(lang, figures), document, tell)
    files = {
        f"figures/{name}.{lang}.{kind}": data
        for name, kinds in drawn.items()
        for kind, data in kinds.items()
    }
    tell("pages", 0.0)
    svg = {k: v["svg"] for k, v in drawn.items()}
    files[f"brief.{lang}.html"] = render_html(document, svg).encode()
    files[f"brief.{lang}.pdf"] = render_pdf(document, svg)
    return files


def first_pages_of(
    evidence: Evidence, figures: Figures, lang: str, tell: Tell = silent
) -> dict[str, bytes]:
    """Return the page of a first look in a language with its pictures, by path.

    Raises
    ------
    FontError
        As ``pages_of``.
    """
    document = compose_first(evidence, figures, lang)
    require_glyphs(document.all_text(), where=f"the first look ({lang})")
    drawn = draw_pictures(evidence, Voice(lang, figures), document, tell, kinds=("svg",))
    svg = {k: v["svg"] for k, v in drawn.items()}
    files = {f"figures/{name}.{lang}.svg": data for name, data in svg.items()}
    files[f"first-look.{lang}.html"] = render_html(document, svg).encode()
    return files


SETTERS = {"brief": pages_of, "first look": first_pages_of}


def _in_each(
    what: str,
    evidence: Evidence,
    figures: Figures,
    langs: Sequence[str],
    apart: Apart | None,
    tell: Tell = silent,
) -> dict[str, bytes]:
    """Return the pages in each language, the last one's from the second process if there is one."""
    here, there = (langs[:-1], langs[-1:]) if len(langs) > 1 and apart else (langs, ())
    for lang in there:
        assert apart is not None
        apart.ask(what, evidence, lang)
    files: dict[str, bytes] = {}
    for lang in here:
        files |= SETTERS[what](evidence, figures, lang, tell)
    for lang in there:
        assert apart is not None
        # what cannot be set there is set here, and says here why it cannot be
        files |= apart.answer() or SETTERS[what](evidence, figures, lang, tell)
    return files


def make_files(
    evidence: Evidence,
    langs: Sequence[str],
    *,
    began: float = 0.0,
    tell: Tell = silent,
    apart: Apart | None = None,
) -> dict[str, bytes]:
    """Return every file of the brief by its path, the manifest among them.

    Parameters
    ----------
    evidence : Evidence
    langs : sequence of str
        "zh", "en" or both.
    began : float
        ``time.perf_counter()`` at the start, for the manifest's wall time.
    tell : callable, optional
    apart : Apart, optional
        A second process, which then sets one of two languages.

    Raises
    ------
    FontError
        If the typeface is missing or lacks a character of a name.
    """
    figures = build_figures(evidence)
    files = _in_each("brief", evidence, figures, langs, apart, tell)
    files |= tables_of(evidence, figures)
    advised = evidence.options[choose(evidence, figures).key]
    files["rulebook.toml"] = advised.rulebook.encode()
    if advised.key != PLAN:
        files["rulebook-plan.toml"] = evidence.options[PLAN].rulebook.encode()
    files[folder.RECORD] = manifest_of(evidence, files, began).encode()
    return files


def first_files(
    evidence: Evidence, langs: Sequence[str], *, apart: Apart | None = None
) -> dict[str, bytes]:
    """Return the files of a first look by path: a page a language, its pictures, a manifest.

    Parameters
    ----------
    evidence : Evidence
        Of ``tasks.first_look``.
    langs : sequence of str
    apart : Apart, optional
        As in ``make_files``.
    """
    figures = build_figures(evidence)
    files: dict[str, bytes] = {"tables/figures.csv": csv_bytes(table_of(figures))}
    files |= _in_each("first look", evidence, figures, langs, apart)
    files[folder.RECORD] = manifest_of(evidence, files, 0.0).encode()
    return files


def manifest_of(evidence: Evidence, files: dict[str, bytes], began: float) -> str:
    """Return the manifest: what the brief rests on, and every file with its hash."""
    import json
    import time

    e = evidence
    record: dict[str, Any] = asdict(
        Manifest(
            what=folder.MARK,
            seed=e.seed,
            inputs=e.inputs,
            notes=e.notes,
            settings={**e.settings, "city": e.place.id, "options": list(e.options)},
            wall_time_s=round(time.perf_counter() - began, 1) if began else 0.0,
        )
    )
    record["files"] = folder.digests(files)
    return json.dumps(record, indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
