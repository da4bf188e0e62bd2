"""The search for a plan and the brief as jobs, on the city and the fit that a situation kept."""

from __future__ import annotations

import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from twofronts_office.bridge.case_lines import LINES_FILE, read_lines
from twofronts_office.bridge.city_bytes import STAMP
from twofronts_office.bridge.proposals import proposals
from twofronts_office.bridge.situation_job import FIT_FILE

QUICK_DRAWS = 100  # a brief with no more draws than this is a first look
ALL_FILES = "brief.zip"  # the whole folder, as ``twofronts brief`` writes it
RECORD = "manifest.json"
SEARCH_STEPS = {"search": (5, 70), "choose": (70, 80), "check": (80, 90), "explain": (90, 99)}
# where each step of a brief begins and ends; the search and what is run after it take longest
BRIEF_STEPS = {
    "reports": (5, 6), "residents": (6, 8), "fit": (8, 20), "search": (20, 50),
    "choose": (50, 55), "check": (55, 65), "explain": (65, 75), "play": (75, 85),
    "pictures": (85, 95), "pages": (95, 99),
}  # fmt: skip


def _begun(wish: Any) -> Any:
    """The fit that the day's situation kept, where the run stands on one."""
    from twofronts.briefing.kept import read_beginning

    return read_beginning(wish.inputs[FIT_FILE]) if FIT_FILE in wish.inputs else None


def _teller(steps: Mapping[str, tuple[int, int]], progress: Callable[[int], None]) -> Callable:
    """A function that turns a step and how far it is into percent, never going back."""
    reached = 0

    def tell(step: str, share: float) -> None:
        nonlocal reached
        low, high = steps.get(step, (0, 0))
        reached = max(reached, int(low + share * (high - low)))
        progress(reached)

    return tell


def run_search(path: str, wish: Any, progress: Callable[[int], None]) -> tuple[dict, dict]:
    """Search, check on unseen draws, give reasons; the rulebook found is kept as a file.

    Parameters
    ----------
    path : str
        The city's folder.
    wish : core.Wish
    progress : callable

    Returns
    -------
    dict
        ``texts``, ``status`` and ``status_zh``, ``proposals`` and ``rulebooks`` of the option
        "plan", ``front`` (see :func:`front_of`) and ``manifest``.
    dict of str to bytes
    """
    from twofronts.city import load_city
    from twofronts.measures import to_toml
    from twofronts.planning import make_plan
    from twofronts.planning.text import plan_text

    tell = _teller(SEARCH_STEPS, progress)
    city, begun = load_city(path), _begun(wish)
    # the reports are to the end of a day, so that what is decided holds from the next one
    start = city.as_of + timedelta(days=1)
    fitted = {"initial": begun.state, "start": start} if begun is not None else {}
    planned = make_plan(
        city, days=wish.days, draws=wish.draws, seed=wish.seed, budget=wish.budget,
        fresh=max(100, wish.draws), tell=tell, **fitted,
        progress=lambda p: tell("search", p.share),
    )  # fmt: skip
    text = to_toml(planned.book)
    return {
        "texts": {lang: plan_text(planned, lang) for lang in ("zh", "en")},
        "status": {"plan": "\n".join(planned.status.advice)},
        "status_zh": {"方案": planned.status.words("zh")},
        "proposals": {"plan": proposals(planned.book)},
        "rulebooks": {"plan": text},
        "front": front_of(planned),
        "manifest": json.loads(planned.manifest.to_json()),
    }, {"rulebook.toml": text.encode()}


def kept_lines(wish: Any) -> Any | None:
    """The line list that the day's situation rests on, if it rests on one."""
    data = wish.inputs.get(LINES_FILE, b"")
    with tempfile.TemporaryDirectory(prefix="twofronts-cases-") as folder:
        return read_lines(data, Path(folder), [])


