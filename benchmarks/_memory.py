"""Peak memory of a process, from the system's own books.

``ru_maxrss`` of a process begins at what the process held that started it, so it cannot tell what a
child of a benchmark took.
"""

from __future__ import annotations

from pathlib import Path


def peak_mib(process: int | str = "self") -> float:
    """Return the most resident memory that a process ever held. [MiB]."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM")) / 1024
