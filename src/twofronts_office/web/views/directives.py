"""A directive's items, looked at one by one: take into the record, change, merge, drop."""

from __future__ import annotations

from html import escape

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from twofronts_office.common.choices import Line
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.register import REGISTERS
from twofronts_office.directives import domain
from twofronts_office.directives.choices import ItemState
from twofronts_office.directives.models import Item
from twofronts_office.web.views.base import RegisterView, show_errors

# items of a page: a form holds five fields of each, and a request at most 400 fields
PAGE_ITEMS = 60
GONE = (ItemState.MERGED, ItemState.DROPPED)
KINDS = {
    "body": gettext_lazy("body"), "quantity": gettext_lazy("quantity"),
    "date": gettext_lazy("date"), "verb": gettext_lazy("obligation"),
}  # fmt: skip


def marked(item: Item) -> SafeString:
    """An item's text with what it names marked; every part is escaped."""
    parts, at = [], 0
    for start, end, kind, day in item.marks:
        if start < at or end > len(item.text) or kind not in KINDS:
            continue
        title = f"{KINDS[kind]}{' · ' + day if day else ''}"
        inner = escape(item.text[start:end])
        parts.append(escape(item.text[at:start]))
        parts.append(f'<mark class="m-{kind}" title="{escape(title)}">{inner}</mark>')
        at = end
    parts.append(escape(item.text[at:]))
    return mark_safe("".join(parts))


class ReviewView(RegisterView):
    """All items of a directive; nothing is chosen beforehand, and nothing changes unchosen."""

    entry = None
    action = "change"

    def allowed(self) -> bool:
        return self.access.may("directives.item", "change")

    def show(self, request, obj, status=200, typed=None):
        items = list(obj.items.order_by("position").select_related("merged_into"))
        pages = Paginator(items, PAGE_ITEMS)
        page = pages.get_page(request.GET.get("page"))
        above: set[str] = set()
        for item in items:
            item.marked = marked(item)
            item.typed = (typed or {}).get(item.pk, {})
            item.has_above = item.line in above
            if item.state not in GONE:
                above.add(item.line)
        groups = []
        for value, label in [*Line.choices, ("", _("No line of work: report or ceremony"))]:
            rows = [i for i in page if i.line == value]
            waits = sum(i.state == ItemState.PROPOSED for i in rows)
            groups.append((value, label, rows, waits))
        waiting = sum(i.state == ItemState.PROPOSED and bool(i.line) for i in items)
        context = self.context(
            obj=obj, groups=[g for g in groups if g[2]], lines=Line.choices, waiting=waiting,
            kinds=KINDS.items(), n=len(items), page=page,
            pages=[(k, pages.page(k)) for k in pages.page_range],
        )  # fmt: skip
        return render(request, "office/directive_review.html", context, status=status)

    def get(self, request, pk):
        return self.show(request, self.row(pk))

    def post(self, request, pk):
        obj = self.row(pk)
        whole = request.POST.get("line_kept")
        try:
            with transaction.atomic():
                n = (
                    self._keep_line(request, obj, whole) if whole
                    else sum(self._one(request, i) for i in obj.items.order_by("position"))
                )  # fmt: skip
        except (Refused, ValidationError) as refused:
            show_errors(request, refused)
            return self.show(request, self.row(pk), status=422, typed=self._typed(request, obj))
        if n:
            messages.success(request, ngettext("%d item changed.", "%d items changed.", n) % n)
        else:
            messages.error(request, _("Choose for at least one item what is to become of it."))
        return redirect(request.get_full_path())

    def _typed(self, request, obj) -> dict:
        names = ("act", "line", "text", "due")
        return {
            pk: {n: request.POST.get(f"{n}-{pk}", "") for n in names}
            for pk in obj.items.values_list("pk", flat=True)
        }

    def _keep_line(self, request, obj, line: str) -> int:
        """Take in all items of a line that wait, if they are those that were shown."""
        shown = {int(v) for v in request.POST.getlist("shown") if v.isdigit()}
        rows = obj.items.filter(state=ItemState.PROPOSED, line=line, pk__in=shown)
        for item in rows:
            domain.keep(item=item, by=request.user)
        return len(rows)

    def _one(self, request, item: Item) -> int:
        act = request.POST.get(f"act-{item.pk}", "")
        if act == "keep":
            line = request.POST.get(f"line-{item.pk}", item.line)
            if line not in Line.values:
                raise Refused(_("Choose the line of work that answers for it.") + f" ({item})")
            due = parse_date(request.POST.get(f"due-{item.pk}", "") or "")
            domain.keep(
                item=item, by=request.user, line=line, due=due,
                text=request.POST.get(f"text-{item.pk}", item.text),
            )  # fmt: skip
        elif act == "drop":
            domain.drop(item=item, by=request.user)
        elif act == "merge":
            above = (
                item.directive.items.filter(position__lt=item.position, line=item.line)
                .exclude(state__in=GONE)
                .order_by("-position")
                .first()
            )
            if above is None:
                raise Refused(_("There is no item above to merge into."))
            domain.merge(item=item, into=above, by=request.user)
        else:
            return 0
        return 1


def review_view():
    """The view; the register is known only once all of them are."""
    return ReviewView.as_view(entry=REGISTERS["directives"])
