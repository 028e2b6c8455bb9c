"""What a notebook shows can be read in light, in dark and in a narrow cell, and looks as it did.

`UPDATE_PICTURES=1` renews the pictures; look at them before they are committed.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .cell import (
    DIFFERENCE,
    OVERFLOWING,
    PLACES,
    SPLIT,
    STATE_CONTRASTS,
    TEXT_CONTRASTS,
    Place,
    picture,
    shown,
    written,
)

FOLDER = Path(__file__).resolve().parent
OBJECTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "shown").glob("*.html"))}

# The least that WCAG 2.2 asks of text (1.4.3), and of what is no text (1.4.11).
LEAST_CONTRAST = 4.5
LEAST_CONTRAST_OF_LINES = 3.0

# What another version of the browser or of the font changes stays below these.
MOST_DIFFERENCES = {"mean": 0.02, "much": 0.02, "colour": 0.003, "size": 0.06}

# One of each class; the others are measured alone.
PICTURED = [
    "aws_credentials",
    "challenge_that_sets_an_app_up",
    "code_delivery",
    "decoded_jwt",
    "device",
    "profile",
    "report",
    "session",
    "session_status",
    "tokens",
    "verifier",
]


def test_every_class_has_pictures() -> None:
    classes = {line_of(name).split()[0] for name in OBJECTS}
    assert classes == {line_of(name).split()[0] for name in PICTURED}
    names = {f"{name}-{place.name}.png" for name in PICTURED for place in PLACES}
    assert {path.name for path in (FOLDER / "pictures").iterdir()} == names


def line_of(name: str) -> str:
    return (FOLDER / "shown" / f"{name}.txt").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_can_be_read_and_looks_as_it_did(chromium: Browser, name: str, place: Place) -> None:
    with shown(chromium, OBJECTS[name], place) as page:
        assert page.evaluate(OVERFLOWING) == []
        contrasts = page.evaluate(TEXT_CONTRASTS)
        assert len(contrasts) >= 2
        assert min(contrasts) >= LEAST_CONTRAST
        assert min(page.evaluate(STATE_CONTRASTS), default=21) >= LEAST_CONTRAST_OF_LINES
        assert page.evaluate(SPLIT) == []
        if name not in PICTURED:
            return
        drawn = picture(page)
        path = written(FOLDER / "pictures", name, place)
        if os.environ.get("UPDATE_PICTURES"):
            path.write_bytes(drawn)
        assert_alike(chromium, path.read_bytes(), drawn)


def assert_alike(chromium: Browser, expected: bytes, drawn: bytes) -> None:
    page = chromium.new_page()
    difference = page.evaluate(DIFFERENCE, [base64.b64encode(each).decode() for each in (expected, drawn)])
    page.close()
    assert [name for name, most in MOST_DIFFERENCES.items() if difference[name] > most] == [], difference


def table(cells: str) -> str:
    return f"<table><tr>{cells}</tr></table>"


@pytest.mark.parametrize(
    ("html", "measured"),
    [
        (table(f"<td>{'W' * 400}</td>"), OVERFLOWING),
        (f"<p style='white-space: nowrap'>{'word ' * 100}</p>", OVERFLOWING),
        (
            table("<th scope='row' style='white-space: normal'>Client<br>ID</th>"),
            SPLIT,
        ),
    ],
    ids=["a long word", "a long line", "a split label"],
)
def test_the_measures_see_what_is_too_wide(chromium: Browser, html: str, measured: str) -> None:
    with shown(chromium, html, PLACES[2]) as page:
        assert page.evaluate(measured) != []


def test_the_measures_see_what_cannot_be_read(chromium: Browser) -> None:
    html = table("<td style='color: #333'>text</td><td style='border-left: 3px solid #222'>state</td>")
    for place, readable in zip(PLACES[:2], (True, False), strict=True):
        with shown(chromium, html, place) as page:
            assert (min(page.evaluate(TEXT_CONTRASTS)) >= LEAST_CONTRAST) == readable
            assert (min(page.evaluate(STATE_CONTRASTS)) >= LEAST_CONTRAST_OF_LINES) == readable


def test_another_picture_is_told_from_the_same_one(chromium: Browser) -> None:
    html = OBJECTS["tokens"]
    changed = [
        html.replace("font-weight: bold", "font-weight: bold; color: red"),
        html.replace("text-align: left", "text-align: right"),
        html.replace("padding: 0.25em", "padding: 0.5em"),
        html.replace("</table>", "<tr><td>another row</td></tr></table>"),
    ]
    with shown(chromium, html, PLACES[0]) as page:
        drawn = picture(page)
    assert_alike(chromium, drawn, drawn)
    for other in changed:
        assert other != html
        with shown(chromium, other, PLACES[0]) as page, pytest.raises(AssertionError):
            assert_alike(chromium, drawn, picture(page))
