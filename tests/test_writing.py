import os

import pytest

from twofronts.errors import OutputError
from twofronts.writing import check_target, whole_file, whole_folder, write_text


def test_a_file_appears_whole(tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "一二\n")
    assert (tmp_path / "deep" / "a.txt").read_text(encoding="utf-8") == "一二\n"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_was_interrupted_leaves_the_old_file(tmp_path, error):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def write():
        with whole_file(target) as part:
            part.write_text("half")
            raise error

    with pytest.raises(error):
        write()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out"
    with whole_folder(target) as work:
        (work / "a").write_text("1")
    with pytest.raises(KeyboardInterrupt), whole_folder(target) as work:
        (work / "a").write_text("2")
        raise KeyboardInterrupt
    assert (target / "a").read_text() == "1"
    with whole_folder(target) as work:
        (work / "b").write_text("3")
    assert [p.name for p in target.iterdir()] == ["b"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        write_text(tmp_path / "file" / "below.txt", "x")


def test_a_folder_a_pipe_or_a_place_below_a_file_is_refused_beforehand(tmp_path):
    (tmp_path / "file").write_text("kept")
    os.mkfifo(tmp_path / "pipe")
    for target in (tmp_path, tmp_path / "pipe", tmp_path / "file" / "below" / "a.nc"):
        with pytest.raises(OutputError, match="could not be written"):
            check_target(target)
        with pytest.raises(OutputError, match="could not be written"):
            write_text(target, "x")
    assert (tmp_path / "file").read_text() == "kept"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "pipe"]
    check_target(tmp_path / "file")
    check_target(tmp_path / "new" / "deep" / "a.nc")
