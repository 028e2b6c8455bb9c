"""Runs the rows that are named, or all of them: ``python benchmarks [ROW]``. Called by ``make bench``."""

from __future__ import annotations

import sys
from pathlib import Path

from report import Row, table, write
from rows import cold, crowd, imports, scale, session, size, srp, tokens, warm

ROWS = {
    "import": imports.measure,
    "cold": cold.measure,
    "srp": srp.measure,
    "tokens": tokens.measure,
    "warm": warm.measure,
    "crowd": crowd.measure,
    "session": session.measure,
    "scale": scale.measure,
    "size": size.measure,
}


def main() -> None:
    wheels = Path(sys.argv[1])
    names = sys.argv[2:] or list(ROWS)
    measured: list[Row] = []
    for name in names:
        for row in ROWS[name](wheels):
            print("\n".join(table(row)), flush=True)
            measured.append(row)
    if len(names) == len(ROWS):
        write(measured)


if __name__ == "__main__":
    main()
