"""What the browser shows at the end can be read: light and dark, on a wide screen and on a narrow one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from local_cognito import Fixtures

from .conftest import AppClient, Start, fill_in
from .ways import SHELL

# The least that WCAG 2.2 (1.4.3) asks of text: https://www.w3.org/TR/WCAG22/#contrast-minimum
LEAST_CONTRAST = 4.5

# Relative luminance and contrast as WCAG 2.2 defines them, of each paragraph and heading against the page.
CONTRASTS = """() => {
  const luminance = (color) => {
    const [red, green, blue] = color.match(/[0-9.]+/g).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("h1, p")].map((element) => {
    const text = luminance(getComputedStyle(element).color);
    return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
  });
}"""

GROUND_IS_DARK = """() => {
  const parts = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number);
  return Math.max(...parts) < 128;
}"""


@pytest.mark.parametrize("width", [1280, 320], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read(
    scheme: Literal["light", "dark"],
    width: int,
    chromium: Browser,
    start: Start,
    cognito: Fixtures,
    app_client: AppClient,
    tmp_path: Path,
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 640})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    def is_shown(heading: str, picture: str) -> None:
        expect(page.get_by_role("heading")).to_have_text(heading)
        expect(page.get_by_role("heading")).to_be_in_viewport(ratio=1)
        assert page.title() == heading
        page.screenshot(path=tmp_path / f"{picture}.png")
        assert page.evaluate(GROUND_IS_DARK) == (scheme == "dark")
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) >= 2
        assert min(contrasts) >= LEAST_CONTRAST
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    address = app_client.redirect_uri
    endings: dict[str, Callable[[str], str]] = {
        "denied": lambda state: f"{address}?error=access_denied&error_description={'W' * 400}&state={state}",
        "scope": lambda state: f"{address}?error=invalid_scope&state={state}",
    }
    for picture, ending in endings.items():
        with start(SHELL) as running:
            page.goto(ending(running.state))
            is_shown("Signing in failed.", picture)
    with start(SHELL) as running:
        link = running.link
        page.goto(f"{address}?code=made-up&state=made-up")
        is_shown("This is not the sign-in that is waited for.", "stray")
        page.goto(link)
        fill_in(page, cognito.user_name, cognito.password)
        is_shown("You are signed in.", "signed-in")
    # The browser logs that a page came with an error status. Nothing else may have been asked for or refused.
    assert [text for text in complaints if "the server responded with a status of 400" not in text] == []
    context.close()
