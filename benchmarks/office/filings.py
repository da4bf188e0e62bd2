"""A thousand enterprises file on the public page, from several clients at once."""

from __future__ import annotations

import http.cookiejar
import re
import threading
import time
import urllib.parse
import urllib.request
from queue import Empty, SimpleQueue

from twofronts_office.enterprises.uscc import check_character


def _form(i: int, token: str, once: str) -> dict[str, str]:
    code = f"93320106{i:09d}"
    return {
        "csrfmiddlewaretoken": token, "once": once, "uscc": code + check_character(code),
        "name": f"示例申报企业{i}", "area": "320106000000", "sector": "F", "insured_staff": "30",
        "resume_on": "2020-02-20", "staff_planned": "20", "risk_staff": "0", "mask_days": "7",
        "thermometers": "2", "lead_name": "示例", "lead_phone": "025", "committed": "on",
    }  # fmt: skip


def _client(url: str, work: SimpleQueue, receipts: list[str], wrong: list[str]) -> None:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    while True:
        try:
            i = work.get_nowait()
        except Empty:
            return
        try:
            page = browser.open(f"{url}/public/file/", timeout=60).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
            once = re.search(r'name="once" value="([^"]+)"', page)[1]
            data = urllib.parse.urlencode(_form(i, token, once)).encode()
            answer = browser.open(urllib.request.Request(f"{url}/public/file/", data), timeout=60)
            receipts.append(re.search(r"BA\d{8}-\d{6}", answer.read().decode())[0])
        except (OSError, TypeError) as error:
            wrong.append(repr(error))


def send(url: str, n: int, *, first: int = 0, clients: int = 8) -> tuple[float, list[str]]:
    """Send ``n`` filings; returns the seconds it took and the numbers on the receipts."""
    work: SimpleQueue = SimpleQueue()
    for i in range(first, first + n):
        work.put(i)
    receipts: list[str] = []
    wrong: list[str] = []
    args = (url, work, receipts, wrong)
    running = [threading.Thread(target=_client, args=args) for _ in range(clients)]
    start = time.perf_counter()
    for r in running:
        r.start()
    for r in running:
        r.join()
    if wrong:
        print(f"    {len(wrong)} did not go through, such as {wrong[0]}")
    return time.perf_counter() - start, receipts
