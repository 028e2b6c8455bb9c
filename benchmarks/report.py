"""What was measured, as a table and as a picture."""

from __future__ import annotations

import html
import importlib.metadata
import math
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

from measure import Series

FOLDER = Path(__file__).resolve().parent


@dataclass
class Target:
    """What a figure was to reach, and whether it did."""

    what: str
    wanted: str
    reached: str
    met: bool


@dataclass
class Line:
    """One contender at growing counts."""

    points: dict[int, float] = field(default_factory=dict)


@dataclass
class Row:
    """One row: contenders and targets. ``unit`` is what a value is divided by, and its name."""

    name: str
    what: str
    unit: tuple[float, str]
    series: dict[str, Series]
    ours: str
    targets: list[Target] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)

    @classmethod
    def of_lines(cls, name: str, what: str, unit: tuple[float, str], lines: dict[str, Line]) -> Row:
        """A row of contenders at growing counts."""
        return cls(name, what, unit, {}, "", lines=lines)

    def shown(self, value: float) -> str:
        size, name = self.unit
        return f"{value / size:,.3g} {name}" if value / size < 1000 else f"{value / size:,.0f} {name}"


def seconds(value: float) -> str:
    for size, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= size:
            return f"{value / size:.3g} {name}"
    return f"{value / 1e-9:.3g} ns"


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":")[1].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def versions() -> str:
    named = (
        "cognitoken",
        "boto3",
        "pycognito",
        "PyJWT",
        "joserfc",
        "python-jose",
        "httpx",
        "requests",
        "aplos-nca-saas-sdk",
    )
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in named)


def table_of_lines(row: Row) -> list[str]:
    counts = list(next(iter(row.lines.values())).points)
    head = ["contender", *(f"{count:,}" for count in counts)]
    lines = [f"### {row.name}", "", row.what, "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, line in row.lines.items():
        shown = f"**{name}**" if name.startswith("cognitoken") else name
        lines.append(f"| {' | '.join([shown, *(row.shown(line.points[count]) for count in counts)])} |")
    return [*lines, ""]


def table(row: Row) -> list[str]:
    if row.lines:
        return table_of_lines(row)
    ours = row.series[row.ours].median
    lines = [
        f"### {row.name}",
        "",
        row.what,
        "",
        "| contender | median | quartiles | times ours |",
        "|---|---|---|---|",
    ]
    for name, series in sorted(row.series.items(), key=lambda item: item[1].median):
        low, high = series.quartiles
        shown = f"**{name}**" if name.startswith("cognitoken") else name
        ratio = f"{series.median / ours:.2f}" if ours else ""
        lines.append(
            f"| {shown} | {row.shown(series.median)} | {row.shown(low)} to {row.shown(high)} | {ratio} |"
        )
    if row.targets:
        lines += ["", "| target | wanted | reached | met |", "|---|---|---|---|"]
        lines += [
            f"| {target.what} | {target.wanted} | {target.reached} | {'yes' if target.met else 'no'} |"
            for target in row.targets
        ]
    return [*lines, ""]


def write(rows: list[Row]) -> None:
    lines = [
        "# Results", "",
        "Made by `make bench`: contenders take turns in one run, and every answer is checked before it is timed.",
        "Medians; the ratios of one run say more than its figures.", "",
        f"Machine: {machine()}.", "", f"Versions: {versions()}.", "",
    ]  # fmt: skip
    for row in rows:
        lines += table(row)
    (FOLDER / "RESULTS.md").write_text("\n".join(lines).rstrip() + "\n")
    (FOLDER / "results.svg").write_text(picture(rows))


CHART_HEIGHT = 280
PLOT_LEFT, PLOT_WIDTH, PLOT_HEIGHT = 80, 440, 200


def chart(row: Row, top: int) -> list[str]:
    """Both axes are logarithmic: what grows with the count is a straight line."""
    parts = [
        f'<text class="name" x="10" y="{top}">{html.escape(row.name)}</text>',
        f'<text class="faint" x="140" y="{top}">{html.escape(row.what.rstrip("."))}</text>',
    ]
    least_shown = row.unit[0] * 1e-3
    values = [max(value, least_shown) for line in row.lines.values() for value in line.points.values()]
    counts = sorted({count for line in row.lines.values() for count in line.points})
    low, high = (
        math.floor(math.log10(min(values) / row.unit[0])),
        math.ceil(math.log10(max(values) / row.unit[0])),
    )
    bottom = top + 20 + PLOT_HEIGHT

    def at(count: int, value: float) -> tuple[float, float]:
        x = PLOT_LEFT + PLOT_WIDTH * math.log10(count) / math.log10(counts[-1])
        share = (math.log10(max(value, least_shown) / row.unit[0]) - low) / (high - low)
        return x, bottom - PLOT_HEIGHT * share

    for power in range(low, high + 1):
        y = at(1, 10.0**power * row.unit[0])[1]
        parts.append(f'<path class="grid" d="M{PLOT_LEFT} {y:.1f}h{PLOT_WIDTH}"/>')
        parts.append(f'<text class="faint" x="10" y="{y + 4:.1f}">{10.0**power:,g} {row.unit[1]}</text>')
    for count in counts:
        x = at(count, values[0])[0]
        parts.append(
            f'<text class="faint" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{count:,}</text>'
        )
    # Names that would lie on each other move apart.
    taken = bottom + 40.0
    for name, line in sorted(row.lines.items(), key=lambda item: item[1].points[counts[-1]]):
        places = [at(count, value) for count, value in line.points.items()]
        kind = "our-line" if name.startswith("cognitoken") else "their-line"
        parts.append(f'<path class="{kind}" d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>')
        parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in places]
        taken = min(taken - 16, places[-1][1] + 4)
        parts.append(f'<text x="{PLOT_LEFT + PLOT_WIDTH + 10}" y="{taken:.1f}">{html.escape(name)}</text>')
    return parts


STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 } .faint { fill: #59636e } .name { font-weight: 600 }
  .ours { fill: #1a7f37 } .theirs { fill: #8c959f } .grid { stroke: #8c959f; stroke-opacity: 0.3 }
  .our-line { stroke: #1a7f37; stroke-width: 2; fill: none } .their-line { stroke: #8c959f; stroke-width: 2; fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .faint { fill: #9198a1 } .ours { fill: #3fb950 } .theirs { fill: #6e7681 }
    .our-line { stroke: #3fb950 }
  }
"""


def picture(rows: list[Row]) -> str:
    """A bar for each contender, as a share of the slowest of its row."""
    parts: list[str] = []
    y = 10
    for row in rows:
        if row.lines:
            continue
        y += 24
        parts.append(f'<text class="name" x="10" y="{y}">{html.escape(row.name)}</text>')
        parts.append(f'<text class="faint" x="120" y="{y}">{html.escape(row.what.rstrip("."))}</text>')
        slowest = max(series.median for series in row.series.values())
        for name, series in sorted(row.series.items(), key=lambda item: item[1].median):
            y += 20
            width = max(2.0, 400 * series.median / slowest)
            kind = "ours" if name.startswith("cognitoken") else "theirs"
            parts.append(f'<text x="10" y="{y}">{html.escape(name)}</text>')
            parts.append(
                f'<rect class="{kind}" x="270" y="{y - 11}" width="{width:.1f}" height="13" rx="2"/>'
            )
            parts.append(
                f'<text class="faint" x="{276 + width:.1f}" y="{y}">{html.escape(row.shown(series.median))}</text>'
            )
        y += 8
    for row in rows:
        if row.lines:
            parts += chart(row, y + 24)
            y += CHART_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{y + 12}" role="img">'
        f"<title>cognitoken and its peers</title><style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )
