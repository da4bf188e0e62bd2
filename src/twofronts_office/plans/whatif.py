"""What-ifs: which rulebooks can be chosen, asking for a comparison, and asking again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from twofronts_office.bridge import rulebooks
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.names import english
from twofronts_office.plans import domain, queries
from twofronts_office.plans.choices import PlanKind
from twofronts_office.plans.models import Plan, SavedRulebook

MOST = 4
DAYS, DRAWS = 60, 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A rulebook that can be chosen: ``key`` finds it again, ``name`` is what pages call it."""

    key: str
    name: str
    group: str


def choices(user) -> list[Choice]:
    """Rulebooks to choose from: built in, adopted, one's own and those that are shared."""
    lang = "en" if english() else "zh"
    found = [
        Choice(n, rulebooks.title(rulebooks.builtin(n))[lang], _("Built in"))
        for n in rulebooks.BUILTIN
    ]
    if queries.adopted_rulebook() is not None:
        found.append(Choice("adopted", _("in force: adopted last"), _("Built in")))
    rows = SavedRulebook._base_manager.filter(Q(shared=True) | Q(author=user)).order_by("name")
    return found + [Choice(f"saved-{r.pk}", r.name, _("Saved")) for r in rows]


def text_of(key: str, user) -> tuple[str, str]:
    """Return name and TOML of a choice.

    Raises
    ------
    Refused
        If there is no such rulebook for this person.
    """
    if key in rulebooks.BUILTIN:
        return key, rulebooks.builtin(key)
    if key == "adopted":
        held = queries.adopted_rulebook()
        if held is not None:
            return "adopted", held.toml
    if key.startswith("saved-") and key[6:].isdigit():
        rows = SavedRulebook._base_manager.filter(Q(shared=True) | Q(author=user), pk=key[6:])
        row = rows.first()
        if row is not None:
            return row.name, row.toml
    if key.startswith("plan-"):
        return _of_plan(key)
    raise Refused(_("There is no such rulebook: %(key)s") % {"key": key})


def _of_plan(key: str) -> tuple[str, str]:
    """A rulebook of an earlier run: ``plan-PK-NUMBER``."""
    _word, pk, number = (*key.split("-"), "", "")[:3]
    if pk.isdigit() and number.isdigit():
        plan = Plan._base_manager.filter(pk=pk).first()
        if plan is not None and int(number) < len(plan.books):
            return plan.books[int(number)]["name"], plan.books[int(number)]["toml"]
    raise Refused(_("There is no such rulebook: %(key)s") % {"key": key})


def ask(
    *, books: list[tuple[str, str]], by, days: int = DAYS, draws: int = DRAWS, seed: int = 0,
    title: str = "", again: Plan | None = None,
) -> Plan:  # fmt: skip
    """Ask for a what-if on the newest situation; the first rulebook is the base.

    Raises
    ------
    Refused
        If there is no rulebook, there are too many, or two are the same.
    rulebooks.BadRulebook
        If one has faults.
    """
    named: dict[str, str] = {}
    for name, text in books:
        fresh, n = name, 2
        while fresh in named:
            fresh, n = f"{name} {n}", n + 1
        named[fresh] = text
    if not 1 <= len(named) <= MOST:
        raise Refused(_("Choose one to four rulebooks."))
    digests = [rulebooks.digest(t) for t in named.values()]
    if len(set(digests)) < len(digests):
        raise Refused(_("Two of the rulebooks decide the same: there is nothing to compare."))
    plan = Plan(
        title=(title or " · ".join(named))[:120], kind=PlanKind.WHATIF, days=days, draws=draws,
        seed=seed, books=[{"name": n, "toml": t} for n, t in named.items()],
        rulebooks=", ".join(named)[:200], situation=queries.fitted_situation(), again=again,
    )  # fmt: skip
    return domain.ask(plan=plan, by=by)


def ask_again(*, plan: Plan, by) -> Plan:
    """The same rulebooks on the newest situation."""
    return ask(
        books=[(b["name"], b["toml"]) for b in plan.books], by=by, days=plan.days,
        draws=plan.draws, seed=plan.seed, title=plan.title, again=plan,
    )  # fmt: skip


def save_rulebook(*, name: str, text: str, by, shared: bool, note: str = "") -> SavedRulebook:
    """Save a rulebook under a name that nobody has yet."""
    row = SavedRulebook(name=name.strip()[:60], toml=text, shared=shared, note=note, author=by)
    row.full_clean(exclude=["author"])
    row.save()
    return row
