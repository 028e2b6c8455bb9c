"""One run of the harness as a file of JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from measure import Series
from results import Lines, Row, Unit

FOLDER = Path(__file__).resolve().parent.parent / "target" / "bench"


def path_of(name: str) -> Path:
    """A name stands for a file in target/bench; anything with a slash or a dot is a path."""
    return Path(name) if "/" in name or "." in name else FOLDER / f"{name}.json"


def write(measured: Sequence[Row | Lines], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"rows": [values for row in measured for values in _values(row)]}, indent=1) + "\n"
    )
    return path


def _values(row: Row | Lines) -> list[dict[str, object]]:
    """One entry; for growing counts, one for each count."""
    if isinstance(row, Row):
        return [_entry(row.name, row.unit, row.limit, row.series)]
    counts = sorted({count for line in row.series.values() for count in line})
    return [
        _entry(
            f"{row.name}, {count:,}",
            row.unit,
            "",
            {name: line[count] for name, line in row.series.items() if count in line},
        )
        for count in counts
    ]


def _entry(name: str, unit: Unit, limit: str, series: dict[str, Series]) -> dict[str, object]:
    return {
        "name": name,
        "unit": unit,
        "limit": limit,
        "series": {contender: one.values for contender, one in series.items()},
    }


def read(path: Path) -> list[Row]:
    """The entries of a record, as rows without targets."""
    return [
        Row(
            row["name"],
            "",
            (row["unit"][0], row["unit"][1]),
            {name: Series(values) for name, values in row["series"].items()},
            "",
            row["limit"],
        )
        for row in json.loads(path.read_text())["rows"]
    ]
