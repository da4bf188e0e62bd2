"""What templates may ask of a register."""

from __future__ import annotations

import json

from django import template
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.register import by_label, step_text

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context, entry, action, obj=None):
    return context["request"].access.may(entry.label, action, obj)


@register.simple_tag(takes_context=True)
def may_label(context, label, action):
    return context["request"].access.may(label, action)


@register.simple_tag(takes_context=True)
def traced(context, directive):
    """Items of a directive in the record with what carries them out, for who may see them."""
    from twofronts_office.directives.queries import traces  # models must be loaded

    if not context["request"].access.may("directives.item", "view"):
        return []
    return traces(directive.items.filter(state="kept").order_by("line", "position"))


@register.simple_tag
def likely_same(person):
    from twofronts_office.reports.persons import likely_same as same  # models must be loaded

    return list(same(person).select_related("area")[:10])


@register.simple_tag
def published(publication) -> dict:
    """Figures of a publication by name, and the revisions that it rests on by area."""
    from twofronts_office.areas.models import Area  # models must be loaded
    from twofronts_office.reports.models import DailyReport

    names = {f.name: f.verbose_name for f in DailyReport._meta.concrete_fields}
    areas = {a.pk: a for a in Area._base_manager.filter(pk__in=publication.revisions)}
    return {
        "figures": [(names.get(k, k), v) for k, v in publication.figures.items()],
        "revisions": [(areas.get(k, k), v) for k, v in publication.revisions.items()],
    }


REPAIRED = {
    "markup": _("markup"),
    "stray": _("stray characters"),
    "pinyin": _("pinyin in brackets"),
    "traditional": _("traditional characters"),
    "scan": _("damage of a scan"),
}


@register.simple_tag
def task_state(value):
    from twofronts_office.meetings.choices import TaskState  # apps must be loaded

    return dict(TaskState.choices).get(value, value)


@register.simple_tag
def repaired_text(key):
    return REPAIRED.get(key, key)


@register.simple_tag
def cell(entry, obj, name, clear=False):
    return entry.cell(obj, name, clear=bool(clear))


@register.simple_tag(takes_context=True)
def target(context, entry, obj, name):
    """Page of the thing that a field names, for who may open it."""
    value = entry.raw(obj, name)
    if not hasattr(value, "_meta"):
        return ""
    other = by_label(value._meta.label_lower)
    if other is None or not context["request"].access.may(other.label, "view", value):
        return ""
    return reverse(f"{other.slug}-detail", args=[value.pk])


@register.simple_tag
def raw(entry, obj, name):
    return entry.raw(obj, name)


@register.simple_tag
def heading(entry, name):
    return entry.heading(name)


@register.simple_tag
def page(entry, what, *args):
    return reverse(f"{entry.slug}-{what}", args=args)


@register.simple_tag(takes_context=True)
def keep(context, **changes):
    """The present query string with some values changed; None takes one out."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def opens(context, name):
    """Whether the page of this name opens for the reader."""
    view = resolve(reverse(name)).func.view_class
    return context["request"].access.may(view.label, view.action)


@register.simple_tag
def link_of(slug, obj):
    try:
        return reverse(f"{slug}-detail", args=[obj.pk])
    except NoReverseMatch:
        return ""


@register.filter
def pct(value):
    return "–" if value is None else f"{100 * value:.1f}%"


@register.filter
def figure(value):
    """A number without decimals that say nothing."""
    return "–" if value is None else f"{value:,.10g}"


@register.filter
def day_of(text, today):
    """A day without its year when that is this year's."""
    text = str(text)
    return text[5:] if text[:5] == f"{today:%Y}-" else text


@register.filter
def get(mapping, key):
    return mapping.get(key, "")


STATE_TONE = {
    "good": {
        "operating", "passed", "approved", "city_approved", "published", "done", "delivered",
        "fulfilled", "reopened", "arrived", "received", "answered", "open", "recovered", "released",
        "removed", "met", "in_force", "over", "kept",
    },
    "warn": {
        "filed", "submitted", "district_approved", "due", "correcting", "correction", "requested",
        "matched", "accepted", "checking", "promised", "shipped", "transit", "suspected",
        "running", "checked", "asked", "managed", "observation", "taken", "watch",
    },
    "bad": {"suspended", "overdue", "failed", "declined", "closed", "breached", "confirmed",
            "died", "raised", "act"},
}  # fmt: skip


