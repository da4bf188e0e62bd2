"""Write the built-in cities: python tools/make_cities.py [FOLDER]."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tools.cities import nanjing, town  # noqa: E402


def main(folder: Path) -> None:
    nanjing.make(folder / "nanjing")
    town.make(folder / "town")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "src/twofronts/data/cities")
