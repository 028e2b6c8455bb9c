"""SECURITY.md names files that are there."""

from __future__ import annotations

import re

from .conftest import ROOT


def test_each_file_that_it_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = text.partition("## Threats, countermeasures and tests")[2]
    named = re.findall(r"`([\w.-]+(?:/[\w.-]*)+|[\w-]+\.toml)`", rows)
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []
