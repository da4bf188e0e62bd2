"""A city folder into the office, and out of it again.

The office holds the tables that its registers edit (districts, hospitals, checkpoints, stocks,
reports, enterprises); the rest of the folder (ages, households, sectors, schools, flows, map) it
keeps as it came and hands back unchanged.
"""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pandas as pd
import tomli_w
from django.db import transaction
from django.db.models import Avg
from simple_history.utils import bulk_create_with_history

from twofronts.city import load_city
from twofronts.errors import CityError, Problem
from twofronts.writing import whole_folder
from twofronts_office.areas.models import Area
from twofronts_office.bridge.models import CityFile
from twofronts_office.care.choices import HospitalKind, ServiceState
from twofronts_office.care.models import Hospital
from twofronts_office.checkpoints.choices import Actual
from twofronts_office.checkpoints.models import Checkpoint, Passage
from twofronts_office.common import clock
from twofronts_office.enterprises.choices import size_of
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.enterprises.uscc import is_valid
from twofronts_office.reports.choices import COUNTS, ReportState
from twofronts_office.reports.domain import handed_in
from twofronts_office.reports.models import DailyReport
from twofronts_office.supplies.domain import latest_stocks
from twofronts_office.supplies.models import Depot, Good, StockReport

EDITED = ("districts", "hospitals", "checkpoints", "stocks", "reports", "enterprises")
# units that city folders state in English, by their Chinese names; any other stays as it came
UNITS_ZH = {
    "t": "吨", "kg": "千克", "pieces": "件", "tests": "人份", "boxes": "箱", "litres": "升",
}  # fmt: skip
SOURCE = "registers of the Two Fronts office"


def twelve(code: str) -> str:
    """Twelve digits of an official code of six."""
    return str(code).ljust(12, "0")


@transaction.atomic
def import_city(name_or_path: str | Path, *, when=None) -> dict[str, int]:
    """Bring a city folder into an empty office.

    Parameters
    ----------
    name_or_path : str or Path
        A built-in city or a folder; it is checked first.
    when : datetime, optional
        Instant that the histories begin at; now by default.

    Returns
    -------
    dict of str to int
        Rows brought in, by register.

    Raises
    ------
    CityError
        If the folder has problems, its codes are not official ones, or the office is not empty.
    """
    city = load_city(name_or_path)
    _check_codes(city)
    when = when or clock.now()
    for path in sorted(Path(city.path).iterdir()):
        if path.suffix in (".csv", ".toml", ".geojson"):
            CityFile.objects.update_or_create(
                name=path.name, defaults={"text": path.read_text(encoding="utf-8-sig")}
            )
    done = {"areas": _areas(city, when)}
    for name, bring in (
        ("hospitals", _hospitals), ("checkpoints", _checkpoints), ("stocks", _stocks),
        ("reports", _reports), ("enterprises", _enterprises),
    ):  # fmt: skip
        done[name] = bring(city, when)
    return done


def _check_codes(city) -> None:
    bad = [c for c in city.district_codes if not (c.isdigit() and len(c) == 6)]
    if bad:
        raise CityError(
            Problem(
                "district codes are not official ones",
                f"{bad[0]!r} has not six digits, and areas of the office are found by digits",
                "give the districts their official six-digit codes",
                file="districts.csv",
                column="code",
            )
        )
    if Area._base_manager.exists():
        raise CityError(
            Problem(
                "the office holds a city already",
                "bringing in a second one would mix their registers",
                "start from an empty database",
            )
        )


def _store(rows: list, model, when) -> int:
    bulk_create_with_history(
        rows, model, batch_size=500, default_change_reason="city folder", default_date=when
    )
    return len(rows)


def _areas(city, when) -> int:
    rows = [
        Area(
            code=twelve(city.admin_code), name_zh=city.name_zh, name_en=city.name_en, level="city",
            population=int(city.districts["population"].sum()),
        )
    ]  # fmt: skip
    for d in city.districts.itertuples():
        rows.append(
            Area(
                code=twelve(d.code), name_zh=d.name_zh, name_en=d.name_en, level="district",
                population=int(d.population), area_km2=float(d.area_km2), lon=float(d.lon),
                lat=float(d.lat),
            )
        )  # fmt: skip
    return _store(rows, Area, when)


def _hospitals(city, when) -> int:
    rows = []
    for h in city.hospitals.itertuples():
        kind = HospitalKind.DESIGNATED if h.designated_beds else HospitalKind.GENERAL
        rows.append(
            Hospital(
                code=h.id, name_zh=h.name_zh, name_en=h.name_en, area_id=twelve(h.district),
                kind=kind, beds=int(h.beds), designated_beds=int(h.designated_beds),
                icu_beds=int(h.icu_beds), fever_clinic=bool(h.fever_clinic),
                state=ServiceState.OPEN if h.open else ServiceState.SUSPENDED,
            )
        )  # fmt: skip
    return _store(rows, Hospital, when)


def _checkpoints(city, when) -> int:
    rows = [
        Checkpoint(
            code=c.id, tier=c.tier, area_id=twelve(c.district), name_zh=c.name_zh,
            name_en=c.name_en, lanes=int(c.lanes),
            actual=Actual.OPERATING if c.open else Actual.REMOVED,
        )
        for c in city.checkpoints.itertuples()
    ]  # fmt: skip
    return _store(rows, Checkpoint, when)


def _stocks(city, when) -> int:
    code = twelve(city.admin_code)
    depot = Depot(code="city", name_zh="市级储备库", name_en="City depot", area_id=code)
    _store([depot], Depot, when)
    depot = Depot._base_manager.get(code="city")
    goods = [
        Good(
            code=s.good, name_zh=s.name_zh, name_en=s.name_en, kind=s.kind,
            unit=UNITS_ZH.get(s.unit, s.unit), unit_en=s.unit,
        )
        for s in city.stocks.itertuples()
    ]  # fmt: skip
    _store(goods, Good, when)
    held = {g.code: g for g in Good._base_manager.all()}
    rows = [
        StockReport(
            good=held[s.good], depot=depot, area_id=code, date=city.as_of, stock=int(s.stock),
            production=int(s.production_per_day), inbound=int(s.inbound_per_day),
            use=int(s.use_per_day),
        )
        for s in city.stocks.itertuples()
    ]  # fmt: skip
    return _store(rows, StockReport, when)


def _reports(city, when) -> int:
    rows = []
    for r in city.reports.itertuples():
        counts = {n: _whole(getattr(r, n)) for n in COUNTS}
        rows.append(
            DailyReport(
                area_id=twelve(r.area or city.admin_code), date=pd.Timestamp(r.date).date(),
                revision=int(r.version), state=ReportState.CITY_APPROVED, submitted_at=when,
                approved_at=when, **counts,
            )
        )  # fmt: skip
    return _store(rows, DailyReport, when)


def _enterprises(city, when) -> int:
    """Enterprises that carry their unified social credit code; a list without codes stays a file.

    The office finds an enterprise by its code and nothing else, so that a list that lacks some is
    kept as it came and handed back unchanged.
    """
    held = city.enterprises
    if held is None or not all(is_valid(str(i)) for i in held["id"]):
        return 0
    rows = [
        Enterprise(
            uscc=e.id, name=e.name, sector=e.sector, area_id=twelve(e.district),
            insured_staff=int(e.staff), size=size_of(int(e.staff)),
        )
        for e in held.itertuples(index=False)
    ]  # fmt: skip
    return _store(rows, Enterprise, when)


def _whole(value) -> int | None:
    return None if pd.isna(value) else int(value)


def export_city(path: str | Path) -> Path:
    """Write what the office holds as a city folder that the core accepts.

    Reports are the newest revision that somebody submitted, districts those of the areas register.

    Raises
    ------
    CityError
        If no city was brought in.
    OutputError
        If the folder cannot be written.
    """
    files = {f.name: f.text for f in CityFile.objects.all()}
    if "city.toml" not in files:
        raise CityError(
            Problem(
                "the office holds no city",
                "the tables of people, sectors and schools come from a city folder",
                "bring one in with `twofronts office import-city`",
            )
        )
    head = tomllib.loads(files["city.toml"])
    tables = {
        "districts": _out_districts(),
        "hospitals": _out_hospitals(),
        "checkpoints": checkpoint_rows(files.get("checkpoints.csv", "")),
        "stocks": _out_stocks(files["stocks.csv"]),
        "reports": report_rows(),
        "enterprises": _out_enterprises(),
    }
    days = [row[0] for row in tables["reports"][1:]]
    if days:
        head["as_of"] = max(head["as_of"], max(days))
    files["city.toml"] = tomli_w.dumps(head)
    for name, rows in tables.items():
        if len(rows) == 1 and (name == "enterprises" or f"{name}.csv" not in files):
            continue  # nothing in the register: what came with the folder goes back as it came
        files[f"{name}.csv"] = _csv(rows)
        files[f"{name}.toml"] = _sidecar(files.get(f"{name}.toml"), head["as_of"])
    with whole_folder(Path(path)) as folder:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    return Path(path)


