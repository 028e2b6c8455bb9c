"""One server for all tests of a run; each test makes users of its own in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mock_wire import MockWire


@pytest.fixture(scope="session")
def running_wire() -> Iterator[MockWire]:
    with MockWire() as wire:
        yield wire


@pytest.fixture
def wire(running_wire: MockWire) -> Iterator[MockWire]:
    """The server as at first. An order that no request met would mean that a test tests nothing."""
    running_wire.control("reset")
    yield running_wire
    assert running_wire.control("clear_faults") == {"faults_left": 0}