@register.filter
def tone(value):
    return next((t for t, states in STATE_TONE.items() if value in states), "plain")


@register.simple_tag
def is_state(name):
    return name in {"state", "level", "actual", "decided", "classification", "urgency"}


@register.simple_tag
def state_text(entry, field, value):
    return step_text(value, entry.field_of(field))


@register.filter
def in_words(reason):
    """A reason as it was given; one that the office gave itself, in the reader's language."""
    return gettext(reason) if reason else ""


SERIES = {
    "observed_confirmed": _("New confirmed (reported)"),
    "true_infections": _("New infections"),
    "staff_present": _("Staff present"),
}
LINES = ["#0b5c7a", "#c07a10", "#2c8a5d", "#8a3d6b", "#54636d"]


@register.simple_tag
def situation_page(plan) -> dict:
    """A situation in the reader's language: warnings first, estimates, districts with reasons."""
    from twofronts_office.web.cockpit.page import situation_words  # its pages use these tags

    return situation_words(plan) if "situation" in plan.result else {}


@register.filter
def plan_manifest(plan) -> str:
    """The manifest of a run that has ended with the digests of its files, as text to read."""
    held = {k: plan.result[k] for k in ("manifest", "files") if plan.result.get(k)}
    return json.dumps(held, ensure_ascii=False, indent=1) if held else ""


@register.filter
def plan_charts(plan):
    """Charts of a run: title, name of the script that holds it, what the library draws."""
    series = plan.result.get("series", {})
    found = []
    for key, title in SERIES.items():
        held = {name: s[key]["middle"] for name, s in series.items() if key in s}
        if held:
            days = list(range(len(next(iter(held.values())))))
            lines = [
                {"name": n, "type": "line", "data": v, "symbol": "none"} for n, v in held.items()
            ]
            option = {
                "color": LINES, "tooltip": {"trigger": "axis"}, "legend": {"top": 8},
                "grid": {"left": 64, "right": 20, "top": 48, "bottom": 30},
                "xAxis": {"type": "category", "data": days}, "yAxis": {"type": "value"},
                "series": lines,
            }  # fmt: skip
            found.append((title, f"chart-{key.replace('_', '-')}", option))
    return found


@register.filter
def table_rows(table):
    """The rows behind a chart, days down and columns across; hundreds of cells at once."""
    return mark_safe(
        "".join(
            f'<tr><th scope="row">{escape(day)}</th>'
            + "".join(f'<td class="num">{escape(c) or "–"}</td>' for c in cells)
            + "</tr>"
            for day, cells in table["rows"]
        )
    )


MARKS = {
    "checkpoints": '<path d="M0 -8L7.5 6H-7.5Z" transform="%s"/>',
    "hospitals": '<path d="M-3 -9h6v6h6v6h-6v6h-6v-6h-6v-6h6z" transform="%s"/>',
    "clinics": '<path d="M-1.5 -5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z" transform="%s"/>',
    "communities": '<rect x="-3.5" y="-3.5" width="7" height="7" transform="%s"/>',
}


@register.filter
def map_points(points):
    """The points of the map as SVG; each is a link with its words."""
    return mark_safe(
        "".join(
            f'<a class="pt {p["layer"]} {escape(p["kind"] or "unknown")}"'
            f' href="{escape(p["link"])}" tabindex="-1"{_moves(p)}>'
            f"<title>{escape(p['words'])}</title>{MARKS[p['layer']] % p['at']}</a>"
            for p in points
        )
    )


def _moves(point: dict) -> str:
    return f' data-id="{escape(point["id"])}"' if "id" in point else ""


BRIEF_FILES = {
    "brief.zh.html": _("Chinese, page"), "brief.zh.pdf": _("Chinese, PDF"),
    "brief.en.html": _("English, page"), "brief.en.pdf": _("English, PDF"),
    "brief.zip": _("all of it with tables (ZIP)"),
}  # fmt: skip


@register.filter
def brief_file(name):
    """A file of a brief as the meeting calls it."""
    return BRIEF_FILES.get(name, name)
