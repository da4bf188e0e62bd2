"""Lists and home pages under load: ``python -m benchmarks.office --users 50 --seconds 60``.

Starts the office as a user would (gunicorn, two workers) on DATABASE_URL, or on SQLite without it,
and lets people click: each waits one to three seconds between pages. Prints median and 95th
percentile, the workers' memory and how many answers were not 200.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "office": ["/", "/enterprises/", "/tasks/", "/checkpoints/", "/communities/", "/filings/",
               "/enterprises/?sector=F&page=7", "/reports/", "/needs/"],
    "health": ["/", "/cases/", "/contacts/", "/reports/", "/hospitals/", "/contacts/?page=40"],
    "industry": ["/", "/enterprises/?q=0123", "/inspections/", "/daily-staff/", "/filings/"],
}  # fmt: skip


def sign_in(url: str, username: str, password: str):
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{url}/accounts/login/", timeout=60).read()
    token = next(c.value for c in jar if "csrf" in c.name)
    form = {"login": username, "password": password, "csrfmiddlewaretoken": token}
    data = urllib.parse.urlencode(form).encode()
    opener.open(urllib.request.Request(f"{url}/accounts/login/", data), timeout=60).read()
    return opener


def visit(url, opener, pages, until, took, wrong, luck):
    while time.monotonic() < until:
        page = luck.choice(pages)
        start = time.perf_counter()
        try:
            opener.open(url + page, timeout=60).read()
            took.append((page, time.perf_counter() - start))
        except OSError as error:
            wrong.append((page, str(error)))
        time.sleep(luck.uniform(1, 3))


def memory(parent: int) -> list[int]:
    """Resident memory of gunicorn's workers. [MiB]"""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{parent}\n" in text:
            kb = next(int(x.split()[1]) for x in text.splitlines() if x.startswith("VmRSS"))
            found.append(kb // 1024)
    return found


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--users", type=int, default=50)
    ask.add_argument("--seconds", type=int, default=60)
    ask.add_argument("--port", type=int, default=8777)
    given = ask.parse_args()
    url = f"http://127.0.0.1:{given.port}"
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "TWOFRONTS_OFFICE_HOME": home, "TWOFRONTS_OFFICE_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }  # fmt: skip
        code = (
            "import django, json; django.setup(); from django.core.management import call_command;"
            "call_command('migrate', verbosity=0); from benchmarks.office.seed import seed;"
            "print(json.dumps(seed()))"
        )
        made = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
        if made.returncode:
            print(made.stderr[-3000:], file=sys.stderr)
            return 1
        passwords = json.loads(made.stdout.splitlines()[-1])
        web = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{given.port}", "--workers",
                "2", "--threads", "4", "--timeout", "120",
                "twofronts_office.config.wsgi:application",
            ],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(12)
            return load(url, web.pid, passwords, given)
        finally:
            web.terminate()
            web.wait(timeout=30)


def load(url, pid, passwords, given) -> int:
    openers = {u: sign_in(url, u, passwords[u]) for u in PAGES}
    for user, pages in PAGES.items():
        for page in pages:
            openers[user].open(url + page, timeout=120).read()
    took, wrong, people = [], [], []
    until = time.monotonic() + given.seconds
    for i in range(given.users):
        user = list(PAGES)[i % len(PAGES)]
        args = (url, openers[user], PAGES[user], until, took, wrong, random.Random(i))
        people.append(threading.Thread(target=visit, args=args))
    for p in people:
        p.start()
    for p in people:
        p.join()
    times = sorted(t for _page, t in took)
    print(f"users {given.users}, pages {len(times)}, not 200: {len(wrong)}")
    print(f"median {1000 * statistics.median(times):.0f} ms")
    print(f"p95    {1000 * times[int(0.95 * len(times))]:.0f} ms")
    print(f"memory of the workers {memory(pid)} MiB; load {os.getloadavg()[0]:.1f}")
    for page in sorted({p for p, _t in took}):
        one = sorted(t for p, t in took if p == page)
        print(f"  {page:<36} {1000 * statistics.median(one):6.0f} ms  n={len(one)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
