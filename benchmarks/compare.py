"""Compares two runs: ``python benchmarks/compare.py BEFORE AFTER``, names of files in target/bench or paths.

Of each contender of ours, the ratio to its row's limit, or to a peer where the row has none; without either, the value
itself. A change counts where the quartiles of the two runs do not meet; the exit code is 1 if one is for the worse.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from measure import Series
from record import path_of, read
from results import Row, is_ours

# What is measured once has no quartiles: this much is noise.
SINGLE = 0.02


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    before, after = (read(path_of(name)) for name in sys.argv[1:])
    verdicts = []
    print("| row | contender | against | before | after | change | noise | |")
    print("|---|---|---|---|---|---|---|---|")
    for old, new in _rows_of_both(before, after):
        for name in (name for name in old.series if is_ours(name) and name in new.series):
            reference = _reference(old, new, name)
            earlier, later = (_seen_from(row, name, reference) for row in (old, new))
            verdict = _verdict(earlier, later)
            verdicts.append(verdict)
            change = later.median / earlier.median - 1
            noise = max(_noise(earlier), _noise(later))
            shown = (f"{one.median:.2f}" if reference else old.shown(one.median) for one in (earlier, later))
            cells = [old.name, name, reference, *shown, f"{change:+.1%}", f"{noise:.1%}", verdict]
            print(f"| {' | '.join(cells)} |")
    print(f"\n{len(verdicts)} compared: {verdicts.count('better')} better, {verdicts.count('worse')} worse.")
    sys.exit("worse" in verdicts)


def _rows_of_both(before: list[Row], after: list[Row]) -> Iterator[tuple[Row, Row]]:
    by_name = {row.name: row for row in after}
    return ((row, by_name[row.name]) for row in before if row.name in by_name)


def _reference(old: Row, new: Row, name: str) -> str:
    """The row's limit, or else the quickest peer of as many rounds in both runs."""
    if old.limit in new.series:
        return old.limit
    rounds = len(old.series[name].values)
    peers = [
        peer
        for peer, series in old.series.items()
        if not is_ours(peer) and peer in new.series and len(series.values) == rounds > 1
    ]
    return min(peers, key=lambda peer: old.series[peer].median, default="")


def _seen_from(row: Row, name: str, reference: str) -> Series:
    return row.series[name].over(row.series[reference]) if reference else row.series[name]


def _noise(series: Series) -> float:
    """Half of what lies between the quartiles, as a share of the median."""
    low, high = series.quartiles
    return max((high - low) / 2 / series.median, SINGLE)


def _verdict(before: Series, after: Series) -> str:
    def between(series: Series) -> tuple[float, float]:
        low, high = series.quartiles
        around = SINGLE * series.median / 2
        return min(low, series.median - around), max(high, series.median + around)

    (low, high), (new_low, new_high) = between(before), between(after)
    return "worse" if new_low > high else "better" if new_high < low else ""


if __name__ == "__main__":
    main()
