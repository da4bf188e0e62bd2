"""A backup that somebody tampered with writes nothing outside its own folder."""

from __future__ import annotations

import io
import tarfile

import pytest

from twofronts_office.common.backup import _unpack
from twofronts_office.common.stop import Stop


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> tarfile.TarFile:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    out.seek(0)
    return tarfile.open(fileobj=out)


def link(name: str, to: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


def test_plain_files_come_out_whole(tmp_path):
    folder = tarfile.TarInfo("files/202002")
    folder.type = tarfile.DIRTYPE
    _unpack(packed((folder, b""), (tarfile.TarInfo("files/202002/a.pdf"), b"%PDF")), tmp_path)
    assert (tmp_path / "files/202002/a.pdf").read_bytes() == b"%PDF"


@pytest.mark.parametrize(
    "info",
    [
        tarfile.TarInfo("../out"),
        tarfile.TarInfo("files/../../out"),
        tarfile.TarInfo("/two-fronts-out"),
        link("files", "/", tarfile.SYMTYPE),
        link("files/x", "database.dump", tarfile.LNKTYPE),
        link("pipe", "", tarfile.FIFOTYPE),
    ],
    ids=lambda i: f"{i.name} {i.type!r}",
)
def test_ways_out_of_the_folder_are_refused(tmp_path, info):
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(Stop, match="damaged"):
        _unpack(packed((info, b"")), inside)
    assert list(tmp_path.iterdir()) == [inside]
    assert list(inside.iterdir()) == []
