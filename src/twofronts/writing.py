"""Writing files whole or not at all: a full disk or Ctrl-C leaves nothing half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twofronts.errors import OutputError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; it takes the real name only when all went well.

    Raises
    ------
    OutputError
        If the folder cannot be written or the disk is full.
    """
    path = Path(path)
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
