"""The brief's folder: whole or not at all, and never at the cost of somebody's other files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from twofronts.errors import OutputError
from twofronts.writing import whole_folder

RECORD = "manifest.json"
MARK = "twofronts brief"


def made_by_us(folder: Path) -> list[str] | None:
    """Return the files that an earlier brief wrote here, or None if this is no brief's folder."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("what") != MARK:
        return None
    return [str(name) for name in record.get("files", {})]


def require_free(folder: Path) -> None:
    """Refuse a place that holds somebody else's files, before any work is done.

    Raises
    ------
    OutputError
        If the place is a file, or a folder that is not empty and holds no brief, or cannot be
        written.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; give a folder with --out.")
    if folder.is_dir() and any(folder.iterdir()) and made_by_us(folder) is None:
        raise OutputError(
            f"{folder} is not empty and holds no earlier brief; nothing in it was touched. "
            "Give a new folder with --out."
        )
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise OutputError(f"{above} cannot hold a folder; give another place with --out.")


def beside(folder: Path) -> Path:
    """Return where the first look of a brief stands until the brief is finished."""
    return folder.with_name(f"{folder.name}-first-look")


def drop_folder(folder: Path) -> None:
    """Delete a folder of ours; files that are not ours stay, and then the folder too."""
    ours = made_by_us(folder)
    if ours is None:
        return
    for name in (*ours, RECORD):
        (folder / name).unlink(missing_ok=True)
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name, for the manifest."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files into the folder, all or none; files that are not ours stay beside them.

    Parameters
    ----------
    folder : Path
        New, empty, or an earlier brief's.
    files : mapping of str to bytes
        By path inside the folder; must hold ``manifest.json``.

    Raises
    ------
    OutputError
        If the folder is somebody else's, or the disk is full: then it is as it was before.
    """
    require_free(folder)
    ours = set(made_by_us(folder) or []) | {RECORD}
    with whole_folder(folder) as part:
        for name, data in files.items():
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if folder.is_dir():
            _keep(folder, part, ours | set(files))


def _keep(old: Path, new: Path, ours: set[str]) -> None:
    """Carry over what the user put into the folder."""
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old).as_posix()
        if path.is_symlink() or path.is_file():
            if name not in ours:
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, new / name, follow_symlinks=False)
        elif path.is_dir() and not any(path.iterdir()):
            (new / name).mkdir(parents=True, exist_ok=True)
