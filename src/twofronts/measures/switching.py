"""The switching rule of P2-DAEDALUS: between two rulebooks, by beds and reproduction number."""

from __future__ import annotations

from twofronts.measures.catalogue import Catalogue, load_catalogue
from twofronts.measures.rulebook import Entry, Rulebook, Switch, Trigger
from twofronts.measures.words import levels_of

TIGHTEN = Trigger(beds_share=0.95, reproduction=1.2)
RELAX = Trigger(beds_share=0.25, reproduction=0.95)


def switching_rule(
    relaxed: Rulebook,
    strict: Rulebook,
    *,
    tighten: Trigger = TIGHTEN,
    relax: Trigger = RELAX,
    min_days: int = 7,
    name: str = "switching",
    catalogue: Catalogue | None = None,
) -> Rulebook:
    """Return a rulebook that moves between the levels of two others.

    Where the two agree nothing switches; notice and dwell are 0, so ``min_days`` is the only
    spacing, as in P2-DAEDALUS.

    Parameters
    ----------
    relaxed, strict : Rulebook
        Their starting levels are the two sets; grades, orders and overrides are those of
        ``relaxed``, their dated changes are left out.
    tighten, relax : Trigger
        Either quantity of a pair is enough; tightening goes first.
    min_days : int
        Least time between two switches. [d]
    name : str
        Name of the new rulebook.
    catalogue : Catalogue, optional
        The built-in one if not given.

    Returns
    -------
    Rulebook
        It begins with the relaxed set.
    """
    known = catalogue or load_catalogue()
    sets = {m.key: (levels_of(relaxed, m), levels_of(strict, m)) for m in known.measure.values()}
    orders = relaxed.orders if relaxed.orders.basis else strict.orders
    entries = {key: Entry(level=low, notice_days=0, dwell_days=0) for key, (low, _) in sets.items()}
    return Rulebook(
        name=name,
        orders=orders,
        grades=relaxed.grades,
        measures=entries,
        overrides=relaxed.overrides,
        switch=Switch(
            tighten=tighten,
            relax=relax,
            min_days=min_days,
            strict={key: high for key, (low, high) in sets.items() if low != high},
            relaxed={key: low for key, (low, high) in sets.items() if low != high},
        ),
    )
