"""``doctor``: what is set, where it comes from, what is wrong with it, and how it is shown."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mock_wire import MockWire
from signing_in import values

import cognitoken

PASSWORD = "pa55word-sentinel"


@pytest.fixture
def set_up(wire: MockWire, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The arguments for a pool that is there, with a password in the environment."""
    monkeypatch.setenv("COGNITO_PASSWORD", PASSWORD)
    given = values(wire, wire.new_user("plain"))
    return {name: given[name] for name in ("username", "client_id", "user_pool_id", "endpoint")}


def report_of(function: Callable[..., Any], **options: Any) -> cognitoken.Report:
    report = function(**options)
    return report if isinstance(report, cognitoken.Report) else asyncio.run(report)


@pytest.mark.parametrize("function", [cognitoken.doctor, cognitoken.doctor_async])
def test_a_set_up_that_works_has_no_obstacle(function: Callable[..., Any], set_up: dict[str, Any]) -> None:
    report = report_of(function, **set_up, timeout=10)
    assert report.ok, str(report)
    assert {check.group for check in report.checks} == {"values", "network", "service", "store"}
    assert len(report) == len(report.checks) == len(list(report))
    client = next(check for check in report if check.name == "app client")
    assert set_up["client_id"] in client.finding
    assert (client.state, client.fix) == ("good", None)


def test_offline_asks_nobody(wire: MockWire, set_up: dict[str, Any]) -> None:
    report = cognitoken.doctor(**set_up, offline=True)
    assert {check.group for check in report.checks} == {"values", "network", "store"}
    assert wire.journal() == []


def test_an_obstacle_comes_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGNITO_ENDPOINT", "http://example.com")
    report = cognitoken.doctor(offline=True)
    assert not report.ok
    bad = [check for check in report.checks if check.state == "bad"]
    assert bad
    assert all(check.fix for check in bad)
    assert f"{len(bad)} bad" in repr(report)


def test_it_prints_and_shows_itself_without_a_secret(set_up: dict[str, Any]) -> None:
    report = cognitoken.doctor(**set_up, offline=True)
    shown = (str(report), repr(report), report._repr_html_(), *map(repr, report.checks))
    assert not [text for text in shown if PASSWORD in text]
    lines = str(report).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["values", "network", "store"]
    for check in report.checks:
        assert any(check.name in line and check.finding in line for line in lines), check
        assert f"{check.name} {check.state}" in repr(check)
    assert report._repr_html_().count("<tbody>") == 3
    check = report.checks[0]
    assert copy.copy(check) is check


def test_what_is_found_is_never_markup(tmp_path: Path) -> None:
    report = cognitoken.doctor(store=f"file:{tmp_path}/<script>", offline=True)
    assert "<script>" in str(report)
    assert "<script>" not in report._repr_html_()
    assert "&lt;script&gt;" in report._repr_html_()


def test_an_argument_that_cannot_be_meant_raises() -> None:
    with pytest.raises(cognitoken.ConfigError):
        cognitoken.doctor(flow="guess", offline=True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="offline has to be"):
        cognitoken.doctor(offline="yes")  # type: ignore[arg-type]
