"""A finished situation for the tests: what the core made of Nanjing on 18 February 2020."""

from __future__ import annotations

import copy
import json
from datetime import date
from functools import cache
from pathlib import Path

from twofronts_office.plans.models import Plan

from . import build

FILE = Path(__file__).with_name("data") / "situation_nanjing.json"
HERE = {"320102": build.EAST[:6], "320104": build.WEST[:6]}  # Nanjing's districts in the test city


@cache
def _text() -> str:
    text = FILE.read_text(encoding="utf-8")
    for theirs, ours in HERE.items():
        text = text.replace(f'"{theirs}"', f'"{ours}"')
    return text


def result(**changes) -> dict:
    """A result that may be changed freely; ``changes`` replace its parts."""
    return copy.deepcopy(json.loads(_text())) | changes


def situation(found: dict | None = None, **fields) -> Plan:
    """Store a situation that has ended."""
    found = result() if found is None else found
    plan = Plan(title="Situation", kind="situation", state="done", progress=100, result=found)
    for name, value in fields.items():
        setattr(plan, name, value)
    if hasattr(plan, "as_of") and found.get("as_of"):
        plan.as_of = date.fromisoformat(found["as_of"])
    plan.save()
    return plan
