"""What was measured, as a table and as a picture."""

from __future__ import annotations

import html
import importlib.metadata
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
class Row:
    """One row: contenders and targets. ``unit`` is what a value is divided by, and its name."""

    name: str
    what: str
    unit: tuple[float, str]
    series: dict[str, Series]
    ours: str
    targets: list[Target] = field(default_factory=list)

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


def table(row: Row) -> list[str]:
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


STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 } .faint { fill: #59636e } .name { font-weight: 600 }
  .ours { fill: #1a7f37 } .theirs { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .faint { fill: #9198a1 } .ours { fill: #3fb950 } .theirs { fill: #6e7681 }
  }
"""


def picture(rows: list[Row]) -> str:
    """A bar for each contender, as a share of the slowest of its row."""
    parts: list[str] = []
    y = 10
    for row in rows:
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
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{y + 12}" role="img">'
        f"<title>cognitoken and its peers</title><style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )
