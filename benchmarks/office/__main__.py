"""The office's floors, on a seeded database: ``python -m benchmarks.office [part ...]``.

Parts: ``pages`` (PostgreSQL, 50 people, two workers), ``import``, ``export``, ``filings``,
``solvers``, ``cockpit`` (100 days of reports, 50 viewers), ``sqlite`` (10 people, eight writers).
PostgreSQL is started for the run from the system's programs, or taken from DATABASE_URL (an empty
database, or one that a run has filled).
Writes ``benchmarks/office/results.json``.

The server is the one of ``twofronts office serve``; server, database and the people's browsers
share this machine, so that a city's server is faster than what is measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, nullcontext
from pathlib import Path

from benchmarks.__main__ import machine
from benchmarks.figures import Figure
from benchmarks.office.filings import send
from benchmarks.office.postgres import free_port, server
from twofronts.writing import write_text

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(__file__).with_name("results.json")
LOCUST = Path(os.environ.get("LOCUST", ROOT / ".venv-bench" / "bin" / "locust"))
PARTS = ("pages", "import", "export", "filings", "solvers", "cockpit", "sqlite")
THINK = 3.0


class Office:
    """An office in a folder of its own, on one database."""

    def __init__(self, home: str, database_url: str):
        self.home = Path(home)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
        self.env.pop("DATABASE_URL", None)
        self.env |= {
            "TWOFRONTS_OFFICE_HOME": home,
            "TWOFRONTS_OFFICE_DEMO": "1",
            "TWOFRONTS_OFFICE_PUBLIC_RATE": "100000",  # one address stands for a thousand here
            "DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        if database_url:
            self.env["DATABASE_URL"] = database_url

    def inside(self, *part: str) -> dict:
        command = [sys.executable, "-m", "benchmarks.office.inside", *part]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"{part}: {done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def fill(self) -> None:
        passwords = self.home / "passwords.json"
        if not passwords.exists():
            passwords.write_text(json.dumps(self.inside("seeded")))

    @contextmanager
    def web(self, workers: int = 2):
        from twofronts_office.serving import web_command

        port = free_port()
        one = subprocess.Popen(
            web_command("127.0.0.1", port, workers), env=self.env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"{url}/health/?format=json", timeout=2).read()
                    break
                except OSError:
                    time.sleep(0.3)
            yield url, one.pid
        finally:
            one.terminate()
            one.wait(timeout=30)


def memory(parent: int) -> float:
    """The most resident memory that any worker of a server ever held. [MiB]"""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{parent}\n" in text:
            found += [int(x.split()[1]) for x in text.splitlines() if x.startswith("VmHWM")]
    return max(found) / 1024


def people(office: Office, url: str, users: int, seconds: int) -> dict:
    """Let people click, by Locust; the time until all have signed in does not count."""
    times = office.home / "times.json"
    env = office.env | {
        "OFFICE_PASSWORDS": str(office.home / "passwords.json"),
        "OFFICE_TIMES": str(times),
        "OFFICE_THINK": str(THINK),
    }
    env.pop("PYTHONPATH")
    command = [
        str(LOCUST), "-f", str(ROOT / "benchmarks/office/locustfile.py"), "--headless",
        "--host", url, "-u", str(users), "-r", "5", "-t", f"{seconds + users // 5}s",
        "--reset-stats", "--only-summary", "--exit-code-on-error", "0",
    ]  # fmt: skip
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=office.home)
    if done.returncode or not times.exists():
        raise SystemExit(f"locust: {done.stderr[-3000:]}")
    held = json.loads(times.read_text())
    took = sorted(t for _n, t, _bad in held)
    for name, t, bad in held:
        if bad:
            print(f"    {name}: {bad} after {t:.0f} ms")
    slow: dict[str, list[float]] = {}
    for name, t, _bad in held:
        slow.setdefault(name, []).append(t)
    worst = sorted(((statistics.median(t), n, len(t)) for n, t in slow.items()), reverse=True)[:8]
    for t, name, n in worst:
        print(f"    {name:<28}{t:7.0f} ms  n={n}")
    return {
        "n": len(took),
        "bad": sum(bool(bad) for _n, _t, bad in held),
        "median": statistics.median(took),
        "p95": took[int(0.95 * len(took))],
    }


def pages(office: Office, users: int, seconds: int, median: float | None, p95: float, kind: str):
    with office.web() as (url, pid):
        found = people(office, url, users, seconds)
        peak = memory(pid)
    how = (
        f"{users} people by Locust, {found['n']} pages in {seconds} s, thinking {THINK:g} s on "
        f"average (exponential), two workers of four threads, {kind}; home pages and lists"
    )
    return [
        Figure(f"{kind}: pages, median", found["median"], "ms", median, how=how),
        Figure(f"{kind}: pages, 95th percentile", found["p95"], "ms", p95, how=how),
        Figure(f"{kind}: pages that failed", found["bad"], "pages", 0, how=how),
        Figure(f"{kind}: memory of a web worker, peak", peak, "MiB", 300, how=how),
    ]


def table_in(office: Office) -> list[Figure]:
    found = office.inside("table_in")
    how = "CSV of 20,000 enterprises: uploaded, checked in a job, brought in by a second job"
    return [
        Figure("import of 20,000 enterprises with preview", found["seconds"], "s", 60, how=how),
        Figure("of which until the preview", found["preview"], "s", how=how),
        Figure("memory of the job worker in it, peak", found["peak"], "MiB", 300, how=how),
    ]


def table_out(office: Office) -> list[Figure]:
    found = office.inside("table_out")
    how = f"{found['rows']} cases and contacts to XLSX, in jobs"
    return [
        Figure("60,000 rows to XLSX", found["seconds"], "s", 30, how=how),
        Figure("memory of the job worker in it, peak", found["peak"], "MiB", 300, how=how),
    ]


def filings(
    office: Office, kind: str = "PostgreSQL", n: int = 1000, floor: float | None = 60
) -> list[Figure]:
    before = office.inside("filings")
    with office.web() as (url, pid):
        seconds, receipts = send(url, n, first=before["held"])
        peak = memory(pid)
    after = office.inside("filings")
    how = (
        f"{n} filings on the public page, each the form, its token and the receipt over HTTP, "
        f"from eight clients at once to two workers, {kind}"
    )
    lost = n - (after["held"] - before["held"])
    name = f"{kind}: {n:,} filings"
    return [
        Figure(name, seconds, "s", floor, how=how),
        Figure(f"{kind}: filings lost", lost, "filings", 0, how=how),
        Figure(f"{kind}: receipts not unique", n - len(set(receipts)), "receipts", 0, how=how),
        Figure(f"{kind}: memory of a web worker in it, peak", peak, "MiB", 300, how=how),
    ]


def solvers(office: Office) -> list[Figure]:
    one, two = office.inside("needs"), office.inside("supplies")
    return [
        Figure("matching 5,000 needs with 500 offers", one["seconds"], "s", 10,
               how=f"from the database and back into it, {one['matches']} matches"),
        Figure("sharing 500 stocks among 5,000 requests", two["seconds"], "s", 10,
               how=f"from the database and back into it, {two['shares']} shares"),
    ]  # fmt: skip


def cockpit(office: Office, seconds: int) -> list[Figure]:
    from benchmarks.office.viewers import EVERY, opened, watch

    ready = office.inside("cockpit_ready")
    served = office.inside("cockpit_rendered")
    with office.web() as (url, pid):
        seen = opened(url, ready["sessions"][0])
        live = watch(
            url, ready["sessions"], seconds, lambda i: office.inside("cockpit_report", str(i))
        )
        peak = memory(pid)
    what = f"{ready['situation_days']} days of reports, 20,000 enterprises"
    how = (
        f"{what}; {len(ready['sessions'])} viewers of three roles ask every {EVERY:g} s (the page: "
        f"15 s), {live['n']} answers in {seconds} s, {live['fresh']} of them new after "
        f"{live['changes']} corrected reports, two workers of four threads"
    )
    return [
        Figure("cockpit on the server, nothing kept", served["cold"], "ms", 300,
               how=f"{what}, median of 12; {served['kib']:.0f} KiB"),
        Figure("of these the slowest after the first", served["worst"], "ms", how=what),
        Figure("cockpit on the server, kept for ten seconds", served["warm"], "ms", how=what),
        Figure("cockpit interactive in Chromium", seen["median"] / 1000, "s", 2,
               how=f"{what}, {seen['charts']} charts drawn, slider and layers ready; median of 7"),
        Figure("of these the slowest", seen["worst"] / 1000, "s", how=what),
        Figure("50 viewers with live figures, median", live["median"], "ms", how=how),
        Figure("50 viewers with live figures, 95th percentile", live["p95"], "ms", 500, how=how),
        Figure("answers to viewers that failed", live["bad"], "answers", 0, how=how),
        Figure("memory of a web worker in it, peak", peak, "MiB", 300, how=how),
    ]  # fmt: skip


def sqlite(home: str, seconds: int) -> list[Figure]:
    folder = Path(home, "sqlite")
    folder.mkdir(exist_ok=True)
    office = Office(str(folder), "")
    office.fill()
    found = office.inside("writers")
    how = "eight processes, 100 daily reports of enterprises each, through the domain"
    figures = [
        Figure("SQLite: writes lost", found["lost"], "writes", 0, how=how),
        Figure("SQLite: longest wait of a write", 1000 * found["worst"], "ms", how=how),
    ]
    # the same over the network: eight clients who file, against the served office
    figures += filings(office, "SQLite", 400, None)
    return figures + pages(office, 10, seconds, None, 400, "SQLite")


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all without")
    ask.add_argument("--seconds", type=int, default=60, help="how long people click")
    ask.add_argument("--home", help="a folder to keep, with DATABASE_URL, for a second run")
    given = ask.parse_args()
    parts = given.parts or list(PARTS)
    if set(parts) - set(PARTS):
        ask.error(f"there are {', '.join(PARTS)}")
    results = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {"figures": {}}

    def keep(part: str, figures: list[Figure]) -> None:
        for f in figures:
            floor = "" if f.floor is None else f" (floor {f.floor:g})"
            print(
                f"  {'ok  ' if f.ok else 'MISS'} {f.name}: {f.value:.4g} {f.unit}{floor}",
                flush=True,
            )
        results["figures"][part] = [f.to_dict() for f in figures]

    own = os.environ.get("DATABASE_URL")
    with (
        nullcontext(own) if own or parts == ["sqlite"] else server() as url,
        nullcontext(given.home) if given.home else tempfile.TemporaryDirectory() as home,
    ):
        if parts != ["sqlite"]:
            office = Office(home, url)
            office.fill()
        work = {
            "pages": lambda: pages(office, 50, given.seconds, 80, 250, "PostgreSQL"),
            "import": lambda: table_in(office),
            "export": lambda: table_out(office),
            "filings": lambda: filings(office),
            "solvers": lambda: solvers(office),
            "cockpit": lambda: cockpit(office, given.seconds),
            "sqlite": lambda: sqlite(home, given.seconds),
        }
        for part in parts:
            print(part, flush=True)
            keep(part, work[part]())
    results["machine"] = machine()
    results["figures"] = {p: results["figures"][p] for p in PARTS if p in results["figures"]}
    write_text(OUT, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(f["ok"] for p in parts for f in results["figures"][p]) else 1


if __name__ == "__main__":
    sys.exit(main())
