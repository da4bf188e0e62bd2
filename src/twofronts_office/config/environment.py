"""Reading the environment: the only place where the office's configuration comes from."""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from platformdirs import user_data_path

from twofronts_office.common.stop import Stop

PREFIX = "TWOFRONTS_OFFICE_"


def text(name: str, default: str = "") -> str:
    return os.environ.get(PREFIX + name, default)


def flag(name: str, default: bool) -> bool:
    raw = text(name).strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise Stop(f"{PREFIX}{name} is {raw!r}; write 1 or 0.")


def number(name: str, default: int) -> int:
    raw = text(name).strip()
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise Stop(f"{PREFIX}{name} is {raw!r}; write a whole number.") from None


def day(name: str) -> date | None:
    raw = text(name).strip()
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        raise Stop(f"{PREFIX}{name} is {raw!r}; write a day as 2020-02-19.") from None


def time_zone(default: str) -> str:
    name = text("TIME_ZONE", default).strip() or default
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise Stop(f"{PREFIX}TIME_ZONE is {name!r}; write one such as Asia/Shanghai.") from None
    return name


def database(url: str) -> dict:
    """The PostgreSQL database of an address; the address itself is not repeated: it is secret."""
    shape = "postgres://user:password@host:5432/name"
    try:
        held = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    except ValueError as error:
        raise Stop(f"DATABASE_URL cannot be read as {shape}.") from error
    if "postgresql" not in held["ENGINE"] or not held["NAME"]:
        raise Stop(f"DATABASE_URL names no PostgreSQL database; write {shape}.")
    return held


def words(name: str) -> list[str]:
    return [w.strip() for w in text(name).split(",") if w.strip()]


def home() -> Path:
    """Folder of the embedded database, uploads and generated secret; made on first use."""
    folder = Path(text("HOME") or user_data_path("twofronts-office"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "static").mkdir(exist_ok=True)  # served if filled; its absence would be warned of
    return folder


def secret_key(folder: Path) -> str:
    """The key given, or one made once and kept readable by the owner only.

    Two workers that start at once must agree, so the file is created exclusively and whoever
    loses the race reads the winner's key.
    """
    given = text("SECRET_KEY")
    if given:
        return given
    path = folder / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w") as out:
        key = secrets.token_urlsafe(64)
        out.write(key)
    return key
