"""What was measured, as tables."""

from __future__ import annotations

from collections.abc import Sequence

import versions
from results import Lines, Row, Target, in_unit, is_ours, left_out, slope


def _name(name: str) -> str:
    return f"**{name}**" if is_ours(name) else name


def _targets(targets: list[Target]) -> list[str]:
    if not targets:
        return []
    lines = [
        "",
        "| target | ours | limit | ratio | quartiles | at most | met |",
        "|---|---|---|---|---|---|---|",
    ]
    return lines + [_target(target) for target in targets]


def _target(target: Target) -> str:
    ours, limit = (in_unit(series.median, target.unit) for series in (target.ours, target.limit))
    ratio = target.ratio
    low, high = ratio.quartiles
    spread = f"{low:.2f} to {high:.2f}" if len(ratio.values) > 1 else ""
    met = "yes" if target.met else "**no**"
    cells = [
        target.what,
        ours,
        f"{limit} ({target.limit_name})",
        f"{ratio.median:.2f}",
        spread,
        f"{target.at_most:g}",
        met,
    ]
    return f"| {' | '.join(cells)} |"


def table(row: Row | Lines) -> list[str]:
    head = [f"### {row.name}", "", row.what, ""]
    body = _lines(row) if isinstance(row, Lines) else _contenders(row)
    return [*head, *body, *_targets(row.targets), ""]


def _contenders(row: Row) -> list[str]:
    ours = row.series[row.ours].median
    lines = ["| contender | median | quartiles | times ours |", "|---|---|---|---|"]
    for name, series in sorted(row.series.items(), key=lambda item: item[1].median):
        low, high = series.quartiles
        spread = f"{row.shown(low)} to {row.shown(high)}" if len(series.values) > 1 else ""
        lines.append(
            f"| {_name(name)} | {row.shown(series.median)} | {spread} | {series.median / ours:.2f} |"
        )
    return lines


def _lines(row: Lines) -> list[str]:
    counts = sorted({count for line in row.points.values() for count in line})
    head = ["contender", *(f"{count:,}" for count in counts), "power"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, line in row.points.items():
        shown = [row.shown(line[count]) if count in line else "" for count in counts]
        power = f"{slope(line):.2f}" if all(value > 0 for value in line.values()) else ""
        lines.append(f"| {' | '.join([_name(name), *shown, power])} |")
    return lines


def summary(rows: Sequence[Row | Lines]) -> list[str]:
    targets = [target for row in rows for target in row.targets]
    met = sum(target.met for target in targets)
    what = f"{met} of {len(targets)} are met: ours is at most so many times the limit, which the same run measured."
    return ["## Targets", "", what, *_targets(targets), ""]


def document(rows: Sequence[Row | Lines]) -> str:
    lines = [
        "# Results", "",
        "Made by `make bench`: contenders take turns in one run, whatever their language, and every answer is checked",
        "before it is timed. The ratios of one run say more than its figures.", "",
        f"Machine: {versions.machine()}.", "", *(f"- {line}" for line in versions.languages()), "",
        *(f"- {what}" for what in left_out), *([""] if left_out else []),
        *summary(rows),
        "## Rows", "",
        "Medians, and between which quartiles. For growing counts, `power` is the power of the count by which the value",
        "grows at the last two: 1 is a straight line.", "",
    ]  # fmt: skip
    for row in rows:
        lines += table(row)
    return "\n".join(lines).rstrip() + "\n"
