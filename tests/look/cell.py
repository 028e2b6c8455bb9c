"""The cell of a notebook that shows HTML, and what can be measured in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, Request

# The rules of JupyterLab for tables in outputs (packages/rendermime/style/base.css), with the colours of its
# themes, and a font that setup/prerequisites.sh installs.
PAGE = """<!doctype html><meta charset="utf-8"><title>A cell</title>
<style>
  body {{ margin: 0; background: {ground}; color: {text}; font: 13px/1.5 "DejaVu Sans", sans-serif; }}
  #cell {{ box-sizing: border-box; width: {width}px; padding: 8px; }}
  table {{ table-layout: fixed; border: none; border-spacing: 0; font-size: 12px; margin: 0 auto 1em; }}
  td, th, tr {{ text-align: right; vertical-align: middle; padding: 0.5em; line-height: normal; }}
  td, th {{ max-width: none; white-space: nowrap; }}
  tbody tr:nth-child(even) {{ background: {band}; }}
</style>
<div id="cell">{html}</div>"""

# Relative luminance and contrast as WCAG 2.2 defines them: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
CONTRAST = """
  const parts = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[0-9.]+/g).map(Number);
    return { channels: [red, green, blue], alpha };
  };
  const over = (front, ground) =>
    front.channels.map((channel, index) => channel * front.alpha + ground[index] * (1 - front.alpha));
  const ground = (element) => {
    const below = element.parentElement ? ground(element.parentElement) : [255, 255, 255];
    return over(parts(getComputedStyle(element).backgroundColor), below);
  };
  const luminance = (channels) => {
    const [red, green, blue] = channels.map((channel) => channel / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (color, element) => {
    const below = ground(element);
    const [one, other] = [luminance(over(parts(color), below)), luminance(below)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
"""

TEXT_CONTRASTS = f"""() => {{ {CONTRAST}
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const elements = [...document.querySelectorAll("#cell *")]
    .filter((element) => !element.closest("svg") && hasText(element));
  return elements.map((element) => contrast(getComputedStyle(element).color, element));
}}"""

STATE_CONTRASTS = f"""() => {{ {CONTRAST}
  const cells = [...document.querySelectorAll("#cell td")].map((cell) => [cell, getComputedStyle(cell)])
    .filter(([, style]) => parseFloat(style.borderLeftWidth) > 0);
  return cells.map(([cell, style]) => contrast(style.borderLeftColor, cell));
}}"""

# What sticks out of the cell, or out of its own box.
OVERFLOWING = """() => {
  const edge = document.querySelector("#cell").getBoundingClientRect().right;
  return [...document.querySelectorAll("#cell *")].filter((element) =>
    element.getBoundingClientRect().right > edge + 0.5 || element.scrollWidth > element.clientWidth + 1
      && element.clientWidth > 0 && getComputedStyle(element).display !== "inline")
    .map((element) => element.outerHTML.slice(0, 200));
}"""

# Labels and states of at most 20 characters that take more than one line.
SPLIT = """() => [...document.querySelectorAll("#cell th, #cell td")].filter((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
  const isWord = cell.scope === "row" || parseFloat(getComputedStyle(cell).borderLeftWidth) > 0;
  return isWord && cell.textContent.length <= 20 && lines > 1;
}).map((cell) => cell.textContent)"""

# The differences of two pictures, each from 0 to 1: the mean, the share of parts that differ much, the share
# of what is coloured, and the size. The first two are of the pictures in small, where neither the edges of
# letters nor the hinting of fonts count.
DIFFERENCE = """async ([one, other]) => {
  const WIDTH = 64;
  const image = async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    return image;
  };
  const pixels = (image, width, height) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  const coloured = (image) => {
    const data = pixels(image, image.width, image.height);
    let count = 0;
    for (let index = 0; index < data.length; index += 4) {
      const channels = [data[index], data[index + 1], data[index + 2]];
      count += Math.max(...channels) - Math.min(...channels) > 60 ? 1 : 0;
    }
    return count / (data.length / 4);
  };
  const [first, second] = [await image(one), await image(other)];
  const height = Math.max(1, Math.round(WIDTH * first.height / first.width));
  const [ones, others] = [pixels(first, WIDTH, height), pixels(second, WIDTH, height)];
  let sum = 0, much = 0;
  for (let index = 0; index < ones.length; index += 4) {
    const differences = [0, 1, 2].map((channel) => Math.abs(ones[index + channel] - others[index + channel]));
    sum += (differences[0] + differences[1] + differences[2]) / 3;
    much += Math.max(...differences) > 64 ? 1 : 0;
  }
  const count = ones.length / 4;
  return {
    mean: sum / count / 255,
    much: much / count,
    colour: Math.abs(coloured(first) - coloured(second)),
    size: Math.max(Math.abs(first.height / second.height - 1), Math.abs(first.width / second.width - 1)),
  };
}"""


@dataclass(frozen=True)
class Place:
    """A place in which a notebook is read."""

    name: str
    theme: Literal["light", "dark"]
    width: int

    @property
    def colours(self) -> dict[str, str]:
        if self.theme == "light":
            return {"ground": "#ffffff", "text": "rgba(0, 0, 0, 0.87)", "band": "#f5f5f5"}
        return {"ground": "#111111", "text": "rgba(255, 255, 255, 0.87)", "band": "#212121"}


PLACES = [Place("light", "light", 640), Place("dark", "dark", 640), Place("narrow", "light", 260)]


@contextmanager
def shown(chromium: Browser, html: str, place: Place) -> Iterator[Page]:
    """A page with a cell that shows this HTML. It may ask for nothing."""
    context = chromium.new_context(
        color_scheme=place.theme, viewport={"width": place.width, "height": 480}, offline=True
    )
    page = context.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.set_content(PAGE.format(html=html, width=place.width, **place.colours))
    yield page
    assert [url for url in asked if not url.startswith("data:")] == []
    context.close()


def picture(page: Page) -> bytes:
    return page.locator("#cell").screenshot(animations="disabled")


def written(folder: Path, name: str, place: Place) -> Path:
    return folder / f"{name}-{place.name}.png"
