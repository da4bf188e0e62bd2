"""Briefs of other cities: one from the template, one for which no plan will do; and a disk that is full."""

from __future__ import annotations

import errno
import html
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from twofronts.briefing import folder
from twofronts.city.loader import find_city
from twofronts.cli import main
from twofronts.measures import load_rulebook

pytestmark = pytest.mark.slow
QUICK = ["--quick", "--draws", "12", "--budget", "12", "--days", "21", "--seed", "3"]


def words(path: Path) -> str:
    """What a reader sees of a page."""
    page = re.sub(r"<(style|script).*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_city_from_the_template_briefs(tmp_path):
    city, out = tmp_path / "mine", tmp_path / "brief"
    assert main(["city", "new", str(city)]) == 0
    assert main(["brief", str(city), *QUICK, "--out", str(out)]) == 0
    record = json.loads((out / folder.RECORD).read_text(encoding="utf-8"))
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert there == {*record["files"], folder.RECORD}
    english, chinese = words(out / "brief.en.html"), words(out / "brief.zh.html")
    assert "My City" in english
    assert "我的城市" in chinese
    assert "Advice:" in english
    assert "建议：" in chinese
    assert "{" not in english + chinese
    assert load_rulebook(out / "rulebook.toml").measures
    assert (out / "brief.zh.pdf").read_bytes().startswith(b"%PDF")


def test_where_no_plan_will_do_the_least_bad_is_given_with_the_reason(tmp_path):
    city, out = tmp_path / "town", tmp_path / "brief"
    shutil.copytree(find_city("town"), city)
    stocks = pd.read_csv(city / "stocks.csv")
    # no rulebook feeds a city that has no grain and gets none
    columns = ["stock", "production_per_day", "inbound_per_day"]
    stocks.loc[stocks["good"] == "grain", columns] = 0
    stocks.to_csv(city / "stocks.csv", index=False)
    assert main(["brief", str(city), *QUICK, "--out", str(out)]) == 0
    english, chinese = words(out / "brief.en.html"), words(out / "brief.zh.html")
    assert re.search(r"Advice: [^.]*least bad; [^.]*keeps every limit\.", english)
    missed = re.search(r"Missed: [^.]*", english)
    assert missed
    assert "cover of daily goods" in missed.group().lower()
    limits = pd.read_csv(out / "tables" / "limits.csv")
    goods = limits[limits["constraint"] == "goods"].set_index("option")
    assert not goods["holds"].any()
    assert goods.loc["plan", "prob"] == 0
    assert "生活物资保障" in chinese
    assert load_rulebook(out / "rulebook.toml").measures


def test_a_disk_that_fills_up_at_the_end_leaves_nothing(tmp_path, capsys, monkeypatch):
    write = Path.write_bytes

    def full(self, data):
        if self.suffix == ".pdf":
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    out = tmp_path / "brief"
    # the other language's process is another one, so one is enough
    assert main(["brief", "town", *QUICK, "--lang", "en", "--out", str(out)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "could not be written" in said
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
