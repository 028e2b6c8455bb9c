"""Runs the row that is named, or all of them: ``python benchmarks WHEELS [ROW ...]``. Called by ``make bench``.

What was measured goes into target/bench/NAME.json, for compare.py; the variable BENCH_NAME says the name.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

import markdown
import picture
import record
from measure import QUICK
from results import Lines, Row

# Each row, and its module in rows/.
ROWS = {
    "import": "imports",
    "cold": "cold",
    "srp": "srp",
    "decode": "tokens",
    "verify": "tokens",
    "warm": "warm",
    "tls": "tls",
    "crowd": "crowd",
    "session": "session",
    "scale": "scale",
    "size": "size",
}


def measure(wheels: Path, wanted: list[str]) -> list[Row | Lines]:
    """The rows of the modules that are wanted; one module may have several."""
    measured: list[Row | Lines] = []
    for module in dict.fromkeys(ROWS[name] for name in wanted):
        for row in importlib.import_module(f"rows.{module}").measure(wheels):
            if row.name.split(",")[0].split(" ")[0] in wanted:
                print("\n".join(markdown.table(row)), flush=True)
                measured.append(row)
    return measured


def write(measured: list[Row | Lines], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "RESULTS.md").write_text(markdown.document(measured))
    (folder / "results.svg").write_text(picture.everything(measured))
    (folder / "summary.svg").write_text(picture.summary(measured))


def main() -> None:
    wheels, *wanted = sys.argv[1:]
    checking = wanted[:1] == ["--check"]
    wanted = wanted[checking:]
    unknown = [name for name in wanted if name not in ROWS]
    if unknown:
        raise SystemExit(f"There is no row {', '.join(unknown)}. The rows: {', '.join(ROWS)}.")
    if checking:
        return
    started = time.monotonic()
    measured = measure(Path(wheels), wanted or list(ROWS))
    print("\n".join(markdown.summary(measured)))
    print(f"Took {time.monotonic() - started:.0f} s.")
    folder = Path(__file__).resolve().parent
    print(f"Recorded in {record.write(measured, record.path_of(os.environ.get('BENCH_NAME') or 'latest'))}.")
    if not wanted:
        # Few repetitions, or another tree: to look at, not to keep.
        aside = QUICK or os.environ.get("BENCH_NAME")
        write(measured, folder.parent / "target" / "bench-results" if aside else folder)


if __name__ == "__main__":
    main()
