"""Recording a directive, taking its items into the record one by one, and tracing them."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from twofronts_office.areas.models import Area
from twofronts_office.common.domain.records import Refused, move, note_change
from twofronts_office.directives.choices import ITEM_MOVES, ItemState
from twofronts_office.directives.models import TEXT_LIMIT, Directive, Item
from twofronts_office.directives.reading import read
from twofronts_office.directives.reading.marks import Mark, due_of, marks
from twofronts_office.meetings.domain import draft_decisions
from twofronts_office.meetings.models import Decision, Meeting

ITEMS_LIMIT = 400  # more is a book, not a directive


def places() -> list[str]:
    """Names of the areas that a text may name, longest first."""
    names: set[str] = set()
    for a in Area._base_manager.filter(level__in=["city", "district", "street"]):
        names |= {a.name_zh, a.name_en}
    return sorted((n for n in names if len(n) > 1), key=len, reverse=True)


@transaction.atomic
def record(*, directive: Directive, by) -> Directive:
    """Store a directive as it came and propose its items; none of them is in the record yet.

    Raises
    ------
    ValidationError
        If the text is empty, too long, holds no sentence, or more than a directive could.
    """
    text = directive.text
    if len(text) > TEXT_LIMIT:
        said = _("The text has %(n)s characters, more than %(most)s. Paste the part that matters.")
        raise ValidationError(said % {"n": f"{len(text):,}", "most": f"{TEXT_LIMIT:,}"})
    found = read(text, on=directive.issued_on, places=places())
    if not found.items:
        raise ValidationError(
            _("No sentence was found in this text. Paste the wording itself, not a link to it.")
        )
    if len(found.items) > ITEMS_LIMIT:
        said = _("The text holds %(n)s sentences, more than %(most)s. Record it in parts.")
        raise ValidationError(said % {"n": len(found.items), "most": ITEMS_LIMIT})
    directive.text = text.replace("\x00", "")
    directive.cleaned, directive.language = found.text, found.language
    directive.repaired = found.repaired
    directive.title = directive.title.strip() or found.title or _("untitled")
    directive.by = by if getattr(by, "pk", None) else None
    directive.save()
    for i, one in enumerate(found.items):
        row = Item(
            directive=directive, position=i + 1, line=one.line, text=one.text, original=one.text,
            marks=_plain(one.marks), due=one.due,
        )  # fmt: skip
        row.save()
    note_change(obj=directive, before="", after="recorded", by=by)
    return directive


def _plain(found: Iterable[Mark]) -> list[list]:
    return [[m.start, m.end, m.kind, m.day.isoformat() if m.day else ""] for m in found]


def mark_again(item: Item) -> None:
    """Mark a text that a person changed."""
    chinese = item.directive.language == "zh"
    found = marks(item.text, chinese=chinese, on=item.directive.issued_on, places=places())
    item.marks = _plain(found)
    item.due = item.due or due_of(found, item.text, chinese=chinese)


@transaction.atomic
def keep(*, item: Item, by, line: str | None = None, text: str | None = None, due=None) -> None:
    """Take an item into the record, as it stands or as the clerk wrote it."""
    if line is not None:
        item.line = line
    if not item.line:
        raise Refused(_("Choose the line of work that answers for it."))
    changed = text is not None and text.strip() != item.text
    if changed:
        if not text.strip():
            raise Refused(_("An item needs its wording."))
        item.text = text.strip()[:2000]
    item.due = due if due is not None else item.due
    if changed:
        mark_again(item)
    values = {
        "line": item.line, "text": item.text, "due": item.due, "marks": item.marks,
        "merged_into": None,
    }  # fmt: skip
    if item.state == ItemState.ACCEPTED:
        item.version += 1
        item.save()
        return
    move(obj=item, to=ItemState.ACCEPTED, by=by, allowed=ITEM_MOVES, values=values)


def drop(*, item: Item, by, reason: str = "") -> None:
    """Leave an item out of the record; it stays with the directive, and can come back."""
    if item.decisions.exists():
        raise Refused(_("A decision carries this item out: take it from the decision first."))
    move(obj=item, to=ItemState.DROPPED, by=by, reason=reason, allowed=ITEM_MOVES)


@transaction.atomic
def merge(*, item: Item, into: Item, by) -> None:
    """Put an item's wording behind another's of the same directive."""
    if into.pk == item.pk or into.directive_id != item.directive_id:
        raise Refused(_("An item is merged into another one of the same directive."))
    if into.state in (ItemState.MERGED, ItemState.DROPPED):
        raise Refused(_("The other item is not in the record. Keep it first."))
    if item.decisions.exists():
        raise Refused(_("A decision carries this item out: take it from the decision first."))
    joint = "" if into.directive.language == "zh" else " "
    into.text = f"{into.text}{joint}{item.text}"[:2000]
    days = [d for d in (into.due, item.due) if d]
    into.due = min(days) if days else None
    mark_again(into)
    into.version += 1
    into.save()
    move(
        obj=item, to=ItemState.MERGED, by=by, reason=str(into)[:100], allowed=ITEM_MOVES,
        values={"merged_into": into},
    )  # fmt: skip


def _check_kept(item: Item) -> None:
    if item.state != ItemState.ACCEPTED:
        raise Refused(_("Take the item into the record first."))


@transaction.atomic
def draft(*, item: Item, meeting: Meeting, by) -> Decision:
    """Draft the decision by which a meeting would carry an item out."""
    _check_kept(item)
    english = item.directive.language == "en"
    proposal = {
        "line": item.line, "text": item.text, "text_en": item.text if english else "",
        "measure": "", "level": "",
    }  # fmt: skip
    source = f"/directive-items/{item.pk}/"
    (row,) = draft_decisions(meeting=meeting, proposals=[proposal], by=by, source=source)
    item.decisions.add(row)
    note_change(obj=item, before="", after=f"#{row.pk}", by=by, field="decisions")
    return row


@transaction.atomic
def link(*, item: Item, decision: Decision, by) -> None:
    """Say that a decision there is carries an item out."""
    _check_kept(item)
    item.decisions.add(decision)
    note_change(obj=item, before="", after=f"#{decision.pk}", by=by, field="decisions")


@transaction.atomic
def unlink(*, item: Item, decision: Decision, by, reason: str) -> None:
    item.decisions.remove(decision)
    note_change(
        obj=item, before=f"#{decision.pk}", after="-", by=by, reason=reason, field="decisions"
    )
