"""Writing files whole or not at all: a full disk or Ctrl-C leaves nothing half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twofronts.errors import OutputError


def check_target(path: Path) -> None:
    """Refuse a place where no file can be written, before anything is done.

    Parameters
    ----------
    path : Path
        Of a file, there already or not.

    Raises
    ------
    OutputError
        If a folder or a device is there, or the nearest folder above cannot be written.
    """
    path = Path(path)
    why = ""
    if path.is_dir():
        why = "a folder is there; name a file in it"
    elif path.exists() and not path.is_file():
        why = "what is there is no ordinary file; name another"
    else:
        above = path.parent.absolute()
        while not above.exists() and above != above.parent:
            above = above.parent
        if not above.is_dir():
            why = f"{above} is a file, not a folder"
        elif not os.access(above, os.W_OK):
            why = f"you may not write in {above}"
    if why:
        raise OutputError(f"{path} could not be written: {why}")


_NETCDF = (".nc", ".nc4", ".netcdf", ".h5")
_PICTURE = (".png", ".svg", ".pdf")


def check_netcdf(path: Path | None, *, instead: str) -> None:
    """Refuse a name for all draws that promises another kind of file, such as a workbook.

    Parameters
    ----------
    path : Path or None
    instead : str
        How to have the numbers in another form.

    Raises
    ------
    OutputError
        If the name does not end as NetCDF files do.
    """
    _check_ending(path, _NETCDF, "every draw goes into a NetCDF file", f" ({instead})")


def check_picture(path: Path | None) -> None:
    """Refuse a name for a picture that says no kind of picture, or one that cannot be drawn.

    Raises
    ------
    OutputError
        If the name ends neither in .png nor in .svg or .pdf.
    """
    _check_ending(path, _PICTURE, "a picture is PNG, SVG or PDF by the ending of its name")


def _check_ending(path: Path | None, endings: tuple[str, ...], why: str, more: str = "") -> None:
    if path is not None and path.suffix.lower() not in endings:
        name = path.with_suffix(endings[0]).name
        raise OutputError(f"{path} could not be written: {why}; name it {name}{more}")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; it takes the real name only when all went well.

    Raises
    ------
    OutputError
        If the folder cannot be written or the disk is full; if a folder or a device is there.
    """
    path = Path(path)
    check_target(path)
    handle = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
        os.close(fd)
        handle = Path(name)
        yield handle
        os.replace(handle, path)
        path.chmod(0o644)
        handle = None
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    finally:
        if handle is not None:
            handle.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``path`` that replaces it only when all went well.

    Raises
    ------
    OutputError
        If the folder cannot be written or the disk is full.
    """
    path = Path(path)
    work = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        yield work
        work.chmod(0o755)
        if path.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
            os.replace(path, old / path.name)
            os.replace(work, path)
            shutil.rmtree(old)
        else:
            os.replace(work, path)
        work = None
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text whole or not at all."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
