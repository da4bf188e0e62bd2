"""People at work in the office, for Locust: home pages and lists, each role its own.

Locust has its own environment (``requirements-bench.lock``), so nothing of the office is imported
here: who signs in comes from ``OFFICE_PASSWORDS`` (a JSON file), and which lists a role may open
is read from the menu of its own home page.

Think time is exponential with a mean of ``OFFICE_THINK`` seconds, cut at ten times the mean: the
law of TPC-W (clause 5.3.1.1), whose mean is 7 s; a mean below that is a harder test.
"""

from __future__ import annotations

import json
import os
import random
import re
from itertools import count
from pathlib import Path

from locust import HttpUser, events, task

PASSWORDS = json.loads(Path(os.environ["OFFICE_PASSWORDS"]).read_text(encoding="utf-8"))
THINK = float(os.environ.get("OFFICE_THINK", "7"))
OUT = Path(os.environ["OFFICE_TIMES"])
NAMES = sorted(set(PASSWORDS) - {"admin"})
turn = count()
times: list[tuple[str, float, str]] = []


@events.request.add_listener
def note(request_type, name, response_time, exception, response=None, **kwargs):
    """Keep every page's time: the percentiles are taken over all of them, not over a histogram."""
    if name.startswith("page "):
        code = getattr(response, "status_code", None)
        bad = "" if exception is None and code == 200 else f"{code} {exception!r}"
        times.append((name.removeprefix("page "), response_time, bad))


@events.reset_stats.add_listener
def forget(**kwargs):
    times.clear()


@events.quit.add_listener
def write(**kwargs):
    OUT.write_text(json.dumps(times), encoding="utf-8")


class Clerk(HttpUser):
    """One person: signs in once, then goes from page to page."""

    def wait_time(self) -> float:
        return min(10 * THINK, random.expovariate(1 / THINK))

    def on_start(self) -> None:
        name = NAMES[next(turn) % len(NAMES)]
        self.client.get("/accounts/login/", name="sign in")
        token = next(v for k, v in self.client.cookies.items() if "csrf" in k)
        self.client.post(
            "/accounts/login/", name="sign in",
            data={"login": name, "password": PASSWORDS[name], "csrfmiddlewaretoken": token},
        )  # fmt: skip
        home = self.client.get("/", name="sign in").text
        menu = home.split('<nav class="side"')[1].split("</nav>")[0]
        self.lists = re.findall(r'href="(/[a-z-]+/)"', menu)
        assert self.lists, f"{name} was not signed in"

    @task(1)
    def home(self) -> None:
        self.client.get("/", name="page home")

    @task(3)
    def first_page(self) -> None:
        one = random.choice(self.lists)
        self.client.get(one, name=f"page {one}")

    @task(1)
    def later_page(self) -> None:
        one = random.choice(self.lists)
        self.client.get(f"{one}?page={random.randrange(2, 40)}", name=f"page {one}")
