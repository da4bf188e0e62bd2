"""Put this checkout's ``src`` on the path of the running environment, and add the command.

``pip install -e .`` would fetch a build backend that the lock file does not pin; a path file and a
four-line script need nothing from anywhere.
"""

import stat
import sys
import sysconfig
from pathlib import Path

SCRIPT = """#!{python}
import sys
from twofronts.cli import main
sys.exit(main())
"""


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    site = Path(sysconfig.get_path("purelib"))
    (site / "twofronts-source.pth").write_text(f"{root / 'src'}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts")) / "twofronts"
    command.write_text(SCRIPT.format(python=sys.executable), encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    print(f"twofronts -> {command}")


if __name__ == "__main__":
    main()
