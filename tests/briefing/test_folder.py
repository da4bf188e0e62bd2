"""The folder: whole or not at all, and other people's files stay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

from twofronts.briefing import folder
from twofronts.errors import OutputError


def files(**extra: bytes) -> dict[str, bytes]:
    data = {"brief.en.html": b"<p>one</p>", "tables/figures.csv": b"a\n", **extra}
    record = {"what": folder.MARK, "files": folder.digests(data)}
    return {**data, folder.RECORD: json.dumps(record).encode()}


def tree(path):
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def test_a_new_folder_holds_exactly_the_files(tmp_path):
    folder.write_folder(tmp_path / "a" / "brief", files())
    assert tree(tmp_path / "a" / "brief") == files()
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["brief"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "brief").mkdir()
    folder.write_folder(tmp_path / "brief", files())
    assert tree(tmp_path / "brief") == files()


def test_a_first_look_is_dropped_and_the_users_files_in_it_stay(tmp_path):
    place = folder.beside(tmp_path / "brief")
    folder.write_folder(place, files())
    folder.drop_folder(place)
    assert not place.exists()
    folder.write_folder(place, files())
    (place / "figures").mkdir()
    (place / "mine.txt").write_text("mine")
    folder.drop_folder(place)
    assert tree(place) == {"mine.txt": b"mine"}
    folder.drop_folder(tmp_path)
    assert (place / "mine.txt").exists()


def test_a_second_brief_replaces_the_first_and_keeps_the_users_files(tmp_path):
    out = tmp_path / "brief"
    folder.write_folder(out, files(**{"old.csv": b"old"}))
    (out / "my notes.txt").write_text("mine")
    (out / "tables" / "mine.csv").write_text("mine too")
    (out / "empty").mkdir()
    (out / "link").symlink_to("my notes.txt")
    second = {**files(), "brief.en.html": b"<p>two</p>"}
    folder.write_folder(out, second)
    assert (out / "empty").is_dir()
    assert os.readlink(out / "link") == "my notes.txt"
    assert tree(out) == {
        **second,
        "my notes.txt": b"mine",
        "tables/mine.csv": b"mine too",
        "link": b"mine",
    }


@pytest.mark.parametrize("content", ["", "{}", '{"what": "something else"}', "[1]", "not json"])
def test_a_strangers_folder_is_refused_and_left_alone(tmp_path, content):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "manifest.json").write_text(content)
    (out / "chapter.txt").write_text("years of work")
    before = tree(out)
    with pytest.raises(OutputError, match="not empty and holds no earlier brief"):
        folder.write_folder(out, files())
    assert tree(out) == before


def test_a_file_is_refused(tmp_path):
    (tmp_path / "brief").write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        folder.require_free(tmp_path / "brief")


def test_a_full_disk_leaves_the_earlier_brief_as_it_was(tmp_path):
    """A real limit on file size makes the write fail half-way."""
    out = tmp_path / "brief"
    folder.write_folder(out, files())
    script = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from twofronts.briefing import folder
        from twofronts.errors import OutputError
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        data = {"a.txt": b"small", "b.bin": bytes(100_000), folder.RECORD: b"{}"}
        try:
            folder.write_folder(Path(sys.argv[1]), data)
        except OutputError as error:
            print(error)
            raise SystemExit(error.exit_status)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "could not be written" in done.stdout
    assert tree(out) == files()
    assert [p.name for p in tmp_path.iterdir()] == ["brief"]


def test_an_interruption_leaves_nothing(tmp_path, monkeypatch):
    out = tmp_path / "brief"
    monkeypatch.setattr(folder, "_keep", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    out.mkdir()
    with pytest.raises(KeyboardInterrupt):
        folder.write_folder(out, files())
    assert list(tmp_path.iterdir()) == [out]
    assert not list(out.iterdir())
