"""The what-if room: choose, edit, run, compare, save, run again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from twofronts_office.areas.models import Area
from twofronts_office.bridge import rulebooks
from twofronts_office.bridge.city_folder import sector_groups
from twofronts_office.checkpoints.choices import Tier
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.domain.records import Refused
from twofronts_office.plans import queries, whatif
from twofronts_office.plans.choices import PlanKind
from twofronts_office.plans.models import Plan
from twofronts_office.web.views.base import show_errors
from twofronts_office.web.views.pages import ActionView
from twofronts_office.web.whatif import LETTERS, lang, page_of

GRADES = ("low", "medium", "high")
SHOWN = 12  # newest what-ifs in the room
PLACE_ROWS = (
    ("district", 3), ("sector", 3), ("checkpoint", 2), ("compound", 2), ("enterprise", 2),
)  # fmt: skip
BY_PLACE = {"sector", "checkpoint"}  # the place says which measure it is
LIMITS = {"days": (14, 120, whatif.DAYS), "draws": (40, 500, whatif.DRAWS), "seed": (0, 10**6, 0)}


def number(data, name: str) -> int:
    low, high, usual = LIMITS[name]
    text = data.get(name, "")
    return min(high, max(low, int(text))) if text.isdigit() else usual


class Room(ActionView):
    """Choose up to four rulebooks and run them side by side."""

    label = "plans.plan"
    action = "view"

    def get(self, request):
        return self.show(request)

    def show(self, request, *, problems=(), status=200):
        given = [request.POST.get(s) or request.GET.get(s, "") for s in LETTERS.lower()]
        if not any(given):
            given = ["held", "meeting", "", ""]
        situation = queries.latest_situation()
        return render(
            request,
            "office/whatif.html",
            {
                "choices": whatif.choices(request.user),
                "slots": list(zip(LETTERS, LETTERS.lower(), given, strict=True)),
                "days": number(request.POST, "days"), "draws": number(request.POST, "draws"),
                "seed": number(request.POST, "seed"), "situation": situation,
                "quality": queries.quality_of(situation)[:3] if situation else [],
                "recent": Plan.objects.filter(kind=PlanKind.WHATIF)[:SHOWN],
                "may_run": self.access.may("plans.plan", "add"), "problems": problems,
            },
            status=status,
        )  # fmt: skip

    def post(self, request):
        if not self.access.may("plans.plan", "add"):
            return HttpResponse(status=403)
        try:
            keys = [request.POST.get(s, "") for s in LETTERS.lower()]
            books = [whatif.text_of(k, request.user) for k in keys if k]
            plan = whatif.ask(
                books=books, by=request.user, days=number(request.POST, "days"),
                draws=number(request.POST, "draws"), seed=number(request.POST, "seed"),
                title=request.POST.get("title", ""),
            )  # fmt: skip
        except rulebooks.BadRulebook as bad:
            return self.show(request, problems=bad.problems, status=422)
        except Refused as refused:
            show_errors(request, refused)
            return self.show(request, status=422)
        return redirect("whatif-result", pk=plan.pk)


class Edit(ActionView):
    """A rulebook in plain controls: levels by line of work and grade, and places of their own."""

    label = "plans.plan"
    action = "add"

    def get(self, request):
        key = request.GET.get("from", "held")
        try:
            name, text = whatif.text_of(key, request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("whatif")
        return self.show(request, key=key, name=name, text=text)

    def show(self, request, *, key, name, text, new="", problems=(), status=200, asked=()):
        places = list(asked) or rulebooks.places(text)
        return render(
            request,
            "office/whatif_edit.html",
            {
                "key": key, "name": name, "new": new, "lines": self.lines(text),
                "kinds": self.kinds(places), "measures": self.lines(rulebooks.builtin("held")),
                "districts": Area._base_manager.filter(level="district").order_by("code"),
                "sectors": self.sectors(), "sector_levels": self.sector_levels(),
                "tiers": self.tiers(), "checkpoint_levels": self.checkpoint_levels(),
                "choices": whatif.choices(request.user), "problems": problems,
            },
            status=status,
        )  # fmt: skip

    def sectors(self) -> list[tuple[str, str]]:
        """The city's sectors whose attendance a measure caps."""
        return [
            (s["sector"], s[f"name_{lang()}"])
            for s in sector_groups()
            if rulebooks.sector_measure(s["group"])
        ]

    def sector_levels(self) -> list[tuple[str, str]]:
        """Levels of attendance, those of all groups; the core says where one does not exist."""
        capped, found = rulebooks.by_sector(), {}
        for line in rulebooks.controls(rulebooks.builtin("held")):
            for m in line["measures"]:
                if m["key"] in capped:
                    found |= {v["key"]: v[lang()] for v in m["levels"] if v["key"] not in found}
        return list(found.items())

    def tiers(self) -> list[tuple[str, list[Checkpoint]]]:
        """The register's checkpoints at which a measure works, those inside the city first."""
        rows = Checkpoint._base_manager.select_related("area").order_by("area_id", "code")
        found: dict[str, list[Checkpoint]] = {"inner": [], "city": [], "province": []}
        for one in rows.filter(tier__in=found):
            found[one.tier].append(one)
        return [(str(Tier(tier).label), held) for tier, held in found.items() if held]

    def checkpoint_levels(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Levels above none by the measure of each tier, in words."""
        found: dict[tuple, list[str]] = {}
        for m in rulebooks.checkpoint_levels():
            found.setdefault(tuple((v["key"], v[lang()]) for v in m["levels"]), []).append(
                m[lang()]
            )
        return [(" / ".join(names), list(levels)) for levels, names in found.items()]

    def lines(self, text: str) -> list[dict]:
        word = lang()
        return [
            {
                "name": line[word],
                "measures": [
                    {
                        "key": m["key"], "name": m[word],
                        "grades": [
                            (g, f"m-{m['key']}-{g}", m["chosen"][g])
                            for g in (GRADES if m["graded"] else GRADES[:1])
                        ],
                        "levels": [(v["key"], v[word]) for v in m["levels"]],
                    }
                    for m in line["measures"]
                ],
            }
            for line in rulebooks.controls(text)
        ]  # fmt: skip

    def kinds(self, places: list[dict]) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
        """Rows of each kind of place: prefix of its fields, place, measure=level, last day."""
        found = []
        for kind, least in PLACE_ROWS:
            mine = [p for p in places if p["kind"] == kind]
            # a sector's measure follows from its group, a checkpoint's from its tier
            rows = [
                (
                    p["place"],
                    p["level"] if kind in BY_PLACE else f"{p['measure']}={p['level']}",
                    p.get("until", ""),
                )
                for p in mine
            ]
            rows += [("", "", "")] * max(1, least - len(rows))
            found.append((kind, [(f"p-{kind}-{i}", *row) for i, row in enumerate(rows)]))
        return found

    def post(self, request):
        key = request.POST.get("from", "held")
        new = request.POST.get("name", "").strip()
        asked: list[dict[str, str]] = []
        try:
            asked = self.places(request.POST)
            name, text = whatif.text_of(key, request.user)
            made = rulebooks.edited(
                text, self.levels(request.POST, text), asked,
                name=new or _("%(name)s, changed") % {"name": name},
            )  # fmt: skip
            if "save" in request.POST:
                row = whatif.save_rulebook(
                    name=new, text=made, by=request.user, shared="shared" in request.POST,
                    note=request.POST.get("note", "")[:300],
                )  # fmt: skip
                messages.success(request, _("Saved."))
                return redirect(f"/whatif/?a=held&b=saved-{row.pk}")
            against = whatif.text_of(request.POST.get("against", "held"), request.user)
            fresh = (new or _("%(name)s, changed") % {"name": name}, made)
            plan = whatif.ask(books=[against, fresh], by=request.user)
            return redirect("whatif-result", pk=plan.pk)
        except rulebooks.BadRulebook as bad:
            problems = bad.problems
        except ValidationError as error:
            problems = [{"what": t, "where": "", "why": "", "remedy": ""} for t in error.messages]
        except Refused as refused:
            problems = [{"what": str(refused), "where": "", "why": "", "remedy": ""}]
        try:
            name, text = whatif.text_of(key, request.user)
        except Refused:
            raise Http404 from None
        return self.show(
            request, key=key, name=name, text=text, new=new, problems=problems, status=422,
            asked=asked,
        )  # fmt: skip

    def levels(self, data, text: str) -> dict[str, dict[str, str]]:
        chosen = {}
        for line in rulebooks.controls(text):
            for m in line["measures"]:
                first = data.get(f"m-{m['key']}-low") or m["chosen"]["low"]
                if m["graded"]:
                    chosen[m["key"]] = {
                        g: data.get(f"m-{m['key']}-{g}") or m["chosen"][g] for g in GRADES
                    }
                elif first != m["chosen"]["low"]:
                    chosen[m["key"]] = dict.fromkeys(GRADES, first)
        return chosen

    def places(self, data) -> list[dict[str, str]]:
        found = []
        for kind, _least in PLACE_ROWS:
            for i in range(40):
                place = data.get(f"p-{kind}-{i}-place", "").strip()
                measure, _sign, level = data.get(f"p-{kind}-{i}-level", "").partition("=")
                if kind in BY_PLACE:
                    held = self.capped(place) if kind == "sector" else self.checked(place)
                    measure, level = held, measure
                if kind == "checkpoint" and place and level and not measure:
                    raise Refused(_("There is no such checkpoint."))
                if place and measure and level:
                    row = {"kind": kind, "place": place, "measure": measure, "level": level}
                    if kind == "checkpoint":
                        row["until"] = data.get(f"p-{kind}-{i}-until", "").strip()
                    if row not in found:
                        found.append(row)
        return found

    def capped(self, sector: str) -> str:
        """The measure that caps a sector's attendance, "" for none of the city's sectors."""
        groups = {s["sector"]: s["group"] for s in sector_groups()}
        return rulebooks.sector_measure(groups.get(sector, ""))

    def checked(self, code: str) -> str:
        """The measure that works at a checkpoint, by its tier; "" if the register has none such."""
        one = Checkpoint._base_manager.filter(code=code).first()
        return rulebooks.checkpoint_measure(one.tier) if one else ""


class Result(ActionView):
    """One what-if: how far it is, and what it found."""

    label = "plans.plan"
    action = "view"

    def plan(self, pk) -> Plan:
        plan = Plan.objects.filter(pk=pk, kind=PlanKind.WHATIF).first()
        if plan is None:
            raise Http404
        return plan

    def get(self, request, pk):
        shown = page_of(self.plan(pk)) | {"may_run": self.access.may("plans.plan", "add")}
        part = request.htmx and request.htmx.target == "whatif"
        name = "office/whatif_part.html" if part else "office/whatif_result.html"
        return render(request, name, shown)

    def post(self, request, pk):
        """The same rulebooks on the newest situation."""
        if not self.access.may("plans.plan", "add"):
            return HttpResponse(status=403)
        try:
            fresh = whatif.ask_again(plan=self.plan(pk), by=request.user)
        except (Refused, rulebooks.BadRulebook) as refused:
            messages.error(request, str(refused))
            return redirect("whatif-result", pk=pk)
        return redirect("whatif-result", pk=fresh.pk)


class ResultBook(Result):
    """One rulebook of a what-if as a TOML file."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, pk, number):
        books = self.plan(pk).books
        if number >= len(books):
            raise Http404
        answer = HttpResponse(books[number]["toml"], content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="rulebook-{pk}-{number}.toml"'
        return answer
