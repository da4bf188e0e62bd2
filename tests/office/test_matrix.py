"""Every page and every API verb x every role x own, other and no area.

What is expected is written down in ``matrix.json``, one line an address; a new page without a line
fails, and so does a line whose page is gone. Rewrite it with ``TWOFRONTS_WRITE_MATRIX=1`` (without
xdist) and read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from twofronts_office.common.register import REGISTERS

from . import build

FILE = Path(__file__).with_name("matrix.json")
FOREIGN = ("account_", "mfa_", "usersessions_", "socialaccount_", "set_language")
PLACES = ("east", "west")


def names(patterns=None):
    for p in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(p, URLResolver):
            yield from names(p.url_patterns)
        elif isinstance(p, URLPattern) and p.name and not p.name.startswith(FOREIGN):
            yield p.name, p
    return


def ours() -> dict[str, URLPattern]:
    return {
        name: p
        for name, p in names()
        if not name.startswith(FOREIGN) and "allauth" not in (p.callback.__module__ or "")
    }


def slug_of(name: str) -> str | None:
    bare = name.removeprefix("api-")
    found = [s for s in REGISTERS if bare == s or bare.startswith(f"{s}-")]
    return max(found, key=len) if found else None


BESIDE = {
    "enterprises-file": "enterprises",
    "filing-receipt": "filings",
    "meeting-communique": "meetings",
    "whatif-result": "plans",
    "whatif-rulebook": "plans",
}


def address(name: str, pattern: URLPattern) -> str:
    """The address of the row in the east, if it takes a row."""
    takes = pattern.pattern.converters
    args = {}
    if "pk" in takes:
        if name.startswith("job"):
            args["pk"] = uuid.UUID(int=1)
        else:
            slug = BESIDE.get(name) or slug_of(name)
            args["pk"] = build.row_of(slug, "east").pk
    if "number" in takes:
        args["number"] = 1
    if "token" in takes:
        args["token"] = "x" * 32
    return reverse(name, kwargs=args)


def takes_row(pattern: URLPattern) -> bool:
    return "pk" in pattern.pattern.converters


def answer(client, url: str, method: str) -> str:
    if method == "GET":
        code = client.get(url).status_code
    else:
        code = client.post(url, {}, content_type="application/json" if "/api/" in url else "application/x-www-form-urlencoded").status_code  # fmt: skip
    return str(code)


def methods(name: str, pattern: URLPattern) -> list[str]:
    """Reading and, where the page takes a form, sending one."""
    if not name.startswith("api-"):
        view = getattr(pattern.callback, "view_class", None)
        takes = hasattr(view, "post") and "post" in view.http_method_names
        return ["GET", "POST"] if takes else ["GET"]
    slug = slug_of(name)
    if slug is None:
        return ["GET"]
    tail = name.removeprefix(f"api-{slug}-")
    if tail == "list":
        return ["GET", "POST"]
    return ["GET"] if tail == "detail" else ["POST"]


PEOPLE = ["anonymous", "nobody", *(f"{r}_{p}" for r in build.ROLES for p in PLACES)]


def measure(login, who: str) -> dict[str, str]:
    """Address and method -> answer, for one person."""
    client = Client(headers={"accept-language": "en"}) if who == "anonymous" else login(who)
    found = {}
    for name, pattern in sorted(ours().items()):
        if who.endswith("_west") and not takes_row(pattern):
            continue  # whether a list opens depends on the role alone
        url = address(name, pattern)
        for method in methods(name, pattern):
            found[f"{method} {name}"] = answer(client, url, method)
    return found


def read() -> dict[str, dict[str, list[str]]]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def write(who: str, found: dict[str, str]) -> None:
    """Put one person's answers into the file; pages that are gone go."""
    held = read()
    for answers in held.values():
        for people in answers.values():
            if who in people:
                people.remove(who)
    for key, code in found.items():
        people = held.setdefault(key, {}).setdefault(code, [])
        people.append(who)
        people.sort(key=PEOPLE.index)
    kept = {k: {c: p for c, p in a.items() if p} for k, a in held.items()}
    lines = (
        f"  {json.dumps(k)}: {json.dumps(kept[k], sort_keys=True)}" for k in sorted(kept) if kept[k]
    )
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def test_every_page_has_its_line():
    keys = {f"{m} {name}" for name, p in ours().items() for m in methods(name, p)}
    assert keys == set(read()), "a page without an entry, or an entry without a page"


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_and_role(login, who):
    found = measure(login, who)
    if os.environ.get("TWOFRONTS_WRITE_MATRIX") == "1":
        write(who, found)
    wanted = {
        key: code
        for key, answers in read().items()
        for code, people in answers.items()
        if who in people
    }
    assert found == wanted


def test_matrix_holds_the_rule():
    """What must hold whatever the file says: no other area's row, nothing for strangers."""
    wanted = json.loads(FILE.read_text(encoding="utf-8"))
    public = {"GET health", "GET verify", "GET public-file", "POST public-file"}
    for key, answers in wanted.items():
        who_sees = set(answers.get("200", []))
        if key not in public:
            assert not who_sees & {"anonymous"}, key
            assert not who_sees & {"nobody"} or key in {
                "GET home", "GET notifications", "GET api-schema", "GET api-docs",
            }, key  # fmt: skip
        name = key.split(" ", 1)[1]
        if name.endswith(("-detail", "-edit", "-history")):
            slug = slug_of(name)
            if hasattr(REGISTERS[slug].model, "area_id") and slug != "areas":
                outsiders = {w for w in who_sees if w.endswith("_west")}
                assert not outsiders, f"{key}: {sorted(outsiders)}"
        assert not set(answers) & {"500"}, key
