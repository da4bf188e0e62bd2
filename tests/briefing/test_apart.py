"""The second process sets the same pages as this one, and its trouble becomes this one's."""

from __future__ import annotations

import os
import sys
import time

import pytest

from twofronts.briefing import make
from twofronts.briefing.apart import Apart, second_process
from twofronts.fonts import FontError


@pytest.fixture
def apart():
    process = Apart()
    yield process
    process.close()


@pytest.mark.slow
def test_both_processes_set_the_same_pages(evidence, figures, apart, monkeypatch):
    here = make.first_files(evidence, ("zh", "en"))
    set_here = []
    original = make.first_pages_of
    monkeypatch.setitem(
        make.SETTERS,
        "first look",
        lambda e, f, lang, tell: set_here.append(lang) or original(e, f, lang),
    )
    both = make.first_files(evidence, ("zh", "en"), apart=apart)
    assert set_here == ["zh"]
    assert both.keys() == here.keys()
    for name in here:
        if name != "manifest.json":
            assert both[name] == here[name], name


@pytest.mark.slow
def test_pages_are_set_here_if_the_process_is_gone(evidence, apart):
    apart._process.kill()
    apart._process.wait()
    files = make.first_files(evidence, ("zh", "en"), apart=apart)
    assert {"first-look.zh.html", "first-look.en.html"} <= set(files)


@pytest.mark.slow
def test_what_cannot_be_set_is_told_here(evidence, apart, monkeypatch):
    apart.ask("no such page", evidence, "en")
    assert apart.answer() is None
    monkeypatch.setattr("twofronts.fonts.known_characters", lambda: frozenset("a"))
    with pytest.raises(FontError):
        make.first_files(evidence, ("zh", "en"), apart=apart)


def test_one_language_or_one_core_needs_no_second_process(monkeypatch):
    with second_process(("zh",)) as none:
        assert none is None
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0})
    with second_process(("zh", "en")) as none:
        assert none is None


def test_where_no_process_can_be_started_there_is_none(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with second_process(("zh", "en")) as none:
        assert none is None


@pytest.mark.slow
def test_the_process_ends_with_the_work_even_if_that_fails(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    with pytest.raises(KeyboardInterrupt), second_process(("zh", "en")) as apart:
        number = apart._process.pid
        raise KeyboardInterrupt
    time.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