def front_of(planned: Any) -> list[dict]:
    """The plans that no other beats on health, economy and burden, as the explorer shows them.

    Parameters
    ----------
    planned : twofronts.planning.Plan

    Returns
    -------
    list of dict
        ``name`` and ``title`` of the rulebook; ``health``, ``economy`` and ``burden`` as means over
        the search's draws; whether it ``keeps`` the constraints; its ``decisions`` in both
        languages; ``chosen`` for the plan itself, which comes first and need not be on the front:
        measures that gain nothing were taken out of it.
    """
    from twofronts.planning.comparing import score_books
    from twofronts.planning.searching import candidate

    front = planned.front
    outcomes = score_books(front.stage, [planned.book])[0].outcomes
    mine = candidate("plan", planned.book, planned.vector, outcomes, front.goal)
    return [_member_of(mine, chosen=True), *(_member_of(c) for c in front.members)]


def _member_of(found: Any, *, chosen: bool = False) -> dict:
    book = found.book
    health, economy, burden = (float(v) for v in found.objectives)
    decided = [{k: p[k] for k in ("text", "text_en")} for p in proposals(book)]
    return {
        "name": found.name, "title": {k: book.title.get(k, found.name) for k in ("zh", "en")},
        "health": health, "economy": economy, "burden": burden, "keeps": bool(found.breach <= 0),
        "chosen": chosen, "decisions": decided,
    }  # fmt: skip


def run_brief(path: str, wish: Any, progress: Callable[[int], None]) -> tuple[dict, dict]:
    """Search for a plan and write the brief in both languages, as ``twofronts brief`` does.

    Parameters
    ----------
    path : str
        The city's folder.
    wish : core.Wish
    progress : callable

    Returns
    -------
    dict
        ``texts``: the brief's headline; ``proposals`` and ``rulebooks`` of what is advised and of
        the plan where that is another one; ``front`` as the search left it; ``manifest``.
    dict of str to bytes
        Pages in both languages as HTML and PDF, rulebooks, the manifest, and everything with
        tables and pictures as one archive.
    """
    from twofronts.briefing import tasks
    from twofronts.briefing.make import make_files

    began = time.perf_counter()
    tell = _teller(BRIEF_STEPS, progress)
    order = tasks.order_of(
        quick=wish.draws <= QUICK_DRAWS, draws=wish.draws, budget=wish.budget, days=wish.days,
        seed=wish.seed,
    )  # fmt: skip
    front: list[dict] = []
    evidence = tasks.collect(
        path, None, order, tell, begun=_begun(wish), searched=lambda p: front.extend(front_of(p)),
        lines=kept_lines(wish),
    )  # fmt: skip
    files = make_files(evidence, ("zh", "en"), began=began, tell=tell)
    return {
        "texts": headline(evidence), "front": front, **advised(files),
        "manifest": json.loads(files[RECORD]),
    }, kept(files)  # fmt: skip


def headline(evidence: Any) -> dict[str, str]:
    """What the brief says at its top, by language."""
    from twofronts.briefing.compose import compose
    from twofronts.briefing.measure import build_figures

    figures = build_figures(evidence)
    made = {k: compose(evidence, figures, k) for k in ("zh", "en")}
    return {k: "\n\n".join((*d.box, *d.lead)) for k, d in made.items()}


def advised(files: Mapping[str, bytes]) -> dict[str, dict]:
    """The options that a meeting may adopt: what the brief advises, and the plan beside it."""
    from twofronts.measures import parse_rulebook

    named = {"advised": "rulebook.toml", "plan": "rulebook-plan.toml"}
    texts = {k: files[n].decode() for k, n in named.items() if n in files}
    books = {k: parse_rulebook(t, file=named[k]) for k, t in texts.items()}
    return {"proposals": {k: proposals(b) for k, b in books.items()}, "rulebooks": texts}


def kept(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is kept of a brief: its pages, rulebooks and manifest, and all of it in one archive."""
    plain = {n: d for n, d in files.items() if "/" not in n}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, STAMP)
            archive.writestr(info, files[name], zipfile.ZIP_DEFLATED)
    return plain | {ALL_FILES: out.getvalue()}
