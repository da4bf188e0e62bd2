"""A PostgreSQL server of one's own for as long as it is needed, from the system's programs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Folder of the newest server's programs, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[4])
    if found:
        return found[-1].parent
    one = shutil.which("initdb")
    return Path(one).parent if one else None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def server(database: str = "office") -> Iterator[str]:
    """Start a server with its ordinary settings (fsync on) and one database; yields its URL."""
    bin_ = programs()
    if bin_ is None:
        raise SystemExit("PostgreSQL is not installed: set DATABASE_URL to a server of yours.")
    with tempfile.TemporaryDirectory(prefix="office-pg-") as folder:
        who: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres")
            who = ["runuser", "-u", "postgres", "--"]
        port, data = free_port(), f"{folder}/data"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
        make = [bin_ / "initdb", "-D", data, "-U", "office", "--auth=trust", "-E", "UTF8"]
        subprocess.run([*who, *make, "--locale=C.UTF-8"], **quiet)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        start = [bin_ / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"]
        subprocess.run([*who, *start], **quiet)
        try:
            made = [bin_ / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "office", database]
            subprocess.run(made, **quiet)
            yield f"postgres://office@127.0.0.1:{port}/{database}"
        finally:
            subprocess.run([*who, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
