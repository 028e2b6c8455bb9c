"""Pieces of the pictures: colours, words, bars, and charts of growing counts."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass

from results import Lines, Row, is_limit, is_ours

WIDTH = 780
# About the widest letter that system-ui has on average; text has to fit by it.
LETTER = 6.6

STYLE = """
  text { font: 12.5px system-ui, sans-serif; fill: #1f2328 } .faint { fill: #59636e } .name { font-weight: 600 }
  .title { font-size: 15px; font-weight: 600 } .best { font-weight: 600; fill: #1a7f37 }
  .ours { fill: #1a7f37 } .theirs { fill: #8c959f } .limit { fill: none; stroke: #8c959f; stroke-dasharray: 3 2 }
  .grid { stroke: #8c959f; stroke-opacity: 0.3; fill: none }
  .our-line, .their-line { stroke-width: 2; fill: none; stroke-linejoin: round }
  .our-line { stroke: #1a7f37 } .their-line { stroke: #8c959f } .our-dot { fill: #1a7f37 } .their-dot { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .faint { fill: #9198a1 } .best { fill: #3fb950 }
    .ours, .our-dot { fill: #3fb950 } .theirs, .their-dot { fill: #6e7681 } .limit { stroke: #6e7681 }
    .our-line { stroke: #3fb950 } .their-line { stroke: #6e7681 }
  }
"""
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def width_of(text: str) -> float:
    return len(text) * LETTER


def words(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}"{side}>{html.escape(text)}</text>'


def times(ratio: float) -> str:
    """So many times as much as ours."""
    return f"{ratio:.2g}x" if ratio < 1 else f"{ratio:.1f}x" if ratio < 99.5 else f"{ratio:,.0f}x"


def wrapped(text: str, width: float) -> list[str]:
    """The lines that it takes."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@dataclass
class Place:
    """Where bars go: the left edge, where they begin, how long the longest is."""

    left: float
    start: float
    length: float


def bars(row: Row, shown: dict[str, str], place: Place, top: float) -> tuple[list[str], float]:
    """A bar for each contender that has a name in ``shown``, as a share of the slowest; gives where they end."""
    parts: list[str] = []
    chosen = sorted((row.series[name].median, name) for name in shown if name in row.series)
    slowest = max(value for value, _ in chosen)
    ours = row.series[row.ours].median
    y = top
    for value, name in chosen:
        y += 19
        kind = "ours" if is_ours(name) else "limit" if is_limit(name) else "theirs"
        length = max(2.0, place.length * value / slowest)
        parts.append(words(place.left, y, shown[name], "best" if name == row.ours else ""))
        parts.append(
            f'<rect class="{kind}" x="{place.start:.1f}" y="{y - 10.5:.1f}" width="{length:.1f}" height="13" rx="2"/>'
        )
        ratio = "" if is_ours(name) or is_limit(name) else f" · {times(value / ours)}"
        parts.append(words(place.start + length + 6, y, row.shown(value) + ratio, "faint"))
    return parts, y


PLOT_LEFT, PLOT_WIDTH, PLOT_HEIGHT, LEGEND = 86, 440, 190, 560


def chart(row: Lines, top: float) -> tuple[list[str], float]:
    """Both axes are logarithmic: what grows with the count is a straight line. Gives where the chart ends."""
    least = row.unit[0] * 1e-4
    values = [max(value, least) for line in row.points.values() for value in line.values()]
    counts = sorted({count for line in row.points.values() for count in line})
    low = math.floor(math.log10(min(values) / row.unit[0]))
    high = max(low + 1, math.ceil(math.log10(max(values) / row.unit[0])))
    bottom = top + 12 + PLOT_HEIGHT

    def at(count: int, value: float) -> tuple[float, float]:
        share = (math.log10(max(value, least) / row.unit[0]) - low) / (high - low)
        return PLOT_LEFT + PLOT_WIDTH * math.log10(count) / math.log10(
            counts[-1]
        ), bottom - PLOT_HEIGHT * share

    parts: list[str] = []
    for power in range(low, high + 1):
        y = at(1, 10.0**power * row.unit[0])[1]
        parts.append(f'<path class="grid" d="M{PLOT_LEFT} {y:.1f}h{PLOT_WIDTH}"/>')
        parts.append(words(PLOT_LEFT - 8, y + 4, f"{10.0**power:,.10g} {row.unit[1]}", "faint", "end"))
    parts += [
        words(at(count, values[0])[0], bottom + 18, f"{count:,}", "faint", "middle") for count in counts
    ]
    # The highest line stands first in the legend.
    drawn = sorted(row.points.items(), key=lambda item: -max(item[1].values()) / max(item[1]))
    kinds = {"our": 0, "their": 0}
    y = top + 16
    for name, line in drawn:
        kind = "our" if is_ours(name) else "their"
        dashes = DASHES[kinds[kind] % len(DASHES)]
        kinds[kind] += 1
        stroke = f'class="{kind}-line"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
        places = [at(count, value) for count, value in sorted(line.items())]
        parts.append(f'<path {stroke} d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>')
        parts += [f'<circle class="{kind}-dot" cx="{x:.1f}" cy="{y:.1f}" r="2.8"/>' for x, y in places]
        parts.append(f'<path {stroke} d="M{LEGEND} {y - 4:.1f}h26"/>')
        last = max(line)
        parts.append(words(LEGEND + 34, y, name, "best" if kind == "our" else ""))
        parts.append(words(LEGEND + 34, y + 16, f"{row.shown(line[last])} for {last:,}", "faint"))
        y += 38
    return parts, max(bottom + 22, y - 20)


def document(parts: list[str], height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" role="img"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )
