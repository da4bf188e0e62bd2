"""The parts that run inside the office: jobs through its worker, the two solvers, the writers.

Each is a process of its own (``python -m benchmarks.office.inside PART``) and prints one JSON line.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import time
from datetime import timedelta

import django

from benchmarks._memory import peak_mib


def migrate() -> dict:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {}


def seeded() -> dict:
    from benchmarks.office.seed import seed

    migrate()
    return seed()


def new_table(n: int) -> bytes:
    """A table of ``n`` enterprises that the office does not know."""
    from twofronts_office.common.choices import Sector
    from twofronts_office.enterprises.uscc import check_character

    luck, out = random.Random(3), io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["uscc", "name", "area", "sector", "insured_staff", "address"])
    sectors = [s for s, _label in Sector.choices]
    districts = ["320102", "320104", "320105", "320106", "320111", "320113", "320114", "320115",
                 "320116", "320117", "320118"]  # fmt: skip
    for i in range(n):
        district = luck.choice(districts)
        code = f"92{district}{i:09d}"
        writer.writerow(
            [code + check_character(code), f"示例新企业{i:05d}", f"{district}000000",
             luck.choice(sectors), luck.randrange(1, 900), "示例路1号"]
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


class Worker:
    """The job worker as ``serve`` starts it; knows the most memory that it ever held."""

    def __enter__(self):
        command = [sys.executable, "-m", "twofronts_office.bridge.worker"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        return self

    def peak(self) -> float:
        """Peak resident memory. [MiB]"""
        return peak_mib(self.process.pid)

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait(timeout=60)


def wait_for(pk, states, limit: float) -> str:
    from twofronts_office.common.models import Job

    until = time.monotonic() + limit
    while time.monotonic() < until:
        job = Job.objects.get(pk=pk)
        if job.state in states:
            return job.state
        time.sleep(0.1)
    raise SystemExit(f"the job did not end in {limit} s: {job.state} {job.result}")


def table_in(n: int = 20_000) -> dict:
    """Import with preview: checked in one job, brought in by a second, as a person does it."""
    from django.core.files.base import ContentFile

    from twofronts_office.common.jobs import run_import
    from twofronts_office.common.models import Job
    from twofronts_office.enterprises.models import Enterprise
    from twofronts_office.people.models import User

    before = Enterprise._base_manager.count()
    table = ContentFile(new_table(n), name="table.csv")
    with Worker() as worker:
        time.sleep(4)  # the worker's own start is not part of the import
        start = time.perf_counter()
        job = Job.objects.create(
            kind="import", register="enterprises", owner=User.objects.get(username="industry"),
            upload=table, arguments={"name": "table.csv"},
        )  # fmt: skip
        run_import.enqueue(str(job.pk), False)
        assert wait_for(job.pk, ("checked", "failed"), 300) == "checked"
        checked = time.perf_counter() - start
        run_import.enqueue(str(job.pk), True)
        assert wait_for(job.pk, ("done", "failed"), 300) == "done"
        whole, peak = time.perf_counter() - start, worker.peak()
    assert Enterprise._base_manager.count() == before + n
    Enterprise._base_manager.filter(uscc__startswith="92").delete()
    return {"seconds": whole, "preview": checked, "peak": peak}


def table_out() -> dict:
    """60,000 rows (10,000 cases, 50,000 contacts) to XLSX, in two jobs one after the other."""
    from twofronts_office.common.jobs import run_export
    from twofronts_office.common.models import Job
    from twofronts_office.people.models import User

    with Worker() as worker:
        time.sleep(4)
        start, rows = time.perf_counter(), 0
        for register in ("cases", "contacts"):
            job = Job.objects.create(
                kind="export", register=register, owner=User.objects.get(username="health"),
                arguments={"format": "xlsx", "query": ""},
            )  # fmt: skip
            run_export.enqueue(str(job.pk))
            assert wait_for(job.pk, ("done", "failed"), 300) == "done"
            rows += Job.objects.get(pk=job.pk).result["rows"]
        whole, peak = time.perf_counter() - start, worker.peak()
    assert rows >= 60_000, rows
    return {"seconds": whole, "rows": rows, "peak": peak}


def _undo(work) -> dict:
    """Run inside a transaction that is rolled back, so that the seeded database stays as it is."""
    from django.db import transaction

    from twofronts_office.common.scope import system_scope

    with system_scope(), transaction.atomic():
        found = work()
        transaction.set_rollback(True)
    return found


def needs(n_needs: int = 5000, n_offers: int = 500) -> dict:
    from twofronts_office.common import clock
    from twofronts_office.enterprises.models import Enterprise
    from twofronts_office.needs.domain import match_open
    from twofronts_office.needs.models import Match, Need, Offer

    def work():
        luck, today = random.Random(4), clock.today()
        firms = list(Enterprise._base_manager.values_list("pk", "area_id")[:4000])
        Need._base_manager.exclude(state="x").update(state="withdrawn")
        Offer._base_manager.exclude(state="x").update(state="withdrawn")
        items = [("labour", "普工", "人"), ("materials", "布", "吨"), ("protection", "口罩", "只"),
                 ("logistics", "货车", "车次")]  # fmt: skip
        rows, offers = [], []
        for _i in range(n_needs):
            firm, area = luck.choice(firms)
            kind, item, unit = luck.choice(items)
            rows.append(Need(enterprise_id=firm, area_id=area, kind=kind, item=item, unit=unit,
                             amount=luck.randrange(1, 40),
                             needed_by=today + timedelta(days=luck.randrange(0, 9))))  # fmt: skip
        for i in range(n_offers):
            firm, area = luck.choice(firms)
            kind, item, unit = luck.choice(items)
            offers.append(Offer(enterprise_id=firm, area_id=area, provider=f"P{i}", kind=kind,
                                item=item, unit=unit, amount=luck.randrange(10, 300),
                                available_on=today + timedelta(luck.randrange(0, 9))))  # fmt: skip
        Need._base_manager.bulk_create(rows, batch_size=1000)
        Offer._base_manager.bulk_create(offers)
        before = Match._base_manager.count()
        start = time.perf_counter()
        made = match_open(area="3201")
        whole = time.perf_counter() - start
        assert Match._base_manager.count() == before + len(made)
        return {"seconds": whole, "matches": len(made)}

    return _undo(work)


def supplies(n_requests: int = 5000, n_stocks: int = 500) -> dict:
    from twofronts_office.common import clock
    from twofronts_office.supplies.domain import allocate
    from twofronts_office.supplies.models import Depot, Good, StockReport, SupplyRequest

    def work():
        luck, today = random.Random(5), clock.today()
        areas = sorted(set(Depot._base_manager.values_list("area_id", flat=True)))
        goods = list(Good._base_manager.all()[:5])
        depots = [Depot(area_id=luck.choice(areas), code=f"b{i}", name_zh=f"库{i}", name_en=f"D{i}")
                  for i in range(n_stocks // len(goods))]  # fmt: skip
        Depot._base_manager.bulk_create(depots)
        StockReport._base_manager.bulk_create(
            [StockReport(good=g, depot=d, area_id=d.area_id, date=today, stock=luck.randrange(1000))
             for g in goods for d in depots]
        )  # fmt: skip
        SupplyRequest._base_manager.bulk_create(
            [SupplyRequest(area_id=luck.choice(areas), good=luck.choice(goods), asked_by="w",
                           amount=luck.randrange(1, 200), needed_by=today)
             for _i in range(n_requests)], batch_size=1000,
        )  # fmt: skip
        start = time.perf_counter()
        made = allocate(area="3201")
        return {"seconds": time.perf_counter() - start, "shares": len(made)}

    return _undo(work)


def write_one(writer: str, n: int = 100) -> dict:
    """One of the concurrent writers: a daily report for each of ``n`` enterprises of its own."""
    from twofronts_office.common import clock
    from twofronts_office.common.scope import system_scope
    from twofronts_office.enterprises import domain
    from twofronts_office.enterprises.models import Enterprise

    w, took = int(writer), []
    with system_scope():
        day = clock.today() - timedelta(days=40)
        firms = Enterprise._base_manager.filter(state="operating").order_by("pk")
        for one in firms[w * n : (w + 1) * n]:
            start = time.perf_counter()
            domain.report_day(enterprise=one, day=day, present=1, capacity_pct=w)
            took.append(time.perf_counter() - start)
    return {"written": len(took), "worst": max(took)}


def writers(n: int = 8, each: int = 100) -> dict:
    """Eight processes write at once; what is in the table afterwards is counted."""
    from twofronts_office.common import clock
    from twofronts_office.enterprises.models import DailyStaff

    day = clock.today() - timedelta(days=40)
    before = DailyStaff._base_manager.filter(date=day).count()
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.office.inside", "write_one"]
    running = [
        subprocess.Popen([*command, str(w)], stdout=subprocess.PIPE, text=True) for w in range(n)
    ]
    said = [json.loads(r.communicate(timeout=300)[0].splitlines()[-1]) for r in running]
    whole = time.perf_counter() - start
    kept = DailyStaff._base_manager.filter(date=day).count() - before
    DailyStaff._base_manager.filter(date=day).delete()
    return {"lost": n * each - kept, "seconds": whole, "worst": max(s["worst"] for s in said)}


def filings() -> dict:
    """What of the filings that were sent over the network is in the register."""
    from twofronts_office.enterprises.models import Filing

    numbers = list(
        Filing._base_manager.filter(enterprise__uscc__startswith="93").values_list(
            "number", flat=True
        )
    )
    return {"held": len(numbers), "unique": len(set(numbers))}


def cockpit_ready() -> dict:
    """A hundred days of the city's reports, the situation worked out from them, fifty sessions."""
    from benchmarks.office import viewers
    from twofronts_office.common.scope import system_scope
    from twofronts_office.plans.queries import latest_situation

    with system_scope():
        days = viewers.long_series()
        held = latest_situation()
        if held is None or len(held.result["situation"]["dates"]) < days:
            viewers.work_out()
            held = latest_situation()
        shown = len(held.result["situation"]["dates"])
    return {"days": days, "situation_days": shown, "sessions": viewers.signed_in()}


def cockpit_rendered() -> dict:
    from benchmarks.office.viewers import rendered

    return rendered()


def cockpit_report(number: str) -> dict:
    from benchmarks.office.viewers import late_report

    late_report(int(number))
    return {}


PARTS = (
    cockpit_ready,
    cockpit_rendered,
    cockpit_report,
    migrate,
    seeded,
    table_in,
    table_out,
    needs,
    supplies,
    writers,
    write_one,
    filings,
)

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
    django.setup()
    part = next(p for p in PARTS if p.__name__ == sys.argv[1])
    print(json.dumps(part(*sys.argv[2:])))