def _csv(rows: list[list]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow(["" if v is None else int(v) if isinstance(v, bool) else v for v in row])
    return out.getvalue()


def _sidecar(text: str | None, day) -> str:
    held = tomllib.loads(text) if text else {"unit": "persons", "notes": ""}
    if SOURCE not in held.get("source", ""):
        before = held.get("source", "")
        held["source"] = f"{SOURCE}; brought in from: {before}" if before else SOURCE
    held["date"] = day
    held.setdefault("licence", "the city's own")
    held.setdefault("grade", "published")
    return tomli_w.dumps(held)


def _six(code: str) -> str:
    return code[:6]


def _out_districts() -> list[list]:
    names = ("name_en", "name_zh", "area_km2", "lon", "lat", "population")
    rows = Area._base_manager.filter(level="district").order_by("code")
    return [["code", *names]] + [[_six(a.code), *(getattr(a, n) for n in names)] for a in rows]


def _out_hospitals() -> list[list]:
    head = [
        "id",
        "name_en",
        "name_zh",
        "district",
        "beds",
        "designated_beds",
        "icu_beds",
        "fever_clinic",
        "open",
    ]
    rows = Hospital._base_manager.order_by("code")
    return [head] + [
        [
            h.code, h.name_en, h.name_zh, _six(h.area_id), h.beds, h.designated_beds, h.icu_beds,
            h.fever_clinic, h.state in (ServiceState.OPEN, ServiceState.REOPENED),
        ]
        for h in rows
    ]  # fmt: skip


def checkpoint_rows(before: str) -> list[list]:
    """The register; its traffic is what came with the folder, else the mean of the days counted."""
    head = ["id", "tier", "district", "name_en", "name_zh", "lanes", "open"]
    came = {r["id"]: r.get("traffic") or None for r in csv.DictReader(io.StringIO(before))}
    traffic: dict[str, object] = {k: v for k, v in came.items() if v is not None}
    if not traffic:
        counts = Passage._base_manager.order_by().values("checkpoint__code")
        traffic = {
            r["checkpoint__code"]: round(r["n"], 1) for r in counts.annotate(n=Avg("screened"))
        }
    rows = [
        [c.code, c.tier, _six(c.area_id), c.name_en, c.name_zh, c.lanes,
         c.actual == Actual.OPERATING]
        for c in Checkpoint._base_manager.order_by("tier", "code")
    ]  # fmt: skip
    if not traffic:
        return [head, *rows]
    return [[*head, "traffic"], *([*row, traffic.get(row[0])] for row in rows)]


def _out_stocks(before: str) -> list[list]:
    head = "good name_en name_zh kind unit stock production_per_day inbound_per_day use_per_day"
    totals: dict[str, list] = {}
    for r in latest_stocks(rows=StockReport._base_manager.all()):
        g = r.good
        row = totals.setdefault(
            g.code, [g.code, g.name_en, g.name_zh, g.kind, g.unit_en or g.unit, 0, 0, 0, 0]
        )
        for i, n in enumerate((r.stock, r.production, r.inbound, r.use), 5):
            row[i] += n
    came = {r["good"]: r for r in csv.DictReader(io.StringIO(before))}
    place = {code: i for i, code in enumerate(came)}
    for code, row in totals.items():  # registers hold whole units: a fraction that came stays
        for i, name in enumerate(head.split()[5:], 5):
            text = came.get(code, {}).get(name) or "nan"
            if row[i] == _floor(text):
                row[i] = text
    rows = sorted(totals.values(), key=lambda r: (place.get(r[0], len(place)), r[0]))
    return [head.split(), *rows]


def _floor(text: str) -> int | None:
    number = float(text)
    return None if number != number else int(number)


def report_rows() -> list[list]:
    """Reports in force as rows of the folder's table, its head first."""
    cities = set(Area._base_manager.filter(level="city").values_list("code", flat=True))
    keep = Area._base_manager.filter(level__in=["city", "district"]).values("code")
    rows = handed_in(DailyReport._base_manager.filter(area__in=keep)).order_by(
        "date", "area_id", "revision"
    )
    return [["date", "area", *COUNTS, "version"]] + [
        [
            r.date, "" if r.area_id in cities else _six(r.area_id),
            *(getattr(r, n) for n in COUNTS), r.revision,
        ]
        for r in rows
    ]  # fmt: skip


def _out_enterprises() -> list[list]:
    rows = Enterprise._base_manager.filter(insured_staff__gte=1).order_by("pk")
    return [["id", "name", "sector", "district", "staff"]] + [
        [e.uscc, e.name, e.sector, _six(e.area_id), e.insured_staff]
        for e in rows.iterator(chunk_size=2000)
    ]


def employment() -> dict[tuple[str, str], int]:
    """Workers by (sector, district) of the city that was brought in. [persons]"""
    text = CityFile.objects.get(name="employment.csv").text
    return {
        (r["sector"], r["district"]): int(float(r["workers"]))
        for r in csv.DictReader(io.StringIO(text))
    }


def sector_groups() -> list[dict[str, str]]:
    """Sectors of the city that was brought in: ``sector``, names in both languages, ``group``."""
    held = CityFile.objects.filter(name="sectors.csv").values_list("text", flat=True).first()
    names = ("sector", "name_zh", "name_en", "group")
    return [{n: r[n] for n in names} for r in csv.DictReader(io.StringIO(held or ""))]


def mean_sizes() -> dict[str, float]:
    """Mean size of a workplace by sector. [persons]"""
    text = CityFile.objects.get(name="sectors.csv").text
    return {r["sector"]: float(r["mean_size"]) for r in csv.DictReader(io.StringIO(text))}
