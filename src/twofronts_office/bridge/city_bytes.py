"""A city folder as the bytes of one file, so that a result keeps the city that it rests on."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

STAMP = (1980, 1, 1, 0, 0, 0)  # one folder, one file: no clock in it


def pack_city(folder: Path) -> bytes:
    """Return a city folder as a ZIP archive; the same folder gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(path.name, STAMP), path.read_bytes(),
                             zipfile.ZIP_DEFLATED)  # fmt: skip
    return out.getvalue()


def unpack_city(data: bytes, folder: Path) -> Path:
    """Write a packed city into a folder; only plain names are taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            (folder / Path(info.filename).name).write_bytes(archive.read(info))
    return folder
